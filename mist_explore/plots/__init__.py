"""Figures: pure functions from results to plotly figures."""

from __future__ import annotations

from mist_explore.plots.benchmark import plot_cost, plot_error_curve
from mist_explore.plots.calibration import plot_calibration
from mist_explore.plots.caterpillar import plot_caterpillar
from mist_explore.plots.conditional import plot_conditional
from mist_explore.plots.deformed_grid import plot_deformed_grid
from mist_explore.plots.entropies import plot_entropies
from mist_explore.plots.explanation import plot_explanation
from mist_explore.plots.fan import plot_fan
from mist_explore.plots.gradient_ascent import plot_gradient_ascent
from mist_explore.plots.gradient_field import plot_gradient_field
from mist_explore.plots.highlighted import plot_highlighted
from mist_explore.plots.ksg import plot_ksg_point, plot_ksg_terms
from mist_explore.plots.leaderboard import plot_benchmark_errors
from mist_explore.plots.matrix import plot_matrix
from mist_explore.plots.out_of_distribution import plot_out_of_distribution
from mist_explore.plots.plug_in_bias import plot_plug_in_bias
from mist_explore.plots.pointwise import plot_pointwise, plot_pointwise_map
from mist_explore.plots.sample import plot_sample
from mist_explore.plots.sample_size import plot_errors_by_rows, plot_widths_by_rows
from mist_explore.plots.sampling_distribution import plot_sampling_distribution
from mist_explore.plots.scaling import plot_scaling
from mist_explore.plots.search import plot_search
from mist_explore.plots.selection import plot_accuracy, plot_scores
from mist_explore.plots.sensitivity import plot_sensitivity
from mist_explore.plots.stability import plot_stability
from mist_explore.plots.style import DARK, LIGHT, MARKS, Mark, Palette, mark_of, shown, signed

__all__ = [
    "DARK",
    "LIGHT",
    "MARKS",
    "Mark",
    "Palette",
    "mark_of",
    "plot_accuracy",
    "plot_benchmark_errors",
    "plot_calibration",
    "plot_caterpillar",
    "plot_conditional",
    "plot_cost",
    "plot_deformed_grid",
    "plot_entropies",
    "plot_error_curve",
    "plot_errors_by_rows",
    "plot_explanation",
    "plot_fan",
    "plot_gradient_ascent",
    "plot_gradient_field",
    "plot_highlighted",
    "plot_ksg_point",
    "plot_ksg_terms",
    "plot_matrix",
    "plot_out_of_distribution",
    "plot_plug_in_bias",
    "plot_pointwise",
    "plot_pointwise_map",
    "plot_sample",
    "plot_sampling_distribution",
    "plot_scaling",
    "plot_scores",
    "plot_search",
    "plot_sensitivity",
    "plot_stability",
    "plot_widths_by_rows",
    "shown",
    "signed",
]
