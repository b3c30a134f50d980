"""The mutual information between all pairs of columns of a table."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.evaluation import Pairwise
from mist_explore.plots.style import bare_layout, shown

__all__ = ["plot_matrix"]

Matrix = NDArray[np.float64]

GROUND, FULL = "#eef2f7", "#174a84"
INKS = ("#10151b", "#fdfdfe")
"""Of the numbers on light and on dark squares; no colours of the palette, which follow the mode."""

DARK_FROM = 0.7
MOST_LABELLED = 16
LONGEST_NAME = 18


def plot_matrix(
    found: Pairwise, *, units: str = "nats", level: float = 0.9, height: int | None = None
) -> go.Figure:
    r"""A square for each pair, the darker the more one column tells about the other.

    The colour is the correlation of a Gaussian pair with the same mutual information,
    \(\sqrt{1 - e^{-2I}}\), from 0 to 1, so that tables can be compared; the number is the median.
    It stands in brackets where the interval begins at 0. Pairs without an estimate stay empty.

    Args:
        found: the pairs, from an estimator with intervals.
        units: of the numbers, `"nats"` or `"bits"`.
        level: of the intervals.
        height: in pixels; by default it follows the number of columns.

    Raises:
        ValueError: if an estimate has no interval of this level.

    Example:
        >>> from mist_explore.estimate import Estimate
        >>> pair = Estimate((0.05, 0.5, 0.95), (0.2, 0.3, 0.4))
        >>> figure = plot_matrix(Pairwise(("a", "b"), {("a", "b"): pair}, {}))
        >>> figure.data[1].text, round(float(figure.data[0].z[0][1]), 2)
        (('0.30', '0.30'), 0.67)
    """
    names, tail = found.names, round((1 - level) / 2, 12)
    medians = found.matrix()
    lows, highs = found.matrix(tail), found.matrix(round(1 - tail, 12))
    nats = NATS_PER_UNIT[units]
    short = [_short(name) for name in names]
    strength = np.sqrt(-np.expm1(-2 * medians))
    figure = go.Figure(layout=bare_layout(height or 170 + 30 * len(names)))
    figure.add_heatmap(
        x=list(range(len(names))),
        y=list(range(len(names))),
        z=strength,
        customdata=_hover(names, (medians / nats, lows / nats, highs / nats), units, level),
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        zmin=0,
        zmax=1,
        xgap=2,
        ygap=2,
        colorscale=[[0, GROUND], [1, FULL]],
        showscale=False,
    )
    labelled = np.isfinite(medians) & (len(names) <= MOST_LABELLED)
    for ink, dark in zip(INKS, (False, True), strict=True):
        rows, columns = np.nonzero(labelled & ((strength >= DARK_FROM) == dark))
        figure.add_scatter(
            x=columns,
            y=rows,
            text=[
                _cell(medians[i, j] / nats, lows[i, j]) for i, j in zip(rows, columns, strict=True)
            ],
            mode="text",
            textfont={"color": ink, "size": 12},
            hoverinfo="skip",
        )
    ticks = {"tickvals": list(range(len(names))), "showgrid": False, "range": None}
    figure.update_xaxes(**ticks | {"ticktext": short, "tickangle": -40, "side": "bottom"})
    figure.update_yaxes(**ticks | {"ticktext": short, "range": [len(names) - 0.5, -0.5]})
    figure.update_xaxes(range=[-0.5, len(names) - 0.5], title_text="")
    figure.update_layout(margin={"l": 20 + 7 * max(map(len, short)), "r": 10, "t": 6, "b": 100})
    return figure


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _cell(median: float, low: float) -> str:
    return shown(median) if low > 0 else f"({shown(median)})"


def _hover(
    names: tuple[str, ...], numbers: tuple[Matrix, Matrix, Matrix], units: str, level: float
) -> list[list[str]]:
    """What appears over each square: the two columns, the median and the interval."""

    def words(i: int, j: int) -> str:
        median, low, high = (shown(matrix[i, j]) for matrix in numbers)
        interval = f"{level:.0%} interval {low} to {high}"
        return f"{names[i]} and {names[j]}: {median} {units}, {interval}"

    places = range(len(names))
    there = np.isfinite(numbers[0])
    return [[words(i, j) if there[i, j] else "" for j in places] for i in places]
