"""The benchmarks page: the shipped results, each number with its command."""

from __future__ import annotations

from mist_explore.explorer.benchmarks.compute import ResultsView, view
from mist_explore.explorer.benchmarks.page import ResultsPage
from mist_explore.explorer.benchmarks.settings import ResultsState

__all__ = ["PAGE", "ResultsPage", "ResultsState", "ResultsView", "view"]

PAGE = ResultsPage
