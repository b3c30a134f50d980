"""Running estimators over a suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from functools import partial
from time import perf_counter, process_time

from mist_explore.evaluation.comparison import ask
from mist_explore.evaluation.result import Evaluation, Row, summarise
from mist_explore.evaluation.result_cache import ResultCache
from mist_explore.evaluation.suite import Suite
from mist_explore.interfaces import Estimator
from mist_explore.progress import Progress, run_job
from mist_explore.sample import Sample

__all__ = ["evaluate", "iter_evaluate", "iter_evaluate_each"]


def evaluate(
    estimator: Estimator,
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
        estimator: the estimator to evaluate.
        suite: the datasets.
        seed: of the datasets.
        cache: a cache of earlier estimates, from which an interrupted run resumes.
        progress: whether to show a tqdm bar.

    Example:
        >>> from mist_explore.estimators.gaussian_copula import GaussianCopula
        >>> from mist_explore.evaluation import MTest
        >>> len(evaluate(GaussianCopula(), MTest(sample_sizes=(50,))).rows)
        117
    """
    return run_job(iter_evaluate(estimator, suite, seed, cache), progress)


def iter_evaluate(
    estimator: Estimator, suite: Suite, seed: int = 0, cache: ResultCache | None = None
) -> Generator[Progress, None, Evaluation]:
    """Yield the progress of `evaluate` and return its result; close the generator to cancel."""
    (evaluation,) = yield from iter_evaluate_each([estimator], suite, seed, cache)
    return evaluation


def iter_evaluate_each(
    estimators: Sequence[Estimator], suite: Suite, seed: int = 0, cache: ResultCache | None = None
) -> Generator[Progress, None, tuple[Evaluation, ...]]:
    """Evaluate several estimators on a suite whose datasets are drawn once.

    The arguments are those of `evaluate`. The progress records hold the mean absolute error of
    the first estimator.
    """
    start = perf_counter()
    answer_of = partial(ask, clock=process_time) if cache is None else cache.ask
    rows: list[list[Row]] = [[] for _ in estimators]
    refusals: list[Counter[str]] = [Counter() for _ in estimators]
    for step, cell in enumerate(suite.cells(seed), start=1):
        datasets = zip(cell.x.numpy(), cell.y.numpy(), cell.truths.tolist(), strict=True)
        for number, (x, y, truth) in enumerate(datasets):
            for estimator, taken, refused in zip(estimators, rows, refusals, strict=True):
                answer = answer_of(estimator, Sample(x, y))
                if answer.estimate is None:
                    refused[answer.error] += 1
                    continue
                where = cell.group, cell.distribution, cell.name
                taken.append(Row(*where, truth, answer.estimate, answer.seconds, number))
        yield Progress(step, suite.n_cells, perf_counter() - start, _error_so_far(rows[0]))
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


def _error_so_far(rows: list[Row]) -> dict[str, float]:
    if not rows:
        return {}
    total = sum(abs(row.estimate.median - row.truth) for row in rows)
    return {"mean_absolute_error": total / len(rows)}
