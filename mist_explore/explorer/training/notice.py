"""What to notice on the training page: sentences worked out from the numbers of a run."""

from __future__ import annotations

import math

import numpy as np

from mist_explore.explorer.training.critics import Critics
from mist_explore.explorer.training.standing import Course
from mist_explore.plots import mark_of, shown

__all__ = ["critics_notice", "notice", "wander"]

LATE = 0.5
"""The share of a critic's steps after which its curve should stand still."""


def notice(course: Course) -> str:
    """Comparison of the network on held-out distributions, and coverage of its intervals."""
    error = course.looks[-1].error
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


def critics_notice(critics: Critics) -> str:
    """Whether the ceiling binds, and which curve wanders most."""
    truth = shown(critics.truth)
    parts = []
    for name, ceiling in critics.ceilings.items():
        binds = "below the true value" if ceiling < critics.truth else "above the true value"
        parts.append(
            f"{mark_of(name).short} can never say more than ln {critics.state.batch} = "
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
    return " ".join(parts)


def wander(curve: tuple[tuple[float, float, float], ...]) -> float:
    """The standard deviation in nats of a critic's values on its batches, late in the training.

    Example:
        >>> wander(((1, 0.0, 0.0), (2, 3.0, 0.0), (3, 1.0, 0.0), (4, 2.0, 0.0)))
        0.5
    """
    values = np.array([training for _, training, _ in curve])
    return float(np.std(values[math.ceil(LATE * len(values)) :]))


def _place(course: Course) -> str:
    """The other estimators, those that it beats first."""
    error = course.looks[-1].error
    groups: dict[str, list[str]] = {"less than": [], "more than": []}
    for name, other in sorted(course.references.items(), key=lambda item: item[1]):
        side = "less than" if error < other else "more than"
        groups[side].append(f"{mark_of(name).short} ({shown(other)})")
    said = [f"{side} {_listed(names)}" for side, names in groups.items() if names]
    return " and ".join(said) or "with nothing to compare it with"


def _about_intervals(course: Course) -> str:
    share, n = course.looks[-1].coverage, len(course.answers.truth)
    chance = 2 * math.sqrt(0.9 * 0.1 / n)
    if abs(share - 0.9) <= chance:
        verdict = "as many as they should, up to chance"
    else:
        verdict = "they are too wide" if share > 0.9 else "they are still too narrow"
    return f"Its 90% intervals hold the truth in {share:.0%} of {n} held-out datasets: {verdict}."


def _why(name: str) -> str:
    if name in {"mine", "nwj", "smile"}:
        return "its average of exponentials rests on the few pairs with the largest scores"
    return "each batch is another few rows"


def _listed(names: list[str]) -> str:
    """Names as a sentence lists them.

    Example:
        >>> _listed(["a", "b", "c"])
        'a, b and c'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[:-1] else names)
