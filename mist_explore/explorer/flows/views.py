"""Figures and words of the flows page."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from mist_explore.explorer.flows.compute import STRENGTHS, Drift, FlowsResult, estimator_names
from mist_explore.explorer.html import interval_text, number_html, number_row_html
from mist_explore.plots import mark_of, plot_deformed_grid, plot_sensitivity, shown

__all__ = ["alt_text", "drift_figure", "drift_insight", "moved", "numbers_html", "planes"]

LEVEL = 0.9
CLOSE = 0.1
CLOSE_IN_NATS = 0.03


def planes(result: FlowsResult) -> tuple[go.Figure, go.Figure]:
    """Return the plane of X and that of Y after their flows."""
    x, y = (
        plot_deformed_grid(grid, points[:, :2], marked, label=label)
        for grid, points, marked, label in zip(
            result.grids, (result.sample.x, result.sample.y), result.marked, "XY", strict=True
        )
    )
    return x, y


def drift_figure(drift: Drift, here: float) -> go.Figure:
    """Return the estimates along the path, with the present strength marked."""
    return plot_sensitivity(STRENGTHS, drift.estimates, drift.truth, here=here)


def numbers_html(result: FlowsResult) -> str:
    """Return the truth, and the estimates of the sample."""
    cells = [number_html("truth", "True value", shown(result.truth), result.provenance)]
    for name in estimator_names(result.state):
        estimate, mark = result.estimates[name], mark_of(name)
        if estimate is not None:
            point = "no interval" if estimate.is_point else ""
            detail = point or f"{LEVEL:.0%} interval {interval_text(estimate, LEVEL)}"
            cells.append(number_html(mark.role, mark.label, shown(estimate.median), detail))
    return number_row_html(cells)


def drift_insight(drift: Drift) -> str:
    """Return a sentence on the truth, which stays, and on the estimates that move with the flow."""
    if not drift.places:
        return ""
    end = STRENGTHS[drift.places - 1]
    still, moving = [], []
    for name, values in drift.estimates.items():
        first, last = np.median(values[0]), np.median(values[-1])
        label = mark_of(name).short
        if moved(first, last):
            direction = "rises" if last > first else "falls"
            moving.append(f"{label} {direction} from {shown(first)} to {shown(last)}")
        else:
            still.append(f"{label} stays at {shown(last)}")
    truth = (
        f"From strength 0 to {end:g} the true value stays at {shown(drift.truth)} nats: "
        "the flows can be undone, so nothing that X tells about Y is lost."
    )
    verdict = "; ".join((*moving, *still))
    why = " What moves is how hard it is to see." if moving else ""
    return f"{truth} {verdict}.{why}"


def moved(first: float, last: float) -> bool:
    """Return whether two estimates in nats differ visibly."""
    return abs(last - first) > max(CLOSE * first, CLOSE_IN_NATS)


def alt_text(result: FlowsResult) -> str:
    """Return a description of the figures for screen readers."""
    estimates = [
        f"{mark_of(name).short}: {shown(estimate.median)} nats"
        for name, estimate in result.estimates.items()
        if estimate is not None
    ]
    return (
        f"Two planes, the first two columns of X and those of Y, each with a grid that a random "
        f"flow of strength {result.state.strength:g} has bent, and {result.sample.n_samples} rows. "
        f"Below, the estimates against the strength of the flow. True mutual information "
        f"{shown(result.truth)} nats. {'. '.join(estimates)}."
    )
