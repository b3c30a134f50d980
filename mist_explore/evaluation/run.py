"""Running estimators over a suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from time import perf_counter, process_time

from mist_explore.estimators import estimator_of
from mist_explore.evaluation.comparison import attempt
from mist_explore.evaluation.result import Evaluation, Row, summarise
from mist_explore.evaluation.result_cache import ResultCache
from mist_explore.evaluation.suite import Suite
from mist_explore.interfaces import Estimator
from mist_explore.progress import Progress, run_job
from mist_explore.sample import Sample

__all__ = ["evaluate", "iter_evaluate", "iter_evaluate_each"]


def evaluate(
    estimator: str | Path | Estimator,
    suite: Suite,
    seed: int = 0,
    cache: ResultCache | None = None,
    *,
    progress: bool = False,
) -> Evaluation:
    """Estimate every dataset of a suite and return the errors.

    The same seed draws the same datasets for every estimator. Datasets that the estimator cannot
    take are counted by reason.

    Args:
        estimator: a name, see `load`, or an estimator.
        suite: the datasets.
        seed: of the datasets.
        cache: a cache of earlier estimates, from which an interrupted run resumes.
        progress: whether to show a tqdm bar.

    Example:
        >>> from mist_explore.evaluation import MTest
        >>> len(evaluate("gaussian-copula", MTest(sample_sizes=(50,))).rows)
        117
    """
    return run_job(iter_evaluate(estimator, suite, seed, cache), progress)


def iter_evaluate(
    estimator: str | Path | Estimator,
    suite: Suite,
    seed: int = 0,
    cache: ResultCache | None = None,
) -> Generator[Progress, None, Evaluation]:
    """Yield the progress of `evaluate` and return its result; close the generator to cancel."""
    (evaluation,) = yield from iter_evaluate_each([estimator_of(estimator)], suite, seed, cache)
    return evaluation


def iter_evaluate_each(
    estimators: Sequence[Estimator], suite: Suite, seed: int = 0, cache: ResultCache | None = None
) -> Generator[Progress, None, tuple[Evaluation, ...]]:
    """Evaluate several estimators on a suite whose datasets are drawn once.

    The arguments are those of `evaluate`. The progress records hold the mean absolute error of
    the first estimator.
    """
    start = perf_counter()
    outcome_of = partial(attempt, clock=process_time) if cache is None else cache.estimate
    rows: list[list[Row]] = [[] for _ in estimators]
    refusals: list[Counter[str]] = [Counter() for _ in estimators]
    errors: list[float] = []
    for step, cell in enumerate(suite.cells(seed), start=1):
        datasets = zip(cell.x.numpy(), cell.y.numpy(), cell.truths.tolist(), strict=True)
        for number, (x, y, truth) in enumerate(datasets):
            for estimator, taken, refused in zip(estimators, rows, refusals, strict=True):
                outcome = outcome_of(estimator, Sample(x, y))
                if outcome.estimate is None:
                    refused[outcome.error] += 1
                    continue
                where = cell.group, cell.distribution, cell.name
                taken.append(Row(*where, truth, outcome.estimate, outcome.seconds, number))
        new = rows[0][len(errors) :]
        errors += [abs(row.estimate.median - row.truth) for row in new]
        metrics = {"mean_absolute_error": fmean(errors)} if errors else {}
        yield Progress(step, suite.n_cells, perf_counter() - start, metrics)
    return tuple(
        Evaluation(
            suite=suite.name,
            estimator=estimator.name,
            seed=seed,
            error=suite.error,
            note=suite.note,
            rows=tuple(taken),
            summary=summarise(taken, suite),
            refusals=dict(refused),
        )
        for estimator, taken, refused in zip(estimators, rows, refusals, strict=True)
    )
