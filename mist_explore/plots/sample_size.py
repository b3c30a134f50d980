"""Error and width of intervals against the number of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from mist_explore.plots.style import LIGHT, bare_layout, mark_of, with_legend

__all__ = ["plot_errors_by_rows", "plot_widths_by_rows"]

TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
LEAST = 1e-3
"""Nats below which an error is drawn at the lower end of the axis."""


def plot_errors_by_rows(
    errors: Mapping[str, Mapping[int, ArrayLike]],
    rows: Sequence[int],
    wanted: float,
    needed: Mapping[str, float],
) -> go.Figure:
    """Draw mean absolute errors against rows on logarithmic scales, and the error that is wanted.

    Bars are standard errors over the datasets. A dotted line falls from the wanted error to the
    rows from which an estimator reaches it.

    Args:
        errors: by estimator and number of rows, errors in nats, signed or absolute.
        rows: all numbers of rows, in increasing order.
        wanted: the error in nats that is marked.
        needed: by estimator the rows at which it reaches that error; left out, or infinite, where
            it does not.

    Example:
        >>> found = {"ksg": {50: [0.3, -0.1], 500: [0.02, 0.04]}}
        >>> figure = plot_errors_by_rows(found, (50, 500), 0.1, {"ksg": 150.0})
        >>> [round(float(y), 3) for y in figure.data[2].y], list(figure.data[1].x)
        ([0.2, 0.03], [150.0, 150.0])
    """
    figure = _empty(rows, "mean absolute error (nats)")
    figure.add_scatter(
        x=[rows[0] / 1.2, rows[-1] * 1.2],
        y=[wanted, wanted],
        mode="lines",
        line={"color": LIGHT.ink, "width": 2},
        hovertemplate="the error you accept, %{y:.3g}<extra></extra>",
        showlegend=False,
    )
    curves = {name: _means(found) for name, found in errors.items()}
    values = [m for means, _ in curves.values() for m in means.values()]
    low, high = _range([*values, wanted])
    for name, (means, bars) in curves.items():
        mark = mark_of(name)
        at = needed.get(name, np.inf)
        figure.add_scatter(
            x=[at, at] if np.isfinite(at) else [],
            y=[wanted, low] if np.isfinite(at) else [],
            mode="lines",
            line={"color": mark.color, "width": 1.5, "dash": "dot"},
            hovertemplate="%{x:.2s} rows<extra></extra>",
            showlegend=False,
        )
        figure.add_scatter(
            x=list(means),
            y=list(means.values()),
            error_y={"array": list(bars.values()), "color": mark.color, "thickness": 1, "width": 3},
            mode="lines+markers",
            line=mark.line(),
            marker=mark.marker(8),
            name=mark.short,
            hovertemplate=f"%{{y:.3f}} on %{{x}} rows<extra>{mark.short}</extra>",
        )
    return figure.update_yaxes(range=np.log10([low, high]))


def plot_widths_by_rows(
    intervals: Mapping[str, Mapping[int, ArrayLike]],
    spreads: Mapping[str, Mapping[int, float]],
    rows: Sequence[int],
) -> go.Figure:
    """Draw the mean width of intervals, and the spread of estimates, against rows.

    Args:
        intervals: by estimator and number of rows, widths in nats: a solid line.
        spreads: the width of the range of nine in ten estimates, in nats: a dotted line.
        rows: all numbers of rows, in increasing order.

    Example:
        >>> figure = plot_widths_by_rows({"mist-qr": {50: [0.4, 0.6]}}, {"ksg": {50: 0.1}}, (50,))
        >>> [float(trace.y[0]) for trace in figure.data]
        [0.5, 0.1]
    """
    figure = _empty(rows, "width (nats)")
    curves = [
        *((name, "interval", _means(found)[0], "solid") for name, found in intervals.items()),
        *((name, "spread", dict(found), "dot") for name, found in spreads.items()),
    ]
    for name, what, widths, dash in curves:
        mark = mark_of(name)
        figure.add_scatter(
            x=list(widths),
            y=list(widths.values()),
            mode="lines+markers",
            line={"color": mark.color, "dash": dash, "width": 2},
            marker=mark.marker(8),
            name=f"{mark.short}, {what}",
            hovertemplate=f"%{{y:.3f}} on %{{x}} rows<extra>{mark.short}, {what}</extra>",
        )
    values = [width for _, _, widths, _ in curves for width in widths.values()]
    return figure.update_yaxes(range=np.log10(_range(values)))


def _empty(rows: Sequence[int], title: str) -> go.Figure:
    figure = go.Figure(layout=bare_layout(400))
    figure.update_xaxes(
        type="log",
        range=np.log10([rows[0] / 1.2, rows[-1] * 1.2]),
        tickvals=list(rows),
        # On a phone there is room for 1, 5, 10, 50, ... alone.
        ticktext=[f"{n:,}" if f"{n}"[0] in "15" else "" for n in rows],
        tickangle=0,
        title_text="rows",
    )
    figure.update_yaxes(
        type="log", tickvals=TICKS, ticktext=[f"{t:g}" for t in TICKS], title_text=title
    )
    figure.update_layout(legend={"itemwidth": 30, "font": {"size": 12}})
    return with_legend(figure)


def _means(found: Mapping[int, ArrayLike]) -> tuple[dict[int, float], dict[int, float]]:
    """Return the mean absolute value and its standard error by number of rows."""
    values: dict[int, NDArray[np.float64]] = {
        n: np.abs(np.asarray(some, dtype=np.float64)) for n, some in found.items()
    }
    values = {n: some for n, some in values.items() if some.size}
    means = {n: max(float(some.mean()), LEAST) for n, some in values.items()}
    errors = {
        n: float(some.std(ddof=1) / np.sqrt(len(some))) if len(some) > 1 else 0.0
        for n, some in values.items()
    }
    return means, errors


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of a logarithmic axis around values."""
    there = [max(value, LEAST) for value in values] or [0.1]
    return min(there) / 1.6, max(there) * 1.6
