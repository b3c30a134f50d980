"""Base estimates of an ensemble with their gating weights, beside its estimate."""

from __future__ import annotations

import plotly.graph_objects as go

from mist_explore.estimate import BaseEstimate, Estimate
from mist_explore.plots.labels import label_row
from mist_explore.plots.style import LIGHT, bare_layout, mark_of, shown

__all__ = ["plot_explanation"]

ROW = 34
"""Pixels of a base estimate."""

MOST = 8
LARGEST = 36
"""Pixels across the marker of a base estimate that has all the weight."""


def plot_explanation(
    estimate: Estimate, truth: float | None = None, *, level: float = 0.9
) -> go.Figure:
    """Draw base estimates as markers, a row each, with areas in proportion to their weights.

    Behind them are the estimate as a line, its interval as a band and, if it is known, the truth.
    The heaviest eight are shown, the heaviest on top.

    Args:
        estimate: an estimate with an explanation.
        truth: the true mutual information in the units of the estimate, if it is known.
        level: of the interval.

    Raises:
        ValueError: if the estimate has no explanation.

    Example:
        >>> base = (BaseEstimate("KSG", 0.3, 0.8), BaseEstimate("Gaussian copula", 0.1, 0.2))
        >>> answer = Estimate((0.05, 0.5, 0.95), (0.2, 0.3, 0.4), explanation=base)
        >>> list(plot_explanation(answer).data[-1].x)
        [0.3, 0.1]
    """
    if not estimate.explanation:
        raise ValueError("expected an estimate with base estimates, as mist-qr gives; got none")
    rows = estimate.explanation[:MOST]
    mark, units = mark_of(estimate.estimator), estimate.units
    low, high = estimate.interval(level)
    bottom, top = 0.4 - len(rows), 0.75
    reach = max([high, truth or 0.0, 0.02, *(base.value for base in rows)])
    figure = go.Figure(layout=bare_layout(84 + ROW * len(rows)))
    figure.add_scatter(
        x=[low, low, high, high],
        y=[bottom, top, top, bottom],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=mark.color,
        opacity=0.18,
        hoverinfo="skip",
    )
    for value, color, words in (
        (estimate.median, mark.color, "answer"),
        (truth, LIGHT.ink, "true value"),
    ):
        figure.add_scatter(
            x=[value, value] if value is not None else [],
            y=[bottom, top] if value is not None else [],
            mode="lines",
            line={"color": color, "width": 2},
            hovertemplate=f"{words} %{{x:.3f}}<extra></extra>",
        )
    figure.add_scatter(
        x=[base.value for base in rows],
        y=[-row for row in range(len(rows))],
        mode="markers",
        marker={
            "color": mark.color,
            "size": [LARGEST * max(base.weight, 0.02) ** 0.5 for base in rows],
            "line": {"width": 0},
        },
        customdata=[[base.name, base.weight] for base in rows],
        hovertemplate="%{customdata[0]}: %{x:.3f}, weight %{customdata[1]:.0%}<extra></extra>",
    )
    for row, base in enumerate(rows):
        label_row(figure, _label(base), -row + 0.12, LIGHT.ink, size=12)
    figure.update_xaxes(
        range=[-0.02 * reach, 1.06 * reach], title_text=f"mutual information ({units})"
    )
    figure.update_yaxes(range=[bottom, top], visible=False)
    figure.update_layout(margin_l=14)
    return figure


def _label(base: BaseEstimate) -> str:
    return f"{base.name}: {shown(base.value)}, weight {base.weight:.0%}"
