"""The scatter of one column of X against one column of Y."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.plots.labels import PAPER, label
from mist_explore.plots.style import LIGHT, bare_layout
from mist_explore.sample import Sample

__all__ = ["MOST_POINTS", "frame_of", "plot_sample"]

MOST_POINTS = 2_000


def plot_sample(
    sample: Sample,
    column_x: int = 0,
    column_y: int = 0,
    *,
    label_x: str | None = None,
    label_y: str | None = None,
    height: int = 380,
) -> go.Figure:
    """Scatter column `column_x` of X against column `column_y` of Y.

    Only the first `MOST_POINTS` rows are drawn. The frame follows the bulk of the points, so
    that a few far ones do not flatten the rest; a note counts those outside.

    Args:
        sample: the paired rows.
        column_x: which column of X, from 0.
        column_y: which column of Y, from 0.
        label_x: the axis title; by default it names the column and the number of columns.
        label_y: the same for Y.
        height: in pixels; the width follows the place.

    Raises:
        ValueError: if a column does not exist.

    Example:
        >>> figure = plot_sample(Sample([1, 2, 3, 4], [2, 4, 6, 8]))
        >>> len(figure.data[0].x), figure.layout.xaxis.title.text
        (4, 'X')
    """
    for side, column, dim in (("x", column_x, sample.dim_x), ("y", column_y, sample.dim_y)):
        if not 0 <= column < dim:
            raise ValueError(f"expected a column of {side} from 0 to {dim - 1}; got {column}")
    x, y = sample.x[:MOST_POINTS, column_x], sample.y[:MOST_POINTS, column_y]
    range_x, range_y = frame_of(x), frame_of(y)
    outside = int(np.sum((x < range_x[0]) | (x > range_x[1]) | (y < range_y[0]) | (y > range_y[1])))
    few = max(0.0, 1 - len(x) / 1_000)
    figure = go.Figure(layout=bare_layout(height))
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"color": LIGHT.points, "size": 4 + 3 * few, "opacity": 0.45 + 0.2 * few},
        hovertemplate="%{x:.3g}, %{y:.3g}<extra></extra>",
    )
    figure.update_xaxes(range=range_x, title_text=label_x or _title("X", column_x, sample.dim_x))
    figure.update_yaxes(range=range_y, title_text=label_y or _title("Y", column_y, sample.dim_y))
    notes = [f"first {len(x):,} of {sample.n_samples:,} rows"] * (sample.n_samples > len(x))
    notes += [f"{outside} point{'s' * (outside > 1)} outside the frame"] * (outside > 0)
    label(figure, ", ".join(notes), 0, 1, LIGHT.muted, on=PAPER, size=12)
    return figure


def frame_of(values: NDArray[np.float64]) -> tuple[float, float]:
    """A range that holds the bulk of the values, and all of them where none lies far out."""
    low, high = np.quantile(values, [0.02, 0.98])
    slack = max(high - low, 1e-12)
    low, high = max(values.min(), low - 0.5 * slack), min(values.max(), high + 0.5 * slack)
    pad = 0.05 * max(high - low, 1e-12)
    return float(low - pad), float(high + pad)


def _title(side: str, column: int, dim: int) -> str:
    return side if dim == 1 else f"{side}, column {column + 1} of {dim}"
