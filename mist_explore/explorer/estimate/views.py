"""Figures, numbers and sentences of the estimate page: each estimator beside the truth."""

from __future__ import annotations

import math
from html import escape
from urllib.parse import urlencode

import plotly.graph_objects as go

from mist_explore.distributions import FAMILIES
from mist_explore.evaluation.error_sources import MANY_ROWS, ranks_undo
from mist_explore.explorer.baselines import BASELINE, LEARNED
from mist_explore.explorer.estimate.compute import EstimateResult, distribution
from mist_explore.explorer.estimate.settings import PRESETS, EstimateState
from mist_explore.explorer.html import (
    claim_html,
    estimates_text,
    interval_text,
    listed,
    numbers_html,
    table_html,
    warnings_html,
)
from mist_explore.explorer.verdict import Verdict, furthest
from mist_explore.plots import mark_of, plot_fan, plot_sample, shown
from mist_explore.transforms import LinearMap

__all__ = [
    "alt_text",
    "case_html",
    "datasets_html",
    "estimates_table_html",
    "fan_figure",
    "figures_and_numbers",
    "insight",
    "warnings_of",
]

ROW = 72
"""Pixels of an estimator in the fan."""


def figures_and_numbers(result: EstimateResult) -> tuple[go.Figure, go.Figure, str]:
    """Return the scatter, the fan, and the headline numbers."""
    units, level = result.state.units, result.state.level
    numbers = numbers_html(
        result.estimates, level, units, result.truth / result.per_unit, result.provenance
    )
    return plot_sample(result.sample), fan_figure(result), numbers


def fan_figure(result: EstimateResult) -> go.Figure:
    """Return the fan of a result in the units of its state."""
    units = result.state.units
    estimates = {k: e.to(units) if e else None for k, e in result.estimates.items()}
    return plot_fan(
        estimates,
        result.truth / result.per_unit,
        result.provenance,
        level=result.state.level,
        height=max(280, 90 + ROW * len(estimates)),
    )


def estimates_table_html(result: EstimateResult) -> str:
    """Return a table of every estimator with its value and its interval."""
    units, level = result.state.units, result.state.level
    rows = [("True value", shown(result.truth / result.per_unit), escape(result.provenance))]
    for name, estimate in result.estimates.items():
        inside = estimate and estimate.to(units)
        value = shown(inside.median) if inside else "no estimate"
        interval = interval_text(inside, level) if inside and not inside.is_point else ""
        rows.append((mark_of(name).label, value, interval))
    return table_html("Estimates", ("estimator", units, f"{level:.0%} interval"), rows)


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
        f"{shown(result.truth / result.per_unit)} {state.units}, {result.provenance}. "
        f"{estimates_text(result.estimates, state.units)}"
    )


def insight(result: EstimateResult) -> str:
    """Return sentences on the network, on the Gaussian copula, and on the worst of the others."""
    sentences = (_about_network(result), _about_baseline(result), _about_others(result))
    return " ".join(sentence for sentence in sentences if sentence)


# The network: interval contains the truth or not, estimate close or not, input seen or not


def _about_network(result: EstimateResult) -> str:
    estimate, level = result.estimates[LEARNED], result.state.level
    if estimate is None:
        return ""
    low, high = estimate.interval(level)
    interval = interval_text(estimate.to(result.state.units), level)
    head = f"The network's {level:.0%} interval, {interval},"
    outside = "The input is outside of its training, where its intervals promise nothing."
    if low <= result.truth <= high:
        words = f"{head} contains {_truth(result)}{_reservation(result, low, high)}."
        return f"{words} {outside}" if result.outside_training else words
    end = high if high < result.truth else low
    verb = "lies below" if high < result.truth else "lies above"
    if _text(result, end) == _text(result, result.truth):
        verb = "just misses"
    words = f"{head} {verb} {_truth(result)}; its estimate is {_value_and_gap(result, LEARNED)}."
    if result.outside_training:
        return f"{words} {outside}"
    if abs(result.truth - end) > high - low:
        return f"{words} It misses by more than its own width: it is overconfident here."
    return f"{words} This is expected in {1 - level:.0%} of cases."


def _reservation(result: EstimateResult, low: float, high: float) -> str:
    """Return a sentence on the limits of an interval that contains the truth."""
    words = ""
    if result.verdicts[LEARNED].kind == "off":
        words = f", but its estimate is {_value_and_gap(result, LEARNED)}"
    if _text(result, result.truth) == "0":
        return words
    if _text(result, low) == "0":
        also = "; it contains 0 as well" if words else ", but 0 as well"
        return f"{words}{also}: these rows do not show that X and Y depend on each other"
    if not words and high - low > result.truth:
        return ", but is wider than the value itself"
    return words


# The baseline: close or not on this sample × on many rows × on average over such samples


def _about_baseline(result: EstimateResult) -> str:
    if result.estimates[BASELINE] is None:
        return ""
    here, limit = result.verdicts[BASELINE], _with_many_rows(result)
    fine = limit.kind != "off"
    many = f"{shown(limit.estimate)} on {MANY_ROWS:,} rows"
    value = f"The Gaussian copula gives {shown(here.estimate)}"
    off = f"{value}, {here.gap}"
    rows = f"{result.sample.n_samples:,} rows"
    chance = f"one sample of {rows} varies by ±{_text(result, result.sources.sampling_error)}"
    few = f"{rows} are few for {_columns(result)} columns"
    match here.kind, fine:
        case "right", True:
            return f"{value} and is right{_because(_why_right(result))}."
        case "right", False:
            return f"{value}, close here, but {many}, {limit.gap}{_because(_why_wrong(result))}."
        case "chance", True:
            return f"{off}, which may be chance: {chance}."
        case "chance", False:
            return (
                f"{off}. Chance could explain that ({chance}), but not {many}"
                f"{_because(_why_wrong(result))}."
            )
    bias = (result.sources.few_rows - result.truth) / result.per_unit
    if fine and bias * here.error > 0 and abs(bias) >= abs(here.error) / 2:
        return f"{off}, because {few}: it gives {many}."
    if fine:
        average = shown(result.sources.few_rows / result.per_unit)
        return f"{off}, mostly by chance: {chance}; the average over such samples is {average}."
    if limit.error * here.error < 0:
        return (
            f"{off}, because {few}; it gives {many}, and that is {limit.gap}"
            f"{_because(_why_wrong(result))}."
        )
    return f"{off}, and more rows do not help ({many}){_because(_why_wrong(result))}."


def _why_right(result: EstimateResult) -> str:
    """Return why correlation of ranks finds the whole dependence, where that is certain."""
    if _text(result, result.truth) == "0":
        return "there is no dependence to miss"
    if FAMILIES[result.state.family].blind_spot:
        return "at these settings there is little that correlation misses"
    if result.state.transform == "base":
        return "the columns are jointly Gaussian"
    joint = distribution(result.state)
    if ranks_undo(joint):
        return "ranks undo a transform of single columns, and before it they are jointly Gaussian"
    if all(isinstance(one, LinearMap) for one in (joint.transform_x, joint.transform_y)):
        return "a linear mix of Gaussian columns is Gaussian"
    return "this transform hides little from correlation"


def _why_wrong(result: EstimateResult) -> str:
    """Return the cause of the error on many rows: too few still, the family, the transform."""
    truth, limits, sample = result.truth, result.sources, result.sample
    error = limits.many_rows - truth
    if error > 0 and sample.dim_x * sample.dim_y / (2 * MANY_ROWS) > error / 2:
        return f"even {MANY_ROWS:,} rows are few for {_columns(result)} columns"
    causes = []
    blind_spot = FAMILIES[result.state.family].blind_spot
    if blind_spot and abs(limits.untransformed - truth) > abs(error) / 2:
        causes.append(blind_spot)
    if abs(limits.many_rows - limits.untransformed) > abs(error) / 2:
        causes.append("the transform mixes columns, and ranks of single columns cannot undo that")
    return "; and ".join(causes)


# The others: the worst of them, if any is off


def _about_others(result: EstimateResult) -> str:
    verdicts = result.verdicts
    others = {k: one for k, one in verdicts.items() if k not in (LEARNED, BASELINE)}
    if not others:
        return ""
    worst = furthest(others)
    if not worst:
        names = listed([mark_of(name).short for name in others])
        verb = "is" if len(others) == 1 else "are"
        chance = shown(next(iter(others.values())).sampling_error)
        return f"{names} {verb} within chance of the true value (±{chance})."
    off = sum(one.kind == "off" for one in others.values())
    more = f"; {off - 1} more {'is' if off == 2 else 'are'} off too" if off > 1 else ""
    how = "furthest off" if worst == furthest(verdicts) else "off as well"
    return f"{mark_of(worst).short} is {how}: it gives {_value_and_gap(result, worst)}{more}."


# Pieces


def _first(name: str, columns: int) -> str:
    return name if columns == 1 else f"the first of {columns} columns of {name}"


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _columns(result: EstimateResult) -> int:
    return result.sample.dim_x + result.sample.dim_y


def _text(result: EstimateResult, nats: float) -> str:
    return shown(nats / result.per_unit)


def _truth(result: EstimateResult) -> str:
    return f"the true value, {_text(result, result.truth)} {result.state.units}"


def _value_and_gap(result: EstimateResult, name: str) -> str:
    verdict = result.verdicts[name]
    return f"{shown(verdict.estimate)}, {verdict.gap}"


def _with_many_rows(result: EstimateResult) -> Verdict:
    """Return the baseline on many rows beside the truth, in the units of the state."""
    limits, share = result.sources, math.sqrt(result.sample.n_samples / MANY_ROWS)
    values = limits.many_rows, result.truth, limits.sampling_error * share
    return Verdict(*(value / result.per_unit for value in values))
