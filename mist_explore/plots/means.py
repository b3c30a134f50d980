"""Parts of figures of mean errors: marks with standard errors, their axes and their names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import plotly.graph_objects as go

from mist_explore.metrics import Mean
from mist_explore.plots.style import Mark, mark_of

__all__ = [
    "LINE",
    "ONE_TWO_FIVE",
    "add_means",
    "add_name",
    "place_on",
    "scale_around",
    "standard_error",
    "whiskers",
]

_TICKS = [float(f"{d}e{p}") for p in range(-5, 6) for d in (1, 2, 5)]
ONE_TWO_FIVE = {
    "tickmode": "array",
    "tickvals": _TICKS,
    "ticktext": [f"{tick:,.5g}" for tick in _TICKS],
}
"""A logarithmic axis with ticks at 1, 2 and 5 of each decade."""

WIDE = 20
"""The ratio of the largest to the smallest error above which an axis is logarithmic."""
LINE = 17
"""The height of a line of names in pixels."""


def add_means(
    figure: go.Figure,
    mark: Mark,
    x: Sequence[float],
    y: Sequence[float],
    hovertemplate: str,
    mode: str = "markers",
    error_x: Mapping[str, object] | None = None,
    error_y: Mapping[str, object] | None = None,
) -> None:
    """Add the marks of an estimator, with `whiskers` along one axis."""
    whiskers = {"color": mark.color, "thickness": 1.5, "width": 0}
    figure.add_scatter(
        x=list(x),
        y=list(y),
        mode=mode,
        line=mark.line(),
        marker=mark.marker(9),
        error_x={**whiskers, **error_x} if error_x else None,
        error_y={**whiskers, **error_y} if error_y else None,
        name=mark.short,
        cliponaxis=False,
        hovertemplate=hovertemplate,
    )


def whiskers(means: Iterable[Mean]) -> dict[str, object]:
    """Return error bars of one standard error on either side."""
    return {"type": "data", "array": [standard_error(mean) for mean in means]}


def standard_error(mean: Mean) -> float:
    """Return the standard error of a mean, 0 for that of one cluster, which has none."""
    return 0.0 if math.isnan(mean.standard_error) else mean.standard_error


def scale_around(means: Sequence[Mean], beyond: float = 0.05) -> dict[str, object]:
    """Return an axis around means, logarithmic where they differ much, with room behind them."""
    values = [mean.value for mean in means if mean.value > 0]
    if values and max(values) > WIDE * min(values):
        low, high = math.log10(min(values)), math.log10(max(values))
        room = [low - 0.08 * (high - low), high + beyond * (high - low)]
        return {"type": "log", "range": room, **ONE_TWO_FIVE}
    most = max(values, default=1.0)
    return {"type": "linear", "tickmode": "auto", "range": [0, (1.05 + beyond) * most]}


def place_on(axis: go.layout.XAxis | go.layout.YAxis, value: float) -> float:
    """Return where an annotation stands on an axis: on a logarithmic one, the logarithm."""
    return math.log10(value) if axis.type == "log" and value > 0 else value


def add_name(
    figure: go.Figure, name: str, x: float, y: float, xshift: float, yshift: float = 0.0
) -> None:
    """Write the name of an estimator beside a place; shifts are in pixels."""
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
