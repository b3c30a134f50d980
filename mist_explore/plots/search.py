"""Trace of a failure search."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import plotly.graph_objects as go

from mist_explore.plots import labels
from mist_explore.plots.style import LIGHT, bare_layout, mark_of

__all__ = ["plot_search"]


def plot_search(
    tried: Sequence[float | None],
    fresh: tuple[float, float] | None = None,
    *,
    estimator: str,
    label: str,
    budget: int,
) -> go.Figure:
    """Draw the objective of each trial, the worst so far, and its value on fresh datasets.

    Args:
        tried: the objective of each trial, larger being worse; None without an estimate.
        fresh: the objective on fresh datasets of the worst case, with its standard error.
        estimator: its name, for the colour.
        label: of the objective.
        budget: the number of cases to try in all.

    Example:
        >>> figure = plot_search([0.1, None, 0.4], estimator="ksg", label="bias", budget=4)
        >>> list(figure.data[1].y)
        [0.1, 0.1, 0.4]
    """
    mark = mark_of(estimator)
    numbers = list(range(1, len(tried) + 1))
    found = [value if value is not None else 0.0 for value in tried]
    figure = go.Figure(layout=bare_layout(300))
    figure.add_scatter(
        x=numbers,
        y=list(tried),
        mode="markers",
        marker=mark.marker(7) | {"opacity": 0.55},
        hovertemplate="case %{x}: %{y:.2f}<extra></extra>",
    )
    figure.add_scatter(
        x=numbers,
        y=list(accumulate(found, max)),
        mode="lines",
        line={"color": mark.color, "width": 2, "shape": "hv"},
        hovertemplate="worst so far %{y:.2f}<extra></extra>",
    )
    place = budget + max(1.0, 0.03 * budget)
    figure.add_scatter(
        x=[place] if fresh else [],
        y=[fresh[0]] if fresh else [],
        error_y={
            "type": "data",
            "array": [fresh[1]] if fresh else [],
            "color": LIGHT.ink,
            "thickness": 2,
        },
        mode="markers",
        marker={"color": LIGHT.ink, "symbol": "star-diamond", "size": 13},
        hovertemplate="on fresh datasets %{y:.2f}<extra></extra>",
    )
    worst, at = (max(found), numbers[-1]) if found else (0.0, 0)
    words = "the worst so far" if found else ""
    labels.label(figure, words, at, worst, mark.color, right=True, yshift=4)
    words, value = ("on fresh datasets", fresh[0]) if fresh else ("", 0.0)
    labels.label(figure, words, place, value, right=True, above=False, yshift=-10)
    top = max([*found, fresh[0] + fresh[1] if fresh else 0.0, 0.05])
    figure.update_xaxes(range=[0, place + 0.03 * budget], title_text="cases tried")
    figure.update_yaxes(range=[0, 1.15 * top], title_text=label)
    return figure
