"""Number of rows at which the error of an estimator falls to a wanted one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.evaluation.trial import Trial
from mist_explore.seeding import derive_seed

__all__ = ["RowsNeeded", "errors_by_rows", "rows_needed", "widths_by_rows"]

LEVEL = 0.9
"""Level of the range of a `RowsNeeded`."""

N_RESAMPLES = 400
SMALLEST_ERROR = 1e-9

ByRows: TypeAlias = Mapping[int, NDArray[np.float64]]
"""Numbers of datasets, by their number of rows, in increasing order of it."""


@dataclass(frozen=True)
class RowsNeeded:
    """Rows at which a mean error falls to a wanted one, with a 90 % range from the datasets.

    Args:
        rows: `measured[0]` where the fewest rows suffice, infinity where the most do not.
        low, high: the ends of the range, bounded in the same way.
        measured: the fewest and the most rows for which the error is known.

    Example:
        >>> print(RowsNeeded(412.0, 300.0, math.inf, (50, 5_000)))
        410 rows (300 to more than 5,000)
        >>> print(RowsNeeded(math.inf, 4_000.0, math.inf, (50, 5_000)))
        more than 5,000 rows (from 4,000)
    """

    rows: float
    low: float
    high: float
    measured: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.number} rows{f' ({self.range})' if self.range else ''}"

    @property
    def number(self) -> str:
        """The rows in words, to two digits, or the bound that is known."""
        return self._words(self.rows)

    @property
    def range(self) -> str:
        """The range in words; empty where it has one value."""
        if self._words(self.low) == self._words(self.high):
            return ""
        if math.isinf(self.rows):
            return f"from {self._words(self.low)}"
        return f"{self._words(self.low)} to {self._words(self.high)}"

    def _words(self, rows: float) -> str:
        fewest, most = self.measured
        if rows > most:
            return f"more than {most:,}"
        if rows <= fewest:
            return f"at most {fewest:,}"
        step = 10 ** max(math.floor(math.log10(rows)) - 1, 0)
        return f"{round(rows / step) * step:,}"


def errors_by_rows(trials: Iterable[Trial], estimator: str) -> ByRows:
    """Return the signed errors of an estimator, median minus truth in nats, by number of rows.

    Example:
        >>> from mist_explore.evaluation import Grid, sweep
        >>> found = sweep(Grid(n_samples=(50, 100), estimators=("ksg",), replicates=2))
        >>> {rows: len(errors) for rows, errors in errors_by_rows(found.trials, "ksg").items()}
        {50: 2, 100: 2}
    """
    return _by_rows(
        (trial.case.n_samples, trial.deviation)
        for trial in trials
        if trial.estimator == estimator and trial.deviation is not None
    )


def widths_by_rows(trials: Iterable[Trial], estimator: str) -> ByRows:
    """Return the widths of the 90 % intervals of an estimator, in nats, by number of rows."""
    return _by_rows(
        (trial.case.n_samples, trial.high - trial.low)
        for trial in trials
        if trial.estimator == estimator and trial.low is not None and trial.high is not None
    )


def rows_needed(
    errors: Mapping[int, ArrayLike], error: float, *, seed: int = 0
) -> RowsNeeded | None:
    r"""Return the number of rows from which the mean absolute error is at most a wanted one.

    Between the last number of rows \(n_j\) with a larger mean error \(e_j\) and the next one, ln n
    is interpolated linearly in ln e:

    .. math:: \ln n = \ln n_j
        + \frac{\ln e_j - \ln e}{\ln e_j - \ln e_{j + 1}} (\ln n_{j + 1} - \ln n_j)

    The range holds the central 90 % of the values from datasets resampled with replacement at
    each number of rows.

    Args:
        errors: errors of the datasets in nats, signed or absolute, by their number of rows.
        error: the wanted mean absolute error in nats.
        seed: of the resamples.

    Returns:
        the rows; None where there is no error.

    Raises:
        ValueError: if the wanted error is not positive.

    Example:
        >>> print(rows_needed({100: [0.2, -0.2], 400: [0.1, 0.1], 1600: [-0.05, 0.05]}, 0.1))
        400 rows
        >>> rows_needed({100: [0.2], 400: [0.1]}, 0.05).rows
        inf
    """
    if not error > 0:
        raise ValueError(f"expected a positive error; got {error}")
    known = {n: np.abs(np.asarray(errors[n], dtype=np.float64)) for n in sorted(errors)}
    known = {n: values for n, values in known.items() if len(values)}
    if not known:
        return None
    sizes = np.array(list(known), dtype=np.float64)
    generator = np.random.default_rng(derive_seed(seed, "rows needed"))
    resampled = np.column_stack(
        [
            values[generator.integers(len(values), size=(N_RESAMPLES, len(values)))].mean(axis=1)
            for values in known.values()
        ]
    )
    crossings = sorted(_crossing(sizes, means, error) for means in resampled)
    tail = round((1 - LEVEL) / 2 * N_RESAMPLES)
    means = np.array([values.mean() for values in known.values()])
    return RowsNeeded(
        _crossing(sizes, means, error),
        crossings[tail],
        crossings[-1 - tail],
        (int(sizes[0]), int(sizes[-1])),
    )


def _crossing(sizes: NDArray[np.float64], means: NDArray[np.float64], error: float) -> float:
    """Return the rows from which all means are at most `error`; infinity where the last is not."""
    above = np.flatnonzero(means > error)
    if len(above) == 0:
        return float(sizes[0])
    last = int(above[-1])
    if last + 1 == len(sizes):
        return math.inf
    logs = np.log(np.maximum(means[last : last + 2], SMALLEST_ERROR))
    share = (logs[0] - math.log(error)) / (logs[0] - logs[1])
    return float(sizes[last] * (sizes[last + 1] / sizes[last]) ** min(share, 1.0))


def _by_rows(pairs: Iterable[tuple[int, float]]) -> ByRows:
    found: dict[int, list[float]] = {}
    for rows, value in pairs:
        found.setdefault(rows, []).append(value)
    return {rows: np.array(found[rows]) for rows in sorted(found)}
