"""Figures, words and files of the data page: a table and its estimates."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
import plotly.graph_objects as go

from mist_explore.datasets import DATASETS
from mist_explore.estimate import equivalent_correlation
from mist_explore.evaluation import Pairwise, Stability
from mist_explore.explorer.html import (
    caption_html,
    estimates_text,
    insight_html,
    interval_text,
    number_html,
    table_html,
    warnings_html,
)
from mist_explore.explorer.links import csv_text
from mist_explore.explorer.report import figure_html, report_html
from mist_explore.explorer.tables import Opened
from mist_explore.explorer.theme import asset
from mist_explore.explorer.your_data.compute import DataResult, as_command, as_python
from mist_explore.explorer.your_data.pairs.views import matrix_figure, matrix_words_html
from mist_explore.explorer.your_data.settings import DataState
from mist_explore.plots import mark_of, plot_fan, plot_sample, plot_stability, shown
from mist_explore.preparation import KINDS

__all__ = [
    "alt_text",
    "estimates_csv",
    "fan_figure",
    "insight",
    "notes_html",
    "numbers_html",
    "preview_html",
    "report",
    "scatter_figure",
    "stability_figure",
    "stability_insight",
    "table_warnings_html",
]

PREVIEWED = 5
"""Rows of the preview."""

RARE = 0.05
"""The p-value from which on a dependence may be chance."""

DISAGREEMENT = 0.2
"""Nats beyond the interval of the network at which a baseline disagrees."""


def scatter_figure(answer: DataResult) -> go.Figure:
    """Return the first column of X against the first column of Y."""
    x, y = answer.prepared.names_x[0], answer.prepared.names_y[0]
    return plot_sample(answer.prepared.sample, label_x=x, label_y=y)


def fan_figure(answer: DataResult) -> go.Figure:
    """Return the estimates in the units of the state."""
    units = answer.state.units
    estimates = {name: e.to(units) if e else None for name, e in answer.estimates.items()}
    return plot_fan(estimates, level=answer.state.level, height=330)


def stability_figure(curves: Mapping[str, Stability], answer: DataResult) -> go.Figure:
    """Return the estimates on growing parts of the rows."""
    return plot_stability(curves, units=answer.state.units, level=answer.state.level)


def numbers_html(answer: DataResult) -> str:
    """Return the headline numbers: the information, as a correlation, and the p-value."""
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


def insight(answer: DataResult) -> str:
    """Return the estimate, the result of the test, and estimators that disagree."""
    return " ".join(
        part for part in (_amount(answer), _chance(answer), _disagreement(answer)) if part
    )


def table_warnings_html(answer: DataResult) -> str:
    """Return warnings of the estimates, and missing estimates."""
    return warnings_html(answer.estimates.values(), answer.failures)


def notes_html(answer: DataResult) -> str:
    """Return notes on the preparation of the columns."""
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
    """Return the source of the table, its columns, and its first rows."""
    table, known = opened.table, DATASETS.get(opened.name)
    about = (
        f"{known.about} Source: {known.source}; {known.licence}."
        if known
        else f"{opened.name}: {table.n_rows:,} rows, {len(opened.columns)} columns."
    )
    head = ("", *(column.name for column in opened.columns))
    rows = [
        ("kind", *(KINDS[column.kind] for column in opened.columns)),
        ("gaps", *(f"{column.gaps:,}" for column in opened.columns)),
        ("different values", *(f"{column.distinct:,}" for column in opened.columns)),
    ]
    for i in range(min(PREVIEWED, table.n_rows)):
        cells = (escape(_cell(values, i)) for values in table.columns.values())
        rows.append((f"row {i + 1}", *cells))
    return caption_html(escape(about)) + table_html("Preview of the table", head, rows)


def stability_insight(curves: Mapping[str, Stability], state: DataState) -> str:
    """Return whether the last doubling of the rows moved the network out of its interval."""
    level, units = state.level, state.units
    curve = next(iter(curves.values()))
    if len(curve.sizes) < 2:
        return "There are too few rows to look at parts of them."
    before, last = (estimate.to(units) for estimate in curve.estimates[-2:])
    low, high = before.interval(level)
    ends = shown(before.median), shown(last.median)
    moved = f"stayed at {ends[1]}" if ends[0] == ends[1] else f"went from {ends[0]} to {ends[1]}"
    words = f"From {curve.sizes[-2]:,} to {curve.sizes[-1]:,} rows the estimate {moved} {units}"
    if not low <= last.median <= high:
        return f"{words}, outside the interval before: it has not settled."
    width, earlier = (e.interval(level)[1] - e.interval(level)[0] for e in (last, before))
    return f"{words}, inside the interval before, {_change_of_width(width, earlier)}."


def _change_of_width(width: float, before: float) -> str:
    change = f"{abs(width - before) / before:.0%}" if before else "0%"
    if change == "0%":
        return "which kept its width"
    return f"which {'shrank' if width < before else 'grew'} by {change}"


def alt_text(answer: DataResult) -> str:
    """Return a description of the figures for screen readers."""
    prepared, units = answer.prepared, answer.state.units
    return (
        f"Scatter of {prepared.sample.n_samples} rows, {prepared.names_x[0]} against "
        f"{prepared.names_y[0]}. {estimates_text(answer.estimates, units)}"
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


def _amount(answer: DataResult) -> str:
    learned, state = answer.learned, answer.state
    if learned is None:
        return ""
    low, _ = learned.interval(state.level)
    value = learned.to(state.units)
    interval = f"its {state.level:.0%} interval is {interval_text(value, state.level)}"
    if low > 0:
        rho = equivalent_correlation(learned.median)
        return (
            f"The network's estimate is {shown(value.median)} {state.units} ({interval}), as much "
            f"as between two Gaussian columns with a correlation of {rho:.2f}."
        )
    lead = f"The network's estimate is {shown(value.median)} {state.units}, but {interval}"
    if answer.test.p_value > RARE:
        return f"{lead}: these data do not show that X and Y depend on each other."
    return f"{lead}: the dependence that the test finds is too weak for the network to measure."


def _chance(answer: DataResult) -> str:
    test, learned = answer.test, answer.learned
    as_strong = round(test.p_value * (1 + len(test.null))) - 1
    how = "shifts" if test.circular_shift else "shuffles"
    count = f"{as_strong:,}" if as_strong else "none"
    words = f"In {count} of {len(test.null):,} {how} of Y was the dependence as strong"
    doubtful = learned is not None and learned.interval(answer.state.level)[0] > 0
    if doubtful and test.p_value > RARE:
        return f"{words}: chance alone could give this, so do not rely on the estimate."
    return f"{words}."


def _disagreement(answer: DataResult) -> str:
    learned, state = answer.learned, answer.state
    if learned is None:
        return ""
    low, high = learned.interval(state.level)
    far = [
        f"{mark_of(name).short} gives {shown(estimate.to(state.units).median)}"
        for name, estimate in answer.estimates.items()
        if name != state.network
        and estimate is not None
        and not low - DISAGREEMENT <= estimate.median <= high + DISAGREEMENT
    ]
    if not far:
        return ""
    return (
        f"The estimators disagree: {' and '.join(far)}. Look at the scatter before you rely on any."
    )


def _columns(number: int) -> str:
    return f"{number} column{'s' * (number != 1)}"


def _cell(values: np.ndarray, row: int) -> str:
    if row >= len(values):
        return ""
    value = values[row]
    gap = value is None or value != value  # NaN and NaT differ from themselves
    return "gap" if gap else f"{value:.6g}" if isinstance(value, float) else str(value)[:40]
