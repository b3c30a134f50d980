"""Image of a grid and of the rows of a sample under an invertible map of the plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.style import LIGHT, bare_layout

__all__ = ["MOST_POINTS", "plot_deformed_grid"]

MOST_POINTS = 600
REACH = 4.2


def plot_deformed_grid(
    lines: Sequence[NDArray[np.float64]],
    points: NDArray[np.float64],
    marked: NDArray[np.bool_],
    *,
    label: str = "X",
) -> go.Figure:
    """Draw the lines of a grid after a map, and points over them, some of them filled.

    The frame is the square of side 2 `REACH` around 0, whatever the map.

    Args:
        lines: polylines of shape `(m, 2)`.
        points: `(n, 2)`; the first `MOST_POINTS` are drawn.
        marked: `(n,)`, which points are filled; the others are rings.
        label: the side, `"X"` or `"Y"`.

    Raises:
        ValueError: if there is not one mark for each point.

    Example:
        >>> square = np.array([[-1.0, -1.0], [1.0, 1.0]])
        >>> figure = plot_deformed_grid([square], square, np.array([True, False]))
        >>> [len(trace.x) for trace in figure.data]
        [3, 1, 1]
    """
    if len(points) != len(marked):
        raise ValueError(f"expected one mark for each of {len(points)} points; got {len(marked)}")
    figure = go.Figure(layout=bare_layout(380))
    gap = np.full((1, 2), np.nan)  # lifts the pen between two lines
    path = np.concatenate([part for line in lines for part in (line, gap)])
    figure.add_scatter(
        x=path[:, 0],
        y=path[:, 1],
        mode="lines",
        line={"color": LIGHT.muted, "width": 1},
        opacity=0.45,
        hoverinfo="skip",
    )
    drawn, filled = points[:MOST_POINTS], marked[:MOST_POINTS]
    for chosen, symbol in ((drawn[~filled], "circle-open"), (drawn[filled], "circle")):
        figure.add_scatter(
            x=chosen[:, 0],
            y=chosen[:, 1],
            mode="markers",
            marker={"color": LIGHT.points, "symbol": symbol, "size": 6, "opacity": 0.85},
            hovertemplate="%{x:.2f}, %{y:.2f}<extra></extra>",
        )
    figure.update_xaxes(
        range=[-REACH, REACH], showgrid=False, title_text=f"{label}, column 1", constrain="domain"
    )
    figure.update_yaxes(
        range=[-REACH, REACH],
        showgrid=False,
        title_text=f"{label}, column 2",
        scaleanchor="x",
        constrain="domain",
    )
    return figure
