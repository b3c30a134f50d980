"""Running an estimator over a suite."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter

from mist_explore.evaluation.result import Evaluation, Row, summarise
from mist_explore.evaluation.suite import Cell, Suite
from mist_explore.interfaces import Estimator
from mist_explore.progress import Progress

__all__ = ["evaluate"]


def evaluate(
    estimator: Estimator, suite: Suite, seed: int = 0
) -> Generator[Progress, None, Evaluation]:
    """Estimate every dataset of a suite; yields progress and returns the evaluation.

    The same seed draws the same datasets for every estimator. Close the generator to cancel.

    Example:
        >>> from mist_explore.estimators.gaussian_copula import GaussianCopula
        >>> from mist_explore.evaluation import MTest
        >>> job = evaluate(GaussianCopula(), MTest(sample_sizes=(50,)))
        >>> next(job).total
        13
    """
    start = perf_counter()
    rows: list[Row] = []
    total_error = 0.0
    for step, cell in enumerate(suite.cells(seed), start=1):
        found = _rows(estimator, cell)
        rows += found
        total_error += sum(abs(row.estimate.median - row.truth) for row in found)
        metrics = {"mean_absolute_error": total_error / len(rows)}
        yield Progress(step, suite.n_cells, perf_counter() - start, metrics)
    return Evaluation(
        suite=suite.name,
        estimator=estimator.name,
        seed=seed,
        error=suite.error,
        note=suite.note,
        rows=tuple(rows),
        summary=summarise(rows, suite),
    )


def _rows(estimator: Estimator, cell: Cell) -> list[Row]:
    rows = []
    for x, y, truth in zip(cell.x.numpy(), cell.y.numpy(), cell.truths.tolist(), strict=True):
        start = perf_counter()
        estimate = estimator.estimate(x, y)
        seconds = perf_counter() - start
        rows.append(Row(cell.group, cell.law, cell.name, truth, estimate, seconds))
    return rows
