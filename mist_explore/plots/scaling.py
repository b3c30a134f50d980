"""Cost of an estimate against the number of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from mist_explore.plots.style import LIGHT, bare_layout, mark_of, with_legend

__all__ = ["plot_scaling"]


def plot_scaling(costs: Mapping[str, Sequence[tuple[float, float, float]]]) -> go.Figure:
    """Draw seconds and memory of one estimate against rows, on logarithmic scales.

    Beside the first estimator runs a line that is linear in the rows and ends at its last point.

    Args:
        costs: rows, seconds and megabytes by estimator, rows increasing.

    Example:
        >>> figure = plot_scaling({"mist-qr": [(500, 0.01, 90), (5000, 0.1, 120)]})
        >>> figure.data[1].y
        (0.01, 0.1)
    """
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.12)
    for column in (1, 2):
        first = list(next(iter(costs.values()), []))
        rows = [point[0] for point in first]
        figure.add_scatter(
            x=rows,
            y=[first[-1][column] * n / rows[-1] for n in rows],
            mode="lines",
            line={"color": LIGHT.muted, "width": 1, "dash": "dot"},
            name="linear in rows",
            showlegend=bool(rows) and column == 1,
            hoverinfo="skip",
            row=1,
            col=column,
        )
        for name, points in costs.items():
            mark = mark_of(name)
            figure.add_scatter(
                x=[point[0] for point in points],
                y=[point[column] for point in points],
                mode="lines+markers",
                line=mark.line(),
                marker=mark.marker(7),
                name=mark.label,
                showlegend=column == 1,
                hovertemplate=f"%{{y:.3g}} at %{{x}} rows<extra>{mark.label}</extra>",
                row=1,
                col=column,
            )
    layout = bare_layout(360)
    figure.update_layout(layout)
    axis = {**layout.xaxis.to_plotly_json(), "type": "log", "exponentformat": "none"}
    figure.update_xaxes(axis, title_text="rows", dtick=1)
    figure.update_yaxes(axis, dtick=1)
    figure.update_yaxes(title_text="CPU seconds", row=1, col=1)
    figure.update_yaxes(title_text="megabytes", row=1, col=2)
    return with_legend(figure)
