"""Figures and words of the estimate page."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import plotly.graph_objects as go

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.estimate.compute import EstimateResult
from mist_explore.explorer.estimate.presets import PRESETS
from mist_explore.explorer.estimate.settings import EstimateState
from mist_explore.explorer.html import claim_html, estimates_text, numbers_html, warnings_html
from mist_explore.plots import mark_of, plot_fan, plot_sample, shown

__all__ = [
    "alt_text",
    "case_html",
    "datasets_html",
    "fan_figure",
    "figures_and_numbers",
    "truth_in",
    "warnings_of",
]

ROW = 72
"""Pixels of an estimator in the fan."""


def figures_and_numbers(result: EstimateResult) -> tuple[go.Figure, go.Figure, str]:
    """Return the scatter, the fan, and the headline numbers."""
    units, level = result.state.units, result.state.level
    numbers = numbers_html(
        result.estimates, level, units, truth_in(result, units), result.provenance
    )
    return plot_sample(result.sample), fan_figure(result), numbers


def fan_figure(result: EstimateResult) -> go.Figure:
    """Return the fan of a result in the units of its state."""
    units = result.state.units
    estimates = {k: e.to(units) if e else None for k, e in result.estimates.items()}
    return plot_fan(
        estimates,
        truth_in(result, units),
        result.provenance,
        level=result.state.level,
        height=max(280, 90 + ROW * len(estimates)),
    )


def truth_in(result: EstimateResult, units: str) -> float:
    """Return the true mutual information in `units`."""
    return result.truth / NATS_PER_UNIT[units]


def case_html(state: EstimateState) -> str:
    """Return the claim of the case whose distribution and sample a state has, if there is one."""
    for preset in PRESETS.values():
        if state.experiment == preset.state.experiment:
            return claim_html(preset.label, preset.claim)
    return ""


def datasets_html(state: EstimateState) -> str:
    """Return links to the other samples of a state, which change its seeds alone."""
    if not state.datasets:
        return ""
    seeds = ("seed",) if state.transform == "base" else ("seed", "transform_seed")
    items = []
    for number, seed in enumerate(state.datasets, 1):
        changes = dict.fromkeys(seeds, seed)
        link, words = escape(urlencode(changes)), f"{number}"
        there = escape(state.with_(**changes).to_query())
        items.append(
            f'<b aria-current="true">{words}</b>'
            if seed == state.seed
            else f'<a href="?{there}" data-set="{link}" aria-label="dataset {words}">{words}</a>'
        )
    return (
        f'<p class="mist-case mist-datasets">The {len(items)} datasets of one cell of '
        f"<i>Failure modes</i>: {' '.join(items)}</p>"
    )


def warnings_of(result: EstimateResult) -> str:
    """Return the warnings of a result as HTML."""
    name = mark_of(LEARNED).short
    unseen = [f"{name}: {part} was no part of its training" for part in result.unseen]
    return warnings_html(result.estimates.values(), result.failures, unseen)


def alt_text(result: EstimateResult) -> str:
    """Return a description of the figures for screen readers."""
    state, sample = result.state, result.sample
    return (
        f"Scatter of {sample.n_samples:,} rows, {_first('X', sample.dim_x)} against "
        f"{_first('Y', sample.dim_y)}. True mutual information "
        f"{shown(truth_in(result, state.units))} {state.units}, {result.provenance}. "
        f"{estimates_text(result.estimates, state.units)}"
    )


def _first(name: str, columns: int) -> str:
    return name if columns == 1 else f"the first of {columns} columns of {name}"
