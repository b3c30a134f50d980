"""Repeated sampling: intervals on dataset after dataset, each beside its true value."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimate import Estimate
from mist_explore.evaluation.case import Case
from mist_explore.evaluation.comparison import attempt
from mist_explore.evaluation.grid import Grid
from mist_explore.interfaces import Estimator
from mist_explore.meta import MetaDistribution
from mist_explore.metrics import Mean, clustered_mean
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed
from mist_explore.threads import one_thread

__all__ = ["RandomCase", "Repetition", "Repetitions", "iter_repetitions", "repetitions"]


@dataclass(frozen=True)
class RandomCase:
    """A distribution drawn anew for each dataset, with a fixed number of rows.

    Args:
        meta: the meta-distribution; components that need more rows, or more columns, are left out.
        n_samples: rows of each dataset.
        dims: smallest and largest number of columns of X, and of Y.

    Raises:
        ValueError: if the meta-distribution has no datasets of these rows and columns.

    Example:
        >>> from mist_explore.meta import published
        >>> sample, truth = RandomCase(published(), 100, (2, 4)).draw(seed=0)
        >>> sample.n_samples, 2 <= sample.dim_x <= 4, truth >= 0
        (100, True, True)
    """

    meta: MetaDistribution
    n_samples: int = 200
    dims: tuple[int, int] = (1, 8)

    def __post_init__(self) -> None:
        meta, n = self.meta, self.n_samples
        dims = max(self.dims[0], meta.dims[0]), min(self.dims[1], meta.dims[1])
        if dims[0] > dims[1] or not meta.n_samples[0] <= n <= meta.n_samples[1]:
            raise ValueError(
                f"expected rows in {meta.n_samples} and columns in {meta.dims}, as the "
                f"meta-distribution has; got {n} rows and columns in {self.dims}"
            )
        kept = tuple(
            component
            for component in meta.components
            if _overlap(component.n_samples, (n, n)) and _overlap(component.dims, dims)
        )
        narrowed = replace(meta, components=kept, n_samples=(n, n), dims=dims)
        object.__setattr__(self, "meta", narrowed)

    def draw(self, seed: int) -> tuple[Sample, float]:
        """Return the dataset of a seed and its mutual information in nats."""
        batch = self.meta.batch(1, seed)
        return Sample(batch.x[0], batch.y[0]), float(batch.mutual_information[0])


@dataclass(frozen=True)
class Repetition:
    """The estimates on one dataset.

    Args:
        truth: the mutual information of its distribution, in nats.
        estimates: by the name of the estimator, in nats; None where one cannot take the dataset.
    """

    truth: float
    estimates: Mapping[str, Estimate | None]


@dataclass(frozen=True)
class Repetitions:
    """The estimates on all datasets, in the order in which these were drawn.

    Example:
        >>> one = Estimate((0.05, 0.5, 0.95), (0.1, 0.2, 0.4))
        >>> found = Repetitions(tuple(Repetition(i, {"a": one}) for i in (0.3, 0.2, 0.5, 0.1)))
        >>> found.contained("a"), found.share("a").value
        (array([ True,  True, False,  True]), 0.75)
    """

    datasets: tuple[Repetition, ...] = ()

    def __len__(self) -> int:
        return len(self.datasets)

    def __repr__(self) -> str:
        return f"Repetitions: {len(self)} datasets"

    def given(self, name: str) -> tuple[tuple[float, Estimate], ...]:
        """Return the true value and the estimate of each dataset that an estimator could take."""
        pairs = ((one.truth, one.estimates[name]) for one in self.datasets)
        return tuple((truth, estimate) for truth, estimate in pairs if estimate is not None)

    def intervals(self, name: str, level: float = 0.9) -> NDArray[np.float64]:
        """Return the central intervals `(N, 2)`; NaN where there is no estimate.

        Raises:
            ValueError: if an estimate has no interval of this level.
        """
        ends = (one.estimates[name] for one in self.datasets)
        rows = [one.interval(level) if one else (np.nan, np.nan) for one in ends]
        return np.array(rows, dtype=np.float64).reshape(-1, 2)

    def medians(self, name: str) -> NDArray[np.float64]:
        """Return the medians `(N,)`; NaN where there is no estimate."""
        estimates = (one.estimates[name] for one in self.datasets)
        return np.array([one.median if one else np.nan for one in estimates], dtype=np.float64)

    @property
    def truths(self) -> NDArray[np.float64]:
        """The true values `(N,)`."""
        return np.array([one.truth for one in self.datasets], dtype=np.float64)

    def contained(self, name: str, level: float = 0.9) -> NDArray[np.bool_]:
        """Return for each interval that is there whether it contains the true value."""
        low, high = self.intervals(name, level).T
        there = ~np.isnan(low)
        return np.asarray(((low <= self.truths) & (self.truths <= high))[there])

    def share(self, name: str, level: float = 0.9) -> Mean:
        """Return the share of intervals that contain the true value, with its standard error.

        Raises:
            ValueError: if there is no interval.
        """
        hits = self.contained(name, level)
        return clustered_mean(hits.astype(np.float64), range(len(hits)))


def repetitions(
    source: Case | RandomCase,
    estimators: Mapping[str, Estimator],
    n_datasets: int = 50,
    *,
    seed: int = 0,
) -> Repetitions:
    """Estimate on dataset after dataset of a source.

    The datasets of a `Case` are those of a `sweep` over this case with the same seed.

    Args:
        source: one distribution, or distributions drawn anew.
        estimators: by name.
        n_datasets: the number of datasets.
        seed: of all datasets; each depends on it and its number alone.

    Example:
        >>> from mist_explore import load
        >>> found = repetitions(Case("normal-dense", 50, 1, 0.5), {"ksg": load("ksg")}, 3)
        >>> len(found), found.truths.round(3).tolist()
        (3, [0.5, 0.5, 0.5])
    """
    *_, last = iter_repetitions(source, estimators, n_datasets, seed=seed)
    return last


def iter_repetitions(
    source: Case | RandomCase,
    estimators: Mapping[str, Estimator],
    n_datasets: int = 50,
    *,
    seed: int = 0,
    begun: Repetitions | None = None,
) -> Generator[Repetitions, None, None]:
    """Yield the datasets so far after each one; see `repetitions`.

    Args:
        source: one distribution, or distributions drawn anew.
        estimators: by name.
        n_datasets: the number of datasets at the end.
        seed: of all datasets.
        begun: earlier datasets of the same source, estimators and seed, to continue from.
    """
    found = begun or Repetitions()
    yield found
    for number in range(len(found), n_datasets):
        found = Repetitions((*found.datasets, _repetition(source, estimators, seed, number)))
        yield found


def _repetition(
    source: Case | RandomCase, estimators: Mapping[str, Estimator], seed: int, number: int
) -> Repetition:
    with one_thread():
        if isinstance(source, Case):
            seed = Grid(seed=seed).seed_of(source, number)
            sample = source.dataset(seed)
            truth = float(source.distribution(seed).mutual_information)
        else:
            sample, truth = source.draw(derive_seed(seed, "repetition", number))
        estimates = {name: attempt(one, sample).estimate for name, one in estimators.items()}
    return Repetition(truth, estimates)


def _overlap(bounds: tuple[int, int] | None, other: tuple[int, int]) -> bool:
    """Return whether the bounds of a component, if it has some, overlap with others."""
    return bounds is None or (bounds[0] <= other[1] and other[0] <= bounds[1])
