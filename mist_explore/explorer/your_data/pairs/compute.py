"""Pairs of columns of the data page, estimated and tested step by step, without widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mist_explore.evaluation import Pairwise, iter_independence_tests, iter_pairwise_information
from mist_explore.explorer.baselines import estimator
from mist_explore.explorer.job import Steps
from mist_explore.explorer.tables import Opened
from mist_explore.explorer.your_data.compute import (
    MATRIX_ROWS,
    MOST_COLUMNS,
    DataResult,
    rows_independent,
)
from mist_explore.preparation import usable_columns
from mist_explore.progress import Cancellation, Progress

__all__ = ["RANKED", "Step", "matrix_columns", "pair_steps", "ranking_steps", "test_steps"]

RANKED = 60
"""Of more columns all are screened, and this number of the highest is estimated."""

Columns: TypeAlias = Mapping[str, NDArray[np.float64]]

Step: TypeAlias = tuple[Progress, Pairwise]
"""A record of a job on pairs of columns."""


def matrix_columns(answer: DataResult) -> Columns:
    """Return the first `MOST_COLUMNS` usable columns as numbers, `MATRIX_ROWS` rows of them."""
    return _columns(answer.opened, answer.state.categorical, answer.state.gap_values)


@lru_cache(maxsize=4)
def _columns(table: Opened, categorical: tuple[str, ...], gap_values: tuple[float, ...]) -> Columns:
    return usable_columns(
        table.table,
        categories=categorical,
        gap_values=gap_values,
        max_columns=MOST_COLUMNS,
        max_rows=MATRIX_ROWS,
    )


def pair_steps(
    answer: DataResult,
    cancellation: Cancellation,
    columns: Columns | None = None,
    pairs: Iterable[tuple[str, str]] | None = None,
    top: int | None = None,
) -> Steps[Step, Step]:
    """Estimate pairs of columns and, if the state includes tests, test them, step by step.

    Args:
        answer: the results of the page.
        cancellation: set it, and the pairs that are done are returned.
        columns: of the table, as numbers; those of the matrix by default.
        pairs: as in `iter_pairwise_information`.
        top: as in `iter_pairwise_information`.
    """
    state = answer.state
    return _with_progress(
        iter_pairwise_information(
            columns or matrix_columns(answer),
            estimator(state.network),
            pairs,
            cancellation,
            top=top,
            fdr=state.fdr_level,
            circular_shift=state.circular_shift,
            rows_independent=rows_independent(state, answer.opened),
            seed=state.seed,
        )
    )


def _with_progress(steps: Steps[Step, Pairwise]) -> Steps[Step, Step]:
    """Run a computation, and return its result beside the progress of its last record."""
    progress = Progress(0, 0, 0.0)
    while True:
        try:
            progress, found = next(steps)
        except StopIteration as end:
            return progress, end.value
        yield progress, found


def test_steps(
    answer: DataResult, found: Pairwise, cancellation: Cancellation
) -> Steps[Step, Step]:
    """Test pairs that are estimated, step by step, at the false discovery rate of the state."""
    state = answer.state
    assert state.fdr_level is not None
    return _with_progress(
        iter_independence_tests(
            found,
            matrix_columns(answer),
            state.fdr_level,
            cancellation,
            circular_shift=not rows_independent(state, answer.opened) and state.circular_shift,
            seed=state.seed,
        )
    )


def ranking_steps(answer: DataResult, cancellation: Cancellation) -> Steps[Step, Step]:
    """Estimate each usable column with Y, step by step, and test it if the state includes tests."""
    state = answer.state
    columns = usable_columns(
        answer.opened.table,
        categories=state.categorical,
        gap_values=state.gap_values,
        max_rows=MATRIX_ROWS,
    )
    sides = [columns.pop(name) for name in state.y if name in columns]
    target = ", ".join(state.y)
    rows = len(sides[0]) if sides else 0
    columns[target] = np.column_stack([side.reshape(rows, -1) for side in sides])
    pairs = [(name, target) for name in columns if name != target]
    return pair_steps(answer, cancellation, columns, pairs, RANKED)
