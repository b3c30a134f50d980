"""Computed sentences of the page of joint tables."""

from __future__ import annotations

import math

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.joint_table.compute import SAMPLES, JointTableResult
from mist_explore.explorer.verdict import Verdict
from mist_explore.plots import mark_of, shown

__all__ = ["alt_text", "bias_insight", "table_insight"]

NOTHING = 1e-9
"""Nats that are rounding errors."""

BIASED, APART = 2.0, 3.0
"""Standard errors beyond which a bias is seen, and those beyond which it is not as predicted."""


def table_insight(result: JointTableResult) -> str:
    """Return a sentence on the entropies: independence, one variable that decides, or a part."""
    unit, units, truth = NATS_PER_UNIT[result.state.units], result.state.units, result.truth
    x, y, left_x, left_y, information = (
        shown(value / unit)
        for value in (truth.x, truth.y, truth.x_given_y, truth.y_given_x, truth.information)
    )
    if truth.x < NOTHING or truth.y < NOTHING:
        constant = " and ".join(
            name for name, entropy in (("X", truth.x), ("Y", truth.y)) if entropy < NOTHING
        )
        return f"{constant} can take one value only, which says nothing: I(X; Y) is 0 {units}."
    if truth.information < NOTHING:
        return (
            "Every cell is the product of its margins, so that X and Y are independent: knowing Y "
            f"leaves all of H(X), {x} {units}, and I(X; Y) is 0."
        )
    decides = truth.y_given_x < NOTHING, truth.x_given_y < NOTHING
    if all(decides):
        return (
            f"X and Y decide each other, so that I(X; Y), {information} {units}, is all of H(X) "
            "and all of H(Y)."
        )
    if decides[0]:
        return (
            f"X decides Y, so that I(X; Y), {information} {units}, is all of H(Y). Y does not "
            f"decide X: of H(X), {x}, it leaves H(X | Y), {left_x}."
        )
    if decides[1]:
        return (
            f"Y decides X, so that I(X; Y), {information} {units}, is all of H(X). X does not "
            f"decide Y: of H(Y), {y}, it leaves H(Y | X), {left_y}."
        )
    share = truth.information / truth.x
    part = "less than 1%" if share < 0.01 else "more than 99%" if share > 0.99 else f"{share:.0%}"
    return (
        f"X holds H(X) = {x} {units}. Knowing Y removes I(X; Y) = {information} of it, {part}, "
        f"and leaves H(X | Y) = {left_x}. Knowing X removes the same "
        f"amount of H(Y) = {y}."
    )


def bias_insight(result: JointTableResult) -> str:
    """Return sentences on the plug-in from the rows drawn, its bias, and the network."""
    unit, n, here = NATS_PER_UNIT[result.state.units], result.state.n_samples, result.here
    truth, plug_in = result.truth.information / unit, result.plug_in / unit
    values, predicted = result.sampling.plug_in[here] / unit, result.sampling.predicted[here] / unit
    spread, mean = float(values.std(ddof=1)), float(values.mean())
    error = spread / math.sqrt(SAMPLES)
    network = result.sampling.learned[n] / unit
    learned = float(network.mean())
    bias = mean - truth
    if abs(bias) <= BIASED * error or shown(mean) == shown(truth):
        average = "no bias to be seen"
    else:
        average = f"{Verdict(mean, truth, error).gap} on average"
    foreseen = f"{predicted:+.3f}".replace("-", "\N{MINUS SIGN}")
    apart = bias - predicted
    if abs(apart) <= APART * error or f"{bias:.3f}" == f"{predicted:.3f}":
        agreement = "it agrees, up to chance"
    else:
        agreement = f"the mean is {'higher' if apart > 0 else 'lower'} than that"
    return (
        f"From these {n:,} rows the plug-in gives {shown(plug_in)}, {_off(plug_in, truth)} "
        f"the true value, {shown(truth)}. Over {SAMPLES} samples it varies by ±{shown(spread)} "
        f"around {shown(mean)}, {average}. Miller and Madow predict a bias of "
        f"{foreseen}: {agreement}. {mark_of(LEARNED).short} averages {shown(learned)} "
        f"over {len(network)} of them, {_off(learned, truth)} the true value."
    )


def alt_text(result: JointTableResult) -> str:
    """Return a description of the figures for screen readers."""
    rows, columns = result.state.size
    return (
        f"Table of {rows} values of X by {columns} values of Y with probabilities and counts, "
        f"and the entropies as aligned bars. {table_insight(result)} Below, the mean of the "
        "plug-in estimate against the number of rows, with the true value, the predicted bias and "
        f"the network. {bias_insight(result)}"
    )


def _off(value: float, truth: float) -> str:
    """Return how an estimate is off, before the true value."""
    if shown(value) == shown(truth):
        return "equal to"
    return f"{Verdict(value, truth, 0.0).gap} for"
