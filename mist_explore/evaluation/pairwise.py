"""Every column of a table against every other one."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.estimate import NATS_PER_UNIT, Estimate
from mist_explore.estimators import LearnedEstimator, load
from mist_explore.interfaces import Estimator
from mist_explore.progress import Cancellation, Progress, finished
from mist_explore.sample import MINIMUM_ROWS, Sample

__all__ = ["Pairwise", "pairwise_information", "pairwise_steps"]

AT_ONCE = 16
"""Pairs in one forward pass; memory for the neighbours of rows grows with it."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Pairwise:
    """Mutual information between pairs of columns.

    Args:
        names: the columns, in order.
        estimates: of each pair that is done, in nats.
        failures: why a pair has no estimate.
    """

    names: tuple[str, ...]
    estimates: Mapping[Pair, Estimate]
    failures: Mapping[Pair, str]

    def matrix(self, tau: float | None = None, units: str = "nats") -> NDArray[np.float64]:
        """The quantile at level `tau` of every pair, symmetric, `(columns, columns)`.

        The diagonal and pairs without an estimate are NaN.

        Args:
            tau: a level; None for the median, or the one value of a point estimator.
            units: `"nats"` or `"bits"`.

        Raises:
            ValueError: if the estimates have no such quantile.
        """
        table = np.full((len(self.names), len(self.names)), np.nan)
        place = {name: number for number, name in enumerate(self.names)}
        for (one, other), estimate in self.estimates.items():
            value = estimate.median if tau is None else estimate.quantile(tau)
            i, j = place[one], place[other]
            table[i, j] = table[j, i] = value / NATS_PER_UNIT[units]
        return table


def pairwise_information(
    columns: Mapping[str, ArrayLike],
    estimator: Estimator | None = None,
    pairs: Iterable[Pair] | None = None,
) -> Pairwise:
    """Estimate the mutual information of pairs of columns.

    Each pair uses the rows in which both columns have a value.

    Args:
        columns: numbers of shape `(n,)` by name, or `(n, k)` for what takes k columns to write
            down, such as categories; gaps are NaN.
        estimator: what to ask; None for the default network, which takes many pairs at once.
        pairs: names of columns; None for each column with every other one.

    Raises:
        ValueError: if there are fewer than two columns, their lengths differ, or a pair names
            none of them.

    Example:
        >>> from mist_explore.estimators import GaussianCopula
        >>> a = np.linspace(0, 1, 50)
        >>> table = {"a": a, "b": a + np.cos(40 * a), "c": np.zeros(50)}
        >>> found = pairwise_information(table, GaussianCopula())
        >>> list(found.estimates), found.failures["a", "c"]
        ([('a', 'b')], 'c is constant')
    """
    return finished(pairwise_steps(columns, estimator, pairs))


def pairwise_steps(
    columns: Mapping[str, ArrayLike],
    estimator: Estimator | None = None,
    pairs: Iterable[Pair] | None = None,
    cancellation: Cancellation | None = None,
) -> Generator[tuple[Progress, Pairwise], None, Pairwise]:
    """The same in steps: how far it is, and the pairs that are done; see `pairwise_information`.

    Where it is cancelled it returns the pairs that are done.
    """
    estimator = estimator or load()
    table = {name: np.asarray(values, np.float64) for name, values in columns.items()}
    if len(table) < 2:
        raise ValueError(f"expected at least two columns; got {len(table)}")
    if len({len(values) for values in table.values()}) > 1:
        shapes = ", ".join(f"{v.shape} in {name!r}" for name, v in table.items())
        raise ValueError(f"expected columns of the same length; got {shapes}")
    start = perf_counter()
    names = tuple(table)
    wanted = tuple(combinations(names, 2) if pairs is None else pairs)
    for name in {name for pair in wanted for name in pair}:
        if name not in table:
            raise ValueError(f"expected pairs of the columns {', '.join(names)}; got {name!r}")
    samples, failures = _samples(table, wanted)
    estimates: dict[Pair, Estimate] = {}
    found = Pairwise(names, {}, failures)
    yield Progress(len(failures), len(wanted), 0.0, done_before=len(failures)), found
    for group in _groups(samples):
        if cancellation is not None and cancellation.is_set():
            break
        estimates |= _answers(estimator, {pair: samples[pair] for pair in group})
        done = len(estimates) + len(failures)
        found = Pairwise(names, dict(estimates), failures)
        yield Progress(done, len(wanted), perf_counter() - start, done_before=len(failures)), found
    return found


def _samples(
    table: Mapping[str, NDArray[np.float64]], pairs: tuple[Pair, ...]
) -> tuple[dict[Pair, Sample], dict[Pair, str]]:
    samples: dict[Pair, Sample] = {}
    failures: dict[Pair, str] = {}
    for one, other in pairs:
        sides = [table[name].reshape(len(table[name]), -1) for name in (one, other)]
        both = np.isfinite(np.hstack(sides)).all(1)
        x, y = (side[both] for side in sides)
        constant = [
            name for name, v in ((one, x), (other, y)) if len(v) and (np.ptp(v, axis=0) == 0).all()
        ]
        if len(x) < MINIMUM_ROWS:
            failures[one, other] = f"only {len(x)} rows have both values"
        elif constant:
            failures[one, other] = f"{' and '.join(constant)} is constant"
        else:
            samples[one, other] = Sample(x, y).without_constant_columns()[0]
    return samples, failures


def _groups(samples: Mapping[Pair, Sample]) -> Iterator[list[Pair]]:
    """Pairs whose samples have the same shape, a few at a time."""
    by_shape: dict[tuple[int, int, int], list[Pair]] = {}
    for pair, sample in samples.items():
        shape = (sample.n_samples, sample.dim_x, sample.dim_y)
        by_shape.setdefault(shape, []).append(pair)
    for (n, *_), pairs in by_shape.items():
        size = max(1, min(AT_ONCE, math.ceil(20_000 / n)))
        for first in range(0, len(pairs), size):
            yield pairs[first : first + size]


def _answers(estimator: Estimator, samples: Mapping[Pair, Sample]) -> dict[Pair, Estimate]:
    if not isinstance(estimator, LearnedEstimator):
        return {pair: estimator.estimate(s.x, s.y) for pair, s in samples.items()}
    return dict(zip(samples, estimator.estimate_many(list(samples.values())), strict=True))
