"""The KSG estimator at one point: its square and strips, and its term among those of all rows."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.labels import label
from mist_explore.plots.sample import frame_of
from mist_explore.plots.style import LIGHT, bare_layout, mark_of, shown, signed

__all__ = ["plot_ksg_point", "plot_ksg_terms"]

Rows = NDArray[np.float64]

MARGIN = 1.15
"""The frame reaches this far beyond the square of a point outside the bulk, in radii."""

BINS = 32


def plot_ksg_point(
    x: Rows, y: Rows, row: int, neighbours: NDArray[np.intp], radius: float
) -> go.Figure:
    """Draw a point with its k nearest neighbours, their square and both strips.

    The first trace holds all points, so that a click on one gives its row.

    Args:
        x: the standardised column of X, `(n,)`.
        y: the same for Y.
        row: the row of the point.
        neighbours: the rows of its k nearest neighbours in the maximum norm, the nearest first.
        radius: the distance of the last of them.

    Example:
        >>> x = np.array([0.0, 1.0, 0.5, 3.0])
        >>> figure = plot_ksg_point(x, x, 0, np.array([2]), 0.5)
        >>> [float(v) for v in figure.data[3].x]
        [-0.5, 0.5, 0.5, -0.5, -0.5]
    """
    center_x, center_y = float(x[row]), float(y[row])
    near = np.zeros(len(x), dtype=np.bool_)
    near[neighbours] = True
    in_x, in_y = np.abs(x - center_x) < radius, np.abs(y - center_y) < radius
    kinds = np.select([np.arange(len(x)) == row, near, in_x, in_y], [0, 1, 2, 3], 4)
    green = mark_of("ksg").color
    colors = np.array([LIGHT.ink, green, LIGHT.learned, LIGHT.baseline, LIGHT.points])
    symbols = np.array(["circle", "square", "triangle-up", "triangle-right", "circle"])
    sizes, opacities = np.array([13, 9, 9, 9, 6]), np.array([1, 1, 0.9, 0.9, 0.4])
    low, high = _frame(x, y, row, radius)
    figure = go.Figure(layout=bare_layout(420))
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        marker={
            "color": colors[kinds],
            "symbol": symbols[kinds],
            "size": sizes[kinds],
            "opacity": opacities[kinds],
        },
        hovertemplate="X %{x:.2f}, Y %{y:.2f}<extra>click to choose</extra>",
    )
    left, right = center_x - radius, center_x + radius
    bottom, top = center_y - radius, center_y + radius
    for rectangle, color in (
        ((left, right, 2 * low - high, 2 * high - low), LIGHT.learned),
        ((2 * low - high, 2 * high - low, bottom, top), LIGHT.baseline),
    ):
        _add_rectangle(figure, *rectangle, {"width": 0}, color)
    _add_rectangle(figure, left, right, bottom, top, {"color": green, "width": 2}, None)
    last = neighbours[-1]
    figure.add_scatter(
        x=[center_x, float(x[last])],
        y=[center_y, float(y[last])],
        mode="lines",
        line={"color": green, "width": 2, "dash": "dot"},
        hoverinfo="skip",
    )
    figure.update_xaxes(range=[low, high], title_text="X (standard deviations)", showgrid=False)
    figure.update_yaxes(
        range=[low, high], title_text="Y (standard deviations)", showgrid=False, scaleanchor="x"
    )
    return figure


def plot_ksg_terms(
    terms: Rows, row: int, truth: float, *, provenance: str = "closed form"
) -> go.Figure:
    """Draw the histogram of the terms of all rows, with their average, the truth and one row.

    Args:
        terms: of the rows in nats, `(n,)`.
        row: the row that is marked.
        truth: the true mutual information in nats.
        provenance: how the truth is known.

    Example:
        >>> figure = plot_ksg_terms(np.array([0.0, 1.0, 2.0]), 2, 0.9)
        >>> float(figure.data[2].x[0]), float(figure.data[3].x[0])
        (1.0, 2.0)
    """
    edges = np.linspace(min(terms.min(), truth), max(terms.max(), truth) + 1e-9, BINS + 1)
    counts, _ = np.histogram(terms, edges)
    average, most, green = float(terms.mean()), 1.3 * counts.max(), mark_of("ksg").color
    figure = go.Figure(layout=bare_layout(300))
    figure.add_bar(
        x=(edges[1:] + edges[:-1]) / 2,
        y=counts,
        width=0.92 * np.diff(edges),
        marker={"color": green, "opacity": 0.35, "line": {"width": 0}},
        hovertemplate="about %{x:.2f}: %{y} points<extra></extra>",
    )
    for value, color, dash, words in (
        (truth, LIGHT.ink, "solid", f"true value {shown(truth)} ({provenance})"),
        (average, green, "dot", f"average {shown(average) if average >= 0 else signed(average)}"),
    ):
        figure.add_scatter(
            x=[value, value],
            y=[0, most],
            mode="lines",
            line={"color": color, "width": 2, "dash": dash},
            hovertemplate=f"{words}<extra></extra>",
        )
        y = most * (1 if color == LIGHT.ink else 0.9)
        right = value >= (edges[0] + edges[-1]) / 2
        label(figure, words, value, y, color, right=right, above=False)
    figure.add_scatter(
        x=[float(terms[row])],
        y=[0.0],
        mode="markers",
        marker={"color": LIGHT.ink, "size": 13},
        cliponaxis=False,
        hovertemplate="this point: %{x:.2f}<extra></extra>",
    )
    figure.update_xaxes(range=[edges[0], edges[-1]], title_text="term of a point (nats)")
    figure.update_yaxes(range=[0, most], title_text="points")
    return figure


def _frame(x: Rows, y: Rows, row: int, radius: float) -> tuple[float, float]:
    """Return one range for both axes: the bulk of the points, and the whole square of the row."""
    center = (float(x[row]), float(y[row]))
    frames = [*frame_of(x), *frame_of(y)]
    frames += [c + sign * MARGIN * radius for c in center for sign in (-1, 1)]
    return min(frames), max(frames)


def _add_rectangle(
    figure: go.Figure,
    left: float,
    right: float,
    bottom: float,
    top: float,
    line: dict[str, object],
    fill: str | None,
) -> None:
    figure.add_scatter(
        x=[left, right, right, left, left],
        y=[bottom, bottom, top, top, bottom],
        mode="lines",
        line=line,
        fill="toself" if fill else "none",
        fillcolor=fill,
        opacity=0.14 if fill else 1,
        hoverinfo="skip",
    )
