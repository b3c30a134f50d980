"""Thin views of the maps: a sweep as heat maps, as words and as files."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

from mist_explore.evaluation import AXES, Case, Summary, Sweep
from mist_explore.explorer.downloads import download_html
from mist_explore.explorer.failure.compute import estimate_state
from mist_explore.explorer.failure.heat_map import Square, heat_map_html, scale_html
from mist_explore.explorer.failure.notice import NOMINAL, misses_too_often, notice
from mist_explore.explorer.failure.state import FailureState
from mist_explore.explorer.failure.words import listed, signed, value_text
from mist_explore.explorer.pages import address
from mist_explore.plots import mark_of

__all__ = ["download", "maps_html", "notice_html", "spoken"]

Draw = Callable[[Summary], Square]


def maps_html(state: FailureState, found: Sweep) -> str:
    """A map of the bias of each estimator, and one of the coverage where there are intervals."""
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


def notice_html(state: FailureState, found: Sweep) -> str:
    """The sentences on what to notice."""
    sentences = "".join(f"<span>{escape(each)}</span>" for each in notice(state, found))
    return f'<p class="mist-notice">{sentences}</p>'


def spoken(state: FailureState, found: Sweep) -> str:
    """What the maps show, in words, for those who do not see them."""
    names = listed([mark_of(name).short for name in state.grid.estimators])
    text = (
        f"Tables of the bias and of the coverage of {names}, for {len(state.grid.cases)} cases: "
        f"{AXES[state.across]} differs between columns, {AXES[state.down]} between rows. "
        f"{' '.join(notice(state, found))}"
    )
    return f'<p class="mist-spoken">{escape(text)}</p>'


def download(found: Sweep) -> str:
    """Every estimate as a file."""
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
        f"true value {summary.truth:.2f}: open it in Estimate"
    )
    return Square(signed(value.value), value.value / reach, detail=detail)


def _coverage(summary: Summary) -> Square:
    if summary.coverage is None:
        return Square("–", detail=summary.error)
    share, n = summary.coverage.value, summary.coverage.n_clusters
    detail = f"{round(share * n)} of {n} intervals hold the true value: open it in Estimate"
    return Square(
        f"{share:.0%}",
        (share - NOMINAL) / NOMINAL,
        detail=detail,
        strong=misses_too_often(summary),
    )


def _reach(found: Sweep) -> float:
    """The end of the scale: the largest bias, rounded up."""
    biases = [
        abs(summary.bias.value)
        for name in found.grid.estimators
        for summary in found.summaries(name).values()
        if summary.bias
    ]
    return math.ceil(10 * max([*biases, 0.1])) / 10


def _link(state: FailureState, case: Case) -> str:
    """The address of a case in the estimate page; empty where there is no such distribution."""
    seed = state.grid.seed_of(case, 0)
    try:
        query = estimate_state(case, seed, state.grid.estimators).to_query()
    except ValueError:
        return ""
    return address("estimate", query)
