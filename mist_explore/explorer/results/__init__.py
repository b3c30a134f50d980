"""The benchmarks page: the shipped results, each number with the command that made it."""

from __future__ import annotations

from mist_explore.explorer.results.compute import ResultsView, view
from mist_explore.explorer.results.page import ResultsPage, results_page
from mist_explore.explorer.results.state import FIRST_SCREEN, ResultsState

__all__ = ["FIRST_SCREEN", "ResultsPage", "ResultsState", "ResultsView", "results_page", "view"]
