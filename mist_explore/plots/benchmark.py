"""Error by group of datasets, along one axis, and against run time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

import plotly.graph_objects as go

from mist_explore.metrics import Mean
from mist_explore.plots.style import LIGHT, Mark, bare_layout, mark_of, with_legend

__all__ = ["plot_benchmark_errors", "plot_cost", "plot_error_curve"]

_TICKS = [float(f"{d}e{p}") for p in range(-5, 6) for d in (1, 2, 5)]
_ONE_TWO_FIVE = {"tickvals": _TICKS, "ticktext": [f"{tick:,.5g}" for tick in _TICKS]}

WIDE = 20
"""The ratio of the largest to the smallest error above which an axis is logarithmic."""
LINE = 19
"""The height of a line of names in pixels."""


def plot_benchmark_errors(
    groups: Sequence[str],
    errors: Mapping[str, Mapping[str, Mean]],
    units: str,
    published: Mapping[str, Mapping[str, Mean]] | None = None,
) -> go.Figure:
    """Draw mean errors with standard errors, a row for each group, a mark for each estimator.

    Args:
        groups: the rows from the top down.
        errors: by estimator and group; a missing one leaves a gap.
        units: of the errors, in words.
        published: reported errors, by method and group, as small rings.

    Example:
        >>> errors = {"ksg": {"ring": Mean(0.13, 0.02, 40)}}
        >>> figure = plot_benchmark_errors(["ring"], errors, "nats")
        >>> [float(x) for x in figure.data[1].x], figure.layout.yaxis.ticktext
        ([0.13], ('ring',))
    """
    asked = [name for name, means in errors.items() if means]
    figure = go.Figure(layout=bare_layout(150 + max(46, 8 * len(asked)) * len(groups)))
    others = [
        (method, group, mean)
        for method, means in (published or {}).items()
        for group, mean in means.items()
    ]
    figure.add_scatter(
        x=[mean.value for *_, mean in others],
        y=[-groups.index(group) for _, group, _ in others],
        text=[method for method, *_ in others],
        mode="markers",
        marker={"color": LIGHT.muted, "symbol": "circle-open", "size": 7},
        name="published by others, on other draws",
        showlegend=bool(others),
        hovertemplate="%{text} %{x:.3g}<extra>published</extra>",
    )
    step = 0.6 / max(len(asked), 1)
    for name, means in errors.items():
        here = [(groups.index(group), mean) for group, mean in means.items()]
        shift = 0.3 - (asked.index(name) + 0.5) * step if means else 0.0
        _add_means(
            figure,
            mark_of(name),
            [mean.value for _, mean in here],
            [shift - row for row, _ in here],
            error_x=_whiskers(mean for _, mean in here),
            hovertemplate=f"%{{x:.3g}}<extra>{mark_of(name).label}</extra>",
        )
    every = [m for means in (*errors.values(), *(published or {}).values()) for m in means.values()]
    figure.update_xaxes(title_text=units, **_scale(every))
    figure.update_yaxes(
        tickvals=[-row for row in range(len(groups))],
        ticktext=list(groups),
        range=[0.6 - len(groups), 0.6],
        automargin=True,
        showgrid=False,
    )
    return _with_names(figure)


def plot_error_curve(
    edges: Sequence[float],
    errors: Mapping[str, Sequence[Mean | None]],
    axis: str,
    units: str,
    height: int = 360,
) -> go.Figure:
    """Draw the mean error of each bin against its middle, on a logarithmic scale.

    Args:
        edges: increasing, K + 1 of them, the last K above 0.
        errors: by estimator, K means; None where there is no dataset.
        axis: title of the axis of the edges.
        units: of the errors, in words.
        height: in pixels; the width follows the place.

    Raises:
        ValueError: if an estimator has not one mean for each two edges.

    Example:
        >>> figure = plot_error_curve([1, 4, 9], {"ksg": [Mean(0.1, 0, 2), None]}, "rows", "nats")
        >>> [float(x) for x in figure.data[0].x]
        [2.0]
    """
    figure = go.Figure(layout=bare_layout(height))
    centres = [
        math.sqrt(low * high) if low > 0 else high / 2 for low, high in itertools.pairwise(edges)
    ]
    for name, means in errors.items():
        if len(means) != len(centres):
            raise ValueError(f"expected {len(centres)} errors of {name}; got {len(means)}")
        there = [(c, mean) for c, mean in zip(centres, means, strict=True) if mean is not None]
        _add_means(
            figure,
            mark_of(name),
            [centre for centre, _ in there],
            [mean.value for _, mean in there],
            error_y=_whiskers(mean for _, mean in there),
            hovertemplate=f"%{{y:.3g}} at %{{x:.3g}}<extra>{mark_of(name).label}</extra>",
            mode="lines+markers",
        )
    every = [mean for means in errors.values() for mean in means if mean is not None]
    figure.update_xaxes(title_text=axis, type="log", **_ONE_TWO_FIVE)
    figure.update_yaxes(title_text=units, **_scale(every))
    return _with_names(figure)


def plot_cost(
    costs: Mapping[str, tuple[float, Mean] | None], units: str, height: int = 360
) -> go.Figure:
    """Draw the error of each estimator against the seconds of one estimate.

    Args:
        costs: seconds and mean error, by estimator; None where there is no measurement.
        units: of the errors, in words.
        height: in pixels; the width follows the place.

    Example:
        >>> figure = plot_cost({"ksg": (0.02, Mean(0.1, 0.01, 40))}, "nats")
        >>> [float(x) for x in figure.data[0].x]
        [0.02]
    """
    figure = go.Figure(layout=bare_layout(height))
    for name, cost in costs.items():
        there = [cost] if cost else []
        _add_means(
            figure,
            mark_of(name),
            [seconds for seconds, _ in there],
            [mean.value for _, mean in there],
            error_y=_whiskers(mean for _, mean in there),
            hovertemplate=f"%{{y:.3g}} in %{{x:.3g}} s<extra>{mark_of(name).label}</extra>",
        )
    figure.update_xaxes(title_text="seconds per estimate", type="log", **_ONE_TWO_FIVE)
    figure.update_yaxes(title_text=units, **_scale([cost[1] for cost in costs.values() if cost]))
    return _with_names(figure)


def _add_means(
    figure: go.Figure,
    mark: Mark,
    x: Sequence[float],
    y: Sequence[float],
    hovertemplate: str,
    mode: str = "markers",
    error_x: Mapping[str, object] | None = None,
    error_y: Mapping[str, object] | None = None,
) -> None:
    whiskers = {"color": mark.color, "thickness": 1.5, "width": 0}
    figure.add_scatter(
        x=list(x),
        y=list(y),
        mode=mode,
        line={"color": mark.color, "dash": mark.dash, "width": 2},
        marker={"color": mark.color, "symbol": mark.symbol, "size": 9},
        error_x={**whiskers, **error_x} if error_x else None,
        error_y={**whiskers, **error_y} if error_y else None,
        name=mark.short,
        showlegend=bool(x),
        hovertemplate=hovertemplate,
    )


def _whiskers(means: Iterable[Mean]) -> dict[str, object]:
    # Of one cluster there is no standard error.
    ends = [0.0 if math.isnan(m.standard_error) else m.standard_error for m in means]
    return {"type": "data", "array": ends}


def _scale(means: Sequence[Mean]) -> dict[str, object]:
    values = [mean.value for mean in means if mean.value > 0]
    if values and max(values) > WIDE * min(values):
        return {"type": "log", "rangemode": "normal", **_ONE_TWO_FIVE}
    return {"type": "linear", "rangemode": "tozero", "tickvals": None, "ticktext": None}


def _with_names(figure: go.Figure) -> go.Figure:
    # Names stand above the plot and must not take its height: in the narrowest place two a line.
    lines = math.ceil(sum(trace.showlegend is not False for trace in figure.data) / 2)
    height = figure.layout.height + LINE * max(0, lines - 3)
    return with_legend(figure.update_layout(height=height))
