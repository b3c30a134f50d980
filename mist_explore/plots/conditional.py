"""Marginal and conditional distribution of Y in a sample."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.labels import PAPER, label
from mist_explore.plots.sample import frame_of
from mist_explore.plots.style import LIGHT, bare_layout
from mist_explore.sample import Sample

__all__ = ["plot_conditional"]

POINTS = 900
BINS = 44


def plot_conditional(sample: Sample, known: NDArray[np.bool_]) -> go.Figure:
    """Draw the first columns of X and Y as a scatter, beside histograms of Y and of Y given X.

    Args:
        sample: the paired rows.
        known: which rows have about the known X, shape `(n,)`; at least one.

    Raises:
        ValueError: if no row is known, or their number does not fit.

    Example:
        >>> sample = Sample([1, 2, 3, 4], [2, 4, 6, 8])
        >>> figure = plot_conditional(sample, np.array([True, False, False, False]))
        >>> len(figure.data), figure.data[1].x.tolist()
        (4, [1.0])
    """
    if known.shape != (sample.n_samples,) or not known.any():
        raise ValueError(
            f"expected a mark for each of {sample.n_samples} rows, one of them set; "
            f"got {int(known.sum())} of {known.shape}"
        )
    x, y = sample.x[:, 0], sample.y[:, 0]
    range_x, range_y = frame_of(x), frame_of(y)
    drawn = np.arange(sample.n_samples) < POINTS
    figure = go.Figure(layout=bare_layout(360))
    for rows, color, size, opacity in (
        (drawn & ~known, LIGHT.points, 4.5, 0.35),
        (drawn & known, LIGHT.learned, 6.5, 0.9),
    ):
        figure.add_scatter(
            x=x[rows],
            y=y[rows],
            mode="markers",
            marker={"color": color, "size": size, "opacity": opacity},
            hovertemplate="X %{x:.2f}, Y %{y:.2f}<extra></extra>",
        )
    edges = np.linspace(*range_y, BINS + 1)
    for rows, color, opacity, words in (
        (np.ones_like(known), LIGHT.points, 0.4, "of all rows"),
        (known, LIGHT.learned, 0.55, "of the rows with the known X"),
    ):
        share = np.histogram(y[rows], edges)[0] / rows.sum()
        figure.add_bar(
            x=share,
            y=(edges[1:] + edges[:-1]) / 2,
            width=np.diff(edges),
            orientation="h",
            marker={"color": color, "opacity": opacity, "line": {"width": 0}},
            hovertemplate=f"%{{x:.1%}} {words}<extra></extra>",
            xaxis="x2",
        )
    low, high = float(x[known].min()), float(x[known].max())
    figure.add_shape(
        type="rect",
        x0=low,
        x1=high,
        y0=0,
        y1=1,
        yref="paper",
        line={"width": 0},
        fillcolor=LIGHT.learned,
        opacity=0.12,
        layer="below",
    )
    figure.update_layout(
        barmode="overlay",
        bargap=0,
        xaxis={"domain": [0, 0.66], "range": range_x, "title_text": "X"},
        xaxis2={**figure.layout.xaxis.to_plotly_json(), "domain": [0.7, 1], "showgrid": False},
        yaxis={"range": range_y, "title_text": "Y"},
    )
    figure.update_layout(
        xaxis2={"range": None, "rangemode": "tozero", "showticklabels": False, "title_text": ""}
    )
    for text, color, shift in (
        ("Y, X unknown", LIGHT.muted, 0),
        ("Y, X known", LIGHT.learned, -17),
    ):
        label(figure, text, 1, 1, color, on=PAPER, right=True, yshift=shift)
    return figure
