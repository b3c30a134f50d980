"""The page about mutual information: its meaning, and the effect of maps and processing."""

from __future__ import annotations

from mist_explore.explorer.mutual_information.compute import result
from mist_explore.explorer.mutual_information.page import InformationPage
from mist_explore.explorer.mutual_information.settings import InformationState

__all__ = ["PAGE", "InformationPage", "InformationState", "result"]

PAGE = InformationPage
