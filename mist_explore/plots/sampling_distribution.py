"""Sampling distributions: estimates of many samples of one distribution, beside the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.labels import label, label_row, truth_line
from mist_explore.plots.style import LIGHT, bare_layout, mark_of, shown

__all__ = ["plot_sampling_distribution"]

CELLS = 60
ROW = 76
"""Pixels for each estimator."""


def plot_sampling_distribution(
    values: Mapping[str, Sequence[float]], truth: float, *, units: str = "nats"
) -> go.Figure:
    """Draw a dot plot of estimates for each estimator with their mean, and the truth as a line.

    Args:
        values: the estimates by the name of the estimator, from the top row down.
        truth: the true mutual information.
        units: of the estimates and the truth.

    Raises:
        ValueError: if there is no estimator.

    Example:
        >>> figure = plot_sampling_distribution({"ksg": [0.1, 0.2, 0.3]}, truth=0.25)
        >>> len(figure.data[1].x), round(float(figure.data[2].x[0]), 2)
        (3, 0.2)
    """
    if not values:
        raise ValueError("expected at least one estimator; got none")
    figure = go.Figure(layout=bare_layout(90 + ROW * len(values)))
    bottom, top = 0.5 - len(values), 0.62
    reach = 1.06 * max([truth, 0.02, *(max(v) for v in values.values() if len(v))])
    truth_line(figure, truth, (bottom, top), vertical=True)
    for row, (name, answers) in enumerate(values.items()):
        mark, points = mark_of(name), np.asarray(answers, dtype=np.float64)
        figure.add_scatter(
            x=points,
            y=-row - 0.34 + _piles(points, reach),
            mode="markers",
            marker={"color": mark.color, "size": 5, "opacity": 0.55},
            hovertemplate=f"%{{x:.3f}}<extra>{mark.label}</extra>",
        )
        figure.add_scatter(
            x=[points.mean()] if len(points) else [],
            y=[-row - 0.34] if len(points) else [],
            mode="markers",
            marker=mark.marker(13) | {"line": {"color": LIGHT.paper, "width": 2}},
            hovertemplate=f"mean %{{x:.3f}}<extra>{mark.label}</extra>",
        )
        label_row(figure, mark.label, -row + 0.36, mark.color)
    label(figure, f"true value {shown(truth)}", truth, top, right=truth > 0.5 * reach)
    figure.update_xaxes(range=[-0.02 * reach, reach], title_text=f"mutual information ({units})")
    figure.update_yaxes(range=[bottom, top], visible=False)
    figure.update_layout(margin_l=14)
    return figure


def _piles(points: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """Return the heights of stacked points of a dot plot, up to 0.6."""
    cells = np.floor(points * CELLS / reach).astype(int)
    heights = np.zeros(len(points))
    counts: dict[int, int] = {}
    for number, cell in enumerate(cells.tolist()):
        counts[cell] = counts.get(cell, 0) + 1
        heights[number] = counts[cell]
    return heights * min(0.07, 0.6 / max([*counts.values(), 1]))
