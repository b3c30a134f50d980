"""The page of failure modes: where each estimator goes wrong, and its worst case."""

from __future__ import annotations

from mist_explore.explorer.failure.page import FailurePage, failure_page
from mist_explore.explorer.failure.state import FIRST_SCREEN, FailureState

__all__ = ["FIRST_SCREEN", "FailurePage", "FailureState", "failure_page"]
