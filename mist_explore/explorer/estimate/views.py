"""Thin views of the estimate page: a result as figures and as words."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from mist_explore.explorer.estimate.compute import EstimateResult
from mist_explore.explorer.estimate.notice import notice, truth_in
from mist_explore.explorer.messages import warnings_html
from mist_explore.explorer.peers import LEARNED
from mist_explore.plots import mark_of, plot_fan, shown

__all__ = ["doubts_html", "fan_figure", "notice_html", "spoken"]

ROW = 72
"""Pixels of an estimator in the fan."""


def fan_figure(result: EstimateResult) -> go.Figure:
    """The fan of a result in the units of its state."""
    units = result.state.units
    estimates = {k: e.to(units) if e else None for k, e in result.estimates.items()}
    return plot_fan(
        estimates,
        truth_in(result, units),
        result.provenance,
        level=result.state.level,
        height=max(280, 90 + ROW * len(estimates)),
    )


def notice_html(result: EstimateResult) -> str:
    """The sentence on what to notice."""
    return f'<p class="mist-notice">{escape(notice(result))}</p>'


def doubts_html(result: EstimateResult) -> str:
    """What makes the estimates of a result doubtful."""
    name = mark_of(LEARNED).short
    unseen = [f"{name}: {part} was no part of its training" for part in result.unseen]
    return warnings_html(result.estimates.values(), result.failures, unseen)


def spoken(result: EstimateResult) -> str:
    """What the figures show, in words, for those who do not see them."""
    state, sample = result.state, result.sample
    estimates = [
        f"{mark_of(name).short}: {shown(estimate.to(state.units).median)} {state.units}"
        for name, estimate in result.estimates.items()
        if estimate is not None
    ]
    text = (
        f"Scatter of {sample.n_samples} rows, the first of {sample.dim_x} columns of X against "
        f"the first of {sample.dim_y} columns of Y. True mutual information "
        f"{shown(truth_in(result, state.units))} {state.units}, {result.provenance}. "
        f"{'. '.join(estimates)}."
    )
    return f'<p class="mist-spoken" aria-live="polite">{escape(text)}</p>'
