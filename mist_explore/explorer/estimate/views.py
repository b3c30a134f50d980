"""Figures and words of the estimate page."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from mist_explore.distributions import FAMILIES
from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.baselines import BASELINE, LEARNED
from mist_explore.explorer.estimate.compute import MANY_ROWS, EstimateResult
from mist_explore.explorer.estimate.presets import PRESETS
from mist_explore.explorer.estimate.settings import EstimateState
from mist_explore.explorer.html import interval_text, numbers_html, warnings_html
from mist_explore.plots import mark_of, plot_fan, plot_sample, shown

__all__ = [
    "alt_text",
    "case_html",
    "fan_figure",
    "figures_and_numbers",
    "insight",
    "truth_in",
    "warnings_of",
]

ROW = 72
"""Pixels of an estimator in the fan."""

CLOSE = 0.1
CLOSE_IN_NATS = 0.03


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
            return f'<p class="mist-case"><b>{preset.label}.</b> {escape(preset.claim)}</p>'
    return ""


def warnings_of(result: EstimateResult) -> str:
    """Return the warnings of a result as HTML."""
    name = mark_of(LEARNED).short
    unseen = [f"{name}: {part} was no part of its training" for part in result.unseen]
    return warnings_html(result.estimates.values(), result.failures, unseen)


def alt_text(result: EstimateResult) -> str:
    """Return a description of the figures for screen readers."""
    state, sample = result.state, result.sample
    estimates = [
        f"{mark_of(name).short}: {shown(estimate.to(state.units).median)} {state.units}"
        for name, estimate in result.estimates.items()
        if estimate is not None
    ]
    return (
        f"Scatter of {sample.n_samples} rows, the first of {sample.dim_x} columns of X against "
        f"the first of {sample.dim_y} columns of Y. True mutual information "
        f"{shown(truth_in(result, state.units))} {state.units}, {result.provenance}. "
        f"{'. '.join(estimates)}."
    )


def insight(result: EstimateResult) -> str:
    """Return sentences on the interval and the truth, and on the error of the baseline."""
    sentences = (_about_learned(result), _about_baseline(result))
    return " ".join(sentence for sentence in sentences if sentence)


def _about_learned(result: EstimateResult) -> str:
    estimate, level, units = result.estimates[LEARNED], result.state.level, result.state.units
    if estimate is None:
        return ""
    low, high = estimate.interval(level)
    interval = interval_text(estimate.to(units), level)
    truth = f"the true value, {shown(truth_in(result, units))} {units}"
    if low <= result.truth <= high:
        return f"The network's {level:.0%} interval, {interval}, contains {truth}."
    side = "above" if low > result.truth else "below"
    why = (
        f"this is expected in {1 - level:.0%} of cases"
        if not result.unseen
        else "it has learned from no distribution of this kind"
    )
    return f"The network's {level:.0%} interval, {interval}, lies {side} {truth}: {why}."


def _about_baseline(result: EstimateResult) -> str:
    estimate, units = result.estimates[BASELINE], result.state.units
    if estimate is None:
        return ""
    per_unit = NATS_PER_UNIT[units]
    error = estimate.median - result.truth
    limit = result.baseline_with_many_rows
    value, many = shown(estimate.median / per_unit), shown(limit / per_unit)
    if _close(estimate.median, result.truth):
        if _close(limit, result.truth):
            return f"The Gaussian copula says {value} and is right as well: {_why_right(result)}."
        return (
            f"The Gaussian copula says {value}, close by luck: "
            f"on {MANY_ROWS:,} rows it says {many}."
        )
    gap = f"{_gap(value, shown(result.truth / per_unit))} too {'high' if error > 0 else 'low'}"
    if _close(limit, result.truth):
        n, columns = result.sample.n_samples, result.sample.dim_x + result.sample.dim_y
        return (
            f"The Gaussian copula says {value}, {gap}, because {n:,} rows are few for "
            f"{columns} columns: on {MANY_ROWS:,} rows it says {many}."
        )
    if (limit - result.truth) * error < 0:
        return (
            f"The Gaussian copula says {value}, {gap}, because the rows are few; "
            f"with {MANY_ROWS:,} it says {many}, and that is "
            f"too {'low' if error > 0 else 'high'}: {_why_wrong(result)}."
        )
    return (
        f"The Gaussian copula says {value}, {gap}, and more rows do not help "
        f"({many} on {MANY_ROWS:,} rows): {_why_wrong(result)}."
    )


def _close(value: float, truth: float) -> bool:
    return abs(value - truth) <= max(CLOSE * truth, CLOSE_IN_NATS)


def _gap(value: str, truth: str) -> str:
    """Return the distance of two numbers as they are shown, so that readers find it themselves."""
    digits = max(len(text.partition(".")[2]) for text in (value, truth))
    return f"{abs(float(value) - float(truth)):.{digits}f}"


def _why_right(result: EstimateResult) -> str:
    if FAMILIES[result.state.family].blind_spot:
        return "at these settings there is little that correlation does not see"
    if result.state.transform == "base":
        return "the columns are, after ranks, close to jointly Gaussian"
    return "ranks undo the transform, and what remains is close to jointly Gaussian"


def _why_wrong(result: EstimateResult) -> str:
    blind_spot = FAMILIES[result.state.family].blind_spot
    if blind_spot:
        return blind_spot
    return "the transform bends the columns together, and ranks of single columns cannot undo that"
