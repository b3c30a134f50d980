"""Mean error along one axis, and against run time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from mist_explore.metrics import Mean
from mist_explore.plots.means import (
    LINE,
    ONE_TWO_FIVE,
    add_means,
    add_name,
    place_on,
    scale_around,
    whiskers,
)
from mist_explore.plots.style import bare_layout, mark_of

__all__ = ["plot_cost", "plot_error_curve"]

NAMES = 120
"""Width of the names behind curves in pixels."""


def plot_error_curve(
    edges: Sequence[float], errors: Mapping[str, Sequence[Mean | None]], axis: str, units: str
) -> go.Figure:
    """Draw the mean error of each bin against its middle, on a logarithmic scale.

    Args:
        edges: increasing, K + 1 of them, the last K above 0.
        errors: by estimator, K means; None where there is no dataset.
        axis: title of the axis of the edges.
        units: of the errors, in words.

    Raises:
        ValueError: if an estimator has not one mean for each two edges.

    Example:
        >>> figure = plot_error_curve([1, 4, 9], {"ksg": [Mean(0.1, 0, 2), None]}, "rows", "nats")
        >>> [float(x) for x in figure.data[0].x]
        [2.0]
    """
    figure = go.Figure(layout=bare_layout(360))
    centres = [
        math.sqrt(low * high) if low > 0 else high / 2 for low, high in itertools.pairwise(edges)
    ]
    ends: dict[str, tuple[float, float]] = {}
    for name, means in errors.items():
        if len(means) != len(centres):
            raise ValueError(f"expected {len(centres)} errors of {name}; got {len(means)}")
        there = [(c, mean) for c, mean in zip(centres, means, strict=True) if mean is not None]
        if there:
            ends[name] = there[-1][0], there[-1][1].value
        add_means(
            figure,
            mark_of(name),
            [centre for centre, _ in there],
            [mean.value for _, mean in there],
            error_y=whiskers(mean for _, mean in there),
            hovertemplate=f"%{{y:.3g}} at %{{x:.3g}}<extra>{mark_of(name).label}</extra>",
            mode="lines+markers",
        )
    every = [mean for means in errors.values() for mean in means if mean is not None]
    figure.update_xaxes(title_text=axis, type="log", **ONE_TWO_FIVE)
    places = [math.log10(x) for trace in figure.data for x in trace.x]
    if places:
        figure.update_xaxes(range=[min(places) - 0.1, max(places) + 0.1])
    figure.update_yaxes(title_text=units, **scale_around(every))
    figure.update_layout(margin_r=NAMES)
    return _with_names(figure, ends)


def plot_cost(costs: Mapping[str, tuple[float, Mean] | None], units: str) -> go.Figure:
    """Draw the error of each estimator against the seconds of one estimate.

    Args:
        costs: seconds and mean error, by estimator; None where there is no measurement.
        units: of the errors, in words.

    Example:
        >>> figure = plot_cost({"ksg": (0.02, Mean(0.1, 0.01, 40))}, "nats")
        >>> [float(x) for x in figure.data[0].x]
        [0.02]
    """
    figure = go.Figure(layout=bare_layout(360))
    known = {name: cost for name, cost in costs.items() if cost is not None}
    for name, (seconds, mean) in known.items():
        add_means(
            figure,
            mark_of(name),
            [seconds],
            [mean.value],
            error_y=whiskers([mean]),
            hovertemplate=f"%{{y:.3g}} in %{{x:.3g}} s<extra>{mark_of(name).label}</extra>",
        )
    figure.update_xaxes(title_text="seconds per estimate", type="log", **ONE_TWO_FIVE)
    times = [math.log10(seconds) for seconds, _ in known.values() if seconds > 0]
    if times:  # room for at least a decade, so that the ticks are read
        middle, half = (min(times) + max(times)) / 2, max(max(times) - min(times), 1.0) * 0.6
        figure.update_xaxes(range=[middle - half, middle + half])
    figure.update_yaxes(title_text=units, **scale_around([mean for _, mean in known.values()]))
    figure.update_layout(margin_r=NAMES)
    return _with_names(figure, {name: (x, mean.value) for name, (x, mean) in known.items()})


def _with_names(figure: go.Figure, ends: Mapping[str, tuple[float, float]]) -> go.Figure:
    """Write the name of each estimator beside its last point, one below the other."""
    axis, margin = figure.layout.yaxis, figure.layout.margin
    low, high = axis.range
    pixels = (figure.layout.height - margin.t - margin.b) / (high - low)
    heights = {name: place_on(axis, y) * pixels for name, (_, y) in ends.items()}
    shown, place = {}, -math.inf
    for name in sorted(heights, key=heights.__getitem__):
        place = max(heights[name], place + LINE)
        shown[name] = place - heights[name]
    for name, (x, y) in ends.items():
        add_name(figure, name, math.log10(x) if x > 0 else 0.0, place_on(axis, y), 9, shown[name])
    return figure
