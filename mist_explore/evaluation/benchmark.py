"""Comparison of several estimators on the datasets of one suite; the first is the baseline."""

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
from mist_explore.progress import Progress, run_job

__all__ = ["BenchmarkComparison", "GroupScore", "benchmark", "iter_benchmark"]


@dataclass(frozen=True)
class GroupScore:
    """Score of one estimator on one group of datasets, relative to the first estimator.

    Args:
        estimator: its name.
        summary: error, bias, coverage, width and time on the datasets that it took.
        n_datasets: number of datasets of the group, including refused ones.
        excess: mean difference of its error from that of the first estimator, over the datasets
            that both took; positive where the first is better. None for the first itself, and
            where they share no dataset.
    """

    estimator: str
    summary: GroupSummary
    n_datasets: int
    excess: Mean | None

    @property
    def is_better(self) -> bool:
        """Whether its error is below that of the first by more than two standard errors."""
        return self.excess is not None and self.excess.value < -2 * self.excess.standard_error


@dataclass(frozen=True, eq=False)
class BenchmarkComparison:
    """Evaluations of several estimators on the same datasets; the first is the baseline.

    Args:
        evaluations: one for each estimator.
        provenance: command, versions, checkpoints with their hashes.
    """

    evaluations: tuple[Evaluation, ...]
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def first(self) -> Evaluation:
        """The evaluation of the baseline."""
        return self.evaluations[0]

    @cached_property
    def scores(self) -> Mapping[str, tuple[GroupScore, ...]]:
        """The scores by group of datasets, in the order of the estimators."""
        sizes: dict[str, set[tuple[str, int]]] = {}
        for evaluation in self.evaluations:
            for row in evaluation.rows:
                sizes.setdefault(row.group, set()).add((row.cell, row.number))
        groups: dict[str, list[GroupScore]] = {group: [] for group in sizes}
        for evaluation in self.evaluations:
            for summary in evaluation.summary:
                group = summary.group
                excess = self._excess(evaluation, group)
                score = GroupScore(evaluation.estimator, summary, len(sizes[group]), excess)
                groups[group].append(score)
        return {group: tuple(scores) for group, scores in groups.items()}

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


def benchmark(
    estimators: Sequence[Estimator],
    suite: Suite,
    seed: int = 0,
    cache: ResultCache | None = None,
    progress: bool = False,
) -> BenchmarkComparison:
    """Evaluate several estimators on the same datasets and compare each with the first.

    Args:
        estimators: the estimators; the first is the baseline.
        suite: the datasets.
        seed: seed of the datasets.
        cache: a cache of earlier estimates, from which an interrupted run resumes.
        progress: whether to show a tqdm bar.

    Raises:
        ValueError: if there is no estimator, or two have the same name.

    Example:
        >>> from mist_explore.estimators import Gaussian, GaussianCopula
        >>> from mist_explore.evaluation import BMI40
        >>> comparison = benchmark([Gaussian(), GaussianCopula()], BMI40(n_samples=50))
        >>> [score.estimator for score in comparison.scores["40 tasks, n = 50"]]
        ['gaussian', 'gaussian-copula']
    """
    return run_job(iter_benchmark(estimators, suite, seed, cache), progress)


def iter_benchmark(
    estimators: Sequence[Estimator], suite: Suite, seed: int = 0, cache: ResultCache | None = None
) -> Generator[Progress, None, BenchmarkComparison]:
    """Yield the progress of `benchmark` and return its result; close the generator to cancel."""
    names = [estimator.name for estimator in estimators]
    if not names:
        raise ValueError("expected at least one estimator; got none")
    if len(set(names)) < len(names):
        raise ValueError(f"expected estimators of different names; got {', '.join(names)}")
    return BenchmarkComparison((yield from iter_evaluate_each(estimators, suite, seed, cache)))


def _error(row: Row, kind: str) -> float:
    difference = row.estimate.median - row.truth
    return difference**2 if kind == "squared" else abs(difference)
