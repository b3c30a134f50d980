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
from mist_explore.explorer.mutual_information.compute import Cloud, InformationResult, Step
from mist_explore.plots import plot_pointwise, shown, signed
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
    """Return sentences on the rows above chance, on their mean, and on that of shuffled rows."""
    units = result.state.units
    per_unit = NATS_PER_UNIT[units]
    truth = shown(result.truth / per_unit)
    if truth == "0":
        return f"X and Y are independent: each ratio is 1, and the mutual information 0 {units}."
    more = float(np.mean(result.joint > 0))
    rows = len(result.joint)
    mean, chance = (
        float(value) / per_unit
        for value in (result.joint.mean(), result.joint.std() / math.sqrt(rows))
    )
    product = float(result.product.mean()) / per_unit
    shuffled = (
        f"With the rows of Y shuffled the mean is {signed(product)}."
        if math.isfinite(product)
        else "With the rows of Y shuffled some pairs can never occur, and the mean is −∞."
    )
    return (
        f"{more:.0%} of the rows are pairs that occur more often than they would by chance. "
        f"The mean over these {rows:,} rows, blue area minus orange area, is {signed(mean)} "
        f"{units}; averaged over the whole distribution it is the mutual information, {truth} "
        f"(the sampling error is ±{shown(chance)}). {shuffled}"
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
        f"Each of these clouds has the same mutual information, {value}; their rank correlations "
        f"range from {min(ranks):.2f} to {max(ranks):.2f} in size.{absent}"
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
    if before == "0":
        return "There is nothing to lose here: X and Y are independent."
    of_noise = "No noise is added yet" if not result.state.noise else f"Noise leaves {left[0]}"
    return (
        f"Invertible steps leave the {before} {units} unchanged. {of_noise}, bins leave {left[1]}, "
        f"the dropped column {left[2]}: no processing of X or of Y alone can raise it again."
    )


def alt_text(result: InformationResult) -> str:
    """Return a description of the figures for screen readers."""
    return (
        "Map of where X and Y occur together more or less often than by chance, with the sample on "
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
