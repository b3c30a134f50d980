"""Thin views of the data page: a table, its estimates and its pairs as figures and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

import numpy as np
import plotly.graph_objects as go

from mist_explore.datasets import DATASETS
from mist_explore.estimate import equivalent_correlation
from mist_explore.evaluation import Pairwise, Stability
from mist_explore.explorer.data.compute import DataResult, Opened
from mist_explore.explorer.data.notice import (
    matrix_notice,
    notice,
    stability_notice,
)
from mist_explore.explorer.messages import warnings_html
from mist_explore.explorer.numbers import interval_text, number_html
from mist_explore.plots import mark_of, plot_fan, plot_matrix, plot_sample, plot_stability, shown
from mist_explore.preparation import KINDS

__all__ = [
    "doubts_html",
    "fan_figure",
    "matrix_figure",
    "matrix_words_html",
    "notes_html",
    "notice_html",
    "numbers_html",
    "preview_html",
    "scatter_figure",
    "spoken",
    "stability_figure",
    "stability_words_html",
]

PREVIEWED = 5


def scatter_figure(answer: DataResult) -> go.Figure:
    """The first column of X against the first column of Y."""
    x, y = answer.prepared.names_x[0], answer.prepared.names_y[0]
    return plot_sample(answer.prepared.sample, label_x=x, label_y=y)


def fan_figure(answer: DataResult) -> go.Figure:
    """What each estimator says, in the units of the state."""
    units = answer.state.units
    estimates = {name: e.to(units) if e else None for name, e in answer.estimates.items()}
    return plot_fan(estimates, level=answer.state.level, height=330)


def stability_figure(curves: Mapping[str, Stability], answer: DataResult) -> go.Figure:
    """The estimates on growing parts of the rows."""
    return plot_stability(curves, units=answer.state.units, level=answer.state.level)


def matrix_figure(found: Pairwise, answer: DataResult) -> go.Figure:
    """All pairs of columns."""
    state = answer.state
    shares = state.squares == "entropy"
    return plot_matrix(found, units=state.units, level=state.level, normalised=shares)


def numbers_html(answer: DataResult) -> str:
    """The headline numbers: the information, as a correlation, and the p-value."""
    state, test = answer.state, answer.test
    cells = []
    learned = answer.learned
    if learned is not None:
        value = learned.to(state.units)
        interval = f"{state.level:.0%}: {interval_text(value, state.level)} {state.units}"
        cells.append(number_html("learned", "Network", shown(value.median), interval))
        low, high = (equivalent_correlation(end) for end in learned.interval(state.level))
        rho = f"{equivalent_correlation(learned.median):.2f}"
        detail = f"{low:.2f} to {high:.2f}, if Gaussian"
        cells.append(number_html("learned", "As a correlation", rho, detail))
    detail = f"{len(test.null):,} {'shifts' if test.circular_shift else 'shuffles'} of Y"
    cells.append(number_html("truth", "p-value", f"{test.p_value:.2g}", detail))
    place = f'class="mist-numbers" id="mist-numbers" data-units="{state.units}"'
    return f"<div {place}>{''.join(cells)}</div>"


def notice_html(answer: DataResult) -> str:
    """The sentences on what to notice."""
    return f'<p class="mist-notice">{escape(notice(answer))}</p>'


def doubts_html(answer: DataResult) -> str:
    """What makes the estimates doubtful."""
    return warnings_html(answer.estimates.values(), answer.failures)


def notes_html(answer: DataResult) -> str:
    """What was done with the columns to get numbers."""
    sample = answer.prepared.sample
    shape = (
        f"{sample.n_samples:,} rows, {_columns(sample.dim_x)} of X, {_columns(sample.dim_y)} of Y"
    )
    omitted = [f"{name} ({why})" for name, why in answer.opened.left_out.items()]
    left_out = [f"columns left out: {', '.join(omitted)}"] if omitted else []
    reduced = [
        note for estimate in answer.estimates.values() if estimate for note in estimate.notes
    ] + list(answer.test.notes)
    notes = dict.fromkeys((shape, *answer.prepared.notes, *left_out, *reduced))
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<ul class="mist-notes" aria-label="What was done with the table">{items}</ul>'


def preview_html(opened: Opened) -> str:
    """What is known of the table, its columns, and its first rows."""
    table, known = opened.table, DATASETS.get(opened.name)
    about = (
        f"{known.about} Source: {known.source}; {known.licence}."
        if known
        else f"{opened.name}: {table.n_rows:,} rows, {len(opened.columns)} columns."
    )
    names = _row("th", "", [column.name for column in opened.columns])
    kinds = _row("td", "kind", [KINDS[column.kind] for column in opened.columns])
    gaps = _row("td", "gaps", [f"{column.gaps:,}" for column in opened.columns])
    distinct = _row("td", "different values", [f"{c.distinct:,}" for c in opened.columns])
    rows = [
        _row("td", f"row {i + 1}", [_cell(values, i) for values in table.columns.values()])
        for i in range(min(PREVIEWED, table.n_rows))
    ]
    return (
        f'<p class="mist-hint">{escape(about)}</p><div class="mist-table" tabindex="0" '
        f'role="region" aria-label="Preview of the table"><table><thead>{names}</thead>'
        f"<tbody>{kinds}{gaps}{distinct}{''.join(rows)}</tbody></table></div>"
    )


def stability_words_html(curves: Mapping[str, Stability], answer: DataResult) -> str:
    """Whether the estimate has settled."""
    words = stability_notice(curves, answer.state.level, answer.state.units)
    return f'<p class="mist-notice">{escape(words)}</p>'


def matrix_words_html(found: Pairwise, answer: DataResult) -> str:
    """The pair that tells most, and pairs without an estimate."""
    words = matrix_notice(found, answer.state)
    failed = [f"{one} and {other}: {why}" for (one, other), why in found.failures.items()]
    said = f'<p class="mist-notice">{escape(words)}</p>' if words else ""
    return said + warnings_html([], {}, failed[:PREVIEWED])


def spoken(answer: DataResult) -> str:
    """What the figures show, in words, for those who do not see them."""
    prepared, units = answer.prepared, answer.state.units
    said = [
        f"{mark_of(name).short}: {shown(estimate.to(units).median)} {units}"
        for name, estimate in answer.estimates.items()
        if estimate is not None
    ]
    text = (
        f"Scatter of {prepared.sample.n_samples} rows, {prepared.names_x[0]} against "
        f"{prepared.names_y[0]}. {'. '.join(said)}."
    )
    return f'<p class="mist-spoken" aria-live="polite">{escape(text)}</p>'


def _columns(number: int) -> str:
    return f"{number} column{'s' * (number != 1)}"


def _row(kind: str, head: str, cells: Iterable[str]) -> str:
    scope = ' scope="col"' if kind == "th" else ""
    body = "".join(f"<{kind}{scope}>{escape(cell)}</{kind}>" for cell in cells)
    first = f'<th scope="row">{escape(head)}</th>' if head else "<td></td>"
    return f"<tr>{first}{body}</tr>"


def _cell(values: np.ndarray, row: int) -> str:
    if row >= len(values):
        return ""
    value = values[row]
    gap = value is None or value != value  # NaN and NaT differ from themselves
    return "gap" if gap else f"{value:.6g}" if isinstance(value, float) else str(value)[:40]
