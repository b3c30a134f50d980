"""Figures, numbers, words and files of the page on the inside of an estimator."""

from __future__ import annotations

import json
import math

import numpy as np
import plotly.graph_objects as go
from scipy.optimize import brentq
from scipy.special import digamma

from mist_explore.estimators.learned import LEAST_WEIGHT
from mist_explore.explorer.html import (
    interval_text,
    number_html,
    number_row_html,
)
from mist_explore.explorer.inside_an_estimator.compute import OTHERS, EstimatorsResult
from mist_explore.explorer.links import File, csv_text
from mist_explore.explorer.verdict import Verdict
from mist_explore.plots import (
    plot_explanation,
    plot_fan,
    plot_highlighted,
    plot_ksg_point,
    plot_ksg_terms,
    shown,
    signed,
)

__all__ = [
    "LEVEL",
    "alt_text",
    "as_files",
    "correlations",
    "expected_count",
    "formula_html",
    "ksg_insight",
    "learned_insight",
    "learned_numbers_html",
    "numbers_html",
    "path_figures",
    "point_figure",
    "terms_figure",
]

LEVEL = 0.9
"""Of the interval of the learned estimator."""

FAN_HEIGHT = 240

CHANCE = {
    "right": "",
    "chance": ", so that this error is chance",
    "off": ", so that this error is a rare chance",
}
"""The cause of an error without a bias, by its kind."""


def point_figure(result: EstimatorsResult) -> go.Figure:
    """Return the chosen point with its square and strips; the first trace holds all points."""
    anatomy, row = result.anatomy, result.row
    x, y = (side[:, 0] for side in anatomy.sides)
    return plot_ksg_point(x, y, row, anatomy.neighbours[row], float(anatomy.radii[row]))


def terms_figure(result: EstimatorsResult) -> go.Figure:
    """Return the terms of all points."""
    return plot_ksg_terms(
        result.anatomy.terms, result.row, result.truth, provenance=result.provenance
    )


def numbers_html(result: EstimatorsResult) -> str:
    """Return the truth, the estimate of KSG, and the term of the chosen point."""
    k, n = result.state.neighbours, result.state.n_samples
    term = float(result.anatomy.terms[result.row])
    cells = (
        number_html("truth", "True value", shown(result.truth), "nats"),
        number_html("third", f"KSG, k = {k}", shown(result.ksg.median), f"average of {n} terms"),
        number_html("muted", "Term of this point", signed(term), "nats"),
    )
    return number_row_html(cells)


def formula_html(result: EstimatorsResult) -> str:
    """Return the formula of KSG with the numbers of the chosen point, and the average."""
    k, n = result.state.neighbours, result.state.n_samples
    x, y = (int(counts[result.row]) - 1 for counts in result.anatomy.counts)
    terms = result.anatomy.terms
    names = (f"ψ({k})", f"ψ({n})", f"ψ({x} + 1)", f"ψ({y} + 1)")
    values = [signed(float(digamma(m))) for m in (k, n, x + 1, y + 1)]
    term = signed(float(terms[result.row]))
    return (
        '<p class="mist-formula"><span>this point</span> ψ(<i>k</i>) + ψ(<i>n</i>) − '
        "ψ(<i>n</i><sub>x</sub> + 1) − ψ(<i>n</i><sub>y</sub> + 1) = "
        f"{names[0]} + {names[1]} − {names[2]} − {names[3]} = "
        f"{values[0]} + {values[1]} − {_inner(values[2])} − {_inner(values[3])} = <b>{term}</b>"
        f"<br><span>all {n} points</span> the average of such terms is "
        f"<b>{_average(result)}</b> nats</p>"
    )


def _average(result: EstimatorsResult) -> str:
    """Return the average of all terms, with a note where the estimate is clipped."""
    average = float(result.anatomy.terms.mean())
    return shown(average) if average >= 0 else f"{signed(average)} (counted as 0)"


def path_figures(result: EstimatorsResult) -> tuple[go.Figure, ...]:
    """Return the scores, the distances, the base estimates and the quantiles, one row marked."""
    scores, distances, row = result.scores, result.distances, result.row
    explained = plot_explanation(result.learned, result.truth, level=LEVEL)
    fan = plot_fan(
        {result.learned.estimator: result.learned},
        result.truth,
        result.provenance,
        level=LEVEL,
        height=FAN_HEIGHT,
    )
    ends = [figure.layout.xaxis.range for figure in (explained, fan)]
    for figure in (explained, fan):  # one scale, so that positions compare
        figure.update_xaxes(range=[min(low for low, _ in ends), max(high for _, high in ends)])
    return (
        plot_highlighted(scores[0], scores[1], row, label_x="X, score of its rank", label_y="Y"),
        plot_highlighted(
            distances[0], distances[1], row, label_x="X, distance from the middle", label_y="Y"
        ),
        explained,
        fan,
    )


def learned_numbers_html(result: EstimatorsResult) -> str:
    """Return the truth and the estimate of the network."""
    interval = interval_text(result.learned, LEVEL)
    cells = (
        number_html("truth", "True value", shown(result.truth), result.provenance),
        number_html(
            "learned",
            "Network",
            shown(result.learned.median),
            f"{LEVEL:.0%} interval {interval}",
        ),
    )
    return number_row_html(cells)


def as_files(result: EstimatorsResult) -> list[File]:
    """Return the parts of KSG by row, and the path of the sample through the network."""
    anatomy, sample, learned = result.anatomy, result.sample, result.learned
    n_x, n_y = (counts - 1 for counts in anatomy.counts)
    columns = (sample.x[:, 0], sample.y[:, 0], anatomy.radii, n_x, n_y, anatomy.terms)
    terms = csv_text(
        ("x", "y", "radius", "n_x", "n_y", "term"),
        zip(*(column.tolist() for column in columns), strict=True),
    )
    path = {
        "truth": result.truth,
        "ksg": result.ksg.median,
        "base_estimates": [vars(base) for base in learned.explanation],
        "levels": learned.levels,
        "quantiles": learned.quantiles,
    }
    return [
        ("ksg-terms.csv", terms, "Terms of KSG as CSV"),
        ("learned-path.json", json.dumps(path, indent=1), "Base estimates as JSON"),
    ]


def _inner(value: str) -> str:
    """Return a number as it stands behind a minus."""
    return f"({value})" if value.startswith("\N{MINUS SIGN}") else value


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
        verdict = f"no bias to be seen{CHANCE[here.kind]}"
    return (
        f"The average of all {result.state.n_samples} terms, {_average(result)}, is the "
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
