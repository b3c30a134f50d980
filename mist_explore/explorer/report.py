"""A view as one HTML file without a server or any external resource."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import plotly.graph_objects as go

from mist_explore.explorer.theme import style_sheet

__all__ = ["figure_html", "report_html"]


def report_html(title: str, parts: Iterable[str]) -> str:
    """Return a document in the theme of the pages.

    Args:
        title: its heading.
        parts: HTML in order; figures come from `figure_html`.

    Example:
        >>> report_html("X & Y", ["<p>words</p>"]).count("X &amp; Y")
        2
    """
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style_sheet(embedded=True)}</style></head>"
        f'<body data-voila="report"><main class="mist"><h1>{escape(title)}</h1>'
        f"{''.join(parts)}</main></body></html>"
    )


def figure_html(figure: go.Figure, first: bool = False) -> str:
    """Return a figure for a report; the first of a report includes plotly."""
    config = {"displaylogo": False, "modeBarButtons": [["toImage"]], "responsive": True}
    return str(figure.to_html(full_html=False, include_plotlyjs=first, config=config))
