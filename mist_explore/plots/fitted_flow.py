"""A flow fitted to one side of a table: its training, and its draws beside the data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from mist_explore.plots.labels import label, label_end
from mist_explore.plots.sample import frame_of
from mist_explore.plots.style import LIGHT, bare_layout, signed
from mist_explore.plots.training import YOURS, apart

__all__ = ["plot_draws", "plot_log_likelihood"]

BINS = 24
BASELINES = {"Gaussian copula": (LIGHT.baseline, "dash"), "Gaussian": (LIGHT.baseline, "dot")}
"""Colour and dash of the distributions that a flow is compared with."""


def plot_log_likelihood(
    curve: Sequence[float], epochs: int, baselines: dict[str, float], *, side: str
) -> go.Figure:
    """Draw the held-out log-likelihood of a flow against its epochs, with baselines as lines.

    Args:
        curve: nats a row, before the first epoch and after each.
        epochs: where the axis ends.
        baselines: log-likelihoods of other distributions, by their name.
        side: its name.

    Example:
        >>> figure = plot_log_likelihood([-2.0, -1.5], 10, {"Gaussian": -2.5}, side="X")
        >>> len(figure.data), figure.layout.xaxis.range
        (2, (0, 10))
    """
    figure = go.Figure(layout=bare_layout(260))
    values = [*curve, *baselines.values()] or [0.0]
    low, high = min(values), max(values)
    slack = max(0.12 * (high - low), 0.02)
    for name, value in baselines.items():
        color, dash = BASELINES[name]
        figure.add_scatter(
            x=[0, epochs],
            y=[value, value],
            mode="lines",
            line={"color": color, "dash": dash, "width": 1.5},
            hovertemplate=f"{name} %{{y:.2f}}<extra></extra>",
        )
    figure.add_scatter(
        x=list(range(len(curve))),
        y=list(curve),
        mode="lines+markers",
        line={"color": YOURS.color, "width": 2.5},
        marker={"color": YOURS.color, "size": 5},
        hovertemplate="flow, epoch %{x}: %{y:.2f}<extra></extra>",
    )
    places = apart(list(baselines.values()), 0.08 * (high - low + 3 * slack))
    for (name, value), place in zip(baselines.items(), places, strict=True):
        label_end(figure, f"{name} {signed(value)}", place, BASELINES[name][0])
    figure.update_xaxes(range=[0, epochs], title_text=f"epochs of the flow of {side}")
    figure.update_yaxes(
        range=[low - slack, high + 2 * slack], title_text="log-likelihood (nats a row)"
    )
    return figure


def plot_draws(
    rows: NDArray[np.float64], draws: NDArray[np.float64] | None, names: Sequence[str], *, side: str
) -> go.Figure:
    """Draw rows of the data and of a flow side by side, on the same axes.

    Args:
        rows: of the data, their first one or two columns, `(n, columns)`.
        draws: of the flow, `(m, columns)`; None before it is fitted.
        names: of the columns.
        side: its name.

    Example:
        >>> rows = np.random.default_rng(0).normal(size=(50, 2))
        >>> figure = plot_draws(rows, rows[:20], ["a", "b"], side="X")
        >>> [len(trace.x) for trace in figure.data]
        [50, 20]
    """
    figure = make_subplots(cols=2, shared_yaxes=True, horizontal_spacing=0.06)
    plain = bare_layout(280)
    figure.update_layout(plain)
    sides = (
        (rows, LIGHT.points, f"{side}, data"),
        (rows[:0] if draws is None else draws, YOURS.color, "drawn from its flow"),
    )
    for column, (points, color, title) in enumerate(sides, start=1):
        if rows.shape[1] == 1:
            _add_histogram(figure, points[:, 0], frame_of(rows[:, 0]), color, column)
        else:
            figure.add_scatter(
                x=points[:, 0],
                y=points[:, 1],
                mode="markers",
                marker={"color": color, "size": 5, "opacity": 0.55},
                hovertemplate="%{x:.3g}, %{y:.3g}<extra></extra>",
                row=1,
                col=column,
            )
        domain = "x domain" if column == 1 else "x2 domain"
        label(figure, title, 0, 1, color, on=(domain, "paper"))
    figure.update_xaxes(plain.xaxis).update_yaxes(plain.yaxis)
    figure.update_xaxes(range=frame_of(rows[:, 0])).update_xaxes(title_text=names[0], col=1)
    if rows.shape[1] > 1:
        figure.update_yaxes(range=frame_of(rows[:, 1]))
    figure.update_yaxes(title_text=names[1] if rows.shape[1] > 1 else "share of rows", col=1)
    return figure


def _add_histogram(
    figure: go.Figure,
    values: NDArray[np.float64],
    frame: tuple[float, float],
    color: str,
    column: int,
) -> None:
    counts, edges = np.histogram(values, bins=BINS, range=frame)
    figure.add_bar(
        x=(edges[1:] + edges[:-1]) / 2,
        y=counts / max(len(values), 1),
        marker={"color": color, "opacity": 0.7},
        hovertemplate="%{x:.3g}: %{y:.3f}<extra></extra>",
        row=1,
        col=column,
    )
