"""The direction of X that tells most about Y, found by climbing the estimate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from mist_explore.estimators.gradient import DifferentiableEstimator, differentiable
from mist_explore.sample import Sample
from mist_explore.seeding import as_generator, derive_seed

__all__ = ["ProjectionStep", "informative_projection", "iter_informative_projection"]


@dataclass(frozen=True, eq=False)
class ProjectionStep:
    """One step of the ascent: a direction and its estimate.

    Args:
        number: of steps so far.
        direction: w of length 1, `(dim_x,)`.
        information: the estimate of I(w X; Y) from soft ranks, in nats.
    """

    number: int
    direction: NDArray[np.float64]
    information: float


def informative_projection(
    x: ArrayLike,
    y: ArrayLike,
    steps: int = 60,
    *,
    rate: float = 0.1,
    seed: int = 0,
    estimator: DifferentiableEstimator | None = None,
) -> ProjectionStep:
    r"""Maximise \(\hat I(w \cdot X; Y)\) over directions w, from a random one.

    No projection has more information than X itself: \(I(w \cdot X; Y) \le I(X; Y)\), the
    data-processing inequality, with equality where Y depends on X through \(w \cdot X\) alone.
    Columns of X should have comparable scales.

    Args:
        x: `(n, dim_x)`.
        y: `(n, dim_y)`.
        steps: of Adam, after the start.
        rate: its first rate, in lengths of w; it falls to 0.
        seed: of the start.
        estimator: the differentiable estimator; None for the shipped smooth network.

    Raises:
        ValueError: if the arrays are no `Sample` or a side is wholly constant.

    Example:
        >>> rows = np.random.default_rng(0).normal(size=(200, 3))
        >>> last = informative_projection(rows[:, :2], rows[:, 0] + 0.3 * rows[:, 2], 40)
        >>> bool(abs(last.direction[0]) > 0.9)
        True
    """
    for step in iter_informative_projection(x, y, steps, rate=rate, seed=seed, estimator=estimator):
        last = step
    return last


def iter_informative_projection(
    x: ArrayLike,
    y: ArrayLike,
    steps: int = 60,
    *,
    rate: float = 0.1,
    seed: int = 0,
    estimator: DifferentiableEstimator | None = None,
) -> Iterator[ProjectionStep]:
    """Yield the start and every step of `informative_projection`, whose arguments it takes."""
    information = estimator or differentiable()
    sample, _ = Sample(x, y).without_constant_columns()
    rows_x, rows_y = torch.tensor(sample.x), torch.tensor(sample.y)
    generator = as_generator(derive_seed(seed, "projection"))
    start = torch.randn(sample.dim_x, generator=generator, dtype=torch.float64)
    w = (start / start.norm()).requires_grad_()
    optimiser = torch.optim.Adam([w], lr=rate)
    # The estimate of a finite sample is rough near the top: the last steps are small.
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps + 1)
    for number in range(steps + 1):
        direction = w / w.norm()
        value = information.mutual_information(rows_x @ direction[:, None], rows_y)
        yield ProjectionStep(number, direction.detach().numpy().copy(), float(value.detach()))
        optimiser.zero_grad()
        (-value).backward()
        optimiser.step()
        slower.step()
        with torch.no_grad():
            w /= w.norm()
