"""Heat maps of a sweep, and the datasets behind one cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from html import escape

from mist_explore.evaluation import AXES, Case, Summary, Sweep
from mist_explore.explorer.failure_modes.compute import estimate_state
from mist_explore.explorer.failure_modes.heat_map import Square, heat_map_html, scale_html
from mist_explore.explorer.failure_modes.settings import FailureState
from mist_explore.explorer.failure_modes.views import NOMINAL, misses_too_often
from mist_explore.explorer.failure_modes.words import case_text, signed, value_text
from mist_explore.explorer.html import caption_html, listed
from mist_explore.explorer.pages import address
from mist_explore.plots import mark_of

__all__ = ["bias_html", "cell_html", "chosen_case", "coverage_html"]

NOISE = 2.0
"""Standard errors up to which a bias may be chance: its cell has no colour."""

Draw = Callable[[Summary], Square]


def bias_html(state: FailureState, found: Sweep) -> str:
    """Return a map of the bias of each estimator, with its scale."""
    reach, chosen = _reach(found), chosen_case(state, found)
    draw = partial(_bias, reach=reach)
    maps = "".join(
        _map(state, _bias_title(name, cases := found.summaries(name)), cases, chosen, draw)
        for name in state.grid.estimators
    )
    values = (-reach, -reach / 4, 0.0, reach / 4, reach)
    swatches = [Square(signed(value), _colour(value, reach)) for value in values]
    words = "A grey number may be chance (two standard errors)."
    return f'<div class="mist-maps">{maps}</div>{scale_html("Bias in nats:", swatches, words)}'


def coverage_html(state: FailureState, found: Sweep) -> str:
    """Return a map of the coverage of each estimator with intervals, with its scale."""
    chosen = chosen_case(state, found)
    maps, silent = [], []
    for name in state.grid.estimators:
        cases, label = found.summaries(name), mark_of(name).short
        if any(summary.coverage for summary in cases.values()):
            maps.append(_map(state, f"{label}: 90% interval covers", cases, chosen, _coverage))
        elif cases:
            silent.append(label)
    parts = []
    if maps:
        shares = (0.0, NOMINAL / 2, NOMINAL, 1.0)
        swatches = [Square(f"{share:.0%}", (share - NOMINAL) / NOMINAL) for share in shares]
        title = "Share of 90% intervals that contain the true value:"
        words = "A bold number is too low, beyond chance."
        parts = [
            f'<div class="mist-maps">{"".join(maps)}</div>',
            scale_html(title, swatches, words),
        ]
    if silent:
        gives = "gives" if len(silent) == 1 else "give"
        words = f"{listed(silent)} {gives} one value without an interval: no coverage to map."
        parts.append(caption_html(escape(words)))
    return "".join(parts)


def chosen_case(state: FailureState, found: Sweep) -> Case | None:
    """Return the case that is shown in full: the chosen one, or the one of most bias."""
    if (place := state.chosen) is not None:
        return _places(state)[place]
    biases = [
        (abs(summary.bias.value), case)
        for name in state.grid.estimators
        for case, summary in found.summaries(name).items()
        if summary.bias
    ]
    return max(biases, key=lambda pair: pair[0])[1] if biases else None


def cell_html(state: FailureState, found: Sweep) -> str:
    """Return the errors of each estimator on each dataset of one case, with links to them."""
    case = chosen_case(state, found)
    trials = {(t.estimator, t.replicate): t for t in found.trials if t.case == case}
    if case is None or not trials:
        return ""
    count = 1 + max(replicate for _, replicate in trials)
    errors = [
        abs(trial.median - trial.truth)
        for trial in trials.values()
        if trial.median is not None and trial.truth is not None
    ]
    reach = max([*errors, 0.1])
    links = [_estimate_link(state, case, replicate) for replicate in range(count)]

    def square(name: str, replicate: int) -> Square:
        trial = trials.get((name, replicate))
        if trial is None or trial.median is None or trial.truth is None:
            return Square("–", detail=trial.error if trial else "not tried yet")
        error = trial.median - trial.truth
        interval, misses = "", False
        if trial.low is not None and trial.high is not None:
            misses = not trial.low <= trial.truth <= trial.high
            interval = f", 90% interval {trial.low:.2f} to {trial.high:.2f}"
        detail = (
            f"dataset {replicate + 1} of {count}: {trial.median:.2f}{interval}, true value "
            f"{trial.truth:.2f}; opens it in Estimate"
        )
        colour = _colour(error, reach)
        return Square(signed(error), colour, links[replicate], detail=detail, strong=misses)

    names = state.grid.estimators
    table = heat_map_html(
        "Estimate minus true value, in nats",
        ("dataset", [f"{number} of {count}" for number in range(1, count + 1)]),
        ("estimator", [mark_of(name).short for name in names]),
        [[square(name, replicate) for replicate in range(count)] for name in names],
    )
    place = case_text(case, (state.down, state.across))
    heading = f'<h3 class="mist-part">The {count} datasets of one cell: {escape(place)}</h3>'
    return f"{heading}{table}" + caption_html(
        "A bold error is one whose 90% interval misses the true value. Click a cell of a map for "
        "its datasets, and a dataset to open it in Estimate."
    )


def _map(
    state: FailureState,
    title: str,
    cases: Mapping[Case, Summary],
    chosen: Case | None,
    draw: Draw,
) -> str:
    across, down = state.along
    places = _places(state)

    def square(a: int, d: int) -> Square:
        summary, case = cases.get(places[a, d]), places[a, d]
        if summary is None:
            return Square(detail="not tried yet")
        if summary.bias is None:
            return Square("–", detail=summary.error)
        cell = f"{a + 1},{d + 1}"
        return replace(
            draw(summary),
            link=address("failure_modes", state.with_(cell=cell).to_query()),
            sets=f"cell={cell}",
            chosen=case == chosen,
        )

    return heat_map_html(
        title,
        (AXES[state.across], [value_text(state.across, value) for value in across]),
        (AXES[state.down], [value_text(state.down, value) for value in down]),
        [[square(a, d) for a in range(len(across))] for d in range(len(down))],
    )


def _places(state: FailureState) -> dict[tuple[int, int], Case]:
    across, down = state.along
    return {
        (across.index(getattr(case, state.across)), down.index(getattr(case, state.down))): case
        for case in state.grid.cases
    }


def _bias_title(name: str, cases: Mapping[Case, Summary]) -> str:
    biases = [summary.bias.value for summary in cases.values() if summary.bias]
    worst = f", at worst {signed(max(biases, key=abs))}" if biases else ""
    return f"{mark_of(name).short}: bias{worst}"


def _bias(summary: Summary, reach: float) -> Square:
    if summary.bias is None:
        return Square()
    value = summary.bias
    error = "" if math.isnan(value.standard_error) else f" ± {value.standard_error:.2f}"
    detail = (
        f"bias {signed(value.value)}{error} nats over {value.n_clusters} datasets, "
        f"true value {summary.truth:.2f}: shows its datasets"
    )
    chance = abs(value.value) <= NOISE * value.standard_error
    colour = 0.0 if chance else _colour(value.value, reach)
    return Square(signed(value.value), colour, detail=detail, faint=chance)


def _coverage(summary: Summary) -> Square:
    if summary.coverage is None:
        return Square("–", detail=summary.error)
    share, n = summary.coverage.value, summary.coverage.n_clusters
    detail = f"{round(share * n)} of {n} intervals contain the true value: shows its datasets"
    return Square(
        f"{share:.0%}",
        (share - NOMINAL) / NOMINAL,
        detail=detail,
        strong=misses_too_often(summary),
    )


def _colour(value: float, reach: float) -> float:
    """Return the place of a value on the scale, by its root, so that small ones are seen."""
    return math.copysign(math.sqrt(min(abs(value) / reach, 1.0)), value)


def _reach(found: Sweep) -> float:
    """Return the end of the scale: the largest bias, rounded up."""
    biases = [
        abs(summary.bias.value)
        for name in found.grid.estimators
        for summary in found.summaries(name).values()
        if summary.bias
    ]
    return math.ceil(10 * max([*biases, 0.1])) / 10


def _estimate_link(state: FailureState, case: Case, replicate: int) -> str:
    """Return the address of a dataset in the estimate page; empty where that cannot show it."""
    seeds = [state.grid.seed_of(case, one) for one in range(state.grid.replicates)]
    try:
        query = estimate_state(case, seeds[replicate], state.grid.estimators, seeds).to_query()
    except ValueError:
        return ""
    return address("estimate", query)
