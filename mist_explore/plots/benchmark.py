"""Error by group of datasets, along one axis, and against run time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

import plotly.graph_objects as go

from mist_explore.metrics import Mean
from mist_explore.plots.style import LIGHT, Mark, bare_layout, mark_of

__all__ = ["plot_benchmark_errors", "plot_cost", "plot_error_curve"]

_TICKS = [float(f"{d}e{p}") for p in range(-5, 6) for d in (1, 2, 5)]
_ONE_TWO_FIVE = {
    "tickmode": "array",
    "tickvals": _TICKS,
    "ticktext": [f"{tick:,.5g}" for tick in _TICKS],
}

_SIGNS = {"diamond": "◆", "square": "■", "triangle-up": "▲", "triangle-down": "▼", "star": "★"}

WIDE = 20
"""The ratio of the largest to the smallest error above which an axis is logarithmic."""
LINE = 17
"""The height of a line of names in pixels."""
FEW_GROUPS = 4
"""Groups up to which each mark has its name; for more there is a line of names above them."""
TALL = 420
"""Height of many groups in pixels, where their lines are not closer than they can be."""
NAMES = 120
"""Width of the names behind curves in pixels."""


def plot_benchmark_errors(
    groups: Sequence[str],
    errors: Mapping[str, Mapping[str, Mean]],
    units: str,
    published: Mapping[str, Mapping[str, Mean]] | None = None,
) -> go.Figure:
    """Draw mean errors with standard errors, a row for each group, a line for each estimator.

    Args:
        groups: the rows from the top down.
        errors: by estimator and group; a missing one leaves a gap.
        units: of the errors, in words.
        published: reported errors, by method and group, as small rings; the lowest has its name
            where there are few groups.

    Example:
        >>> errors = {"ksg": {"ring": Mean(0.13, 0.02, 40)}}
        >>> figure = plot_benchmark_errors(["ring"], errors, "nats")
        >>> [float(x) for x in figure.data[1].x], figure.layout.yaxis.ticktext
        ([0.13], ('ring',))
    """
    lines = 1 + sum(bool(means) for means in errors.values()) + bool(published)
    few = len(groups) <= FEW_GROUPS
    line = LINE if few else min(LINE, TALL / (lines * len(groups)))
    figure = go.Figure(layout=bare_layout(90 + round(max(28, line * lines)) * max(len(groups), 1)))
    _add_published(figure, groups, published or {}, -0.5 + 1 / lines, named=few)
    asked = [name for name, means in errors.items() if means]
    ends: list[tuple[str, float, float]] = []
    for place, name in enumerate(asked):
        means = errors[name]
        here = [(group, means[group]) for group in groups if group in means]
        shift = 0.5 - (place + 0.75) / lines
        _add_means(
            figure,
            mark_of(name),
            [mean.value for _, mean in here],
            [shift - groups.index(group) for group, _ in here],
            error_x=_whiskers(mean for _, mean in here),
            hovertemplate=f"%{{x:.3g}}<extra>{mark_of(name).label}</extra>",
        )
        ends += [
            (name, mean.value + _error(mean), shift - groups.index(group))
            for group, mean in here
            if few
        ]
    every = [m for means in (*errors.values(), *(published or {}).values()) for m in means.values()]
    figure.update_xaxes(title_text=units, **_scale(every, beyond=0.3))
    for name, x, y in ends:
        _add_name(figure, name, _place(figure.layout.xaxis, x), y, xshift=6)
    figure.update_yaxes(
        tickvals=[-row for row in range(len(groups))],
        ticktext=[_broken(group) for group in groups],
        range=[0.5 - len(groups), 0.5],
        automargin=True,
        showgrid=False,
    )
    if not few:
        _add_key(figure, asked, bool(published))
    rules = [0.5 - row for row in range(1, len(groups))]
    figure.update_layout(
        shapes=[
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": y,
                "y1": y,
                "line": {"color": LIGHT.rule, "width": 1},
            }
            for y in rules
        ]
    )
    return figure


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
    ends: dict[str, tuple[float, float]] = {}
    for name, means in errors.items():
        if len(means) != len(centres):
            raise ValueError(f"expected {len(centres)} errors of {name}; got {len(means)}")
        there = [(c, mean) for c, mean in zip(centres, means, strict=True) if mean is not None]
        if there:
            ends[name] = there[-1][0], there[-1][1].value
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
    places = [math.log10(x) for trace in figure.data for x in trace.x]
    if places:
        figure.update_xaxes(range=[min(places) - 0.1, max(places) + 0.1])
    figure.update_yaxes(title_text=units, **_scale(every))
    figure.update_layout(margin_r=NAMES)
    return _with_names(figure, ends)


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
    known = {name: cost for name, cost in costs.items() if cost is not None}
    for name, (seconds, mean) in known.items():
        _add_means(
            figure,
            mark_of(name),
            [seconds],
            [mean.value],
            error_y=_whiskers([mean]),
            hovertemplate=f"%{{y:.3g}} in %{{x:.3g}} s<extra>{mark_of(name).label}</extra>",
        )
    figure.update_xaxes(title_text="seconds per estimate", type="log", **_ONE_TWO_FIVE)
    times = [math.log10(seconds) for seconds, _ in known.values() if seconds > 0]
    if times:  # room for at least a decade, so that the ticks are read
        middle, half = (min(times) + max(times)) / 2, max(max(times) - min(times), 1.0) * 0.6
        figure.update_xaxes(range=[middle - half, middle + half])
    figure.update_yaxes(title_text=units, **_scale([mean for _, mean in known.values()]))
    figure.update_layout(margin_r=NAMES)
    return _with_names(figure, {name: (x, mean.value) for name, (x, mean) in known.items()})


def _add_published(
    figure: go.Figure,
    groups: Sequence[str],
    published: Mapping[str, Mapping[str, Mean]],
    shift: float,
    named: bool,
) -> None:
    others = [
        (method, group, mean.value)
        for method, means in published.items()
        for group, mean in means.items()
    ]
    lowest = {
        group: min(((value, m) for m, g, value in others if g == group), default=(0.0, ""))[1]
        for group in groups
    }
    figure.add_scatter(
        x=[value for *_, value in others],
        y=[shift - groups.index(group) for _, group, _ in others],
        text=[f"{m}, published" if named and lowest[g] == m else "" for m, g, _ in others],
        customdata=[method for method, *_ in others],
        mode="markers+text",
        textposition="bottom right",
        textfont={"color": LIGHT.muted, "size": 11},
        marker={"color": LIGHT.muted, "symbol": "circle-open", "size": 7},
        name="published by others, on other draws",
        cliponaxis=False,
        hovertemplate="%{customdata} %{x:.3g}<extra>published</extra>",
    )


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
        cliponaxis=False,
        hovertemplate=hovertemplate,
    )


def _whiskers(means: Iterable[Mean]) -> dict[str, object]:
    return {"type": "data", "array": [_error(mean) for mean in means]}


def _error(mean: Mean) -> float:
    # Of one cluster there is no standard error.
    return 0.0 if math.isnan(mean.standard_error) else mean.standard_error


def _scale(means: Sequence[Mean], beyond: float = 0.05) -> dict[str, object]:
    """Return an axis around means, logarithmic where they differ much, with room behind them."""
    values = [mean.value for mean in means if mean.value > 0]
    if values and max(values) > WIDE * min(values):
        low, high = math.log10(min(values)), math.log10(max(values))
        room = [low - 0.08 * (high - low), high + beyond * (high - low)]
        return {"type": "log", "range": room, **_ONE_TWO_FIVE}
    most = max(values, default=1.0)
    return {"type": "linear", "tickmode": "auto", "range": [0, (1.05 + beyond) * most]}


def _with_names(figure: go.Figure, ends: Mapping[str, tuple[float, float]]) -> go.Figure:
    """Write the name of each estimator beside its last point, one below the other."""
    axis, margin = figure.layout.yaxis, figure.layout.margin
    low, high = axis.range
    pixels = (figure.layout.height - margin.t - margin.b) / (high - low)
    heights = {name: _place(axis, y) * pixels for name, (_, y) in ends.items()}
    shown, place = {}, -math.inf
    for name in sorted(heights, key=heights.__getitem__):
        place = max(heights[name], place + LINE)
        shown[name] = place - heights[name]
    for name, (x, y) in ends.items():
        _add_name(figure, name, math.log10(x) if x > 0 else 0.0, _place(axis, y), 9, shown[name])
    return figure


def _place(axis: go.layout.XAxis | go.layout.YAxis, value: float) -> float:
    """Return where an annotation stands on an axis: on a logarithmic one, the logarithm."""
    return math.log10(value) if axis.type == "log" and value > 0 else value


def _add_name(
    figure: go.Figure, name: str, x: float, y: float, xshift: float, yshift: float = 0.0
) -> None:
    mark = mark_of(name)
    figure.add_annotation(
        x=x,
        y=y,
        text=mark.short,
        font={"color": mark.color, "size": 12},
        xanchor="left",
        xshift=xshift,
        yshift=yshift,
        showarrow=False,
    )


def _add_key(figure: go.Figure, names: Sequence[str], published: bool) -> None:
    marks = [mark_of(name) for name in names]
    key = [
        f'<span style="color:{m.color}">{_SIGNS.get(m.symbol, "●")} {m.short}</span>' for m in marks
    ]
    if published:
        key.append(f'<span style="color:{LIGHT.muted}">○ published by others</span>')
    figure.add_annotation(
        text="   ".join(key),
        x=0,
        y=1,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": 12},
    )


def _broken(group: str) -> str:
    """Return the name of a group on two lines where it is long."""
    head, comma, tail = group.rpartition(", ")
    return f"{head},<br>{tail}" if comma and len(group) > 24 else group
