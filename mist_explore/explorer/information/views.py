"""Thin views of the page about mutual information: figures, gallery, steps, and words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go
from scipy.stats import spearmanr

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.information.compute import Cloud, InformationResult
from mist_explore.explorer.information.processing import Step
from mist_explore.explorer.numbers import number_html
from mist_explore.plots import plot_pointwise, shown
from mist_explore.plots.sample import frame_of
from mist_explore.sample import Sample

__all__ = [
    "curve_figure",
    "gallery_html",
    "gallery_notice",
    "numbers_html",
    "pointwise_notice",
    "spoken_html",
    "steps_html",
    "steps_notice",
]


def curve_figure(result: InformationResult) -> go.Figure:
    """The sorted pointwise values in the units of the state."""
    per_unit = NATS_PER_UNIT[result.state.units]
    return plot_pointwise(
        result.joint / per_unit,
        result.product / per_unit,
        result.truth / per_unit,
        units=result.state.units,
    )


def numbers_html(result: InformationResult) -> str:
    """The truth in nats, in bits, and as the correlation of Gaussian columns that tell as much."""
    nats = result.truth
    like = math.sqrt(-math.expm1(-2 * nats))
    cells = (
        number_html("truth", "Mutual information", shown(nats), f"nats, {result.provenance}"),
        number_html("truth", "The same in bits", shown(nats / NATS_PER_UNIT["bits"]), "× 1.44"),
        number_html("muted", "As much as a Gaussian with", f"{like:.2f}", "correlation"),
    )
    return f'<div class="mist-numbers">{"".join(cells)}</div>'


def pointwise_notice(result: InformationResult) -> str:
    """How many rows speak for dependence, and what they say on average."""
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
    """Small pictures side by side, which follow the mode and the width of the page."""
    pictures = "".join(
        f"<li>{_picture(cloud.sample)}<span>{escape(cloud.label)}</span></li>"
        for cloud in clouds
        if cloud.sample is not None
    )
    return f'<ul class="mist-gallery">{pictures}</ul>'


def gallery_notice(result: InformationResult) -> str:
    """What the clouds share, what they do not, and which are missing."""
    units = result.state.units
    value = f"{shown(result.truth / NATS_PER_UNIT[units])} {units}"
    samples = [cloud.sample for cloud in result.clouds if cloud.sample is not None]
    if not samples:
        return f"None of these kinds of law can carry {value}."
    ranks = [abs(float(spearmanr(s.x[:, 0], s.y[:, 0]).statistic)) for s in samples]
    missing = [cloud.label for cloud in result.clouds if cloud.sample is None]
    absent = f" Missing, because it cannot carry that: {', '.join(missing)}." if missing else ""
    return (
        f"Each of these clouds has the same mutual information, {value}; the correlation of their "
        f"ranks runs from {min(ranks):.2f} to {max(ranks):.2f}, up to its sign.{absent}"
    )


def steps_html(steps: Sequence[Step], units: str) -> str:
    """The steps as a table with bars: what keeps everything above, what loses below."""
    per_unit = NATS_PER_UNIT[units]
    most = max(step.information for step in steps) or 1.0
    rows = "".join(
        f'<tr class="{"mist-keeps" if step.keeps else "mist-loses"}">'
        f'<th scope="row">{escape(step.words)}</th>'
        f'<td><i style="width: {100 * step.information / most:.1f}%"></i></td>'
        f"<td>{shown(step.information / per_unit)}</td></tr>"
        for step in steps
    )
    return (
        '<table class="mist-steps"><thead><tr><th scope="col">what was done</th><td></td>'
        f'<th scope="col">{units}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def steps_notice(result: InformationResult) -> str:
    """What each kind of processing took."""
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


def spoken_html(result: InformationResult) -> str:
    """The figures in words, for those who do not see them."""
    text = (
        "Map of where X and Y come together more or less often than chance, with the sample on "
        f"it, and the log ratios of its rows in increasing order. {pointwise_notice(result)}"
    )
    return f'<p class="mist-spoken" aria-live="polite">{escape(text)}</p>'


def _picture(sample: Sample) -> str:
    """A scatter as one SVG path of round dots."""
    low_x, high_x = frame_of(sample.x[:, 0])
    low_y, high_y = frame_of(sample.y[:, 0])
    x = 100 * (sample.x[:, 0] - low_x) / (high_x - low_x)
    y = 100 * (high_y - sample.y[:, 0]) / (high_y - low_y)
    inside = (x >= 0) & (x <= 100) & (y >= 0) & (y <= 100)
    dots = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(x[inside], y[inside], strict=True))
    return f'<svg viewBox="-4 -4 108 108" aria-hidden="true"><path d="{dots}"/></svg>'
