"""Gradient of an estimate with respect to each point of a sample."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.style import LIGHT, bare_layout
from mist_explore.sample import Sample

__all__ = ["plot_gradient_field"]

REACH = 3.2
LONGEST = 0.6
TYPICAL = 0.95
"""The quantile of the lengths that is drawn as `LONGEST`; the few longer ones are cut to it."""


def plot_gradient_field(
    sample: Sample, by_x: NDArray[np.float64], by_y: NDArray[np.float64]
) -> go.Figure:
    """Draw a scatter of one column a side, with the gradient at each point as an arrow.

    Lengths are relative: the gradient at the 95 % quantile of lengths is drawn 0.6 units long.

    Args:
        sample: standardised points, one column a side.
        by_x: derivatives by x, `(n, 1)`.
        by_y: derivatives by y, `(n, 1)`.

    Raises:
        ValueError: if a side has several columns or the shapes differ.

    Example:
        >>> sample = Sample([0, 1, 2, 3], [0, 1, 0, 1])
        >>> figure = plot_gradient_field(sample, np.ones((4, 1)), np.zeros((4, 1)))
        >>> [round(float(x), 2) for x in figure.data[0].x[:2]]
        [0.0, 0.6]
    """
    shape = (sample.n_samples, 1)
    for array in (sample.x, sample.y, by_x, by_y):
        if array.shape != shape:
            raise ValueError(f"expected one column of {shape[0]} rows; got shape {array.shape}")
    start = np.hstack([sample.x, sample.y])
    arrow = np.hstack([by_x, by_y])
    length = np.hypot(*arrow.T)
    typical = max(float(np.quantile(length, TYPICAL)), 1e-12)
    arrow = arrow * np.minimum(1 / typical, 1 / np.maximum(length, 1e-12))[:, None] * LONGEST
    lines = _lines(start, start + arrow)
    figure = go.Figure(layout=bare_layout(400))
    figure.add_scatter(
        x=lines[:, 0],
        y=lines[:, 1],
        mode="lines",
        line={"color": LIGHT.learned, "width": 1.5},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=start[:, 0],
        y=start[:, 1],
        mode="markers",
        marker={"color": LIGHT.points, "size": 5},
        customdata=length,
        hovertemplate="%{x:.2f}, %{y:.2f}: gradient %{customdata:.2g} nats a unit<extra></extra>",
    )
    figure.update_xaxes(range=[-REACH, REACH], title_text="X, standardised")
    figure.update_yaxes(range=[-REACH, REACH], title_text="Y, standardised")
    return figure


def _lines(start: NDArray[np.float64], tip: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shaft and head of each arrow as one broken line, `(n * 6, 2)`."""
    shaft = tip - start
    aside = np.stack([-shaft[:, 1], shaft[:, 0]], 1)
    left, right = tip - 0.3 * shaft + 0.15 * aside, tip - 0.3 * shaft - 0.15 * aside
    gap = np.full_like(tip, np.nan)
    return np.stack([start, tip, left, right, tip, gap], 1).reshape(-1, 2)
