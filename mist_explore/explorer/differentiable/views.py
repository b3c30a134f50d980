"""Figures and words of the gradient page."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from mist_explore.explorer.differentiable.compute import STEPS, Climb, Field, Selection
from mist_explore.explorer.verdict import Verdict
from mist_explore.plots import (
    plot_accuracy,
    plot_gradient_ascent,
    plot_gradient_field,
    plot_sample,
    plot_scores,
    shown,
)

__all__ = [
    "alt_text",
    "climb_figures",
    "climb_insight",
    "field_figure",
    "field_insight",
    "selection_figures",
    "selection_insight",
]


def field_figure(found: Field) -> go.Figure:
    """Return the points with their arrows."""
    return plot_gradient_field(found.sample, found.by_x, found.by_y)


def climb_figures(found: Climb) -> tuple[go.Figure, go.Figure]:
    """Return the projected rows, and the curve of the estimate under the true maximum."""
    scatter = plot_sample(found.projected, label_x="projection of X", label_y="Y", height=400)
    curve = plot_gradient_ascent(
        found.estimates,
        found.unseen,
        found.truth,
        steps=STEPS,
        at_best=float(np.mean(found.at_best)),
        provenance=found.provenance,
    )
    return scatter, curve


def selection_figures(found: Selection, kept: int) -> tuple[go.Figure, go.Figure]:
    """Return the scores of the features, and the accuracy against their number."""
    return plot_scores(found.names, found.scores, kept), plot_accuracy(found.accuracy, kept)


def field_insight(found: Field) -> str:
    """Return a sentence on the change in the last move, and its first-order prediction."""
    now = f"{found.information:.3f} nats"
    if found.before is None or found.expected is None:
        return (
            f"The estimate of these points is {now}; their distribution has {shown(found.truth)}. "
            "Arrows are long where a small move changes the estimate much; a point far from all "
            "others has hardly any, since moving it changes no rank."
        )
    change = found.information - found.before
    direction = "uphill" if found.state.moves > 0 else "downhill"
    return (
        f"After {abs(found.state.moves)} {'step' if abs(found.state.moves) == 1 else 'steps'} "
        f"{direction} the estimate is {now}. The last step changed it by {change:+.3f}; the "
        f"gradient alone predicted {found.expected:+.3f}. The distribution of the original points "
        f"has {shown(found.truth)} nats: the moved points are no longer a sample from it."
    )


def climb_insight(found: Climb) -> str:
    """Return sentences on the estimates, on the truth above them, and on the direction."""
    done = len(found.estimates) - 1
    where = f"After {done} of {STEPS} steps" if done < STEPS else "At the end"
    words = (
        f"{where} the estimate of the projection is {shown(found.estimates[-1])} nats, on held-out "
        f"rows {shown(found.unseen[-1])}. {_excess(found)}"
    )
    cosine = f"cosine {found.alignment:.2f}"
    if found.alignment > 0.95:
        return f"{words} Its direction is almost the best one ({cosine})."
    if done < STEPS:
        return f"{words} Its direction is on the way to the best one ({cosine})."
    return f"{words} It misses the best direction ({cosine}): {_why_missed(found)}."


def _excess(found: Climb) -> str:
    """Return why estimates lie above the truth, which no projection exceeds, where they do."""
    truth, chance = shown(found.truth), f"±{shown(found.sampling_error)}"
    highest = max(found.estimates[-1], found.unseen[-1])
    verdict = Verdict(highest, found.truth, found.sampling_error)
    if verdict.kind == "right" or verdict.error < 0:
        return f"No projection can have more than the {truth} of X itself."
    best = float(np.mean(found.at_best))
    bias = Verdict(best, found.truth, found.sampling_error / math.sqrt(len(found.at_best)))
    if bias.kind == "off" and bias.error > 0:
        why = (
            "the smooth network overestimates here, since along the best direction itself it gives "
            f"{shown(best)}, {bias.gap}"
        )
    elif verdict.kind == "chance":
        why = f"the excess is within chance ({chance})"
    else:
        why = f"along the best direction it gives {shown(best)}, and the rest is fitted to the rows"
    return f"No projection can have more than the {truth} of X itself: {why}."


def _why_missed(found: Climb) -> str:
    """Return the reason from the estimate along the best direction on the same rows."""
    best = found.at_best[0]
    if best < 0.5 * found.truth:
        return (
            f"the smooth network hardly detects this kind of dependence, {shown(best)} along the "
            "best direction"
        )
    if found.estimates[-1] >= best:
        return f"on these rows the best direction looks no better, {shown(best)}"
    return f"the climb stopped short of it, though it has {shown(best)} on the same rows"


def selection_insight(found: Selection, kept: int) -> str:
    """Return a sentence on the accuracy with the chosen, random and all features."""
    by_information, by_f, by_chance = (values[kept - 1] for values in found.accuracy.values())
    everything = next(iter(found.accuracy.values()))[-1]
    best = ", ".join(found.names[i] for i in (-found.scores).argsort(kind="stable")[:kept][:4])
    more = ", ..." if kept > 4 else ""
    features = "feature" if kept == 1 else "features"
    return (
        f"With the {kept} best {features} by mutual information ({best}{more}) the classifier is "
        f"right in {by_information:.0%} of the held-out rows; with as many by the F-test in "
        f"{by_f:.0%}, by chance in {by_chance:.0%}, with all {len(found.names)} in "
        f"{everything:.0%}."
    )


def alt_text(found: Field) -> str:
    """Return a description of the arrows for screen readers."""
    return (
        f"Scatter of {found.sample.n_samples} points with the gradient of the estimate as arrows. "
        f"Estimate {shown(found.information)} nats. True mutual information of the distribution "
        f"{shown(found.truth)} nats, {found.provenance}."
    )
