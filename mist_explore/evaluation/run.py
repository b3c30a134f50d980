"""Running an estimator over a suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from functools import partial
from time import perf_counter, process_time

from mist_explore.evaluation.comparison import ask
from mist_explore.evaluation.memory import Memory
from mist_explore.evaluation.result import Evaluation, Row, summarise
from mist_explore.evaluation.suite import Suite
from mist_explore.interfaces import Estimator
from mist_explore.progress import Progress
from mist_explore.sample import Sample

__all__ = ["evaluate"]


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
    start = perf_counter()
    answer_of = partial(ask, clock=process_time) if memory is None else memory.ask
    rows: list[Row] = []
    refusals: Counter[str] = Counter()
    total_error = 0.0
    for step, cell in enumerate(suite.cells(seed), start=1):
        datasets = zip(cell.x.numpy(), cell.y.numpy(), cell.truths.tolist(), strict=True)
        for number, (x, y, truth) in enumerate(datasets):
            answer = answer_of(estimator, Sample(x, y))
            if answer.estimate is None:
                refusals[answer.error] += 1
                continue
            where = cell.group, cell.law, cell.name
            rows.append(Row(*where, truth, answer.estimate, answer.seconds, number))
            total_error += abs(answer.estimate.median - truth)
        metrics = {"mean_absolute_error": total_error / len(rows)} if rows else {}
        yield Progress(step, suite.n_cells, perf_counter() - start, metrics)
    return Evaluation(
        suite=suite.name,
        estimator=estimator.name,
        seed=seed,
        error=suite.error,
        note=suite.note,
        rows=tuple(rows),
        summary=summarise(rows, suite),
        refusals=dict(refusals),
    )
