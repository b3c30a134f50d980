"""The page of failure modes: where each estimator goes wrong, and its worst case."""

from __future__ import annotations

from mist_explore.explorer.failure_modes.page import FailurePage
from mist_explore.explorer.failure_modes.search.settings import SearchState
from mist_explore.explorer.failure_modes.settings import FailureState

__all__ = ["PAGE", "FailurePage", "FailureState", "SearchState"]

PAGE = FailurePage
