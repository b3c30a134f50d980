"""Running an estimator over a suite."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter
from typing import Protocol, runtime_checkable

from torch import Tensor

from mist_explore.estimate import LEVELS, Estimate
from mist_explore.evaluation.result import Evaluation, Row, summarise
from mist_explore.evaluation.suite import Cell, Suite
from mist_explore.interfaces import Estimator
from mist_explore.progress import Progress

__all__ = ["BatchEstimator", "evaluate"]

NUMBERS_PER_BATCH = 200_000
"""How many numbers go through a network at once, which bounds the memory."""


@runtime_checkable
class BatchEstimator(Estimator, Protocol):
    """An estimator that also answers for datasets of one shape at once."""

    def predict(self, x: Tensor, y: Tensor) -> Tensor:
        """Quantiles `(batch, len(LEVELS))` for `(batch, n, dim_x)` and `(batch, n, dim_y)`."""
        ...


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
    start = perf_counter()
    if isinstance(estimator, BatchEstimator):
        estimates = _batched(estimator, cell)
    else:
        pairs = zip(cell.x.numpy(), cell.y.numpy(), strict=True)
        estimates = [estimator.estimate(x, y) for x, y in pairs]
    seconds = (perf_counter() - start) / len(estimates)
    return [
        Row(cell.group, cell.law, cell.name, float(truth), estimate, seconds)
        for truth, estimate in zip(cell.truths, estimates, strict=True)
    ]


def _batched(estimator: BatchEstimator, cell: Cell) -> list[Estimate]:
    n_samples, dim_x, dim_y = *cell.x.shape[1:], cell.y.shape[2]
    size = max(1, NUMBERS_PER_BATCH // (n_samples * (dim_x + dim_y)))
    batches = zip(cell.x.split(size), cell.y.split(size), strict=True)
    return [
        Estimate(LEVELS, quantiles.tolist(), (), estimator.name, n_samples, dim_x, dim_y)
        for x, y in batches
        for quantiles in estimator.predict(x, y)
    ]
