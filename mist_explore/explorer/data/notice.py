"""What to notice on the data page, worked out from its numbers."""

from __future__ import annotations

from collections.abc import Mapping

from mist_explore.estimate import NATS_PER_UNIT, equivalent_correlation
from mist_explore.evaluation import Pairwise, Stability
from mist_explore.explorer.data.compute import DataResult
from mist_explore.explorer.data.state import DataState
from mist_explore.explorer.numbers import interval_text
from mist_explore.plots import mark_of, shown

__all__ = ["disagreement", "matrix_notice", "notice", "stability_notice"]

DISAGREEMENT = 0.2
"""How many nats a peer may lie outside the interval before the page speaks of it."""


def notice(answer: DataResult) -> str:
    """How much X tells about Y, and whether chance or another estimator disputes it."""
    return " ".join(
        part for part in (_amount(answer), _chance(answer), disagreement(answer)) if part
    )


def disagreement(answer: DataResult) -> str:
    """Which peers lie far outside the interval of the network; empty if none does."""
    learned, state = answer.learned, answer.state
    if learned is None:
        return ""
    low, high = learned.interval(state.level)
    far = [
        f"{mark_of(name).short} says {shown(estimate.to(state.units).median)}"
        for name, estimate in answer.estimates.items()
        if name != state.network
        and estimate is not None
        and not low - DISAGREEMENT <= estimate.median <= high + DISAGREEMENT
    ]
    if not far:
        return ""
    return (
        f"The estimators disagree: {' and '.join(far)}. Look at the scatter before you trust any."
    )


def stability_notice(curves: Mapping[str, Stability], level: float, units: str) -> str:
    """Whether the last doubling of the rows moved the network beyond its earlier interval."""
    curve = next(iter(curves.values()))
    if len(curve.sizes) < 2:
        return "There are too few rows to look at parts of them."
    before, last = (estimate.to(units) for estimate in curve.estimates[-2:])
    low, high = before.interval(level)
    moved = (
        f"From {curve.sizes[-2]:,} to {curve.sizes[-1]:,} rows the network's median went from "
        f"{shown(before.median)} to {shown(last.median)} {units}"
    )
    if low <= last.median <= high:
        width, earlier = (e.interval(level)[1] - e.interval(level)[0] for e in (last, before))
        narrower = f"which became {_share(1 - width / earlier)} narrower" if width < earlier else ""
        return f"{moved}, inside the interval before{', ' if narrower else ''}{narrower}."
    return f"{moved}, outside the interval before: the estimate has not settled."


def matrix_notice(found: Pairwise, state: DataState) -> str:
    """The pair that tells most, how many pairs show nothing, and how many stand the test."""
    if not found.estimates:
        return ""
    one, other = found.ranked[0]
    best = found.estimates[one, other]
    silent = sum(estimate.interval()[0] <= 0 for estimate in found.estimates.values())
    value = f"{shown(best.median / NATS_PER_UNIT[state.units])} {state.units}"
    words = [f"{one} and {other} tell most about each other, {value}."]
    if found.doubtful:
        count = len(found.doubtful)
        left = "1 pair" if count == 1 else f"{count:,} pairs"
        words.append(f"Left aside: {left} with a warning, a copy or a row counter.")
    if silent:
        words.append(
            f"In {silent} of {len(found.estimates)} pairs the 90% interval begins at 0 "
            "(in brackets)."
        )
    if found.p_values and state.fdr_level is not None:
        below = sum(value <= state.fdr_level for value in found.adjusted.values())
        words.append(
            f"{below} of {len(found.p_values)} pairs have an adjusted p-value of at most "
            f"{state.fdr_level:.0%}."
        )
    return " ".join(words)


def _amount(answer: DataResult) -> str:
    learned, state = answer.learned, answer.state
    if learned is None:
        return ""
    low, _ = learned.interval(state.level)
    value = learned.to(state.units)
    interval = f"its {state.level:.0%} interval is {interval_text(value, state.level)}"
    if low <= 0:
        return (
            f"The network says {shown(value.median)} {state.units}, but {interval}: these rows do "
            "not show that X tells anything about Y."
        )
    rho = equivalent_correlation(learned.median)
    return (
        f"By the network, X tells {shown(value.median)} {state.units} about Y ({interval}), as "
        f"much as one Gaussian column tells about another at a correlation of {rho:.2f}."
    )


def _chance(answer: DataResult) -> str:
    test = answer.test
    as_strong = round(test.p_value * (1 + len(test.null))) - 1
    how = "shifted" if test.circular_shift else "shuffled"
    count = f"{as_strong:,}" if as_strong else "none"
    return (
        f"With the rows of Y {how}, dependence was as strong in {count} of "
        f"{len(test.null):,} tries."
    )


def _share(value: float) -> str:
    return f"{value:.0%}"
