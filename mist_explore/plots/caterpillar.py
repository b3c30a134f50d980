"""Caterpillar plot: the interval of dataset after dataset, misses marked, and the running share."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray
from plotly.subplots import make_subplots
from scipy.stats import binom

from mist_explore.plots.style import LIGHT, bare_layout, faded, mark_of

__all__ = ["plot_caterpillar"]

TICKS = (0.0, 0.1, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
CHANCE = 0.95
"""Probability of the band in which the share lies when the level is right."""

_OPACITY = 0.16


def plot_caterpillar(
    intervals: ArrayLike,
    medians: ArrayLike,
    truths: ArrayLike,
    *,
    level: float = 0.9,
    estimator: str = "mist-qr",
    total: int = 0,
    reach: float = 0.0,
) -> go.Figure:
    r"""Draw intervals beside their true values, and the share of those that contain it so far.

    An interval that misses is red, and its median a cross. Where true values differ, the axis is
    that of their square root. Behind the running share lies the band that holds it with a
    probability of 95 % when each interval contains the truth with the probability `level`: central
    quantiles of a binomial distribution.

    Args:
        intervals: the ends in nats, `(N, 2)`; NaN where there is no estimate.
        medians: of the estimates in nats, `(N,)`; NaN where there is none.
        truths: true values in nats, `(N,)`.
        level: of the intervals.
        estimator: its name.
        total: the number of datasets at the end, for the axis; at least N.
        reach: the largest value on the axis, at least; figures side by side share it.

    Example:
        >>> figure = plot_caterpillar([(0.1, 0.4), (0.6, 0.9)], [0.2, 0.7], [0.5, 0.5])
        >>> [float(share) for share in figure.data[-1].y]
        [0.0, 0.0]
        >>> figure = plot_caterpillar([(0.1, 0.6), (0.6, 0.9)], [0.2, 0.7], [0.5, 0.5])
        >>> [float(share) for share in figure.data[-1].y]
        [1.0, 0.5]
    """
    ends = np.asarray(intervals, dtype=np.float64).reshape(-1, 2)
    middle, truth = (np.asarray(v, dtype=np.float64) for v in (medians, truths))
    numbers = np.arange(1, len(truth) + 1)
    total = max(total, len(truth), 1)
    hit = (ends[:, 0] <= truth) & (truth <= ends[:, 1])
    there = ~np.isnan(middle)
    rooted = bool(np.ptp(truth) > 0) if len(truth) else False
    scale = np.sqrt if rooted else np.asarray
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.7, 0.3], vertical_spacing=0.09
    )
    _add_truths(figure, numbers, truth, scale(truth), total, rooted)
    for chosen, color, symbol, width, size in (
        (hit & there, mark_of(estimator).color, mark_of(estimator).symbol, 2, 5),
        (~hit & there, LIGHT.miss, "x", 3, 8),
    ):
        _add_intervals(figure, numbers[chosen], scale(ends[chosen]), color, width)
        figure.add_scatter(
            x=numbers[chosen],
            y=scale(middle[chosen]),
            customdata=np.column_stack([ends[chosen], truth[chosen], middle[chosen]]),
            mode="markers",
            marker={"color": color, "symbol": symbol, "size": size},
            hovertemplate=(
                "dataset %{x}: %{customdata[3]:.3f}, from %{customdata[0]:.3f} to "
                "%{customdata[1]:.3f}; true value %{customdata[2]:.3f}<extra></extra>"
            ),
            row=1,
            col=1,
        )
    _add_share(figure, numbers[there], hit[there], level, total, estimator)
    layout = bare_layout(400)
    figure.update_layout(layout)
    axis = layout.xaxis.to_plotly_json()
    figure.update_xaxes(axis, range=[0.2, total + 0.8])
    figure.update_xaxes(title_text="dataset", row=2, col=1)
    top = max([reach, 0.1, *truth, *ends[there, 1]])
    figure.update_yaxes(axis, range=[-0.03 * float(scale(top)), 1.05 * float(scale(top))], row=1)
    if rooted:
        ticks = [tick for tick in TICKS if tick <= top]
        figure.update_yaxes(
            tickvals=np.sqrt(ticks), ticktext=[f"{tick:g}" for tick in ticks], row=1
        )
    figure.update_yaxes(title_text="nats (root scale)" if rooted else "nats", row=1)
    figure.update_yaxes(
        axis, range=[-0.03, 1.06], tickvals=[0, 0.5, 1], tickformat=".0%", row=2, title_text="share"
    )
    return figure.update_layout(margin={"l": 56, "r": 12, "t": 12, "b": 44})


def _add_truths(
    figure: go.Figure,
    numbers: NDArray[np.int_],
    truths: NDArray[np.float64],
    places: NDArray[np.float64],
    total: int,
    rooted: bool,
) -> None:
    """Add a line at the one true value, and a dash for the true value of each dataset."""
    one = [] if rooted or not len(truths) else [places[0], places[0]]
    figure.add_scatter(
        x=[0.2, total + 0.8][: len(one)],
        y=one,
        mode="lines",
        line={"color": LIGHT.ink, "width": 2},
        hoverinfo="skip",
        row=1,
        col=1,
    )
    figure.add_scatter(
        x=numbers if rooted else [],
        y=places if rooted else [],
        mode="markers",
        marker={"color": LIGHT.ink, "symbol": "line-ew-open", "size": 9, "line": {"width": 2}},
        hoverinfo="skip",
        row=1,
        col=1,
    )


def _add_intervals(
    figure: go.Figure,
    numbers: NDArray[np.int_],
    ends: NDArray[np.float64],
    color: str,
    width: int,
) -> None:
    gaps = np.full((len(numbers), 1), np.nan)
    figure.add_scatter(
        x=np.repeat(numbers, 3),
        y=np.hstack([ends, gaps]).ravel(),
        mode="lines",
        line={"color": color, "width": width},
        hoverinfo="skip",
        row=1,
        col=1,
    )


def _add_share(
    figure: go.Figure,
    numbers: NDArray[np.int_],
    hit: NDArray[np.bool_],
    level: float,
    total: int,
    estimator: str,
) -> None:
    """Add the level, the band of chance around it, and the running share."""
    counts = np.arange(1, total + 1)
    low, high = binom.interval(CHANCE, counts, level)
    figure.add_scatter(
        x=[*counts, *counts[::-1]],
        y=[*(high / counts), *(low / counts)[::-1]],
        mode="lines",
        line={"width": 0, "color": LIGHT.muted},
        fill="toself",
        fillcolor=faded(LIGHT.muted, _OPACITY),
        hoverinfo="skip",
        row=2,
        col=1,
    )
    figure.add_scatter(
        x=[0.2, total + 0.8],
        y=[level, level],
        mode="lines",
        line={"color": LIGHT.muted, "width": 1, "dash": "dash"},
        hovertemplate=f"level {level:.0%}<extra></extra>",
        row=2,
        col=1,
    )
    figure.add_scatter(
        x=numbers,
        y=np.cumsum(hit) / np.arange(1, len(hit) + 1),
        mode="lines",
        line={"color": mark_of(estimator).color, "width": 2.5},
        hovertemplate="%{y:.0%} of the first %{x} contain it<extra></extra>",
        row=2,
        col=1,
    )
