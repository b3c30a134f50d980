"""Calibration curves of quantiles."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from mist_explore.plots.labels import label
from mist_explore.plots.style import LIGHT, bare_layout, mark_of

__all__ = ["plot_calibration"]

LINE = 16
"""The height of a name in pixels."""


def plot_calibration(shares: Mapping[str, Mapping[float, float]]) -> go.Figure:
    """Draw the share of datasets whose truth lies below the quantile of each level.

    A calibrated estimator lies on the diagonal; one whose intervals are too narrow runs flatter
    than it.

    Args:
        shares: by estimator and level; both between 0 and 1.

    Example:
        >>> figure = plot_calibration({"mist-qr": {0.1: 0.2, 0.9: 0.8}})
        >>> figure.data[1].y
        (0.2, 0.8)
    """
    figure = go.Figure(layout=bare_layout(360))
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": LIGHT.ink, "width": 1},
        hoverinfo="skip",
    )
    for name, levels in shares.items():
        mark = mark_of(name)
        figure.add_scatter(
            x=list(levels),
            y=list(levels.values()),
            mode="lines+markers",
            line=mark.line(),
            marker=mark.marker(6),
            name=mark.label,
            hovertemplate=f"%{{y:.0%}} below the %{{x:.1%}} quantile<extra>{mark.label}</extra>",
        )
    # The upper left corner is empty but for quantiles that are far too high.
    names = [(mark_of(name).short, mark_of(name).color) for name in shares if shares[name]]
    for line, (text, color) in enumerate([*names, ("as it should be", LIGHT.ink)]):
        label(figure, f"— {text}", 0.02, 1.0, color, above=False, size=12, yshift=-LINE * line)
    figure.update_xaxes(range=[0, 1], tickformat=".0%", title_text="level of the quantile")
    figure.update_yaxes(range=[0, 1], tickformat=".0%", title_text="share of truths below it")
    return figure
