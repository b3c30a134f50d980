"""Heat maps of a sweep, the datasets behind one cell, and sentences on both."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

from mist_explore.distributions import FAMILIES
from mist_explore.evaluation import AXES, Case, Summary, Sweep
from mist_explore.evaluation.trial import LEVEL
from mist_explore.explorer.failure_modes.compute import estimate_link
from mist_explore.explorer.failure_modes.settings import FailureState
from mist_explore.explorer.heat_map import Square, heat_map_html, scale_html
from mist_explore.explorer.html import caption_html, listed, progress_html
from mist_explore.explorer.pages import address
from mist_explore.plots import mark_of
from mist_explore.progress import Progress

__all__ = [
    "alt_text",
    "bias_html",
    "case_text",
    "cell_html",
    "chosen_case",
    "coverage_html",
    "insights",
    "signed",
    "status_html",
]

NOISE = 2.0
"""Standard errors up to which a bias may be chance: its cell has no colour."""
OFF = 0.1
"""Nats of bias that the sentences count, and the least end of the scale."""

Draw = Callable[[Summary], Square]


# Maps


def bias_html(state: FailureState, found: Sweep) -> str:
    """Return a map of the bias of each estimator, with its scale."""
    largest, chosen = found.largest_bias, chosen_case(state, found)
    reach = math.ceil(10 * max(abs(largest[2]) if largest else 0.0, OFF)) / 10
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
        swatches = [Square(f"{share:.0%}", _lack(share)) for share in (0.0, LEVEL / 2, LEVEL, 1.0)]
        title = "Share of 90% intervals that contain the true value:"
        scale = scale_html(title, swatches, "A bold number is too low, beyond chance.")
        parts = [f'<div class="mist-maps">{"".join(maps)}</div>', scale]
    if silent:
        gives = "gives" if len(silent) == 1 else "give"
        words = f"{listed(silent)} {gives} one value without an interval: no coverage to map."
        parts.append(caption_html(escape(words)))
    return "".join(parts)


def chosen_case(state: FailureState, found: Sweep) -> Case | None:
    """Return the case that is shown in full: the chosen one, or the one of most bias."""
    if (place := state.chosen) is not None:
        return _places(state)[place]
    largest = found.largest_bias
    return largest[1] if largest else None


def cell_html(state: FailureState, found: Sweep) -> str:
    """Return the errors of each estimator on each dataset of one case, with links to them."""
    case = chosen_case(state, found)
    trials = {(t.estimator, t.replicate): t for t in found.trials if t.case == case}
    if case is None or not trials:
        return ""
    count = 1 + max(replicate for _, replicate in trials)
    reach = max([OFF, *(abs(one.deviation or 0.0) for one in trials.values())])
    seeds = [state.grid.seed_of(case, one) for one in range(state.grid.replicates)]
    links = [estimate_link(case, seed, state.grid.estimators, seeds) for seed in seeds]

    def square(name: str, replicate: int) -> Square:
        trial = trials.get((name, replicate))
        if trial is None or trial.deviation is None:
            return Square("–", detail=trial.error if trial else "not tried yet")
        error, misses = trial.deviation, trial.hit is False
        interval = ""
        if trial.hit is not None:
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
        (AXES[state.across], [_value_text(value) for value in across]),
        (AXES[state.down], [_value_text(value) for value in down]),
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
    return Square(f"{share:.0%}", _lack(share), detail=detail, strong=summary.misses_too_often)


def _colour(value: float, reach: float) -> float:
    """Return the place of a value on the scale, by its root, so that small ones are seen."""
    return math.copysign(math.sqrt(min(abs(value) / reach, 1.0)), value)


def _lack(share: float) -> float:
    """Return the place of a coverage on the scale."""
    return (share - LEVEL) / LEVEL


# Sentences


def alt_text(state: FailureState, found: Sweep) -> str:
    """Return a description of the maps for screen readers."""
    names = listed([mark_of(name).short for name in state.grid.estimators])
    return (
        f"Tables of the bias and of the coverage of {names}, for {len(state.grid.cases)} cases: "
        f"{AXES[state.across]} differs between columns, {AXES[state.down]} between rows. "
        f"{' '.join(insights(state, found))}"
    )


def insights(state: FailureState, found: Sweep) -> tuple[str, ...]:
    """Return sentences on the largest bias, on how often a bias counts, and on the intervals."""
    if (largest := found.largest_bias) is None:
        return ("No case is computed yet.",)
    name, case, bias = largest
    first = (
        f"{mark_of(name).short} has the largest bias: on average it is {abs(bias):.2f} nats "
        f"{'too low' if bias < 0 else 'too high'} at {case_text(case, (state.down, state.across))}."
    )
    summaries = {name: found.summaries(name).values() for name in state.grid.estimators}
    biases = {k: [abs(one.bias.value) for one in v if one.bias] for k, v in summaries.items()}
    covered = {k: [one for one in v if one.coverage] for k, v in summaries.items()}
    missing = [_missing({k: v for k, v in covered.items() if v})] if any(covered.values()) else []
    return (first, _often({k: v for k, v in biases.items() if v}), *missing)


def _often(biases: Mapping[str, Collection[float]]) -> str:
    off = {name: sum(bias > OFF for bias in known) for name, known in biases.items()}
    worst_first = {name: off[name] for name in sorted(off, key=off.__getitem__, reverse=True)}
    return f"Off by more than {OFF:g} nats: {_in_cases(worst_first, biases)}."


def _missing(covered: Mapping[str, Collection[Summary]]) -> str:
    missing = {name: sum(one.misses_too_often for one in v) for name, v in covered.items()}
    words = f"90% intervals that miss too often: {_in_cases(missing, covered)}"
    if not any(missing.values()):
        return f"{words}."
    chance = max(sum(one.false_alarm for one in cases) for cases in covered.values())
    return f"{words}; chance alone gives about {chance:.0f}."


def _in_cases(counts: Mapping[str, int], cases: Mapping[str, Collection[Any]]) -> str:
    """Return in how many cases something holds for each estimator, in words."""
    parts, before = [], 0
    for name, count in counts.items():
        of = f" of {len(cases[name])} cases" if len(cases[name]) != before else ""
        before = len(cases[name])
        parts.append(f"{mark_of(name).short} in {count or 'none'}{of}")
    return listed(parts)


def case_text(case: Case, axes: Iterable[str]) -> str:
    """Return the values of a case on some axes as text.

    Example:
        >>> case_text(Case("normal-dense", n_samples=300), ["n_samples", "df", "family"])
        'rows 300, degrees of freedom default and family Gaussian, all columns correlated'
    """
    values = ((AXES[axis].partition(" (")[0], getattr(case, axis)) for axis in axes)
    return listed([f"{label} {_value_text(value)}" for label, value in values])


def _value_text(value: str | float | None) -> str:
    if isinstance(value, str):
        return FAMILIES[value].label
    return "default" if value is None else f"{value:,g}"


def signed(value: float) -> str:
    """Return a number with its sign, or 0 where it rounds to that.

    Example:
        >>> signed(0.123), signed(-2.0), signed(-0.001)
        ('+0.12', '−2.00', '0')
    """
    text = f"{value:+.2f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def status_html(progress: Progress | None) -> str:
    """Return the status of a job that runs; empty at its end."""
    if progress is None:
        return ""
    return progress_html(f"{progress.step:,} of {progress.total:,} datasets", progress)
