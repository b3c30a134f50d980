"""Entropies of two variables as aligned bars."""

from __future__ import annotations

import plotly.graph_objects as go

from mist_explore.plots.style import LIGHT, bare_layout, shown

__all__ = ["plot_entropies"]


def plot_entropies(x: float, y: float, joint: float, *, units: str = "nats") -> go.Figure:
    """Draw H(X, Y), H(X), H(Y), H(X | Y), I(X; Y) and H(Y | X) as bars on one scale.

    H(X) starts at the left and H(Y) ends at the right of H(X, Y), so that they overlap by I(X; Y).

    Args:
        x: H(X), in `units`.
        y: H(Y).
        joint: H(X, Y).
        units: of the entropies.

    Source: MacKay, "Information Theory, Inference, and Learning Algorithms" (2003), figure 8.1.

    Example:
        >>> bar = plot_entropies(1.0, 1.0, 1.5).data[0]
        >>> [round(float(v), 3) for v in bar.x], [round(float(v), 3) for v in bar.base]
        ([1.5, 1.0, 1.0, 0.5, 0.5, 0.5], [0.0, 0.0, 0.5, 0.0, 0.5, 1.0])
    """
    middle, end = joint - y, x
    bars = (
        ("H(X, Y)", 0.0, joint, LIGHT.muted, 0.6),
        ("H(X)", 0.0, x, LIGHT.learned, 0.8),
        ("H(Y)", middle, joint, LIGHT.baseline, 0.8),
        ("H(X | Y)", 0.0, middle, LIGHT.learned, 0.45),
        ("I(X; Y)", middle, end, LIGHT.ink, 0.9),
        ("H(Y | X)", end, joint, LIGHT.baseline, 0.45),
    )
    lengths = [max(high - low, 0.0) for _, low, high, *_ in bars]
    figure = go.Figure(layout=bare_layout(300))
    figure.add_bar(
        base=[low for _, low, *_ in bars],
        x=lengths,
        y=[-row for row in range(len(bars))],
        orientation="h",
        width=0.7,
        marker={
            "color": [color for *_, color, _ in bars],
            "opacity": [opacity for *_, opacity in bars],
            "line": {"width": 0},
        },
        customdata=[name for name, *_ in bars],
        hovertemplate=f"%{{customdata}}: %{{x:.3f}} {units}<extra></extra>",
    )
    for place in (middle, end):
        figure.add_scatter(
            x=[place, place],
            y=[0.5, 0.5 - len(bars)],
            mode="lines",
            line={"color": LIGHT.muted, "width": 1, "dash": "dot"},
            hoverinfo="skip",
        )
    figure.update_xaxes(range=[0, 1.02 * max(joint, 0.02)], title_text=units, showgrid=False)
    figure.update_yaxes(
        range=[0.5 - len(bars), 0.5],
        tickvals=[-row for row in range(len(bars))],
        ticktext=[
            f"{name}  <b>{shown(length)}</b>"
            for (name, *_), length in zip(bars, lengths, strict=True)
        ],
        tickfont={"color": LIGHT.ink, "size": 13},
        showgrid=False,
    )
    figure.update_layout(margin_l=110)
    return figure
