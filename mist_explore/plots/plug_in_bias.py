"""The plug-in estimate against the number of rows, beside the truth and the predicted bias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.labels import truth_line
from mist_explore.plots.style import LIGHT, bare_layout, mark_of

__all__ = ["plot_plug_in_bias"]


def plot_plug_in_bias(
    rows: Sequence[int],
    plug_in: NDArray[np.float64],
    predicted: NDArray[np.float64],
    learned: Mapping[int, float],
    truth: float,
    here: tuple[int, float],
    *,
    estimator: str = "mist-qr",
    units: str = "nats",
) -> go.Figure:
    """Draw mean estimates over many samples against the number of rows.

    A band of one standard deviation around the plug-in shows how samples vary.

    Args:
        rows: the numbers of rows.
        plug_in: plug-in estimates in `units`, `(len(rows), samples)`.
        predicted: the predicted bias of the plug-in in `units`, `(len(rows),)`.
        learned: mean estimates of the network in `units`, by number of rows.
        truth: the true mutual information in `units`.
        here: the number of rows of one sample, and its plug-in estimate.
        estimator: the name of the network.
        units: of all values.

    Example:
        >>> estimates = np.array([[0.3, 0.5], [0.2, 0.2]])
        >>> figure = plot_plug_in_bias(
        ...     (10, 20), estimates, np.array([0.1, 0.05]), {20: 0.2}, 0.2, (10, 0.3)
        ... )
        >>> [float(v) for v in figure.data[1].y]
        [0.4, 0.2]
    """
    mean, spread = plug_in.mean(1), plug_in.std(1)
    mark, network = mark_of("plug-in"), mark_of(estimator)
    figure = go.Figure(layout=bare_layout(360))
    figure.add_scatter(
        x=[*rows, *reversed(rows)],
        y=[*(mean + spread), *reversed(mean - spread)],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=mark.color,
        opacity=0.16,
        hoverinfo="skip",
        showlegend=False,
    )
    curves = (
        ("plug-in mean", dict(zip(rows, mean, strict=True)), mark.color, mark.symbol, "solid"),
        (
            *("Miller–Madow", dict(zip(rows, truth + predicted, strict=True))),
            *(LIGHT.muted, "", "dash"),
        ),
        (f"{network.short} mean", learned, network.color, network.symbol, "dot"),
    )
    for name, values, color, symbol, dash in curves:
        figure.add_scatter(
            x=list(values),
            y=list(values.values()),
            name=name,
            mode="lines+markers" if symbol else "lines",
            line={"color": color, "width": 2, "dash": dash},
            marker={"color": color, "symbol": symbol or "circle", "size": 8},
            hovertemplate=f"{name}, %{{x}} rows: %{{y:.3f}}<extra></extra>",
        )
    truth_line(figure, truth, (rows[0], rows[-1]), name="true value")
    figure.add_scatter(
        x=[here[0]],
        y=[here[1]],
        name="these rows",
        mode="markers",
        marker={"color": LIGHT.ink, "symbol": f"{mark.symbol}-open", "size": 13},
        hovertemplate="these rows: %{y:.3f}<extra></extra>",
    )
    top = max(float((mean + spread).max()), float((truth + predicted).max()), here[1], 0.02)
    figure.update_xaxes(type="log", tickvals=list(rows), title_text="rows", showgrid=False)
    figure.update_yaxes(range=[-0.03 * top, 1.15 * top], title_text=f"estimate ({units})")
    # In the corner that the curves leave free, for a low figure has no room above.
    corner = {"x": 1, "xanchor": "right", "y": 1, "yanchor": "top", "bgcolor": "rgba(0,0,0,0)"}
    return figure.update_layout(showlegend=True, legend={**corner, "font": {"size": 12}})
