"""The page about mutual information: what it measures, what keeps it and what lowers it."""

from __future__ import annotations

from mist_explore.explorer.information.compute import InformationResult, result
from mist_explore.explorer.information.page import InformationPage, information_page
from mist_explore.explorer.information.state import FIRST_SCREEN, InformationState

__all__ = [
    "FIRST_SCREEN",
    "InformationPage",
    "InformationResult",
    "InformationState",
    "information_page",
    "result",
]
