"""Figures: pure functions from results to plotly figures."""

from __future__ import annotations

from mist_explore.plots.fan import plot_fan
from mist_explore.plots.sample import plot_sample
from mist_explore.plots.style import DARK, LIGHT, MARKS, Mark, Palette, mark_of, shown

__all__ = [
    "DARK",
    "LIGHT",
    "MARKS",
    "Mark",
    "Palette",
    "mark_of",
    "plot_fan",
    "plot_sample",
    "shown",
]
