"""Figures, gallery, table and words of the page about mutual information."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go
from scipy.stats import spearmanr

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.html import bars_html, number_html, number_row_html
from mist_explore.explorer.information.compute import Cloud, InformationResult
from mist_explore.explorer.information.processing import Step
from mist_explore.plots import plot_pointwise, shown
from mist_explore.plots.sample import frame_of
from mist_explore.sample import Sample

__all__ = [
    "alt_text",
    "curve_figure",
    "gallery_html",
    "gallery_insight",
    "numbers_html",
    "pointwise_insight",
    "steps_html",
    "steps_insight",
]


def curve_figure(result: InformationResult) -> go.Figure:
    """Return the sorted pointwise values in the units of the state."""
    per_unit = NATS_PER_UNIT[result.state.units]
    return plot_pointwise(
        result.joint / per_unit,
        result.product / per_unit,
        result.truth / per_unit,
        units=result.state.units,
    )


def numbers_html(result: InformationResult) -> str:
    """Return the truth in nats, in bits, and as the correlation of Gaussian columns."""
    nats = result.truth
    like = math.sqrt(-math.expm1(-2 * nats))
    cells = (
        number_html("truth", "Mutual information", shown(nats), f"nats, {result.provenance}"),
        number_html("truth", "The same in bits", shown(nats / NATS_PER_UNIT["bits"]), "× 1.44"),
        number_html("muted", "As much as a Gaussian with", f"{like:.2f}", "correlation"),
    )
    return number_row_html(cells)


def pointwise_insight(result: InformationResult) -> str:
    """Return a sentence on the rows above chance, and on the mean over all rows."""
    units = result.state.units
    per_unit = NATS_PER_UNIT[units]
    more = float(np.mean(result.joint > 0))
    mean = float(result.joint.mean()) / per_unit
    return (
        f"In {more:.0%} of the rows X and Y come together more often than chance would bring them. "
        f"The mean over these {len(result.joint):,} rows, blue area minus orange area, is "
        f"{mean:.2f} {units}; over all rows there could be, it is the mutual information, "
        f"{shown(result.truth / per_unit)}. Shuffle the rows and the mean is negative."
    )


def gallery_html(clouds: Sequence[Cloud]) -> str:
    """Return small scatters side by side, in the colours and the width of the page."""
    pictures = "".join(
        f"<li>{_picture(cloud.sample)}<span>{escape(cloud.label)}</span></li>"
        for cloud in clouds
        if cloud.sample is not None
    )
    return f'<ul class="mist-gallery">{pictures}</ul>'


def gallery_insight(result: InformationResult) -> str:
    """Return a sentence on the common information, the rank correlations, and missing clouds."""
    units = result.state.units
    value = f"{shown(result.truth / NATS_PER_UNIT[units])} {units}"
    samples = [cloud.sample for cloud in result.clouds if cloud.sample is not None]
    if not samples:
        return f"None of these kinds of distribution can carry {value}."
    ranks = [abs(float(spearmanr(s.x[:, 0], s.y[:, 0]).statistic)) for s in samples]
    missing = [cloud.label for cloud in result.clouds if cloud.sample is None]
    absent = f" Missing, because it cannot carry that: {', '.join(missing)}." if missing else ""
    return (
        f"Each of these clouds has the same mutual information, {value}; the correlation of their "
        f"ranks runs from {min(ranks):.2f} to {max(ranks):.2f}, up to its sign.{absent}"
    )


def steps_html(steps: Sequence[Step], units: str) -> str:
    """Return the steps as a table with bars, and a mark on those that lose information."""
    return bars_html(
        "what was done",
        units,
        (
            (
                step.words,
                step.information / NATS_PER_UNIT[units],
                "mist-keeps" if step.keeps else "mist-loses",
            )
            for step in steps
        ),
    )


def steps_insight(result: InformationResult) -> str:
    """Return a sentence on the information after each kind of processing."""
    units = result.state.units
    noise, bins, dropped = (step for step in result.steps if not step.keeps)
    before, *left = (
        shown(value / NATS_PER_UNIT[units])
        for value in (result.truth, noise.information, bins.information, dropped.information)
    )
    return (
        f"Whatever can be undone leaves the {before} {units} alone. Noise leaves {left[0]}, bins "
        f"{left[1]}, the dropped column {left[2]}: no processing of X or of Y can raise it again."
    )


def alt_text(result: InformationResult) -> str:
    """Return a description of the figures for screen readers."""
    return (
        "Map of where X and Y come together more or less often than chance, with the sample on "
        f"it, and the log ratios of its rows in increasing order. {pointwise_insight(result)}"
    )


def _picture(sample: Sample) -> str:
    """Return a scatter as one SVG path of round dots."""
    low_x, high_x = frame_of(sample.x[:, 0])
    low_y, high_y = frame_of(sample.y[:, 0])
    x = 100 * (sample.x[:, 0] - low_x) / (high_x - low_x)
    y = 100 * (high_y - sample.y[:, 0]) / (high_y - low_y)
    inside = (x >= 0) & (x <= 100) & (y >= 0) & (y <= 100)
    dots = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(x[inside], y[inside], strict=True))
    return f'<svg viewBox="-4 -4 108 108" aria-hidden="true"><path d="{dots}"/></svg>'
