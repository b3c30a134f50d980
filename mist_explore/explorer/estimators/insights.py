"""Computed sentences of the page on the inside of an estimator."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma

from mist_explore.estimators.learned import LEAST_WEIGHT
from mist_explore.explorer.estimators.compute import OTHERS, EstimatorsResult
from mist_explore.explorer.estimators.views import LEVEL, average_text
from mist_explore.explorer.html import interval_text
from mist_explore.explorer.verdict import Verdict
from mist_explore.plots import shown, signed

__all__ = ["alt_text", "correlations", "expected_count", "ksg_insight", "learned_insight"]

_CHANCE = {
    "right": "",
    "chance": ", so that this error is chance",
    "off": ", so that this error is a rare chance",
}
"""The cause of an error without a bias, by its kind."""


def ksg_insight(result: EstimatorsResult) -> str:
    """Return sentences on the strips of the point, the average, and its error."""
    return f"{_about_point(result)} {_about_average(result)}"


def learned_insight(result: EstimatorsResult) -> str:
    """Return sentences on the ranks, the base estimates and the interval."""
    estimate = result.learned
    base = estimate.explanation
    values = [one.value for one in base]
    heaviest = max(base, key=lambda one: one.weight)
    ranks, middle = correlations(result)
    low, high = estimate.interval(LEVEL)
    held = "contains" if low <= result.truth <= high else "misses"
    return (
        f"After the step to ranks X and Y correlate at {signed(ranks)}, and their distances from "
        f"the middle at {signed(middle)}. {len(base)} base estimates have a weight of at least "
        f"{LEAST_WEIGHT:.0%}, together {sum(one.weight for one in base):.0%}; they lie "
        f"from {shown(min(values))} to {shown(max(values))} nats. The heaviest, "
        f"“{heaviest.name}”, has {heaviest.weight:.0%} and gives {shown(heaviest.value)}. "
        f"The network combines and corrects them to {shown(estimate.median)}; its "
        f"{LEVEL:.0%} interval, {interval_text(estimate, LEVEL)}, {held} the true value, "
        f"{shown(result.truth)}."
    )


def alt_text(result: EstimatorsResult) -> str:
    """Return a description of the figures for screen readers."""
    n = result.state.n_samples
    return (
        f"Scatter of {n} points with one marked, the square of its {result.state.neighbours} "
        "nearest neighbours, and the vertical and horizontal strips as wide as the square; beside "
        f"it the histogram of the terms of all points. {ksg_insight(result)} Below, four figures "
        "of the path of the sample through the learned estimator: scores of the ranks, distances "
        f"from the middle, base estimates with their weights, quantiles. {learned_insight(result)}"
    )


def correlations(result: EstimatorsResult) -> tuple[float, float]:
    """Return the correlation of the scores, and that of their distances from the middle."""
    (x, y), (u, v) = result.scores, result.distances
    return float(np.mean(x * y)), float(np.mean(u * v))


def expected_count(k: int, n: int, n_x: int) -> float:
    """Return the n_y at which the term of a point is 0, as it is on average under independence.

    Example:
        >>> round(expected_count(3, 200, 12), 1)
        39.6
    """
    wanted = digamma(k) + digamma(n) - digamma(n_x + 1)
    return float(brentq(lambda m: digamma(m) - wanted, min(k, 0.5), n + 1)) - 1


def _about_point(result: EstimatorsResult) -> str:
    k, n, row = result.state.neighbours, result.state.n_samples, result.row
    n_x, n_y = (int(counts[row]) - 1 for counts in result.anatomy.counts)
    term = float(result.anatomy.terms[row])
    nearest = "nearest neighbour" if k == 1 else f"{k} nearest neighbours"
    first = (
        f"The square of this point, {result.state.place + 1} of {n} from the left, reaches its "
        f"{nearest}; its vertical strip has {n_x} other points inside, its horizontal one {n_y}."
    )
    expected = expected_count(k, n, n_x)
    if signed(term) == "0.00":
        return f"{first} That is as under independence: its term is 0.00."
    more = "fewer" if n_y < expected else "more"
    sign = "positive" if term > 0 else "negative"
    return (
        f"{first} If X and Y were independent, one would expect about {_apart(expected, n_y)} in "
        f"the horizontal strip: there are {more}, so its term is {sign}, {signed(term)}."
    )


def _about_average(result: EstimatorsResult) -> str:
    value, truth, mean = result.ksg.median, result.truth, float(result.others.mean())
    spread = float(result.others.std(ddof=1))
    here = Verdict(value, truth, spread)
    average = Verdict(mean, truth, spread / math.sqrt(OTHERS))
    same = shown(value) == shown(truth)
    off = "equal to the true value" if same else f"{here.gap} for the true value"
    if average.kind == "off":
        hidden = same or here.error * average.error < 0
        by_chance = ", which this sample hides by chance" if hidden else ""
        verdict = f"{average.gap}: a bias{by_chance}"
    else:
        verdict = f"no bias to be seen{_CHANCE[here.kind]}"
    return (
        f"The average of all {result.state.n_samples} terms, {average_text(result)}, is the "
        f"estimate of KSG, {off}, {shown(truth)}. On {OTHERS} other samples it varies by "
        f"±{shown(spread)} around {shown(mean)}: {verdict}."
    )


def _apart(expected: float, count: int) -> str:
    """Return a number with as many decimals as it takes to differ from a count.

    Example:
        >>> _apart(40.2, 15), _apart(15.2, 15)
        ('40', '15.2')
    """
    digits = 0
    while digits < 6 and float(f"{expected:.{digits}f}") == count:
        digits += 1
    return f"{expected:.{digits}f}"
