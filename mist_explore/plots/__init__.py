"""Figures: pure functions from results to plotly figures."""

from __future__ import annotations

from mist_explore.plots.arrows import plot_arrows
from mist_explore.plots.ascent import plot_ascent
from mist_explore.plots.calibration import plot_calibration
from mist_explore.plots.drift import plot_drift
from mist_explore.plots.explanation import plot_explanation
from mist_explore.plots.fan import plot_fan
from mist_explore.plots.matrix import plot_matrix
from mist_explore.plots.pointwise import plot_pointwise, plot_pointwise_map
from mist_explore.plots.sample import plot_sample
from mist_explore.plots.scaling import plot_scaling
from mist_explore.plots.search import plot_search
from mist_explore.plots.selection import plot_accuracy, plot_scores
from mist_explore.plots.slice import plot_slice
from mist_explore.plots.spread import plot_spread
from mist_explore.plots.stability import plot_stability
from mist_explore.plots.standings import plot_cost, plot_error_curve, plot_standings
from mist_explore.plots.style import DARK, LIGHT, MARKS, Mark, Palette, mark_of, shown
from mist_explore.plots.unlike import plot_unlike
from mist_explore.plots.warp import plot_warp

__all__ = [
    "DARK",
    "LIGHT",
    "MARKS",
    "Mark",
    "Palette",
    "mark_of",
    "plot_accuracy",
    "plot_arrows",
    "plot_ascent",
    "plot_calibration",
    "plot_cost",
    "plot_drift",
    "plot_error_curve",
    "plot_explanation",
    "plot_fan",
    "plot_matrix",
    "plot_pointwise",
    "plot_pointwise_map",
    "plot_sample",
    "plot_scaling",
    "plot_scores",
    "plot_search",
    "plot_slice",
    "plot_spread",
    "plot_stability",
    "plot_standings",
    "plot_unlike",
    "plot_warp",
    "shown",
]
