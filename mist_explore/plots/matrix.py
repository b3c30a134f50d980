"""Matrix of the mutual information between all pairs of columns of a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from textwrap import wrap
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.evaluation import Pairwise, pair_rows
from mist_explore.plots.style import LIGHT, bare_layout, shown

__all__ = ["plot_matrix"]

Matrix = NDArray[np.float64]

GROUND, FULL = "#eef2f7", "#174a84"
INKS = ("#10151b", "#fdfdfe")
"""Of the numbers on light and on dark squares; no colours of the palette, which follow the mode."""

DARK_FROM = 0.7
MOST_LABELLED = 16
LONGEST_NAME = 18
MOST_LETTERS = 60
"""Of all names together, beside each other below the squares."""


SCALE: tuple[float, ...] = (0.0, 0.3, 0.5, 0.7, 0.9, 0.99)
"""Correlations at which the colour scale has a mark; 1 is an infinite mutual information."""

SHARES: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 1.0)


def plot_matrix(
    found: Pairwise, *, units: str = "nats", level: float = 0.9, normalised: bool = False
) -> go.Figure:
    r"""Draw a square for each pair, the darker the higher its mutual information.

    The colour is the correlation of a Gaussian pair with the same mutual information,
    \(\sqrt{1 - e^{-2I}}\), from 0 to 1, so that tables can be compared; the number is the median.
    It stands in brackets where the interval begins at 0. Pairs without an estimate stay empty.

    Args:
        found: the pairs.
        units: of the numbers, `"nats"` or `"bits"`.
        level: of the intervals.
        normalised: draw the share of the smaller entropy, of pairs of discrete columns alone.

    Raises:
        ValueError: if an estimate has no interval of this level.

    Example:
        >>> from mist_explore.estimate import Estimate
        >>> pair = Estimate((0.05, 0.5, 0.95), (0.2, 0.3, 0.4))
        >>> figure = plot_matrix(Pairwise(("a", "b"), {("a", "b"): pair}, {}))
        >>> figure.data[1].text, round(float(figure.data[0].z[0][1]), 2)
        (('0.30', '0.30'), 0.67)
    """
    names, nats = found.names, NATS_PER_UNIT[units]
    medians, lows = found.matrix(), _lows(found, level)
    short = [_short(name) for name in names]
    strength = found.matrix(normalised=True) if normalised else np.sqrt(-np.expm1(-2 * medians))
    figure = go.Figure(layout=bare_layout(170 + 30 * len(names)))
    figure.add_heatmap(
        x=list(range(len(names))),
        y=list(range(len(names))),
        z=strength,
        customdata=_hover_texts(found, units=units, level=level),
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        zmin=0,
        zmax=1,
        xgap=2,
        ygap=2,
        colorscale=[[0, GROUND], [1, FULL]],
        colorbar=_colour_bar(units, normalised=normalised),
    )
    labelled = np.isfinite(strength) & (len(names) <= MOST_LABELLED)
    for ink, dark in zip(INKS, (False, True), strict=True):
        rows, columns = np.nonzero(labelled & ((strength >= DARK_FROM) == dark))
        figure.add_scatter(
            x=columns,
            y=rows,
            text=[
                f"{strength[i, j]:.0%}" if normalised else _cell(medians[i, j] / nats, lows[i, j])
                for i, j in zip(rows, columns, strict=True)
            ],
            mode="text",
            textfont={"color": ink, "size": 12},
            hoverinfo="skip",
        )
    ticks = {"tickvals": list(range(len(names))), "showgrid": False, "range": None}
    figure.update_xaxes(**ticks | {"ticktext": short, "tickangle": _angle(short), "side": "bottom"})
    figure.update_yaxes(**ticks | {"ticktext": short, "range": [len(names) - 0.5, -0.5]})
    figure.update_xaxes(range=[-0.5, len(names) - 0.5], title_text="")
    figure.update_layout(
        margin={
            "l": 20 + 7 * max(map(len, short)),
            "r": 10,
            "t": 6,
            "b": 100 if _angle(short) else 40,
        }
    )
    return figure


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _angle(names: list[str]) -> int:
    return -40 if max(map(len, names)) * len(names) > MOST_LETTERS else 0


def _cell(median: float, low: float) -> str:
    return shown(median) if low > 0 else f"({shown(median)})"


def _lows(found: Pairwise, level: float) -> Matrix:
    """The lower ends of the intervals; NaN for estimates of one value."""
    if any(estimate.is_point for estimate in found.estimates.values()):
        return np.full((len(found.names), len(found.names)), np.nan)
    return found.matrix(round((1 - level) / 2, 12))


def _colour_bar(units: str, *, normalised: bool) -> dict[str, object]:
    """The scale of the colours: correlations with their mutual information, or shares."""
    if normalised:
        title, ticks = "share of the<br>smaller entropy", SHARES
        texts = [f"{tick:.0%}" for tick in ticks]
    else:
        title, ticks = f"{units}<br>(as a correlation)", SCALE
        nats = NATS_PER_UNIT[units]
        texts = [f"{shown(-math.log(1 - r**2) / 2 / nats)} ({r:g})" for r in ticks]
    return {
        "title": {"text": title, "font": {"color": LIGHT.muted, "size": 12}},
        "tickvals": list(ticks),
        "ticktext": texts,
        "tickfont": {"color": LIGHT.muted, "size": 11},
        "thickness": 12,
        "len": 1.0,
        "outlinewidth": 0,
        "xpad": 6,
    }


def _hover_texts(found: Pairwise, *, units: str, level: float) -> list[list[str]]:
    """Return the text over each square: columns, median, interval, rows, test and warnings."""
    place = {name: number for number, name in enumerate(found.names)}
    texts = [[""] * len(place) for _ in place]
    for row in pair_rows(found, level, units):
        if row["median"] is not None:
            i, j = place[row["one"]], place[row["other"]]
            one, other = row["one"], row["other"]
            texts[i][j] = f"{one} and {other}: {_values(row)}"
            texts[j][i] = f"{other} and {one}: {_values(row)}"
    return texts


def _values(row: Mapping[str, Any]) -> str:
    parts = [f"{shown(row['median'])} {row['units']}"]
    if row["low"] is not None:
        ends = f"{shown(row['low'])} to {shown(row['high'])}"
        parts.append(f"{row['level']:.0%} interval {ends}")
    parts.append(f"{row['rows']:,} rows")
    if row["share_of_entropy"] is not None:
        parts.append(f"{row['share_of_entropy']:.0%} of the smaller entropy")
    if row["p_adjusted"] is not None:
        parts.append(f"adjusted p-value {row['p_adjusted']:.2g}")
    warnings = [*([row["artefact"]] if row["artefact"] else []), *row["warnings"]]
    return ", ".join(parts) + "".join(
        f"<br>{'<br>'.join(wrap(warning, 70))}" for warning in warnings
    )
