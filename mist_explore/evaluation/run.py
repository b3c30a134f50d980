"""Running estimators over a suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from functools import partial
from time import perf_counter, process_time

from mist_explore.evaluation.comparison import ask
from mist_explore.evaluation.memory import Memory
from mist_explore.evaluation.result import Evaluation, Row, summarise
from mist_explore.evaluation.suite import Suite
from mist_explore.interfaces import Estimator
from mist_explore.progress import Progress
from mist_explore.sample import Sample

__all__ = ["evaluate", "evaluate_each"]


def evaluate(
    estimator: Estimator, suite: Suite, seed: int = 0, memory: Memory | None = None
) -> Generator[Progress, None, Evaluation]:
    """Estimate every dataset of a suite; yields progress and returns the evaluation.

    The same seed draws the same datasets for every estimator. Close the generator to cancel.
    Datasets that the estimator cannot take are counted by reason.

    Args:
        estimator: whom to ask.
        suite: what about.
        seed: of the datasets.
        memory: where answers are looked up and kept, so that a cancelled run goes on.

    Example:
        >>> from mist_explore.estimators.gaussian_copula import GaussianCopula
        >>> from mist_explore.evaluation import MTest
        >>> job = evaluate(GaussianCopula(), MTest(sample_sizes=(50,)))
        >>> next(job).total
        13
    """
    (evaluation,) = yield from evaluate_each([estimator], suite, seed, memory)
    return evaluation


def evaluate_each(
    estimators: Sequence[Estimator], suite: Suite, seed: int = 0, memory: Memory | None = None
) -> Generator[Progress, None, tuple[Evaluation, ...]]:
    """Ask several estimators about every dataset of a suite, which is drawn once.

    As `evaluate`; the progress tells the mean absolute error of the first.
    """
    start = perf_counter()
    answer_of = partial(ask, clock=process_time) if memory is None else memory.ask
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
                where = cell.group, cell.law, cell.name
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
