"""Words and files of a sweep."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from scipy.stats import binom

from mist_explore.evaluation import AXES, Case, Summary, Sweep
from mist_explore.explorer.failure_modes.settings import FailureState
from mist_explore.explorer.failure_modes.words import case_text
from mist_explore.explorer.html import caption_html, listed
from mist_explore.explorer.links import csv_text, download_html
from mist_explore.plots import mark_of

__all__ = ["alt_text", "download", "insights", "misses_too_often"]

OFF = 0.1
"""Nats of bias that the sentences count."""
NOMINAL = 0.9
RARE = 0.05


def alt_text(state: FailureState, found: Sweep) -> str:
    """Return a description of the maps for screen readers."""
    names = listed([mark_of(name).short for name in state.grid.estimators])
    return (
        f"Tables of the bias and of the coverage of {names}, for {len(state.grid.cases)} cases: "
        f"{AXES[state.across]} differs between columns, {AXES[state.down]} between rows. "
        f"{' '.join(insights(state, found))}"
    )


def download(found: Sweep) -> str:
    """Return links to files of every estimate."""
    names = [*AXES, "replicate", "seed", "estimator", "truth", "median", "low", "high"]
    values = ({**vars(trial.case), **vars(trial)} for trial in found.trials)
    rows = [[one[name] for name in names] for one in values]
    files = (
        download_html("sweep.csv", csv_text(names, rows), "CSV"),
        download_html("sweep.parquet", found.to_parquet(), "Parquet"),
    )
    return caption_html(f"Every single estimate: {listed(list(files))}.")


def insights(state: FailureState, found: Sweep) -> tuple[str, ...]:
    """Return sentences on the largest bias, on how often a bias counts, and on the intervals."""
    summaries = {name: found.summaries(name) for name in state.grid.estimators}
    biases = {
        name: known
        for name, cases in summaries.items()
        if (known := {case: s.bias.value for case, s in cases.items() if s.bias})
    }
    covered = {
        name: with_intervals
        for name, cases in summaries.items()
        if (with_intervals := [s for s in cases.values() if s.coverage])
    }
    if not biases:
        return ("No case is computed yet.",)
    return (_largest(state, biases), _often(biases), *([_missing(covered)] if covered else []))


def misses_too_often(summary: Summary) -> bool:
    r"""Return whether 90 % intervals would contain the truth as rarely in at most 5 % by chance.

    \(P(K \le k) \le 0.05\) for K binomial with as many trials as there are datasets.
    """
    if summary.coverage is None:
        return False
    n = summary.coverage.n_clusters
    return bool(binom.cdf(round(summary.coverage.value * n), n, NOMINAL) <= RARE)


def _by_chance(summaries: list[Summary]) -> float:
    """Return the number of cases that intervals as intended would miss too often by chance."""
    sizes = [summary.coverage.n_clusters for summary in summaries if summary.coverage]
    shares = (binom.cdf(np.arange(n + 1), n, NOMINAL) for n in sizes)
    return float(sum(max((p for p in share if p <= RARE), default=0.0) for share in shares))


def _largest(state: FailureState, biases: Mapping[str, Mapping[Case, float]]) -> str:
    bias, name, case = max(
        ((bias, name, case) for name, known in biases.items() for case, bias in known.items()),
        key=lambda one: abs(one[0]),
    )
    side = "too low" if bias < 0 else "too high"
    return (
        f"{mark_of(name).short} has the largest bias: on average it is {abs(bias):.2f} nats {side} "
        f"at {case_text(case, (state.down, state.across))}."
    )


def _often(biases: Mapping[str, Mapping[Case, float]]) -> str:
    off = {name: sum(abs(bias) > OFF for bias in known.values()) for name, known in biases.items()}
    worst_first = {name: off[name] for name in sorted(off, key=off.__getitem__, reverse=True)}
    return f"Off by more than {OFF:g} nats: {_in_cases(worst_first, biases)}."


def _missing(covered: Mapping[str, list[Summary]]) -> str:
    missing = {name: sum(map(misses_too_often, cases)) for name, cases in covered.items()}
    words = f"90% intervals that miss too often: {_in_cases(missing, covered)}"
    if not any(missing.values()):
        return f"{words}."
    chance = max(_by_chance(covered[name]) for name in missing)
    return f"{words}; chance alone gives about {chance:.0f}."


def _in_cases(counts: Mapping[str, int], cases: Mapping[str, Collection[Any]]) -> str:
    """Return in how many cases something holds for each estimator, in words."""
    parts, before = [], 0
    for name, count in counts.items():
        of = f" of {len(cases[name])} cases" if len(cases[name]) != before else ""
        before = len(cases[name])
        parts.append(f"{mark_of(name).short} in {count or 'none'}{of}")
    return listed(parts)
