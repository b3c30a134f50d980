"""The data page as one file that needs no server and asks for nothing outside itself."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import plotly.graph_objects as go

from mist_explore.evaluation import Pairwise, Stability
from mist_explore.explorer.data.compute import DataResult
from mist_explore.explorer.data.share import as_command, as_python
from mist_explore.explorer.data.views import (
    doubts_html,
    fan_figure,
    matrix_figure,
    matrix_words_html,
    notes_html,
    notice_html,
    numbers_html,
    preview_html,
    scatter_figure,
    stability_figure,
    stability_words_html,
)
from mist_explore.explorer.look import asset, style_sheet

__all__ = ["report_html"]


def report_html(answer: DataResult, curves: Mapping[str, Stability], found: Pairwise | None) -> str:
    """The report on the chosen columns: numbers, figures, doubts, and how to get them again.

    Args:
        answer: what the page shows.
        curves: the estimates on growing parts of the rows.
        found: the pairs of columns that are done; None where none is.
    """
    state = answer.state
    title = f"{', '.join(state.x)} and {', '.join(state.y)} in {state.table}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        numbers_html(answer),
        notice_html(answer),
        doubts_html(answer),
        "<h2>The rows</h2>",
        notes_html(answer),
        _figure(scatter_figure(answer), first=True),
        "<h2>The estimators</h2>",
        _figure(fan_figure(answer)),
        "<h2>Growing parts of the rows</h2>",
        _figure(stability_figure(curves, answer)),
        stability_words_html(curves, answer),
    ]
    if found is not None and found.estimates:
        parts += [
            "<h2>All pairs of columns</h2>",
            _figure(matrix_figure(found, answer)),
            matrix_words_html(found, answer),
        ]
    parts += [
        "<h2>The table</h2>",
        preview_html(answer.opened),
        "<h2>The same numbers again</h2>",
        f"<pre>{escape(as_python(state))}</pre><pre>{escape(as_command(state))}</pre>",
        asset("data/reading.html"),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style_sheet()}</style></head>"
        f'<body data-voila="report"><main class="mist">{"".join(parts)}</main></body></html>'
    )


def _figure(figure: go.Figure, first: bool = False) -> str:
    """A figure with plotly inside the file, once."""
    config = {"displaylogo": False, "modeBarButtons": [["toImage"]], "responsive": True}
    return str(figure.to_html(full_html=False, include_plotlyjs=first, config=config))
