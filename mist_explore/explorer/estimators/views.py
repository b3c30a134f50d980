"""Figures, numbers and files of the page on the inside of an estimator."""

from __future__ import annotations

import csv
import io
import json

import plotly.graph_objects as go
from scipy.special import digamma

from mist_explore.explorer.estimators.compute import EstimatorsResult
from mist_explore.explorer.html import (
    interval_text,
    number_html,
    number_row_html,
)
from mist_explore.explorer.links import downloads_html
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
    "average_text",
    "files_html",
    "formula_html",
    "learned_numbers_html",
    "numbers_html",
    "path_figures",
    "point_figure",
    "terms_figure",
]

LEVEL = 0.9
"""Of the interval of the learned estimator."""

FAN_HEIGHT = 240


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
        f"<b>{average_text(result)}</b> nats</p>"
    )


def average_text(result: EstimatorsResult) -> str:
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


def files_html(result: EstimatorsResult) -> str:
    """Return links to the parts of KSG by row, and to the path of the sample."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("x", "y", "radius", "n_x", "n_y", "term"))
    anatomy, sample = result.anatomy, result.sample
    writer.writerows(
        zip(
            *(sample.x[:, 0].tolist(), sample.y[:, 0].tolist(), anatomy.radii.tolist()),
            *((counts - 1).tolist() for counts in anatomy.counts),
            anatomy.terms.tolist(),
            strict=True,
        )
    )
    learned = result.learned
    path = {
        "truth": result.truth,
        "ksg": result.ksg.median,
        "base_estimates": [vars(base) for base in learned.explanation],
        "levels": learned.levels,
        "quantiles": learned.quantiles,
    }
    return downloads_html(
        [
            ("ksg-terms.csv", table.getvalue(), "Terms of KSG as CSV"),
            ("learned-path.json", json.dumps(path, indent=1), "Base estimates as JSON"),
        ]
    )


def _inner(value: str) -> str:
    """Return a number as it stands behind a minus."""
    return f"({value})" if value.startswith("\N{MINUS SIGN}") else value
