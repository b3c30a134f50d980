"""Figures and words of the training page, computed from a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.html import caption_html, listed, number_html, number_row_html
from mist_explore.explorer.train.compute import KEPT, Course
from mist_explore.explorer.train.settings import TrainingState, weights
from mist_explore.explorer.verdict import share_words
from mist_explore.plots import mark_of, shown
from mist_explore.plots.predictions import plot_predictions
from mist_explore.plots.training import (
    YOURS,
    chance_band,
    plot_coverages,
    plot_errors,
    plot_losses,
)

__all__ = ["alt_text", "captions", "figures", "insight", "numbers_html", "recipe_words"]

LEVEL = 0.9
LATE = 0.75
"""The share of the steps after which a training should have settled."""

SETTLED = 0.05
"""The relative fall of the error in the late steps, below which more steps would help little."""


def figures(course: Course) -> tuple[go.Figure, go.Figure, go.Figure, go.Figure]:
    """Return predictions, errors, losses and coverages of a run."""
    results, measurements, total = course.results, course.measurements, course.total
    steps = [one.step for one in measurements]
    measured = [(one.step, one.loss) for one in measurements if one.loss is not None]
    return (
        plot_predictions(*(results[name] for name in KEPT)),
        plot_errors(steps, [one.error for one in measurements], course.references, total),
        plot_losses(*_columns(course.losses), *_columns(measured), total),
        plot_coverages(steps, [one.coverage for one in measurements], len(results), total),
    )


def numbers_html(course: Course) -> str:
    """Return the network and its data in words, and its errors beside other estimators."""
    last = course.measurements[-1]
    unit = "nats off on average"
    cells = [number_html(YOURS.role, "This network", shown(last.error), unit)]
    for name, error in course.references.items():
        mark = mark_of(name)
        cells.append(number_html(mark.role, mark.short, shown(error), unit))
    return caption_html(escape(recipe_words(course.state))) + number_row_html(cells)


def recipe_words(state: TrainingState) -> str:
    """Return the network, its data and its steps, in words."""
    recipe = state.recipe
    kinds = _counted(len(state.families), "family", "families") + " of distributions"
    if state.transforms != ("base",):
        kinds += f" with {_counted(len(state.transforms), 'transform')}"
    return (
        f"A network of {weights()[state.size]:,} weights learns from {kinds}, in datasets of "
        f"{_span(state.n_samples, 'row')} and {_span(state.dims, 'column')} each of X and Y. Each "
        f"of its {state.steps:,} steps shows it up to {recipe.batches * recipe.batch_size} new "
        "datasets."
    )


def insight(course: Course) -> tuple[str, ...]:
    """Return the error beside those of other estimators, the coverage, and whether they suffice."""
    last = course.measurements[-1]
    lead = f"After {last.step:,} steps the network" if last.step else _BEFORE
    compared = (
        f"{lead} is off by {shown(last.error)} nats on average on distributions that it never saw, "
        f"{_place(course)}."
    )
    if not last.step:
        return (compared,)
    verdict = f"{_good_enough(course)}{_about_steps(course)}"
    return f"{compared} {_about_intervals(course)}", verdict


_BEFORE = "Before the first step the network only averages simple formulas: it"


def captions(course: Course) -> Mapping[str, str]:
    """Return a sentence or two on each figure, by its title."""
    results, n = course.results, len(course.results)
    bias = float((results["median"] - results["truth"]).mean())
    side = "above" if bias > 0 else "below"
    place = f"{shown(abs(bias))} nats {side} it" if shown(abs(bias)) != "0" else "on it"
    first, last = course.measurements[0], course.measurements[-1]
    low, high = chance_band(LEVEL, n)
    return {
        "Predictions": f"Each point is one of {n} held-out datasets, and exact on the diagonal. On "
        f"average they lie {place}.",
        "Error": _about_errors(course),
        "Loss": "The error of all predicted quantiles at once, which the training lowers. "
        f"{_about_losses(course)}",
        "Coverage": f"{first.coverage:.0%} of the 90% intervals contained the true value at first, "
        f"{last.coverage:.0%} do now. The grey band, {low:.0%} to {high:.0%}, is chance for {n} "
        "datasets.",
    }


def alt_text(course: Course) -> str:
    """Return a description of the figures for screen readers."""
    words = (f"{title}: {sentence}" for title, sentence in captions(course).items())
    return f"Four figures after step {course.step:,} of {course.total:,}. {' '.join(words)}"


def _place(course: Course) -> str:
    """Return the other estimators: those with a larger error, an equal one, and a smaller one."""
    error = course.measurements[-1].error
    groups: dict[str, list[str]] = {"less than": [], "about as much as": [], "more than": []}
    for name, other in sorted(course.references.items(), key=lambda item: item[1]):
        side = "less than" if error < other else "more than"
        if abs(error - other) <= _chance(course):
            side = "about as much as"
        groups[side].append(f"{mark_of(name).short} ({shown(other)})")
    parts = [f"{side} {listed(names)}" for side, names in groups.items() if names]
    return ", ".join(parts) or "with nothing to compare it with"


def _chance(course: Course) -> float:
    """Return two standard errors of the error of the network."""
    errors = (course.results["median"] - course.results["truth"]).abs()
    return 2 * float(errors.std(ddof=0)) / math.sqrt(len(errors))


def _coverage(course: Course) -> str:
    return share_words(course.measurements[-1].coverage, len(course.results), LEVEL)


def _about_intervals(course: Course) -> str:
    return (
        f"Its 90% intervals contain the true value in {course.measurements[-1].coverage:.0%} of "
        f"{len(course.results)} held-out datasets: {_coverage(course)}."
    )


def _good_enough(course: Course) -> str:
    """Return whether the network can be used on such data: no worse than the shipped one."""
    error, shipped = course.measurements[-1].error, course.references.get(LEARNED, math.nan)
    other = f"the shipped {mark_of(LEARNED).short}"
    faults = []
    if error - shipped > _chance(course):
        faults.append(f"it errs by more than {other}")
    if _coverage(course) == "too narrow":
        faults.append("its intervals are too narrow")
    if faults:
        return f"That is not good enough yet: {' and '.join(faults)}."
    if math.isnan(shipped):
        return "That is good enough for data of these kinds."
    compared = "errs by less than" if shipped - error > _chance(course) else "is as good as"
    return f"That is good enough for data of these kinds: it {compared} {other}."


def _about_steps(course: Course) -> str:
    """Return whether more steps would help, from the fall of the error in the late ones."""
    late = [one.error for one in course.measurements if one.step >= LATE * course.total]
    if course.step < course.total or len(late) < 2:  # the rate of learning falls until the end
        return ""
    fall = late[0] - late[-1]
    rest = "help little" if fall < SETTLED * late[0] else "help"
    words = f"fell by {shown(fall)} nats" if fall > 0 else "did not fall"
    return f" In the last quarter of the steps the error {words}: more steps would {rest}."


def _about_errors(course: Course) -> str:
    first, last = course.measurements[0], course.measurements[-1]
    if not last.step:
        return f"It begins at {shown(first.error)} nats; the level lines are other estimators."
    steps: dict[int, list[str]] = {}
    for name, error in course.references.items():
        if (since := _below_since(course, error)) is not None:
            steps.setdefault(since, []).append(mark_of(name).short)
    passed = [f"{listed(names)} since step {step:,}" for step, names in sorted(steps.items())]
    ends = shown(first.error), shown(last.error)
    moved = f"{'fell' if last.error < first.error else 'rose'} from {ends[0]} to {ends[1]} nats"
    if ends[0] == ends[1]:
        moved = f"is still {ends[0]} nats"
    where = "is below no level line"
    if passed:
        where = f"has been below the line of {', and of '.join(passed)}"
    return f"It {moved}, and {where}."


def _below_since(course: Course, error: float) -> int | None:
    """Return the step from which on the network errs by less; None where it errs by more."""
    since = None
    for one in reversed(course.measurements):
        if one.error >= error:
            break
        since = one.step
    return since


def _about_losses(course: Course) -> str:
    measured = [(one.step, one.loss) for one in course.measurements if one.loss is not None]
    since = LATE * course.measurements[-1].step
    train, held_out = (_late(points, since) for points in (course.losses, measured))
    if train is None or held_out is None:
        return "It is not measured yet."
    return (
        f"Late in the run it is {shown(train)} in training and {shown(held_out)} on held-out "
        "distributions; a network that memorised its data would be far worse on those."
    )


def _late(points: Sequence[tuple[int, float]], since: float) -> float | None:
    late = [value for step, value in points if step >= since]
    return float(np.mean(late)) if late else None


def _counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    Example:
        >>> _counted(1, "row"), _counted(2, "family", "families")
        ('1 row', '2 families')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _span(ends: tuple[int, int], noun: str) -> str:
    """Return a range with its noun.

    Example:
        >>> _span((1, 1), "column"), _span((20, 200), "row")
        ('1 column', '20 to 200 rows')
    """
    low, high = ends
    return _counted(high, noun) if low == high else f"{low:,} to {_counted(high, noun)}"


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    steps, values = zip(*points, strict=True) if points else ((), ())
    return list(steps), list(values)
