"""Learning curve: an estimate against the number of rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from mist_explore.estimate import Estimate
from mist_explore.evaluation import Stability
from mist_explore.plots.style import LIGHT, bare_layout, mark_of, shown

__all__ = ["plot_stability"]


def plot_stability(
    curves: Mapping[str, Stability], *, units: str = "nats", level: float = 0.9
) -> go.Figure:
    """Draw the median of each estimator against rows, with the `level` interval if it has one.

    Args:
        curves: by the name of the estimator.
        units: `"nats"` or `"bits"`.
        level: of the intervals.

    Raises:
        ValueError: if there is no curve.

    Example:
        >>> few, many = (Estimate((0.05, 0.5, 0.95), (0, m, 0.5)) for m in (0.2, 0.3))
        >>> figure = plot_stability({"mist-qr": Stability((50, 100), (few, many))})
        >>> figure.data[0].y, figure.layout.xaxis.title.text
        ((0.2, 0.3), 'rows')
    """
    if not curves:
        raise ValueError("expected at least one curve; got none")
    figure = go.Figure(layout=bare_layout(300))
    apart = np.linspace(-0.01, 0.01, len(curves)) if len(curves) > 1 else [0.0]
    top = 0.0
    for shift, (name, curve) in zip(apart, curves.items(), strict=True):
        mark = mark_of(name)
        estimates = [estimate.to(units) for estimate in curve.estimates]
        medians = [estimate.median for estimate in estimates]
        ends = [_ends(estimate, level) for estimate in estimates]
        top = max([top, *medians, *(high for _, high in ends)])
        figure.add_scatter(
            x=[rows * (1 + shift) for rows in curve.sizes],
            y=medians,
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [high - m for m, (_, high) in zip(medians, ends, strict=True)],
                "arrayminus": [m - low for m, (low, _) in zip(medians, ends, strict=True)],
                "color": mark.color,
                "thickness": 2,
                "width": 5,
            },
            mode="lines+markers",
            line=mark.line(),
            marker=mark.marker(9),
            customdata=[
                f"{rows:,} rows: {shown(m)} ({shown(low)} to {shown(high)})"
                for rows, m, (low, high) in zip(curve.sizes, medians, ends, strict=True)
            ],
            hovertemplate="%{customdata}<extra>" + mark.label + "</extra>",
        )
    places = sorted({rows for curve in curves.values() for rows in curve.sizes})
    figure.update_xaxes(
        type="log",
        tickvals=places,
        ticktext=[f"{rows:,}" for rows in places],
        range=[np.log10(places[0] * 0.9), np.log10(places[-1] * 1.1)],
        title_text="rows",
    )
    figure.update_yaxes(
        range=[-0.02 * top, 1.05 * max(top, 0.02)],
        title_text=f"mutual information ({units})",
    )
    figure.update_layout(font_color=LIGHT.ink, margin_t=10)
    return figure


def _ends(estimate: Estimate, level: float) -> tuple[float, float]:
    return (estimate.median,) * 2 if estimate.is_point else estimate.interval(level)
