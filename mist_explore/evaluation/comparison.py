"""Several estimators side by side on one sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from time import perf_counter
from typing import Unpack

from numpy.typing import ArrayLike

from mist_explore.estimate import Estimate
from mist_explore.estimators import FAST, Bootstrap, estimator_of
from mist_explore.estimators.observations import Observations, RowOptions, observe
from mist_explore.estimators.sample_estimator import estimate_observations
from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample

__all__ = ["Comparison", "Outcome", "attempt", "compare", "compare_observations"]


@dataclass(frozen=True)
class Outcome:
    """The estimate of one estimator, or the reason why it has none.

    Args:
        name: the estimator.
        seconds: the run time.
        estimate: the estimate; None where the estimator cannot take the sample.
        error: the reason for that; empty where there is an estimate.
    """

    name: str
    seconds: float
    estimate: Estimate | None = None
    error: str = ""

    @property
    def median(self) -> float | None:
        """The median, or the one value of a point estimator; None without an estimate."""
        return None if self.estimate is None else self.estimate.median

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings of the estimate; none without one."""
        return () if self.estimate is None else self.estimate.warnings

    def interval(self, level: float = 0.9) -> tuple[float, float] | None:
        """The central interval; None where the estimator gives none.

        Raises:
            ValueError: if `level` is not in (0, 1) or beyond the levels of the estimate.
        """
        if self.estimate is None or self.estimate.is_point:
            return None
        return self.estimate.interval(level)


def attempt(
    estimator: Estimator,
    given: Sample | Observations,
    clock: Callable[[], float] = perf_counter,
) -> Outcome:
    """Return the estimate of an estimator and the seconds that it took.

    Args:
        estimator: one of the registry, or anything with a name and an `estimate(x, y)`.
        given: the rows.
        clock: the source of seconds; `time.process_time` for those of the processor.

    Example:
        >>> from mist_explore.estimators import Gaussian
        >>> attempt(Gaussian(), Sample([1, 2, 3, 4], [5, 5, 5, 5])).error
        'expected a column of y that varies; got only constant columns'
    """
    start = clock()
    try:
        if isinstance(given, Sample):
            given = Observations(given)
        estimate = estimate_observations(estimator, given)
    except ValueError as error:
        return Outcome(estimator.name, clock() - start, error=str(error))
    return Outcome(estimator.name, clock() - start, estimate)


@dataclass(frozen=True)
class Comparison:
    """Estimates of several estimators from one sample; printed, a table.

    Args:
        outcomes: one for each estimator, in the given order.
        n_samples, dim_x, dim_y: the shape of the sample.
        units: of the estimates, `"nats"` or `"bits"`.
        notes: on how the sample was made.
    """

    outcomes: tuple[Outcome, ...]
    n_samples: int
    dim_x: int
    dim_y: int
    units: str = "nats"
    notes: tuple[str, ...] = ()

    def to(self, units: str) -> Comparison:
        """Return the comparison in `"nats"` or `"bits"`."""
        outcomes = tuple(
            replace(outcome, estimate=outcome.estimate and outcome.estimate.to(units))
            for outcome in self.outcomes
        )
        return replace(self, outcomes=outcomes, units=units)

    def as_text(self, level: float = 0.9) -> str:
        """Return the comparison as a table, with the central interval of a level.

        Raises:
            ValueError: if an estimate has no interval of this level.
        """
        lines = self._lines(level)
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = (
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )
        return "\n".join([self._shape, *table])

    def __str__(self) -> str:
        return self.as_text()

    def __repr__(self) -> str:
        names = ", ".join(outcome.name for outcome in self.outcomes)
        return f"Comparison of {names}: {self._shape}"

    def _repr_html_(self) -> str:
        """Return the comparison as an HTML table."""
        head, *body = (list(map(escape, line)) for line in self._lines(0.9))
        rows = "".join(f"<tr><td>{'</td><td>'.join(line)}</td></tr>" for line in body)
        return (
            f"<table><caption>{self._shape}</caption><thead><tr><th>{'</th><th>'.join(head)}</th>"
            f"</tr></thead><tbody>{rows}</tbody></table>"
        )

    @property
    def _shape(self) -> str:
        return f"{self.n_samples} rows, {self.dim_x} + {self.dim_y} columns"

    def _lines(self, level: float) -> list[tuple[str, ...]]:
        head = ("estimator", self.units, f"{100 * level:g} % interval", "seconds", "warnings")
        return [head, *(_line(outcome, level) for outcome in self.outcomes)]


def compare(
    x: ArrayLike,
    y: ArrayLike,
    estimators: Iterable[str | Path | Estimator] = FAST,
    n_resamples: int = 0,
    **options: Unpack[RowOptions],
) -> Comparison:
    """Estimate the mutual information of one sample by several estimators.

    An estimator that cannot take the sample appears with its reason.

    Args:
        x: `(n, dim_x)`, or anything that `prepare_sides` takes.
        y: `(n, dim_y)`.
        estimators: names, directories of trained models (see `load`) or estimators; by default
            all that do not train on the sample itself.
        n_resamples: where positive, estimators of one value get an interval from this number of
            halves of the rows (see `Bootstrap`).
        **options: those of `RowOptions`: gaps, categories, weights, groups.

    Raises:
        ValueError: if the sides make no sample, there is no estimator, a name is unknown, a side
            is wholly constant, or there are too few resamples for an interval.

    Example:
        >>> x, y = [1, 2, 3, 4, 5, 6, 7, 8], [[2, 0], [1, 1], [4, 0], [3, 1]] * 2
        >>> comparison = compare(x, y, ["gaussian-copula", "histogram"])
        >>> [outcome.median for outcome in comparison.outcomes]
        [0.0, None]
        >>> comparison.outcomes[1].error.partition(":")[0]
        'expected one column each of X and Y for a histogram; got 1 and 2'
    """
    return compare_observations(observe(x, y, **options), estimators, n_resamples)


def compare_observations(
    given: Observations,
    estimators: Iterable[str | Path | Estimator] = FAST,
    n_resamples: int = 0,
) -> Comparison:
    """Estimate from observations by several estimators; see `compare`.

    Raises:
        ValueError: as `compare`.
    """
    loaded = [estimator_of(estimator) for estimator in estimators]
    if not loaded:
        raise ValueError("expected at least one estimator; got none")
    if n_resamples:
        around = [Bootstrap(estimator, n_resamples) for estimator in loaded]
    sample = given.sample
    sample.without_constant_columns()  # raises once, not once for each estimator
    outcomes = []
    for number, estimator in enumerate(loaded):
        outcome = attempt(estimator, given)
        if n_resamples and outcome.estimate is not None and outcome.estimate.is_point:
            outcome = attempt(around[number], given)
        outcomes.append(outcome)
    return Comparison(
        tuple(outcomes), sample.n_samples, sample.dim_x, sample.dim_y, notes=given.notes
    )


def _line(outcome: Outcome, level: float) -> tuple[str, ...]:
    interval = outcome.interval(level)
    return (
        outcome.name,
        "-" if outcome.median is None else f"{outcome.median:.4g}",
        "-" if interval is None else f"{interval[0]:.4g} to {interval[1]:.4g}",
        f"{outcome.seconds:.2g}",
        outcome.error or "; ".join(outcome.warnings),
    )
