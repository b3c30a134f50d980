"""Sentences of the estimate page: each estimator on view beside the truth, with the cause."""

from __future__ import annotations

import math

from mist_explore.distributions import FAMILIES
from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.baselines import BASELINE, LEARNED
from mist_explore.explorer.estimate.compute import EstimateResult, distribution
from mist_explore.explorer.estimate.limits import MANY_ROWS, ranks_undo
from mist_explore.explorer.html import interval_text, listed
from mist_explore.explorer.verdict import Verdict, furthest
from mist_explore.plots import mark_of, shown
from mist_explore.transforms import LinearMap

__all__ = ["insight"]


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
    """Return what an interval that contains the truth leaves open."""
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
    chance = f"one sample of {rows} varies by {_sampling_error(result)}"
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
    bias = (result.limits.few_rows - result.truth) / _per_unit(result)
    if fine and bias * here.error > 0 and abs(bias) >= abs(here.error) / 2:
        return f"{off}, because {few}: it gives {many}."
    if fine:
        average = shown(result.limits.few_rows / _per_unit(result))
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
    truth, limits, sample = result.truth, result.limits, result.sample
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


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _columns(result: EstimateResult) -> int:
    return result.sample.dim_x + result.sample.dim_y


def _per_unit(result: EstimateResult) -> float:
    return NATS_PER_UNIT[result.state.units]


def _text(result: EstimateResult, nats: float) -> str:
    return shown(nats / _per_unit(result))


def _truth(result: EstimateResult) -> str:
    return f"the true value, {_text(result, result.truth)} {result.state.units}"


def _sampling_error(result: EstimateResult) -> str:
    return f"±{_text(result, result.limits.sampling_error)}"


def _value_and_gap(result: EstimateResult, name: str) -> str:
    verdict = result.verdicts[name]
    return f"{shown(verdict.estimate)}, {verdict.gap}"


def _with_many_rows(result: EstimateResult) -> Verdict:
    """Return the baseline on many rows beside the truth, in the units of the state."""
    limits, share = result.limits, math.sqrt(result.sample.n_samples / MANY_ROWS)
    values = limits.many_rows, result.truth, limits.sampling_error * share
    return Verdict(*(value / _per_unit(result) for value in values))
