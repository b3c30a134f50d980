"""What to notice on the maps: how often each estimator is off, where most, and whether it knows."""

from __future__ import annotations

from math import comb

from mist_explore.evaluation import AXES, Case, Summary, Sweep
from mist_explore.explorer.failure.state import FailureState
from mist_explore.explorer.failure.words import signed, value_text
from mist_explore.plots import mark_of

__all__ = ["misses_too_often", "notice"]

OFF = 0.1
"""Nats that are worth a word."""
NOMINAL = 0.9
RARE = 0.05


def notice(state: FailureState, found: Sweep) -> tuple[str, ...]:
    """A sentence for each estimator that has been tried."""
    sentences = (_about(state, name, found.summaries(name)) for name in state.grid.estimators)
    return tuple(sentence for sentence in sentences if sentence)


def misses_too_often(summary: Summary) -> bool:
    r"""Whether intervals of 90 % would hold the truth so rarely by chance in 5 % of cases or fewer.

    \(P(K \le k) \le 0.05\) for K binomial with as many trials as there are datasets.
    """
    if summary.coverage is None:
        return False
    n = summary.coverage.n_clusters
    hits = round(summary.coverage.value * n)
    chance = sum(comb(n, k) * NOMINAL**k * (1 - NOMINAL) ** (n - k) for k in range(hits + 1))
    return chance <= RARE


def _about(state: FailureState, name: str, cases: dict[Case, Summary]) -> str:
    biases = {case: summary.bias.value for case, summary in cases.items() if summary.bias}
    if not biases:
        return ""
    label, worst = mark_of(name).short, max(biases, key=lambda case: abs(biases[case]))
    off = sum(abs(bias) > OFF for bias in biases.values())
    place = " and ".join(
        f"{AXES[axis].partition(' (')[0]} {value_text(axis, getattr(worst, axis))}"
        for axis in (state.down, state.across)
    )
    words = (
        f"{label}: off by more than {OFF:g} nats in {off} of {len(biases)} cases, "
        f"worst ({signed(biases[worst])}) at {place}"
    )
    covered = [summary for summary in cases.values() if summary.coverage]
    if not covered:
        return f"{words}."
    missing = sum(map(misses_too_often, covered))
    return f"{words}; its 90% interval misses more often than by chance in {missing}."
