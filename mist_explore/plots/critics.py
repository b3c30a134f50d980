"""Training curves of critics, a panel for each bound."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from mist_explore.palette import FONT
from mist_explore.plots.style import LIGHT, bare_layout, mark_of
from mist_explore.plots.training import thinned

__all__ = ["plot_critics"]


def plot_critics(
    curves: Mapping[str, Sequence[tuple[float, float, float]]],
    truth: float,
    ceilings: Mapping[str, float],
    total: int,
) -> go.Figure:
    """Draw the bounds of critics against steps, on the batches and on held-out rows.

    Args:
        curves: `(step, value on the batches, value on held-out rows)` in nats, by estimator; a
            panel each, in two columns.
        truth: the true mutual information in nats.
        ceilings: values that an estimator can never exceed, by its name.
        total: the steps of the whole run.

    Example:
        >>> figure = plot_critics({"mine": [(1, 0.1, 0.0)], "infonce": []}, 0.5, {"infonce": 3}, 9)
        >>> len(figure.data)
        8
    """
    titles = [mark_of(name).short for name in curves]
    rows = math.ceil(len(curves) / 2)
    figure = make_subplots(
        rows=rows,
        cols=2,
        shared_xaxes=True,
        shared_yaxes=True,
        horizontal_spacing=0.05,
        vertical_spacing=0.12,
        subplot_titles=titles,
    )
    top = 1.3 * max([truth, *ceilings.values(), 0.1])
    for number, (name, curve) in enumerate(curves.items()):
        mark = mark_of(name)
        step, training, held_out = np.array(curve, np.float64).reshape(-1, 3).T
        place = {"row": number // 2 + 1, "col": number % 2 + 1}
        ceiling = ceilings.get(name, math.nan)
        lines = (
            ([0, total], [truth, truth], {"color": LIGHT.ink, "width": 1.5}, "true value"),
            ([0, total], [ceiling] * 2, {"color": LIGHT.ink, "dash": "dash"}, "ceiling"),
            (step, training, {"color": LIGHT.muted, "width": 1}, "training rows"),
            (step, held_out, {"color": mark.color, "width": 2.5}, "held-out rows"),
        )
        for x, y, line, label in lines:
            figure.add_scatter(
                x=thinned(x),
                y=thinned(np.clip(y, -1.0, 2 * top)),
                mode="lines",
                line=line,
                hovertemplate=f"{label} %{{y:.2f}} nats<extra></extra>",
                **place,
            )
    layout = bare_layout(460)
    figure.update_layout(layout)
    for title, name in zip(figure.layout.annotations, curves, strict=True):
        title.font = {"color": mark_of(name).color, "size": 14, "family": FONT}
    axis = layout.xaxis.to_plotly_json()
    figure.update_xaxes({**axis, "range": [0, total]})
    figure.update_yaxes({**axis, "range": [-0.1 * top, top]})
    for column in (1, 2):
        figure.update_xaxes(title_text="steps", row=rows, col=column)
    for row in range(1, rows + 1):
        figure.update_yaxes(title_text="nats", row=row, col=1)
    return figure
