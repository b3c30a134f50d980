"""Words and files of a sweep."""

from __future__ import annotations

from html import escape

import numpy as np
from scipy.stats import binom

from mist_explore.evaluation import AXES, Case, Summary, Sweep
from mist_explore.explorer.failure.settings import FailureState
from mist_explore.explorer.failure.words import listed, signed, value_text
from mist_explore.explorer.links import download_html
from mist_explore.plots import mark_of

__all__ = ["alt_text", "download", "insights", "insights_html", "misses_too_often"]

OFF = 0.1
"""Nats of bias that the sentences count."""
NOMINAL = 0.9
RARE = 0.05


def insights_html(state: FailureState, found: Sweep) -> str:
    """Return the sentences of `insights` as HTML."""
    sentences = "".join(f"<span>{escape(each)}</span>" for each in insights(state, found))
    return f'<p class="mist-notice">{sentences}</p>'


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
    lines = [",".join(names)]
    for trial in found.trials:
        values = {**vars(trial.case), **vars(trial)}
        lines.append(",".join("" if values[n] is None else str(values[n]) for n in names))
    files = (
        download_html("sweep.csv", "\n".join(lines) + "\n", "CSV"),
        download_html("sweep.parquet", found.to_parquet(), "Parquet"),
    )
    return f'<p class="mist-hint">Every single estimate: {listed(list(files))}.</p>'


def insights(state: FailureState, found: Sweep) -> tuple[str, ...]:
    """Return a sentence for each estimator with trials."""
    sentences = [_about(state, name, found.summaries(name)) for name in state.grid.estimators]
    return tuple(sentence for sentence in (*sentences, _worst(state, found)) if sentence)


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


def _worst(state: FailureState, found: Sweep) -> str:
    """Return the largest bias of several estimators."""
    biases = [
        (abs(summary.bias.value), summary.bias.value, name)
        for name in state.grid.estimators
        for summary in found.summaries(name).values()
        if summary.bias
    ]
    if len({name for *_, name in biases}) < 2:
        return ""
    _, bias, name = max(biases)
    return f"The largest bias of all is that of {mark_of(name).short}, {signed(bias)} nats."


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
    cases_ = "case" if missing == 1 else "cases"
    chance = f" (chance alone gives about {_by_chance(covered):.0f})" if missing else ""
    return f"{words}; its 90% interval misses too often in {missing} {cases_}{chance}."
