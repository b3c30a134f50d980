"""Error of an estimator against the out-of-distribution (OOD) score of the dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from mist_explore.plots.style import LIGHT, bare_layout, with_legend

__all__ = ["plot_out_of_distribution"]


def plot_out_of_distribution(
    found: Mapping[str, Sequence[tuple[float, float]]], flagged: float
) -> go.Figure:
    """Draw absolute errors against OOD scores, a point for each dataset, a colour for each kind.

    Args:
        found: (share of training datasets that lie nearer to the others, absolute error in nats)
            of each dataset, by kind.
        flagged: the share from which an estimate is flagged.

    Example:
        >>> figure = plot_out_of_distribution({"ring": [(0.5, 0.1), (0.9, 0.2)]}, flagged=0.95)
        >>> figure.data[0].y
        (0.1, 0.2)
    """
    figure = go.Figure(layout=bare_layout(360))
    for kind, points in found.items():
        figure.add_scatter(
            x=[share for share, _ in points],
            y=[error for _, error in points],
            mode="markers",
            marker={"size": 6, "opacity": 0.7},
            name=kind,
            hovertemplate=f"%{{y:.2f}} nats off<extra>{kind}</extra>",
        )
    figure.add_vline(
        flagged,
        line={"color": LIGHT.muted, "width": 1, "dash": "dot"},
        annotation={"text": "flagged from here on", "xanchor": "right", "font_size": 11},
    )
    figure.update_xaxes(title_text="share of training datasets that lie nearer to the others")
    figure.update_yaxes(title_text="absolute error, nats")
    return with_legend(figure)
