"""Pairs of columns of the data page: the matrix and its words, tables, and files."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import comb
from typing import Any

import plotly.graph_objects as go

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.evaluation import Pairwise, pair_rows, pairs_as_csv, pairs_as_parquet
from mist_explore.explorer.html import caption_html, insight_html, warnings_html
from mist_explore.explorer.report import figure_html, report_html
from mist_explore.explorer.your_data.compute import MATRIX_ROWS, MOST_COLUMNS, DataResult
from mist_explore.explorer.your_data.settings import DataState
from mist_explore.plots import plot_matrix, shown
from mist_explore.plots.matrix import MOST_LABELLED

__all__ = [
    "matrix_figure",
    "matrix_insight",
    "matrix_report",
    "matrix_words_html",
    "pair_list_html",
    "pair_options",
    "pairs_csv",
    "pairs_parquet",
    "ranking_html",
    "scope_words",
]

MOST_FAILURES = 5
"""Pairs without an estimate that are listed."""

MOST_LISTED = 200
"""Rows of the table on the page; the files hold all."""


def matrix_figure(found: Pairwise, answer: DataResult) -> go.Figure:
    """Return the matrix of all pairs of columns."""
    state = answer.state
    shares = state.squares == "entropy"
    return plot_matrix(found, units=state.units, level=state.level, normalised=shares)


def matrix_insight(found: Pairwise, state: DataState) -> str:
    """Return the strongest pair, the number without dependence, and the result of the tests."""
    if not found.estimates:
        return ""
    one, other = found.ranked[0]
    best = found.estimates[one, other]
    silent = sum(estimate.interval(state.level)[0] <= 0 for estimate in found.estimates.values())
    value = f"{shown(best.median / NATS_PER_UNIT[state.units])} {state.units}"
    words = [f"{one} and {other} depend on each other the most, {value}."]
    if best.interval(state.level)[0] <= 0:
        words = [f"No dependence is clear: the largest value is {value}, of {one} and {other}."]
    if found.doubtful:
        count = len(found.doubtful)
        left = "1 pair" if count == 1 else f"{count:,} pairs"
        words.append(f"Left aside: {left} with a warning, a copy or a row counter.")
    if silent:
        labelled = state.squares == "information" and len(found.names) <= MOST_LABELLED
        brackets = " (in brackets)" if labelled else ""
        words.append(
            f"In {silent} of {len(found.estimates)} pairs the {state.level:.0%} interval begins at "
            f"0{brackets}."
        )
    if found.p_values and state.fdr_level is not None:
        below = sum(value <= state.fdr_level for value in found.adjusted.values())
        words.append(
            f"{below} of {len(found.p_values)} pairs have an adjusted p-value of at most "
            f"{state.fdr_level:.0%}."
        )
    return " ".join(words)


def matrix_words_html(found: Pairwise, answer: DataResult) -> str:
    """Return the sentence on the matrix, and pairs without an estimate."""
    words = matrix_insight(found, answer.state)
    failed = [f"{one} and {other}: {why}" for (one, other), why in found.failures.items()]
    return (insight_html(words) if words else "") + warnings_html([], {}, failed[:MOST_FAILURES])


def scope_words(found: Pairwise, answer: DataResult) -> str:
    """Return the number of pairs, and the part of a large table that they are of."""
    pairs = comb(len(found.names), 2)
    rows, columns = answer.opened.table.n_rows, len(answer.opened.usable)
    parts = [f"the first {MOST_COLUMNS} of {columns} columns"] * (columns > MOST_COLUMNS)
    parts += [f"{MATRIX_ROWS:,} of {rows:,} rows, drawn at random"] * (rows > MATRIX_ROWS)
    return f"{pairs:,} pair{'s' * (pairs != 1)}{': ' if parts else ''}{' and '.join(parts)}."


def pair_options(found: Pairwise, units: str) -> list[tuple[str, tuple[str, str]]]:
    """Return a label of each pair: the most informative first, those with a warning below."""
    medians = {pair: estimate.to(units).median for pair, estimate in found.estimates.items()}
    marks = dict.fromkeys(found.doubtful, " (doubtful)")
    return [
        (f"{x} and {y}: {shown(medians[x, y])} {units}{marks.get((x, y), '')}", (x, y))
        for x, y in found.ranked
    ]


def pair_list_html(found: Pairwise, state: DataState, label: str, target: str = "") -> str:
    """Return the pairs as a table: the most informative first, those with a warning below.

    Args:
        found: the pairs.
        state: units and level of the intervals.
        label: the name of the table for screen readers.
        target: a column that all pairs share, and that is not repeated; empty for none.
    """
    rows = pair_rows(found, state.level, state.units)
    head = ["column" if target else "pair", state.units, f"{state.level:.0%} interval", "rows"]
    optional = {
        "share_of_entropy": "of the smaller entropy",
        "p_adjusted": "adjusted p-value",
        "screening": f"between bins ({state.units})",
    }
    fields = [name for name in optional if any(row[name] is not None for row in rows)]
    head += [optional[name] for name in fields]
    names = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    names += '<th scope="col" class="mist-warnings">warnings</th>'
    lines = "".join(_line(row, fields, target) for row in rows[:MOST_LISTED])
    more = len(rows) - MOST_LISTED
    rest = (
        caption_html(
            f'The first {MOST_LISTED:,} of {len(rows):,} pairs; the files under "Export" hold all.'
        )
        if more > 0
        else ""
    )
    notes = "".join(caption_html(f"{escape(note)}.") for note in found.notes)
    return (
        f'<div class="mist-table" tabindex="0" role="region" aria-label="{escape(label)}"><table>'
        f"<thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table></div>{rest}{notes}"
    )


def ranking_html(found: Pairwise, answer: DataResult) -> str:
    """Return the ranking as a table: column, median, interval, rows, test, warnings."""
    target = ", ".join(answer.state.y)
    label = f"Columns by their information about {target}"
    return pair_list_html(found, answer.state, label, target)


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


def pairs_csv(found: Pairwise, state: DataState) -> str:
    """Return every pair of columns as CSV, one row each (`PAIR_FIELDS`)."""
    return pairs_as_csv(pair_rows(found, state.level, state.units))


def pairs_parquet(found: Pairwise, state: DataState) -> bytes:
    """Return every pair of columns as a Parquet file, one row each (`PAIR_FIELDS`)."""
    return pairs_as_parquet(pair_rows(found, state.level, state.units))


def _line(row: dict[str, Any], fields: Sequence[str], target: str) -> str:
    name = row["one"] if target else f"{row['one']} and {row['other']}"
    width = 3 + len(fields) + 1
    if row["error"]:
        return (
            f'<tr><th scope="row">{escape(name)}</th>'
            f'<td colspan="{width}">{escape(row["error"])}</td></tr>'
        )
    interval = "" if row["low"] is None else f"{shown(row['low'])} to {shown(row['high'])}"
    median = "not estimated" if row["median"] is None else shown(row["median"])
    warnings = [*([row["artefact"]] if row["artefact"] else []), *row["warnings"]]
    cells = [median, interval, f"{row['rows']:,}", *(_cell(name, row[name]) for name in fields)]
    body = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    listed = "<br>".join(map(escape, warnings))
    return (
        f'<tr><th scope="row">{escape(name)}</th>{body}<td class="mist-warnings">{listed}</td></tr>'
    )


def _cell(field: str, value: float | None) -> str:
    if value is None:
        return ""
    match field:
        case "share_of_entropy":
            return f"{value:.0%}"
        case "p_adjusted":
            return f"{value:.2g}"
        case _:
            return shown(value)
