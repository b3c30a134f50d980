"""The results of the data page as Python, as commands and as tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from mist_explore.evaluation import Pairwise, pair_rows, pairs_as_csv, pairs_as_parquet
from mist_explore.explorer.data.compute import (
    MATRIX_ROWS,
    MOST_COLUMNS,
    MOST_ROWS,
    DataResult,
)
from mist_explore.explorer.data.settings import DataState
from mist_explore.explorer.table_code import (
    column_arguments,
    open_and_prepare,
    option_arguments,
    options,
    quoted_table,
)

__all__ = ["as_command", "as_python", "estimates_csv", "pairs_csv", "pairs_parquet"]


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
        f"columns = mx.usable_columns(table, most_columns={MOST_COLUMNS}, "
        f"most_rows={MATRIX_ROWS}{matrix})\n"
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
        f"--most-columns {MOST_COLUMNS} --most-rows {MATRIX_ROWS}{order} {fdr}"
        f"--level {state.level:g} --units {state.units} --estimator {state.network}\n"
    )


def estimates_csv(answer: DataResult) -> str:
    """Return the estimates of the chosen columns as CSV, one row each."""
    state, sample = answer.state, answer.prepared.sample
    head = ("estimator", "median", "low", "high", "level", "units", "rows", "dim_x", "dim_y")
    shape = (state.level, state.units, sample.n_samples, sample.dim_x, sample.dim_y)
    lines = []
    for name, estimate in answer.estimates.items():
        if estimate is not None:
            value = estimate.to(state.units)
            ends = ("", "") if value.is_point else value.interval(state.level)
            lines.append((name, value.median, *ends, *shape))
    return _csv(head, lines)


def pairs_csv(found: Pairwise, state: DataState) -> str:
    """Return every pair of columns as CSV, one row each (`PAIR_FIELDS`)."""
    return pairs_as_csv(pair_rows(found, state.level, state.units))


def pairs_parquet(found: Pairwise, state: DataState) -> bytes:
    """Return every pair of columns as a Parquet file, one row each (`PAIR_FIELDS`)."""
    return pairs_as_parquet(pair_rows(found, state.level, state.units))


def _csv(head: tuple[str, ...], lines: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *lines])
    return text.getvalue()
