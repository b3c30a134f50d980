"""The results of the data page as Python, as commands, as tables and as reports."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from mist_explore.evaluation import (
    Pairwise,
    Stability,
    pair_rows,
    pairs_as_csv,
    pairs_as_parquet,
)
from mist_explore.explorer.html import insight_html
from mist_explore.explorer.links import csv_text
from mist_explore.explorer.report import figure_html, report_html
from mist_explore.explorer.table_code import (
    column_arguments,
    open_and_prepare,
    option_arguments,
    options,
    quoted_table,
)
from mist_explore.explorer.theme import asset
from mist_explore.explorer.your_data.compute import (
    MATRIX_ROWS,
    MOST_COLUMNS,
    MOST_ROWS,
    DataResult,
)
from mist_explore.explorer.your_data.settings import DataState
from mist_explore.explorer.your_data.views import (
    fan_figure,
    insight,
    matrix_figure,
    matrix_words_html,
    notes_html,
    numbers_html,
    preview_html,
    scatter_figure,
    stability_figure,
    stability_insight,
    table_warnings_html,
)

__all__ = [
    "as_command",
    "as_python",
    "estimates_csv",
    "matrix_report",
    "pairs_csv",
    "pairs_parquet",
    "report",
]


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
    return csv_text(head, lines)


def pairs_csv(found: Pairwise, state: DataState) -> str:
    """Return every pair of columns as CSV, one row each (`PAIR_FIELDS`)."""
    return pairs_as_csv(pair_rows(found, state.level, state.units))


def pairs_parquet(found: Pairwise, state: DataState) -> bytes:
    """Return every pair of columns as a Parquet file, one row each (`PAIR_FIELDS`)."""
    return pairs_as_parquet(pair_rows(found, state.level, state.units))


def report(answer: DataResult, curves: Mapping[str, Stability], found: Pairwise) -> str:
    """Return the results as one HTML file: numbers, figures, warnings, and code that repeats them.

    Args:
        answer: the results of the page.
        curves: the estimates on growing parts of the rows.
        found: the pairs of columns that are done.
    """
    state = answer.state
    pairs = (
        "<h2>All pairs of columns</h2>",
        figure_html(matrix_figure(found, answer)),
        matrix_words_html(found, answer),
    )
    return report_html(
        f"{', '.join(state.x)} and {', '.join(state.y)} in {state.table}",
        (
            numbers_html(answer),
            insight_html(insight(answer)),
            table_warnings_html(answer),
            figure_html(fan_figure(answer), first=True),
            figure_html(scatter_figure(answer)),
            "<h2>What was done with the table</h2>",
            notes_html(answer),
            "<h2>Has the estimate settled?</h2>",
            figure_html(stability_figure(curves, answer)),
            insight_html(stability_insight(curves, state)),
            *(pairs if found.estimates else ()),
            "<h2>First rows of the table</h2>",
            preview_html(answer.opened),
            "<h2>The same numbers again</h2>",
            f"<pre>{escape(as_python(state))}</pre>",
            f"<pre>{escape(as_command(state))}</pre>",
            asset("your_data/reading.html"),
        ),
    )


def matrix_report(answer: DataResult, found: Pairwise) -> str:
    """Return the matrix of all pairs as one HTML file, whose camera saves it as a picture.

    Args:
        answer: the table and the settings of the page.
        found: the pairs of columns that are done.
    """
    state = answer.state
    return report_html(
        f"All pairs of columns in {state.table}",
        (figure_html(matrix_figure(found, answer), first=True), matrix_words_html(found, answer)),
    )
