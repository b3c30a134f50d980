"""What an evaluation found: one row for each dataset, and a summary with standard errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mist_explore.estimate import Estimate
from mist_explore.evaluation.suite import Suite
from mist_explore.metrics import (
    Mean,
    bias,
    calibration,
    coverage,
    mean_absolute_error,
    mean_squared_error,
    mean_width,
)

__all__ = ["INTERVAL_LEVELS", "Evaluation", "GroupSummary", "Row", "summarise"]

INTERVAL_LEVELS = (0.5, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class Row:
    """One dataset: where it came from, its truth, and what the estimator said.

    Args:
        group: the line of the summary.
        distribution: the family and transform, or the task.
        cell: the datasets whose errors are shared.
        truth: mutual information in nats.
        estimate: the answer, with the shape of the dataset and its warnings.
        seconds: what the estimate took of the processor.
        number: of the dataset within its cell.
    """

    group: str
    distribution: str
    cell: str
    truth: float
    estimate: Estimate
    seconds: float
    number: int = 0


@dataclass(frozen=True)
class GroupSummary:
    """The quality of an estimator on one group of datasets, in nats.

    Args:
        group: its name.
        n_datasets: the number of datasets.
        error: the mean of the suite's error, squared or absolute.
        published: published mean errors on this group, by method.
        bias: the mean of median minus truth.
        coverage: by level, the share of central intervals that hold the truth; empty for a point
            estimator.
        width: the mean width of the 90 % interval; None for a point estimator.
        calibration: by quantile level, the share of truths at or below that quantile. Quantiles
            end at 0, so it lies above the level where the truth is 0.
        seconds: the mean processor time of an estimate.
    """

    group: str
    n_datasets: int
    error: Mean
    published: Mapping[str, float]
    bias: Mean
    coverage: Mapping[float, Mean]
    width: Mean | None
    calibration: Mapping[float, Mean]
    seconds: float

    @property
    def below_published(self) -> bool | None:
        """Whether the error is below that of the first published method; None without one."""
        return self.error.value < next(iter(self.published.values())) if self.published else None


@dataclass(frozen=True)
class Evaluation:
    """The result of one estimator on one suite.

    Args:
        suite: the name of the suite.
        estimator: the name of the estimator.
        seed: what the suite was drawn from.
        error: `"squared"` (nats²) or `"absolute"` (nats).
        note: what must be said beside the numbers.
        rows: one for each dataset that the estimator took.
        summary: one for each group of which it took a dataset.
        refusals: by reason, the number of datasets that it could not take.
        provenance: what made it: command, versions, the checkpoint with its hash.
    """

    suite: str
    estimator: str
    seed: int
    error: str
    note: str
    rows: tuple[Row, ...]
    summary: tuple[GroupSummary, ...]
    refusals: Mapping[str, int] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        errors = ", ".join(f"{group.group} {group.error}" for group in self.summary)
        return f"{self.estimator} on {self.suite}, {self.error} error: {errors}"


def summarise(rows: Sequence[Row], suite: Suite) -> tuple[GroupSummary, ...]:
    """A summary of each group, in the order in which the groups first appear."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return tuple(_group_summary(group, members, suite) for group, members in groups.items())


def _group_summary(group: str, rows: Sequence[Row], suite: Suite) -> GroupSummary:
    mean_error = mean_squared_error if suite.error == "squared" else mean_absolute_error
    cells = [row.cell for row in rows]
    truths = [row.truth for row in rows]
    medians = [row.estimate.median for row in rows]
    intervals: dict[float, list[tuple[float, float]]] = {}
    shares: dict[float, Mean] = {}
    if not rows[0].estimate.is_point:
        quantiles = [row.estimate.quantiles for row in rows]
        levels = rows[0].estimate.levels
        told = [t for t in INTERVAL_LEVELS if round((1 - t) / 2, 12) >= levels[0]]
        intervals = {t: [row.estimate.interval(t) for row in rows] for t in told}
        shares = dict(zip(levels, calibration(quantiles, truths, cells), strict=True))
    return GroupSummary(
        group=group,
        n_datasets=len(rows),
        error=mean_error(medians, truths, cells),
        published={
            method: errors[group] for method, errors in suite.published.items() if group in errors
        },
        bias=bias(medians, truths, cells),
        coverage={t: coverage(found, truths, cells) for t, found in intervals.items()},
        width=mean_width(intervals[0.9], cells) if intervals else None,
        calibration=shares,
        seconds=sum(row.seconds for row in rows) / len(rows),
    )
