"""Predictions of a network against the truth."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from mist_explore.plots.labels import PAPER, label
from mist_explore.plots.style import LIGHT, Mark, bare_layout
from mist_explore.plots.training import HEIGHT, YOURS

__all__ = ["plot_predictions"]


def plot_predictions(
    truth: ArrayLike, median: ArrayLike, low: ArrayLike, high: ArrayLike
) -> go.Figure:
    """Draw predictions for held-out datasets against the truth, with 90 % intervals.

    Intervals that miss the truth are drawn in another colour, with a diamond for the median.

    Args:
        truth: the true mutual information in nats, `(N,)`.
        median: the predicted median, `(N,)`.
        low: the lower end of the interval, `(N,)`.
        high: the upper end, `(N,)`.

    Example:
        >>> figure = plot_predictions([0.1, 0.5], [0.1, 0.2], [0.0, 0.1], [0.2, 0.3])
        >>> [len(trace.x) for trace in figure.data if trace.mode == "markers"]
        [1, 1]
    """
    true, middle, lower, upper = (
        np.asarray(values, np.float64) for values in (truth, median, low, high)
    )
    reach = 1.05 * float(np.nanquantile(np.concatenate([true, middle, [1e-3]]), 0.995))
    figure = go.Figure(layout=bare_layout(HEIGHT))
    figure.add_scatter(
        x=[0, reach],
        y=[0, reach],
        mode="lines",
        line={"color": LIGHT.ink, "width": 1.5},
        hoverinfo="skip",
    )
    holds = (lower <= true) & (true <= upper)
    misses = Mark("", LIGHT.ink, "diamond", "solid")
    for some, mark in ((holds, YOURS), (~holds, misses)):
        figure.add_scatter(
            x=_strung(true[some], true[some]),
            y=_strung(lower[some], upper[some]),
            mode="lines",
            line={"color": mark.color, "width": 1},
            opacity=0.35,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=true[some],
            y=middle[some],
            mode="markers",
            marker=mark.marker(5) | {"opacity": 0.8},
            hovertemplate="true %{x:.3f}, predicted %{y:.3f}<extra></extra>",
        )
    figure.update_xaxes(range=[-0.03 * reach, reach], title_text="true mutual information (nats)")
    figure.update_yaxes(range=[-0.03 * reach, reach], title_text="predicted (nats)")
    label(
        figure,
        "interval contains the truth",
        0.02,
        0.98,
        YOURS.color,
        on=PAPER,
        above=False,
        size=12,
        covers=True,
    )
    label(
        figure,
        "interval misses it",
        0.02,
        0.86,
        misses.color,
        on=PAPER,
        above=False,
        size=12,
        covers=True,
    )
    return figure


def _strung(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Start and end of each line, with a gap after it."""
    return np.column_stack([starts, ends, np.full(len(starts), np.nan)]).ravel()
