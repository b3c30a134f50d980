"""Figures and words of the training page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import plotly.graph_objects as go

from mist_explore.explorer.html import number_html
from mist_explore.explorer.training.critics import Critics
from mist_explore.explorer.training.snapshot import Course
from mist_explore.explorer.verdict import Verdict, coverage_words, furthest
from mist_explore.plots import mark_of, shown
from mist_explore.plots.critics import plot_critics
from mist_explore.plots.predictions import plot_predictions
from mist_explore.plots.training import (
    YOURS,
    plot_coverages,
    plot_errors,
    plot_losses,
)

__all__ = [
    "alt_text",
    "critics_figure",
    "critics_insight",
    "figures",
    "insight",
    "numbers_html",
    "wander",
]

LATE = 0.5
"""The share of a critic's steps after which its curve should be level."""


def figures(course: Course) -> tuple[go.Figure, go.Figure, go.Figure, go.Figure]:
    """Return predictions, errors, losses and coverages of a run."""
    answers, measurements, total = course.answers, course.measurements, course.total
    steps = [one.step for one in measurements]
    measured = [(one.step, one.loss) for one in measurements if one.loss is not None]
    return (
        plot_predictions(answers.truth, answers.median, answers.low, answers.high),
        plot_errors(steps, [one.error for one in measurements], course.references, total),
        plot_losses(*_columns(course.losses), *_columns(measured), total),
        plot_coverages(steps, [one.coverage for one in measurements], len(answers.truth), total),
    )


def numbers_html(course: Course) -> str:
    """Return the errors of the network and of the other estimators."""
    last = course.measurements[-1]
    unit = "nats off on average"
    cells = [number_html(YOURS.role, "Your network", shown(last.error), unit)]
    for name, error in course.references.items():
        mark = mark_of(name)
        cells.append(number_html(mark.role, mark.short, shown(error), unit))
    return f'<div class="mist-numbers mist-many">{"".join(cells)}</div>'


def insight(course: Course) -> str:
    """Return a sentence on the error beside those of other estimators, and on the coverage."""
    error = course.measurements[-1].error
    lead = (
        f"After {course.step:,} steps the network"
        if course.step
        else ("Before the first step the network is a mean of closed forms: it")
    )
    sentence = (
        f"{lead} is off by {shown(error)} nats on average on distributions that it never saw, "
        f"{_place(course)}."
    )
    return f"{sentence} {_about_intervals(course)}" if course.step else sentence


def alt_text(course: Course) -> str:
    """Return a description of the figures for screen readers."""
    first, last = course.measurements[0], course.measurements[-1]
    return (
        f"Four figures after step {last.step} of {course.total}. Predictions of the network for "
        f"{len(course.answers.truth)} held-out datasets against the true mutual information: the "
        f"error went from {shown(first.error)} to {shown(last.error)} nats, and the share of 90% "
        f"intervals that contain the true value from {first.coverage:.0%} to {last.coverage:.0%}."
    )


def critics_figure(critics: Critics) -> go.Figure:
    """Return the curves of all critics."""
    return plot_critics(critics.curves, critics.truth, critics.ceilings, critics.total)


def critics_insight(critics: Critics) -> str:
    """Return a sentence on the ceilings, and on the curves that vary most and least."""
    truth = shown(critics.truth)
    parts = []
    for name, ceiling in critics.ceilings.items():
        binds = "below the true value" if ceiling < critics.truth else "above the true value"
        parts.append(
            f"{mark_of(name).short} can never exceed ln {critics.state.batch} = "
            f"{shown(ceiling)} nats, {binds}, {truth}."
        )
    moves = {name: wander(curve) for name, curve in critics.curves.items() if len(curve) > 3}
    if moves:
        most, least = max(moves, key=moves.__getitem__), min(moves, key=moves.__getitem__)
        parts.append(
            f"In the second half of the steps {mark_of(most).short} still moves by "
            f"±{shown(moves[most])} nats from one measurement to the next, since {_why(most)}; "
            f"{mark_of(least).short} moves by ±{shown(moves[least])}."
        )
    return " ".join((*parts, *_furthest(critics)))


def _furthest(critics: Critics) -> Iterator[str]:
    """Yield a sentence on the critic that is furthest from the truth on held-out rows."""
    last = {
        name: Verdict(max(curve[-1][2], 0.0), critics.truth, 0.0)
        for name, curve in critics.curves.items()
        if curve
    }
    if name := furthest(last):
        yield (
            f"On held-out rows {mark_of(name).short} is furthest off after {critics.step:,} steps, "
            f"{shown(last[name].estimate)}, {last[name].gap}."
        )


def wander(curve: tuple[tuple[float, float, float], ...]) -> float:
    """Return the standard deviation of the values on batches late in the training, in nats.

    Example:
        >>> wander(((1, 0.0, 0.0), (2, 3.0, 0.0), (3, 1.0, 0.0), (4, 2.0, 0.0)))
        0.5
    """
    values = np.array([training for _, training, _ in curve])
    return float(np.std(values[math.ceil(LATE * len(values)) :]))


def _place(course: Course) -> str:
    """Return the other estimators: those with a larger error, an equal one, and a smaller one.

    Errors within two standard errors of that of the network count as equal.
    """
    answers, error = course.answers, course.measurements[-1].error
    errors = np.abs(answers.median - answers.truth)
    chance = 2 * float(errors.std()) / math.sqrt(len(errors))
    groups: dict[str, list[str]] = {"less than": [], "about as much as": [], "more than": []}
    for name, other in sorted(course.references.items(), key=lambda item: item[1]):
        side = "less than" if error < other else "more than"
        if abs(error - other) <= chance:
            side = "about as much as"
        groups[side].append(f"{mark_of(name).short} ({shown(other)})")
    parts = [f"{side} {_listed(names)}" for side, names in groups.items() if names]
    return ", ".join(parts) or "with nothing to compare it with"


def _about_intervals(course: Course) -> str:
    share, n = course.measurements[-1].coverage, len(course.answers.truth)
    hits = round(share * n)
    verdict = coverage_words([True] * hits + [False] * (n - hits), 0.9)
    return (
        f"Its 90% intervals contain the true value in {share:.0%} of {n} held-out datasets: "
        f"{verdict}."
    )


def _why(name: str) -> str:
    if name in {"mine", "nwj", "smile"}:
        return "its average of exponentials rests on the few pairs with the largest scores"
    return "each batch is another few rows"


def _listed(names: list[str]) -> str:
    """Return names as a list in a sentence.

    Example:
        >>> _listed(["a", "b", "c"])
        'a, b and c'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[:-1] else names)


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    steps, values = zip(*points, strict=True) if points else ((), ())
    return list(steps), list(values)
