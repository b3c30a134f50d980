"""The curve of an estimate in gradient ascent, and the true maximum."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from mist_explore.plots.labels import PAPER, label, truth_line
from mist_explore.plots.style import LIGHT, bare_layout, shown

__all__ = ["plot_gradient_ascent"]


def plot_gradient_ascent(
    estimates: Sequence[float],
    unseen: Sequence[float],
    truth: float,
    *,
    steps: int,
    at_best: float | None = None,
    provenance: str = "closed form",
) -> go.Figure:
    """The estimate at each step, on the rows of the climb and on others, in nats.

    Args:
        estimates: on the rows of the climb, from the start on.
        unseen: on rows that the climb never saw.
        truth: the largest mutual information that a projection has.
        steps: how many steps there will be.
        at_best: the estimate along the direction that reaches the truth; None for none.
        provenance: how the truth is known.

    Example:
        >>> figure = plot_gradient_ascent([0.1, 0.4], [0.1, 0.3], 0.5, steps=2)
        >>> figure.data[1].y, figure.layout.annotations[0].text
        ((0.1, 0.4), '— true maximum 0.50 (closed form)')
    """
    top = 1.15 * max([truth, at_best or 0.0, *estimates, *unseen, 0.05])
    figure = go.Figure(layout=bare_layout(400))
    truth_line(figure, truth, (0, steps), "true maximum")
    for name, values, color, dash, symbol in (
        ("rows of the climb", estimates, LIGHT.learned, "solid", "circle"),
        ("unseen rows", unseen, LIGHT.third, "dot", "square"),
    ):
        figure.add_scatter(
            x=list(range(len(values))),
            y=list(values),
            mode="lines",
            line={"color": color, "dash": dash, "width": 2},
            hovertemplate=f"step %{{x}}: %{{y:.3f}}<extra>{name}</extra>",
        )
        figure.add_scatter(
            x=[len(values) - 1],
            y=values[-1:],
            mode="markers",
            marker={"color": color, "symbol": symbol, "size": 10},
            hoverinfo="skip",
        )
    best = []
    if at_best is not None:
        best.append((f"– – estimate along the best direction {shown(at_best)}", LIGHT.muted))
        figure.add_scatter(
            x=[0, steps],
            y=[at_best, at_best],
            mode="lines",
            line={"color": LIGHT.muted, "width": 2, "dash": "dash"},
            hovertemplate="estimate along the best direction %{y:.3f}<extra></extra>",
        )
    for place, (text, color) in enumerate(
        (
            (f"— true maximum {shown(truth)} ({provenance})", LIGHT.ink),
            ("● rows of the climb", LIGHT.learned),
            ("■ other rows of the distribution", LIGHT.third),
            *best,
        )
    ):
        y = 0.09 * (2 + len(best)) + 0.06 - 0.09 * place
        label(figure, text, 0.99, y, color, on=PAPER, right=True)
    figure.update_xaxes(range=[-0.5, steps + 0.5], title_text="step")
    figure.update_yaxes(range=[-0.02 * top, top], title_text="mutual information (nats)")
    return figure
