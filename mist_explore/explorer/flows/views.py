"""Thin views of the flows page: results as figures and as words."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from mist_explore.explorer.flows.compute import STRENGTHS, Drift, FlowsResult, asked
from mist_explore.explorer.flows.notice import notice
from mist_explore.explorer.numbers import interval_text, number_html
from mist_explore.plots import mark_of, plot_drift, plot_warp, shown

__all__ = ["LEVEL", "drift_figure", "notice_html", "numbers_html", "planes", "spoken"]

LEVEL = 0.9


def planes(result: FlowsResult) -> tuple[go.Figure, go.Figure]:
    """The plane of X and that of Y after their flows."""
    x, y = (
        plot_warp(grid, points[:, :2], marked, label=label)
        for grid, points, marked, label in zip(
            result.grids, (result.sample.x, result.sample.y), result.marked, "XY", strict=True
        )
    )
    return x, y


def drift_figure(drift: Drift, here: float) -> go.Figure:
    """The estimates along the path, with the present strength marked."""
    return plot_drift(STRENGTHS, drift.estimates, drift.truth, here=here)


def numbers_html(result: FlowsResult) -> str:
    """The truth, and what each estimator says of the sample that is shown."""
    cells = [number_html("truth", "True value", shown(result.truth), result.provenance)]
    for name in asked(result.state):
        estimate, mark = result.estimates[name], mark_of(name)
        if estimate is not None:
            point = "no interval" if estimate.is_point else ""
            detail = point or f"{LEVEL:.0%} interval {interval_text(estimate, LEVEL)}"
            cells.append(number_html(mark.role, mark.label, shown(estimate.median), detail))
    return f'<div class="mist-numbers">{"".join(cells)}</div>'


def notice_html(drift: Drift) -> str:
    """The sentence on what to notice."""
    return f'<p class="mist-notice">{escape(notice(drift))}</p>'


def spoken(result: FlowsResult) -> str:
    """What the figures show, in words, for those who do not see them."""
    said = [
        f"{mark_of(name).short}: {shown(estimate.median)} nats"
        for name, estimate in result.estimates.items()
        if estimate is not None
    ]
    text = (
        f"Two planes, the first two columns of X and those of Y, each with a grid that a random "
        f"flow of strength {result.state.strength:g} has bent, and {result.sample.n_samples} rows. "
        f"Below, the estimates against the strength of the flow. True mutual information "
        f"{shown(result.truth)} nats. {'. '.join(said)}."
    )
    return f'<p class="mist-spoken" aria-live="polite">{escape(text)}</p>'
