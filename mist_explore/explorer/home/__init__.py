"""The home page: what mutual information is, and the way to the other pages."""

from __future__ import annotations

from mist_explore.explorer.home.compute import HomeResult, result
from mist_explore.explorer.home.page import HomePage, home_page
from mist_explore.explorer.home.state import FIRST_SCREEN, HomeState

__all__ = ["FIRST_SCREEN", "HomePage", "HomeResult", "HomeState", "home_page", "result"]
