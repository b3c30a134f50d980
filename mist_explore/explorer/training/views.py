"""From a run, or from critics, to figures and words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

from mist_explore.explorer.numbers import number_html
from mist_explore.explorer.training.critics import Critics
from mist_explore.explorer.training.notice import critics_notice, notice
from mist_explore.explorer.training.standing import Course
from mist_explore.plots import mark_of, shown
from mist_explore.plots.critics import plot_critics
from mist_explore.plots.training import (
    YOURS,
    plot_coverages,
    plot_errors,
    plot_losses,
    plot_predictions,
)

__all__ = [
    "critics_figure",
    "critics_notice_html",
    "figures",
    "notice_html",
    "numbers_html",
    "spoken",
]


def figures(course: Course) -> tuple[go.Figure, go.Figure, go.Figure, go.Figure]:
    """Predictions, errors, losses and coverages of a run."""
    answers, looks, total = course.answers, course.looks, course.total
    steps = [look.step for look in looks]
    measured = [(look.step, look.loss) for look in looks if look.loss is not None]
    return (
        plot_predictions(answers.truth, answers.median, answers.low, answers.high),
        plot_errors(steps, [look.error for look in looks], course.references, total),
        plot_losses(*_columns(course.losses), *_columns(measured), total),
        plot_coverages(steps, [look.coverage for look in looks], len(answers.truth), total),
    )


def numbers_html(course: Course) -> str:
    """How far off the network and the other estimators are."""
    last = course.looks[-1]
    own = f"nats off on average; 90% intervals hold {last.coverage:.0%}"
    cells = [number_html(YOURS.role, "Your network", shown(last.error), own)]
    for name, error in course.references.items():
        mark = mark_of(name)
        cells.append(number_html(mark.role, mark.short, shown(error), "nats off on average"))
    return f'<div class="mist-numbers mist-many">{"".join(cells)}</div>'


def notice_html(course: Course) -> str:
    """The sentence on what to notice."""
    return f'<p class="mist-notice">{escape(notice(course))}</p>'


def spoken(course: Course) -> str:
    """What the figures show, in words, for those who do not see them."""
    first, last = course.looks[0], course.looks[-1]
    text = (
        f"Four figures after step {last.step} of {course.total}. Predictions of the network for "
        f"{len(course.answers.truth)} held-out datasets against the true mutual information: the "
        f"error went from {shown(first.error)} to {shown(last.error)} nats, and the share of 90% "
        f"intervals that hold the truth from {first.coverage:.0%} to {last.coverage:.0%}."
    )
    return f'<p class="mist-spoken">{escape(text)}</p>'


def critics_figure(critics: Critics) -> go.Figure:
    """The curves of all critics."""
    return plot_critics(critics.curves, critics.truth, critics.ceilings, critics.total)


def critics_notice_html(critics: Critics) -> str:
    """The sentence on what to notice about the critics."""
    return f'<p class="mist-notice">{escape(critics_notice(critics))}</p>'


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    steps, values = zip(*points, strict=True) if points else ((), ())
    return list(steps), list(values)
