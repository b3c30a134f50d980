"""Sensitivity curves: estimates along a path of distributions with one mutual information."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.labels import label, truth_line
from mist_explore.plots.style import LIGHT, bare_layout, faded, mark_of, shown, with_legend

__all__ = ["plot_sensitivity"]

_OPACITY = 0.16


def plot_sensitivity(
    at: Sequence[float],
    estimates: Mapping[str, NDArray[np.float64]],
    truth: float,
    *,
    here: float | None = None,
) -> go.Figure:
    """Draw the median over seeds of each estimator along flows, and their range as a band.

    Args:
        at: increasing strengths of the flow, S of them.
        estimates: by the name of the estimator, `(P, K)` values for K seeds at the first P of the
            S strengths: later ones may still be missing.
        truth: the mutual information of every distribution.
        here: the strength to mark; none if None.

    Raises:
        ValueError: if an estimator has values at more strengths than there are.

    Example:
        >>> figure = plot_sensitivity([0.0, 1.0], {"ksg": np.array([[0.4, 0.6], [0.1, 0.3]])}, 0.5)
        >>> [float(value) for value in figure.data[3].y]
        [0.5, 0.2]
    """
    figure = go.Figure(layout=bare_layout(340))
    span = at[0], at[-1]
    largest = [float(values.max()) for values in estimates.values() if values.size]
    top = 1.12 * max([truth, 0.02, *largest])
    figure.add_scatter(
        x=[here, here] if here is not None else [],
        y=[0, top] if here is not None else [],
        mode="lines",
        line={"color": LIGHT.muted, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )
    truth_line(figure, truth, span)
    for name, values in estimates.items():
        if len(values) > len(at):
            raise ValueError(f"expected at most {len(at)} places for {name}; got {len(values)}")
        mark, places = mark_of(name), list(at[: len(values)])
        low, high = (values.min(axis=1), values.max(axis=1)) if values.size else ([], [])
        figure.add_scatter(
            x=[*places, *reversed(places)],
            y=[*high, *reversed(low)],
            mode="lines",
            line={"width": 0, "color": mark.color},
            fill="toself",
            fillcolor=faded(mark.color, _OPACITY),
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=places,
            y=np.median(values, axis=1) if values.size else [],
            mode="lines+markers",
            line=mark.line(),
            marker=mark.marker(8),
            name=mark.label,
            hovertemplate=f"%{{y:.3f}} at %{{x:.3g}}<extra>{mark.label}</extra>",
        )
    label(figure, f"true value {shown(truth)}", span[1], truth, right=True)
    pad = 0.02 * (span[1] - span[0])
    figure.update_xaxes(range=[span[0] - pad, span[1] + pad], title_text="strength of the flow")
    figure.update_yaxes(range=[0, top], title_text="mutual information (nats)")
    with_legend(figure).update_layout(margin_t=44)
    for trace in figure.data:
        trace.showlegend = trace.name is not None
    return figure
