"""Pointwise mutual information: as a map behind the sample, and as a curve with its area."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.labels import label, truth_line
from mist_explore.plots.style import LIGHT, bare_layout, faded, shown
from mist_explore.sample import Sample

__all__ = ["plot_pointwise", "plot_pointwise_map"]

LOWEST = -50.0
"""Drawn for pairs that never come together: below every frame."""

REACH = 2.5
"""Nats at which the colours of the map are full."""


def plot_pointwise_map(
    sample: Sample,
    grid_x: NDArray[np.float64],
    grid_y: NDArray[np.float64],
    values: NDArray[np.float64],
) -> go.Figure:
    """Draw the first columns of a sample on the map of log p(x, y) / (p(x) p(y)).

    Blue where x and y occur together more often than if they were independent, orange where less
    often, blank where it makes no difference; so it reads on light and on dark ground.

    Args:
        sample: the paired rows.
        grid_x: centres of the cells, shape `(nx,)`.
        grid_y: the same for Y, shape `(ny,)`.
        values: in nats, shape `(ny, nx)`; minus infinity where they never come together.

    Raises:
        ValueError: if the shapes do not fit.

    Example:
        >>> sample = Sample([1, 2, 3, 4], [2, 4, 6, 8])
        >>> grid = np.array([0.0, 1.0])
        >>> plot_pointwise_map(sample, grid, grid, np.zeros((2, 2))).data[0].type
        'heatmap'
    """
    if values.shape != (len(grid_y), len(grid_x)):
        raise ValueError(
            f"expected values of shape {(len(grid_y), len(grid_x))}; got {values.shape}"
        )
    figure = go.Figure(layout=bare_layout(400))
    figure.add_heatmap(
        x=grid_x,
        y=grid_y,
        z=np.clip(values, -REACH, REACH),
        zmin=-REACH,
        zmax=REACH,
        colorscale=[
            (0.0, faded(LIGHT.baseline, 0.8)),
            (0.5, faded(LIGHT.baseline, 0.0)),
            (0.5, faded(LIGHT.learned, 0.0)),
            (1.0, faded(LIGHT.learned, 0.8)),
        ],
        showscale=False,
        hovertemplate="X %{x:.2f}, Y %{y:.2f}: %{z:.2f} nats<extra></extra>",
    )
    figure.add_scatter(
        x=sample.x[:, 0],
        y=sample.y[:, 0],
        mode="markers",
        marker={"color": LIGHT.ink, "size": 4, "opacity": 0.55},
        hoverinfo="skip",
    )
    figure.update_xaxes(range=_edges(grid_x), title_text="X", showgrid=False)
    figure.update_yaxes(range=_edges(grid_y), title_text="Y", showgrid=False)
    return figure


def plot_pointwise(
    joint: NDArray[np.float64], product: NDArray[np.float64], truth: float, *, units: str = "nats"
) -> go.Figure:
    """Draw the pointwise values of rows in increasing order: the area under them is their mean.

    Args:
        joint: values of rows of the joint distribution, in `units`.
        product: values of shuffled rows, X of one with Y of another.
        truth: the mutual information of the distribution.
        units: of the values.

    Raises:
        ValueError: if there are no rows.

    Example:
        >>> figure = plot_pointwise(np.array([0.5, -0.1]), np.array([-1.0, 0.0]), 0.2)
        >>> [float(value) for value in figure.data[0].y]
        [0.0, 0.5]
    """
    if not len(joint) or not len(product):
        raise ValueError(f"expected rows; got {len(joint)} and {len(product)} shuffled ones")
    values, shuffled = (np.sort(np.maximum(side, LOWEST)) for side in (joint, product))
    share = (np.arange(len(values)) + 0.5) / len(values)
    figure = go.Figure(layout=bare_layout(300))
    for part, color in (
        (values.clip(min=0), LIGHT.learned),
        (values.clip(max=0), LIGHT.baseline),
    ):
        figure.add_scatter(
            x=share,
            y=part,
            mode="lines",
            line={"color": color, "width": 2},
            fill="tozeroy",
            fillcolor=faded(color, 0.3),
            hovertemplate="%{y:.2f}<extra></extra>",
        )
    figure.add_scatter(
        x=(np.arange(len(shuffled)) + 0.5) / len(shuffled),
        y=shuffled,
        mode="lines",
        line={"color": LIGHT.muted, "width": 1.5, "dash": "dot"},
        hovertemplate="shuffled rows: %{y:.2f}<extra></extra>",
    )
    truth_line(figure, truth, (0, 1), "true mean")
    low = max(float(min(values[0], -0.2)), -6.0)
    high = float(max(values[-1], truth)) + 0.1
    label(figure, f"true mean {shown(truth)}", 0.02, truth)
    label(figure, "shuffled rows", 0.98, low + 0.06 * (high - low), LIGHT.muted, right=True)
    figure.update_xaxes(
        range=[0, 1], tickformat=".0%", title_text="share of the rows, in increasing order"
    )
    figure.update_yaxes(range=[low, high], title_text=f"log ratio ({units})")
    return figure


def _edges(centres: NDArray[np.float64]) -> tuple[float, float]:
    half = (centres[-1] - centres[0]) / (2 * (len(centres) - 1))
    return float(centres[0] - half), float(centres[-1] + half)
