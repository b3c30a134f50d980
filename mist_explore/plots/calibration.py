"""Calibration curves of quantiles."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from mist_explore.plots.style import LIGHT, bare_layout, mark_of, with_legend

__all__ = ["plot_calibration"]


def plot_calibration(shares: Mapping[str, Mapping[float, float]], height: int = 360) -> go.Figure:
    """Draw the share of datasets whose truth lies below the quantile of each level.

    A calibrated estimator lies on the diagonal; one whose intervals are too narrow runs flatter
    than it.

    Args:
        shares: by estimator and level; both between 0 and 1.
        height: in pixels; the width follows the place.

    Example:
        >>> figure = plot_calibration({"mist-qr": {0.1: 0.2, 0.9: 0.8}})
        >>> figure.data[1].y
        (0.2, 0.8)
    """
    figure = go.Figure(layout=bare_layout(height))
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": LIGHT.ink, "width": 1},
        hoverinfo="skip",
        showlegend=False,
    )
    for name, levels in shares.items():
        mark = mark_of(name)
        figure.add_scatter(
            x=list(levels),
            y=list(levels.values()),
            mode="lines+markers",
            line={"color": mark.color, "dash": mark.dash, "width": 2},
            marker={"color": mark.color, "symbol": mark.symbol, "size": 6},
            name=mark.label,
            showlegend=bool(levels),
            hovertemplate=f"%{{y:.0%}} below the %{{x:.1%}} quantile<extra>{mark.label}</extra>",
        )
    figure.add_annotation(
        text="as it should be",
        x=0.98,
        y=0.98,
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
        font={"color": LIGHT.ink, "size": 12},
    )
    figure.update_xaxes(range=[0, 1], tickformat=".0%", title_text="level of the quantile")
    figure.update_yaxes(range=[0, 1], tickformat=".0%", title_text="share of truths below it")
    return with_legend(figure)
