"""Figure and words of the critics on the training page."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from mist_explore.explorer.train.critics.compute import Critics
from mist_explore.explorer.verdict import Verdict, furthest
from mist_explore.plots import mark_of, shown
from mist_explore.plots.critics import plot_critics

__all__ = ["critics_figure", "critics_insight", "wander"]

LATE = 0.5
"""The share of a critic's steps after which its curve should be level."""


def critics_figure(critics: Critics) -> go.Figure:
    """Return the curves of all critics."""
    return plot_critics(critics.curves, critics.truth, critics.ceilings, critics.total)


def critics_insight(critics: Critics) -> tuple[str, ...]:
    """Return sentences on rows and ceilings, on the curves that move, and on the worst critic."""
    truth, state = shown(critics.truth), critics.state
    rows = state.n_samples // 2
    batch = min(state.batch, rows)
    parts = [
        f"Each critic learns from {state.n_samples - rows:,} rows of one dataset, {batch} at a "
        f"time; the other {rows:,} rows are held out."
    ]
    for name, ceiling in critics.ceilings.items():
        binds = "below the true value" if ceiling < critics.truth else "above the true value"
        parts[0] += (
            f" {mark_of(name).short} can never exceed ln {batch} = {shown(ceiling)} nats, {binds}, "
            f"{truth}."
        )
    moves = {name: wander(curve) for name, curve in critics.curves.items() if len(curve) > 3}
    if moves:
        most, least = max(moves, key=moves.__getitem__), min(moves, key=moves.__getitem__)
        parts.append(
            f"In the second half of the steps {mark_of(most).short} still moves by "
            f"±{shown(moves[most])} nats from one measurement to the next, since {_why(most)}; "
            f"{mark_of(least).short} moves by ±{shown(moves[least])}."
        )
    last = {
        name: Verdict(max(curve[-1][2], 0.0), critics.truth, 0.0)
        for name, curve in critics.curves.items()
        if curve
    }
    if name := furthest(last):
        parts.append(
            f"On held-out rows {mark_of(name).short} is furthest off after {critics.step:,} steps: "
            f"at {shown(last[name].estimate)}, {last[name].gap}."
        )
    return tuple(parts)


def wander(curve: tuple[tuple[float, float, float], ...]) -> float:
    """Return the standard deviation of the values on batches late in the training, in nats.

    Example:
        >>> wander(((1, 0.0, 0.0), (2, 3.0, 0.0), (3, 1.0, 0.0), (4, 2.0, 0.0)))
        0.5
    """
    values = np.array([training for _, training, _ in curve])
    return float(np.std(values[math.ceil(LATE * len(values)) :]))


def _why(name: str) -> str:
    if name in {"mine", "nwj", "smile"}:
        return "its average of exponentials rests on the few pairs with the largest scores"
    return "each batch is another few rows"
