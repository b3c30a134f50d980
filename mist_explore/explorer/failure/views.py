"""Heat maps, words and files of a sweep."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

import numpy as np
from scipy.stats import binom

from mist_explore.evaluation import AXES, Case, Summary, Sweep
from mist_explore.explorer.failure.compute import estimate_state
from mist_explore.explorer.failure.heat_map import Square, heat_map_html, scale_html
from mist_explore.explorer.failure.settings import FailureState
from mist_explore.explorer.failure.words import listed, signed, value_text
from mist_explore.explorer.html import download_html
from mist_explore.explorer.pages import address
from mist_explore.plots import mark_of

__all__ = ["alt_text", "download", "insights", "insights_html", "maps_html", "misses_too_often"]

OFF = 0.1
"""Nats of bias that the sentences count."""
NOMINAL = 0.9
RARE = 0.05

Draw = Callable[[Summary], Square]


def maps_html(state: FailureState, found: Sweep) -> str:
    """Return a map of the bias of each estimator, and of the coverage of each with intervals."""
    summaries = {name: found.summaries(name) for name in state.grid.estimators}
    links = {case: _link(state, case) for case in state.grid.cases}
    reach = _reach(found)
    biases, coverages, silent = [], [], []
    for name, cases in summaries.items():
        label = mark_of(name).short
        biases.append(_map(state, f"{label}: bias", cases, links, lambda s: _bias(s, reach)))
        if any(summary.coverage for summary in cases.values()):
            title = f"{label}: 90% interval covers"
            coverages.append(_map(state, title, cases, links, _coverage))
        elif cases:
            silent.append(label)
    parts = [
        scale_html(f"{reach:g} nats too low", "right on average", f"{reach:g} nats too high"),
        f'<div class="mist-maps">{"".join(biases)}</div>',
    ]
    if coverages:
        parts += [
            scale_html("never covers", "in 90%, as it should", "always", (1 - NOMINAL) / NOMINAL),
            f'<div class="mist-maps">{"".join(coverages)}</div>',
        ]
    if silent:
        gives = "gives" if len(silent) == 1 else "give"
        words = f"{listed(silent)} {gives} one value without an interval: no coverage to map."
        parts.append(f'<p class="mist-hint">{escape(words)}</p>')
    return "".join(parts)


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


def _map(
    state: FailureState,
    title: str,
    cases: dict[Case, Summary],
    links: dict[Case, str],
    draw: Draw,
) -> str:
    places = {
        (getattr(case, state.across), getattr(case, state.down)): case for case in state.grid.cases
    }
    across = list(dict.fromkeys(place[0] for place in places))
    down = list(dict.fromkeys(place[1] for place in places))

    def square(case: Case) -> Square:
        summary = cases.get(case)
        if summary is None:
            return Square(detail="not tried yet")
        if summary.bias is None:
            return Square("–", detail=summary.error)
        drawn = draw(summary)
        return Square(drawn.text, drawn.share, links[case], drawn.detail, drawn.strong)

    return heat_map_html(
        title,
        (AXES[state.across], [value_text(state.across, value) for value in across]),
        (AXES[state.down], [value_text(state.down, value) for value in down]),
        [[square(places[a, d]) for a in across] for d in down],
    )


def _bias(summary: Summary, reach: float) -> Square:
    if summary.bias is None:
        return Square()
    value = summary.bias
    error = "" if math.isnan(value.standard_error) else f" ± {value.standard_error:.2f}"
    detail = (
        f"bias {signed(value.value)}{error} nats over {value.n_clusters} datasets, "
        f"true value {summary.truth:.2f}: {_first_of(value.n_clusters)}"
    )
    return Square(signed(value.value), value.value / reach, detail=detail)


def _coverage(summary: Summary) -> Square:
    if summary.coverage is None:
        return Square("–", detail=summary.error)
    share, n = summary.coverage.value, summary.coverage.n_clusters
    detail = f"{round(share * n)} of {n} intervals contain the true value: {_first_of(n)}"
    return Square(
        f"{share:.0%}",
        (share - NOMINAL) / NOMINAL,
        detail=detail,
        strong=misses_too_often(summary),
    )


def _first_of(datasets: int) -> str:
    """Return the label of the link, which opens one dataset of those of a cell."""
    return f"open dataset 1 of {datasets} in Estimate"


def _reach(found: Sweep) -> float:
    """Return the end of the scale: the largest bias, rounded up."""
    biases = [
        abs(summary.bias.value)
        for name in found.grid.estimators
        for summary in found.summaries(name).values()
        if summary.bias
    ]
    return math.ceil(10 * max([*biases, 0.1])) / 10


def _link(state: FailureState, case: Case) -> str:
    """Return the address of a case in the estimate page; empty where that cannot show it."""
    seed = state.grid.seed_of(case, 0)
    try:
        query = estimate_state(case, seed, state.grid.estimators).to_query()
    except ValueError:
        return ""
    return address("estimate", query)


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
