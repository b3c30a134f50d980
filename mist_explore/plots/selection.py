"""Feature selection: scores of features, and accuracy of a classifier against their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.labels import PAPER, label
from mist_explore.plots.style import LIGHT, bare_layout, shown

__all__ = ["plot_accuracy", "plot_scores"]

LOOKS = (
    (LIGHT.learned, "solid", "circle"),
    (LIGHT.baseline, "dash", "diamond"),
    (LIGHT.muted, "dot", "x"),
)


def plot_scores(names: Sequence[str], scores: NDArray[np.float64], kept: int) -> go.Figure:
    """Draw a bar for each feature, the best at the top; the `kept` best are filled.

    Args:
        names: of the features.
        scores: the mutual information of each with the target, in nats.
        kept: how many are chosen.

    Example:
        >>> plot_scores(["a", "b"], np.array([0.1, 0.3]), 1).data[0].y
        ('b', 'a')
    """
    order = np.argsort(-scores, kind="stable")
    chosen = [place < kept for place in range(len(order))]
    figure = go.Figure(layout=bare_layout(380))
    figure.add_bar(
        x=scores[order],
        y=[names[i] for i in order],
        orientation="h",
        marker={
            "color": [LIGHT.learned if it else LIGHT.rule for it in chosen],
            "line": {"width": 0},
        },
        text=[shown(float(score)) for score in scores[order]],
        textposition="outside",
        textfont={"color": LIGHT.muted, "size": 12},
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.3f} nats<extra></extra>",
    )
    figure.update_xaxes(
        range=[0, 1.15 * max(float(scores.max()), 0.02)], title_text="mutual information (nats)"
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category")
    figure.update_layout(margin_l=20 + 7 * max(map(len, names)), bargap=0.35)
    return figure


def plot_accuracy(accuracy: Mapping[str, NDArray[np.float64]], kept: int) -> go.Figure:
    """Draw accuracy against the number of features, for each method of selection.

    Args:
        accuracy: by the name of the way, from one feature on; at most three ways.
        kept: the number that is marked.

    Example:
        >>> figure = plot_accuracy({"information": np.array([0.6, 0.9])}, 2)
        >>> [int(x) for x in figure.data[1].x]
        [1, 2]
    """
    most = max(map(len, accuracy.values()))
    low = min(float(values.min()) for values in accuracy.values())
    figure = go.Figure(layout=bare_layout(380))
    figure.add_scatter(
        x=[kept, kept],
        y=[low - 0.05, 1.0],
        mode="lines",
        line={"color": LIGHT.ink, "width": 1},
        hoverinfo="skip",
    )
    for place, (name, values) in enumerate(accuracy.items()):
        color, dash, symbol = LOOKS[place]
        figure.add_scatter(
            x=np.arange(1, len(values) + 1),
            y=values,
            mode="lines+markers",
            line={"color": color, "dash": dash, "width": 2},
            marker={"color": color, "symbol": symbol, "size": 8},
            hovertemplate=f"%{{x}} features: %{{y:.1%}}<extra>{name}</extra>",
        )
        words = f"{'●◆×'[place]} chosen by {name}"
        label(figure, words, 0.99, 0.22 - 0.09 * place, color, on=PAPER, right=True)
    figure.update_xaxes(range=[0.5, most + 0.5], dtick=1, title_text="features kept")
    figure.update_yaxes(
        range=[low - 0.05, 1.01], tickformat=".0%", title_text="right answers on rows held out"
    )
    return figure
