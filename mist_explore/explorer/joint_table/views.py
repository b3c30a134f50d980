"""Figures and numbers of the page of joint tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.html import number_html, number_row_html
from mist_explore.explorer.joint_table.compute import JointTableResult
from mist_explore.explorer.joint_table.settings import PRESETS
from mist_explore.explorer.links import downloads_html
from mist_explore.plots import mark_of, plot_entropies, plot_plug_in_bias, shown

__all__ = [
    "bias_figure",
    "entropies_figure",
    "files_html",
    "numbers_html",
    "preset_html",
    "readings",
]

FULL = 2.0
"""Nats of a pointwise value at which the colour of a cell is full."""

DARKEST = 45
"""Percent of colour in a full cell, on which ink can be read."""


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
            return f'<p class="mist-case"><b>{preset.label}.</b> {escape(preset.claim)}</p>'
    return ""


def files_html(result: JointTableResult) -> str:
    """Return links to the table with its counts, and to the estimates by number of rows."""
    p = result.probabilities
    table: list[tuple[str, ...]] = [("x", "y", "probability", "count")]
    table += [
        (str(i + 1), str(j + 1), str(float(p[i, j])), str(result.counts[i, j]))
        for i in range(p.shape[0])
        for j in range(p.shape[1])
    ]
    sampling = result.sampling
    bias: list[tuple[str, ...]] = [
        ("rows", "plug_in_mean", "plug_in_deviation", "predicted_bias", "network_mean")
    ]
    bias += [
        (
            *(str(n), *(str(float(v)) for v in values)),
            str(float(sampling.learned[n].mean())) if n in sampling.learned else "",
        )
        for n, *values in zip(
            sampling.rows,
            sampling.plug_in.mean(1),
            sampling.plug_in.std(1),
            sampling.predicted,
            strict=True,
        )
    ]
    return downloads_html(
        [
            ("joint-table.csv", _csv(table), "Table as CSV"),
            ("plug-in-bias.csv", _csv(bias), "Bias as CSV, in nats"),
        ]
    )


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


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
