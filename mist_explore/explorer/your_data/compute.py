"""Results of the data page from a table and a state: seeded, cached, no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from mist_explore.estimate import Estimate
from mist_explore.estimators.observations import Observations, observations_of
from mist_explore.estimators.sample_estimator import estimate_observations
from mist_explore.evaluation import PermutationTest, Stability, permutation_test, stability
from mist_explore.explorer.baselines import BASELINE, estimator
from mist_explore.explorer.table_code import (
    column_arguments,
    open_and_prepare,
    option_arguments,
    options,
    quoted_table,
)
from mist_explore.explorer.tables import Opened, prepared
from mist_explore.explorer.your_data.settings import DataState
from mist_explore.preparation import Prepared

__all__ = [
    "BASELINES",
    "MATRIX_ROWS",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "DataResult",
    "as_command",
    "as_python",
    "curves",
    "result",
    "rows_independent",
]

BASELINES = (BASELINE, "ksg", "mixed-ksg")
"""Baselines beside the network, all of them fast; the last takes ties and mixed columns."""

MOST_ROWS = 10_000
"""Rows that are drawn from a larger table, for speed."""

MOST_COLUMNS, MATRIX_ROWS = 40, 2_000
"""Limits of columns and rows of the matrix of all pairs."""


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


def as_python(state: DataState) -> str:
    """Return lines of Python that print the numbers of a state."""
    units = "" if state.units == "nats" else f'.to("{state.units}")'
    shifted = ", circular_shift=True" if state.order == "time" else ""
    independent = {"auto": "bool(sorting_column(table))", "any": "True", "time": "False"}
    fdr = f", fdr={state.fdr}{shifted}, seed={state.seed}" if state.fdr_level else ""
    matrix = "".join(f", {option}" for option in options(state))
    return (
        "import mist_explore as mx\n"
        "from mist_explore.evaluation import pair_rows\n"
        "from mist_explore.preparation import sorting_column\n"
        f"{open_and_prepare(state, MOST_ROWS, state.seed)}"
        'print(*ready.notes, sep="\\n")\n'
        "x, y = ready.sample.x, ready.sample.y\n"
        f"order = {{'rows_independent': {independent[state.order]}}}\n"
        f"network = mx.load({state.network!r})\n"
        f"estimate = network.estimate(x, y, **order){units}\n"
        f"print(estimate.median, estimate.interval({state.level:g}), estimate.warnings)\n"
        f"print(mx.permutation_test(x, y, permutations={state.permutations}{shifted}, "
        f"seed={state.seed}, **order).p_value)\n"
        "print(mx.compare(x, y, **order))\n"
        f"columns = mx.usable_columns(table, max_columns={MOST_COLUMNS}, "
        f"max_rows={MATRIX_ROWS}{matrix})\n"
        f"pairs = mx.pairwise_information(columns, estimator=network{fdr}, **order)\n"
        f"for row in pair_rows(pairs, {state.level:g}, {state.units!r}):\n"
        "    print(row)\n"
    )


def as_command(state: DataState) -> str:
    """Return commands that print the estimate, the p-value and all pairs."""
    order = {"auto": "", "any": " --rows-independent", "time": " --shifted"}[state.order]
    fdr = f"--fdr {state.fdr} --seed {state.seed} " if state.fdr_level else ""
    return (
        f"mist-explore estimate {column_arguments(state, MOST_ROWS, state.seed)} \\\n"
        f"    --permutations {state.permutations}{order} "
        f"--level {state.level:g} --units {state.units} --estimator {state.network}\n"
        f"mist-explore matrix {quoted_table(state)} {option_arguments(state)}"
        f"--max-columns {MOST_COLUMNS} --max-rows {MATRIX_ROWS}{order} {fdr}"
        f"--level {state.level:g} --units {state.units} --estimator {state.network}\n"
    )


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
