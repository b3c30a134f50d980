"""The data page as one file without a server or resources outside itself."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from mist_explore.evaluation import Pairwise, Stability
from mist_explore.explorer.data.compute import DataResult
from mist_explore.explorer.data.files import as_command, as_python
from mist_explore.explorer.data.views import (
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
from mist_explore.explorer.html import insight_html
from mist_explore.explorer.report import figure_html, report_html
from mist_explore.explorer.theme import asset

__all__ = ["matrix_report", "report"]


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
            asset("data/reading.html"),
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
