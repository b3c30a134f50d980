"""Figures and words of the flows page."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mist_explore.explorer.flows.compute import (
    STRENGTHS,
    FlowsResult,
    SensitivityCurve,
    estimator_names,
)
from mist_explore.explorer.html import (
    estimates_text,
    interval_text,
    number_html,
    number_row_html,
)
from mist_explore.explorer.verdict import Verdict, furthest
from mist_explore.plots import mark_of, plot_deformed_grid, plot_sensitivity, shown

__all__ = ["alt_text", "numbers_html", "planes", "sensitivity_figure", "sensitivity_insight"]

LEVEL = 0.9


def planes(result: FlowsResult) -> tuple[go.Figure, go.Figure]:
    """Return the plane of X and that of Y after their flows."""
    x, y = (
        plot_deformed_grid(grid, points[:, :2], marked, label=label)
        for grid, points, marked, label in zip(
            result.grids, (result.sample.x, result.sample.y), result.marked, "XY", strict=True
        )
    )
    return x, y


def sensitivity_figure(curve: SensitivityCurve, here: float) -> go.Figure:
    """Return the estimates along the path, with the present strength marked."""
    return plot_sensitivity(STRENGTHS, curve.estimates, curve.truth, here=here)


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


def sensitivity_insight(curve: SensitivityCurve) -> str:
    """Return sentences on the truth, which stays, on the estimates that move, and the worst one."""
    if curve.places < 2:
        return ""
    end = STRENGTHS[curve.places - 1]
    moves = {name: _course(values) for name, values in curve.estimates.items()}
    parts = [f"{mark_of(name).short} {course}" for name, course in moves.items()]
    still = all(course.startswith("stays") for course in moves.values())
    why = "" if still else " Only the difficulty changes."
    return (
        f"From strength 0 to {end:g} the true value stays at {shown(curve.truth)} nats: both flows "
        "are invertible, so X and Y share as much information as before. "
        f"{'; '.join(parts)}.{why} {_worst(curve, end)}"
    )


def _course(values: NDArray[np.float64]) -> str:
    """Return the course of `(P, K)` estimates; a move within two standard errors is none."""
    medians, errors = np.median(values, axis=1), _errors(values)
    first, last = float(medians[0]), float(medians[-1])
    if _moved(first, last, float(np.hypot(errors[0], errors[-1]))):
        return f"{'rises' if last > first else 'falls'} from {shown(first)} to {shown(last)}"
    low, high = int(medians.argmin()), int(medians.argmax())
    ends = float(medians[low]), float(medians[high])
    if _moved(*ends, float(np.hypot(errors[low], errors[high]))):
        return f"moves between {shown(ends[0])} and {shown(ends[1])}"
    return f"stays near {shown(last)}"


def _moved(first: float, last: float, error: float) -> bool:
    """Return whether two estimates differ by more than two standard errors of the difference."""
    return Verdict(last, first, error).kind == "off"


def _errors(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard error of the median of each row of `(P, K)` estimates."""
    return np.asarray(
        math.sqrt(math.pi / 2) * values.std(axis=1, ddof=1) / math.sqrt(values.shape[1])
    )


def _worst(curve: SensitivityCurve, end: float) -> str:
    verdicts = {
        name: Verdict(float(np.median(values[-1])), curve.truth, float(_errors(values)[-1]))
        for name, values in curve.estimates.items()
    }
    worst = furthest(verdicts)
    if not worst:
        return f"At strength {end:g} none is off by more than chance."
    return f"At strength {end:g} {mark_of(worst).short} is furthest off, {verdicts[worst].gap}."


def alt_text(result: FlowsResult) -> str:
    """Return a description of the figures for screen readers."""
    return (
        f"Two planes, the first two columns of X and those of Y, each with a grid that a random "
        f"flow of strength {result.state.strength:g} has bent, and {result.sample.n_samples} rows. "
        f"Below, the estimates against the strength of the flow. True mutual information "
        f"{shown(result.truth)} nats. {estimates_text(result.estimates, 'nats')}"
    )
