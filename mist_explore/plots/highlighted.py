"""A small scatter of two numbers of each row, with one row marked."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.style import LIGHT, bare_layout

__all__ = ["plot_highlighted"]


def plot_highlighted(
    x: NDArray[np.float64], y: NDArray[np.float64], row: int, *, label_x: str, label_y: str
) -> go.Figure:
    """Draw rows as points and one of them larger.

    Args:
        x: a number of each row, `(n,)`.
        y: another one, `(n,)`.
        row: the row that is marked.
        label_x: the title of the axis of `x`.
        label_y: that of `y`.

    Example:
        >>> figure = plot_highlighted(np.arange(3.0), np.ones(3), 2, label_x="a", label_y="b")
        >>> float(figure.data[1].x[0])
        2.0
    """
    figure = go.Figure(layout=bare_layout(300))
    for rows, marker in (
        (np.arange(len(x)), {"color": LIGHT.points, "size": 5, "opacity": 0.5}),
        ([row], {"color": LIGHT.ink, "size": 13}),
    ):
        figure.add_scatter(
            x=x[rows],
            y=y[rows],
            mode="markers",
            marker=marker,
            hovertemplate="%{x:.2f}, %{y:.2f}<extra></extra>",
        )
    figure.update_xaxes(title_text=label_x)
    figure.update_yaxes(title_text=label_y)
    return figure
