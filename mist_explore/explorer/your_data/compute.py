"""Results of the data page from a table and a state: seeded, cached, no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimate import Estimate
from mist_explore.estimators.observations import Observations, observations_of
from mist_explore.estimators.sample_estimator import estimate_observations
from mist_explore.evaluation import (
    Pairwise,
    PermutationTest,
    Stability,
    iter_pairwise_information,
    permutation_test,
    stability,
)
from mist_explore.explorer.baselines import BASELINE, estimator
from mist_explore.explorer.job import Steps
from mist_explore.explorer.tables import Opened, prepared
from mist_explore.explorer.your_data.settings import DataState
from mist_explore.preparation import Prepared, usable_columns
from mist_explore.progress import Cancellation, Progress

__all__ = [
    "BASELINES",
    "MATRIX_ROWS",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "DataResult",
    "Step",
    "curves",
    "matrix_columns",
    "pair_steps",
    "result",
    "rows_independent",
    "with_progress",
]

BASELINES = (BASELINE, "ksg", "mixed-ksg")
"""Baselines beside the network, all of them fast; the last takes ties and mixed columns."""

MOST_ROWS = 10_000
"""Rows that are drawn from a larger table, for speed."""

MOST_COLUMNS, MATRIX_ROWS = 40, 2_000
"""Limits of columns and rows of the matrix of all pairs."""


Step: TypeAlias = tuple[Progress, Pairwise]
"""A record of a job on pairs of columns."""


@dataclass(frozen=True, eq=False)
class DataResult:
    """The results of a state; information is in nats.

    Args:
        state: the state of the results.
        opened: the table.
        prepared: the sample, with notes on its preparation.
        estimates: by the name of the estimator, the network first; None where it failed.
        failures: why an estimator failed, by its name.
        test: of independence.
    """

    state: DataState
    opened: Opened
    prepared: Prepared
    estimates: Mapping[str, Estimate | None]
    failures: Mapping[str, str]
    test: PermutationTest

    @property
    def learned(self) -> Estimate | None:
        """The estimate of the network; None if it failed."""
        return self.estimates[self.state.network]


def result(state: DataState, table: Opened) -> DataResult:
    """Estimate the mutual information of the chosen columns and test whether there is any.

    Raises:
        ValueError: if the columns make no sample.
    """
    return replace(_answer(state.question, table), state=state)


@lru_cache(maxsize=16)
def _answer(state: DataState, table: Opened) -> DataResult:
    ready = prepared(state, table, MOST_ROWS, state.seed)
    rows = observations_of(
        ready,
        table.table.n_rows,
        rows_independent=state.order == "any",
        sorted_by=table.sorted_by if state.order == "auto" else "",
    )
    estimates, failures = _estimates(rows, (state.network, *BASELINES))
    test = permutation_test(
        rows.sample.x,
        rows.sample.y,
        permutations=state.permutations,
        circular_shift=state.circular_shift,
        rows_independent=rows_independent(state, table),
        seed=state.seed,
    )
    return DataResult(state, table, ready, estimates, failures, test)


def rows_independent(state: DataState, table: Opened) -> bool:
    """Return whether the rows have no order: by choice, or since the table is sorted."""
    return state.order == "any" or (state.order == "auto" and bool(table.sorted_by))


def _estimates(
    rows: Observations, names: Iterable[str]
) -> tuple[dict[str, Estimate | None], dict[str, str]]:
    estimates: dict[str, Estimate | None] = {}
    failures: dict[str, str] = {}
    for name in names:
        try:
            estimates[name] = estimate_observations(estimator(name), rows)
        except (ValueError, FileNotFoundError) as error:
            estimates[name], failures[name] = None, str(error)
    return estimates, failures


def curves(answer: DataResult) -> dict[str, Stability]:
    """Return estimates on growing parts of the rows, the network first; empty if it failed."""
    sample, seed = answer.prepared.sample, answer.state.seed
    independent = rows_independent(answer.state, answer.opened)
    return {
        name: stability(
            sample.x,
            sample.y,
            estimator(name),
            rows_independent=independent,
            seed=seed,
        )
        if answer.estimates[name] is not None
        else Stability((), ())
        for name in (answer.state.network, BASELINE)
    }


def pair_steps(
    answer: DataResult,
    columns: Mapping[str, NDArray[np.float64]],
    cancellation: Cancellation,
    pairs: Iterable[tuple[str, str]] | None = None,
    top: int | None = None,
) -> Steps[Step, Step]:
    """Estimate pairs of columns and, if the state includes tests, test them, step by step.

    Args:
        answer: the results of the page.
        columns: of the table, as numbers.
        cancellation: set it, and the pairs that are done are returned.
        pairs: as in `iter_pairwise_information`.
        top: as in `iter_pairwise_information`.
    """
    state = answer.state
    return with_progress(
        iter_pairwise_information(
            columns,
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


def with_progress(steps: Steps[Step, Pairwise]) -> Steps[Step, Step]:
    """Run a computation, and return its result beside the progress of its last record."""
    progress = Progress(0, 0, 0.0)
    while True:
        try:
            progress, found = next(steps)
        except StopIteration as end:
            return progress, end.value
        yield progress, found


@lru_cache(maxsize=4)
def matrix_columns(
    table: Opened, categorical: tuple[str, ...] = (), gap_values: tuple[float, ...] = ()
) -> Mapping[str, NDArray[np.float64]]:
    """Return the first `MOST_COLUMNS` usable columns as numbers, `MATRIX_ROWS` rows of them."""
    return usable_columns(
        table.table,
        categories=categorical,
        gap_values=gap_values,
        max_columns=MOST_COLUMNS,
        max_rows=MATRIX_ROWS,
    )
