"""Figure and words of the estimates of sample after sample."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.estimate.sampling.compute import Sampling
from mist_explore.explorer.verdict import RESOLUTION, coverage_words
from mist_explore.plots import mark_of, plot_sampling_distribution, shown

__all__ = ["sampling_figure", "sampling_insight"]

FEW = 5


def sampling_figure(found: Sampling) -> go.Figure:
    """Return the estimates of each estimator around the true value."""
    units = found.state.units
    per_unit = NATS_PER_UNIT[units]
    values = {name: [v / per_unit for v in values] for name, values in found.medians.items()}
    return plot_sampling_distribution(values, found.truth / per_unit, units=units)


def sampling_insight(found: Sampling) -> str:
    """Return a sentence on bias, spread and coverage; with few samples, on how to get more."""
    if found.drawn < FEW:
        return (
            "One sample can mislead. Press Run to draw many: the centre of each pile is what the "
            "estimator gives on average, its width how much one sample can vary."
        )
    units = found.state.units
    per_unit = NATS_PER_UNIT[units]
    parts = [
        f"{mark_of(name).short} {_off(found, name)} and varies by "
        f"±{shown(found.spread(name) / per_unit)}"
        for name, values in found.medians.items()
        if len(values) >= FEW
    ]
    covered = (
        f" The network's {found.state.level:.0%} interval contains the true value in "
        f"{sum(found.contained)} of {len(found.contained)} samples: "
        f"{coverage_words(found.contained, found.state.level)}."
        if found.contained
        else ""
    )
    return f"On {found.drawn} samples, in {units}: {'; '.join(parts)}.{covered}"


def _off(found: Sampling, name: str) -> str:
    """Return the bias in words; one within two standard errors is none."""
    per_unit = NATS_PER_UNIT[found.state.units]
    bias = found.bias(name) / per_unit
    error = 2 * found.spread(name) / per_unit / math.sqrt(len(found.medians[name]))
    if abs(bias) <= max(error, RESOLUTION):
        return "is right on average, within sampling error,"
    return f"is {shown(abs(bias))} too {'high' if bias > 0 else 'low'} on average"
