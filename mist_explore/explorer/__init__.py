"""The pages: frozen state, pure updates, seeded and cached results, thin views."""

from __future__ import annotations

from mist_explore.explorer.compute import EstimateResult, result
from mist_explore.explorer.page import EstimatePage, estimate_page
from mist_explore.explorer.state import FIRST_SCREEN, EstimateState

__all__ = [
    "FIRST_SCREEN",
    "EstimatePage",
    "EstimateResult",
    "EstimateState",
    "estimate_page",
    "result",
]
