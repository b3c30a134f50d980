"""Learning curve: estimates from growing parts of one sample."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from mist_explore.estimate import Estimate
from mist_explore.estimators import DEFAULT, estimator_of
from mist_explore.estimators.observations import Observations
from mist_explore.estimators.sample_estimator import estimate_observations
from mist_explore.interfaces import Estimator
from mist_explore.sample import MINIMUM_ROWS, Sample
from mist_explore.seeding import derive_seed

__all__ = ["Stability", "stability"]

FEWEST_ROWS = 20


@dataclass(frozen=True)
class Stability:
    """Learning curve of an estimate: the estimates from growing parts of one sample.

    Args:
        sizes: numbers of rows, increasing; the last is that of the whole sample.
        estimates: one for each size, in nats.
    """

    sizes: tuple[int, ...]
    estimates: tuple[Estimate, ...]

    def __repr__(self) -> str:
        steps = ", ".join(
            f"{estimate.median:.3g} at n = {size}"
            for size, estimate in zip(self.sizes, self.estimates, strict=True)
        )
        return f"Stability: {steps} (nats)"

    @property
    def last_step(self) -> float:
        """How far the median moved from the last but one size to the whole sample, in nats."""
        return self.estimates[-1].median - self.estimates[-2].median if len(self.sizes) > 1 else 0.0


def stability(
    x: ArrayLike,
    y: ArrayLike,
    estimator: str | Path | Estimator = DEFAULT,
    sizes: Iterable[int] | None = None,
    *,
    rows_independent: bool = False,
    seed: int = 0,
) -> Stability:
    """Estimate from growing parts of a sample, the first rows of one random order.

    Each part holds the one before, so that the curve shows the effect of further rows. Parts in
    which a side is constant are left out.

    Args:
        x: `(n, dim_x)`.
        y: `(n, dim_y)`.
        estimator: a name, see `load`, or an estimator.
        sizes: numbers of rows; by default n, halved until fewer than 20 rows or five sizes.
        rows_independent: whether the order of rows means nothing; else rows that resemble their
            neighbours on both sides count for fewer.
        seed: of the order.

    Raises:
        ValueError: if the arrays are no `Sample`, a side is wholly constant, or a size is below
            `MINIMUM_ROWS` or above n.

    Example:
        >>> from mist_explore.estimators import GaussianCopula
        >>> rows = np.linspace(0, 1, 100)
        >>> stability(rows + np.cos(40 * rows), rows, GaussianCopula()).sizes
        (25, 50, 100)
    """
    estimator = estimator_of(estimator)
    sample, _ = Sample(x, y).without_constant_columns()
    n = sample.n_samples
    wanted = _halves(n) if sizes is None else sorted(set(sizes))
    for size in wanted:
        if not MINIMUM_ROWS <= size <= n:
            raise ValueError(f"expected sizes from {MINIMUM_ROWS} to {n}; got {size}")
    order = np.random.default_rng(derive_seed(seed, "stability")).permutation(n)
    kept, estimates = [], []
    for size in wanted:
        rows = np.sort(order[:size])
        part_x, part_y = sample.x[rows], sample.y[rows]
        if all((np.ptp(side, axis=0) > 0).any() for side in (part_x, part_y)):
            kept.append(size)
            part = Observations(Sample(part_x, part_y), rows_independent=rows_independent)
            estimates.append(estimate_observations(estimator, part))
    return Stability(tuple(kept), tuple(estimates))


def _halves(n: int) -> list[int]:
    sizes = [n]
    while len(sizes) < 5 and sizes[0] // 2 >= FEWEST_ROWS:
        sizes.insert(0, sizes[0] // 2)
    return sizes
