"""The estimate page: a distribution, a sample, and the estimators beside the truth."""

from __future__ import annotations

from mist_explore.explorer.estimate.compute import EstimateResult, result
from mist_explore.explorer.estimate.page import EstimatePage
from mist_explore.explorer.estimate.settings import EstimateState

__all__ = ["PAGE", "EstimatePage", "EstimateResult", "EstimateState", "result"]

PAGE = EstimatePage
