"""The estimate page: a distribution, a sample, and the estimators beside the truth."""

from __future__ import annotations

from mist_explore.explorer.estimate.compute import EstimateResult, result
from mist_explore.explorer.estimate.page import EstimatePage, estimate_page
from mist_explore.explorer.estimate.state import FIRST_SCREEN, EstimateState

__all__ = [
    "FIRST_SCREEN",
    "EstimatePage",
    "EstimateResult",
    "EstimateState",
    "estimate_page",
    "result",
]
