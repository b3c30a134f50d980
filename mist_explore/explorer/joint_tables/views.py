"""Figures, numbers, words and files of the page of joint tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.html import claim_html, number_html, number_row_html
from mist_explore.explorer.joint_tables.compute import SAMPLES, JointTableResult
from mist_explore.explorer.joint_tables.settings import PRESETS
from mist_explore.explorer.links import File, csv_text
from mist_explore.explorer.verdict import Verdict
from mist_explore.plots import mark_of, plot_entropies, plot_plug_in_bias, shown

__all__ = [
    "alt_text",
    "as_files",
    "bias_figure",
    "bias_insight",
    "entropies_figure",
    "numbers_html",
    "preset_html",
    "readings",
    "table_insight",
]

FULL = 2.0
"""Nats of a pointwise value at which the colour of a cell is full."""

DARKEST = 45
"""Percent of colour in a full cell, on which ink can be read."""

NOTHING = 1e-9
"""Nats that are rounding errors."""

BIASED, APART = 2.0, 3.0
"""Standard errors beyond which a bias is seen, and those beyond which it is not as predicted."""


def entropies_figure(result: JointTableResult) -> go.Figure:
    """Return the entropies as bars, in the units of the state."""
    unit, truth = NATS_PER_UNIT[result.state.units], result.truth
    values = (value / unit for value in (truth.x, truth.y, truth.joint))
    return plot_entropies(*values, units=result.state.units)


def bias_figure(result: JointTableResult) -> go.Figure:
    """Return the estimates against the number of rows, in the units of the state."""
    unit, sampling = NATS_PER_UNIT[result.state.units], result.sampling
    return plot_plug_in_bias(
        sampling.rows,
        sampling.plug_in / unit,
        sampling.predicted / unit,
        {n: float(values.mean()) / unit for n, values in sampling.learned.items()},
        result.truth.information / unit,
        (result.state.n_samples, result.plug_in / unit),
        estimator=LEARNED,
        units=result.state.units,
    )


def numbers_html(result: JointTableResult) -> str:
    """Return the truth, and the estimates from the rows drawn."""
    unit, n = NATS_PER_UNIT[result.state.units], result.state.n_samples
    learned = result.learned
    cells = (
        number_html(
            "truth", "I(X; Y), true", shown(result.truth.information / unit), result.state.units
        ),
        number_html("fourth", "Plug-in", shown(result.plug_in / unit), f"from {n:,} rows"),
        number_html(
            "learned",
            mark_of(LEARNED).short,
            shown(learned.median / unit) if learned else "none",
            f"from {n:,} rows" if learned else "one column is constant",
        ),
    )
    return number_row_html(cells, result.state.units)


def readings(
    result: JointTableResult,
) -> tuple[Sequence[Sequence[str]], Sequence[str], Sequence[str]]:
    """Return HTML for the cells, the ends of the rows and those of the columns of the editor.

    A cell is blue where X and Y come together more often than if they were independent, orange
    where less often.
    """
    p, counts = result.probabilities, result.counts
    product = np.outer(p.sum(1), p.sum(0))
    cells = [
        [
            _cell(p[i, j], product[i, j], int(counts[i, j]), f"X={i + 1}, Y={j + 1}")
            for j in range(p.shape[1])
        ]
        for i in range(p.shape[0])
    ]
    rows, columns = (
        [
            f'<p class="mist-margin mist-margin-{name.lower()}"><span>P({name}={i + 1})</span> '
            f"<b>{share:.3f}</b></p>"
            for i, share in enumerate(shares)
        ]
        for name, shares in (("X", p.sum(1)), ("Y", p.sum(0)))
    )
    return cells, rows, columns


def preset_html(result: JointTableResult) -> str:
    """Return the claim of the table, if it is one of `PRESETS`."""
    for preset in PRESETS.values():
        if preset.table == result.state.table:
            return claim_html(preset.label, preset.claim)
    return ""


def as_files(result: JointTableResult) -> list[File]:
    """Return the table with its counts, and the estimates by number of rows."""
    p, sampling = result.probabilities, result.sampling
    table = csv_text(
        ("x", "y", "probability", "count"),
        ((i + 1, j + 1, float(p[i, j]), result.counts[i, j]) for i, j in np.ndindex(p.shape)),
    )
    mean, deviation = sampling.plug_in.mean(1), sampling.plug_in.std(1)
    network = [
        float(sampling.learned[n].mean()) if n in sampling.learned else None for n in sampling.rows
    ]
    columns = (mean.tolist(), deviation.tolist(), sampling.predicted.tolist(), network)
    bias = csv_text(
        ("rows", "plug_in_mean", "plug_in_deviation", "predicted_bias", "network_mean"),
        zip(sampling.rows, *columns, strict=True),
    )
    return [
        ("joint-table.csv", table, "Table as CSV"),
        ("plug-in-bias.csv", bias, "Bias as CSV, in nats"),
    ]


def _cell(share: float, product: float, count: int, name: str) -> str:
    ratio = np.log(share / product) if share else -np.inf if product else 0.0
    side = "more" if ratio > 0 else "less"
    color = DARKEST * min(abs(ratio) / FULL, 1.0)
    rows = "row" if count == 1 else "rows"
    return (
        f'<p class="mist-joint-{side}" style="--share: {color:.0f}%" '
        f'title="{name}: {share:.4f}, {product:.4f} if independent">'
        f"<b>{share:.3f}</b> <span>{count} {rows}</span></p>"
    )


def table_insight(result: JointTableResult) -> str:
    """Return a sentence on the entropies: independence, one variable that decides, or a part."""
    unit, units, truth = NATS_PER_UNIT[result.state.units], result.state.units, result.truth
    x, y, left_x, left_y, information = (
        shown(value / unit)
        for value in (truth.x, truth.y, truth.x_given_y, truth.y_given_x, truth.information)
    )
    if truth.x < NOTHING or truth.y < NOTHING:
        constant = " and ".join(
            name for name, entropy in (("X", truth.x), ("Y", truth.y)) if entropy < NOTHING
        )
        return f"{constant} can take one value only, so nothing is shared: I(X; Y) is 0 {units}."
    if truth.information < NOTHING:
        return (
            "Every cell is the product of its margins, so that X and Y are independent: knowing Y "
            f"leaves all of H(X), {x} {units}, and I(X; Y) is 0."
        )
    decides = truth.y_given_x < NOTHING, truth.x_given_y < NOTHING
    if all(decides):
        return (
            f"X and Y decide each other, so that I(X; Y), {information} {units}, is all of H(X) "
            "and all of H(Y)."
        )
    if decides[0]:
        return (
            f"X decides Y, so that I(X; Y), {information} {units}, is all of H(Y). Y does not "
            f"decide X: of H(X), {x}, it leaves H(X | Y), {left_x}."
        )
    if decides[1]:
        return (
            f"Y decides X, so that I(X; Y), {information} {units}, is all of H(X). X does not "
            f"decide Y: of H(Y), {y}, it leaves H(Y | X), {left_y}."
        )
    share = truth.information / truth.x
    part = "less than 1%" if share < 0.01 else "more than 99%" if share > 0.99 else f"{share:.0%}"
    return (
        f"X holds H(X) = {x} {units}. Knowing Y removes I(X; Y) = {information} of it, {part}, "
        f"and leaves H(X | Y) = {left_x}. Knowing X removes the same "
        f"amount of H(Y) = {y}."
    )


def bias_insight(result: JointTableResult) -> str:
    """Return sentences on the plug-in from the rows drawn, its bias, and the network."""
    unit, n, here = NATS_PER_UNIT[result.state.units], result.state.n_samples, result.here
    truth, plug_in = result.truth.information / unit, result.plug_in / unit
    values, predicted = result.sampling.plug_in[here] / unit, result.sampling.predicted[here] / unit
    spread, mean = float(values.std(ddof=1)), float(values.mean())
    error = spread / math.sqrt(SAMPLES)
    network = result.sampling.learned[n] / unit
    learned = float(network.mean())
    bias = mean - truth
    if abs(bias) <= BIASED * error or shown(mean) == shown(truth):
        average = "no bias to be seen"
    else:
        average = f"{Verdict(mean, truth, error).gap} on average"
    foreseen = f"{predicted:+.3f}".replace("-", "\N{MINUS SIGN}")
    apart = bias - predicted
    if abs(apart) <= APART * error or f"{bias:.3f}" == f"{predicted:.3f}":
        agreement = "it agrees, up to chance"
    else:
        agreement = f"the mean is {'higher' if apart > 0 else 'lower'} than that"
    return (
        f"From these {n:,} rows the plug-in gives {shown(plug_in)}, {_off(plug_in, truth)} "
        f"the true value, {shown(truth)}. Over {SAMPLES} samples it varies by ±{shown(spread)} "
        f"around {shown(mean)}, {average}. Miller and Madow predict a bias of "
        f"{foreseen}: {agreement}. {mark_of(LEARNED).short} averages {shown(learned)} "
        f"over {len(network)} of them, {_off(learned, truth)} the true value."
    )


def alt_text(result: JointTableResult) -> str:
    """Return a description of the figures for screen readers."""
    rows, columns = result.state.size
    return (
        f"Table of {rows} values of X by {columns} values of Y with probabilities and counts, "
        f"and the entropies as aligned bars. {table_insight(result)} Below, the mean of the "
        "plug-in estimate against the number of rows, with the true value, the predicted bias and "
        f"the network. {bias_insight(result)}"
    )


def _off(value: float, truth: float) -> str:
    """Return how an estimate is off, before the true value."""
    if shown(value) == shown(truth):
        return "equal to"
    return f"{Verdict(value, truth, 0.0).gap} for"
