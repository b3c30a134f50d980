"""Several estimators on the datasets of one suite, and how far each is from the first."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from mist_explore.evaluation.result import Evaluation, GroupSummary, Row
from mist_explore.evaluation.result_cache import ResultCache
from mist_explore.evaluation.run import iter_evaluate_each
from mist_explore.evaluation.suite import Suite
from mist_explore.interfaces import Estimator
from mist_explore.metrics import Mean, clustered_mean
from mist_explore.progress import Progress

__all__ = ["Contest", "Standing", "contest"]


@dataclass(frozen=True)
class Standing:
    """One estimator on one group of datasets, beside the first estimator.

    Args:
        estimator: its name.
        summary: its error, bias, coverage, width and time on the datasets that it took.
        n_datasets: the datasets of the group, of which it may have refused some.
        excess: the mean of its error less that of the first estimator, over the datasets that
            both took; above 0 where the first is better. None for the first itself, and where
            they share no dataset.
    """

    estimator: str
    summary: GroupSummary
    n_datasets: int
    excess: Mean | None

    @property
    def is_better(self) -> bool:
        """Whether it errs less than the first by more than two standard errors."""
        return self.excess is not None and self.excess.value < -2 * self.excess.standard_error


@dataclass(frozen=True, eq=False)
class Contest:
    """Evaluations of several estimators on the same datasets; the others are held to the first.

    Args:
        evaluations: one for each estimator.
        provenance: what made it: command, versions, checkpoints with their hashes.
    """

    evaluations: tuple[Evaluation, ...]
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def first(self) -> Evaluation:
        """The evaluation that the others are held to."""
        return self.evaluations[0]

    @cached_property
    def standings(self) -> Mapping[str, tuple[Standing, ...]]:
        """By group of datasets, how each estimator did, in the order in which they were asked."""
        sizes: dict[str, set[tuple[str, int]]] = {}
        for evaluation in self.evaluations:
            for row in evaluation.rows:
                sizes.setdefault(row.group, set()).add((row.cell, row.number))
        groups: dict[str, list[Standing]] = {group: [] for group in sizes}
        for evaluation in self.evaluations:
            for summary in evaluation.summary:
                excess = self._excess(evaluation, summary.group)
                standing = Standing(
                    evaluation.estimator, summary, len(sizes[summary.group]), excess
                )
                groups[summary.group].append(standing)
        return {group: tuple(standings) for group, standings in groups.items()}

    def _excess(self, other: Evaluation, group: str) -> Mean | None:
        if other is self.first:
            return None
        ours, theirs = (
            {(row.cell, row.number): _error(row, e.error) for row in e.rows if row.group == group}
            for e in (self.first, other)
        )
        shared = [key for key in theirs if key in ours]
        if not shared:
            return None
        differences = [theirs[key] - ours[key] for key in shared]
        return clustered_mean(differences, [cell for cell, _ in shared])


def contest(
    estimators: Sequence[Estimator], suite: Suite, seed: int = 0, cache: ResultCache | None = None
) -> Generator[Progress, None, Contest]:
    """Evaluate several estimators on the same datasets; yields progress, returns the contest.

    Args:
        estimators: whom to ask; the others are held to the first.
        suite: what about.
        seed: of the datasets.
        cache: a cache of earlier estimates, from which an interrupted run resumes.

    Raises:
        ValueError: if there is no estimator, or two have one name.

    Example:
        >>> from mist_explore.estimators import Gaussian, GaussianCopula
        >>> from mist_explore.evaluation import BMI40
        >>> job = contest([Gaussian(), GaussianCopula()], BMI40(n_samples=50))
        >>> next(job).total
        40
    """
    names = [estimator.name for estimator in estimators]
    if not names:
        raise ValueError("expected at least one estimator; got none")
    if len(set(names)) < len(names):
        raise ValueError(f"expected estimators of different names; got {', '.join(names)}")
    return Contest((yield from iter_evaluate_each(estimators, suite, seed, cache)))


def _error(row: Row, kind: str) -> float:
    apart = row.estimate.median - row.truth
    return apart**2 if kind == "squared" else abs(apart)
