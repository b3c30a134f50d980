"""The home page: the meaning of mutual information, and the way to the other pages."""

from __future__ import annotations

from mist_explore.explorer.home.compute import HomeResult, result
from mist_explore.explorer.home.page import HomePage
from mist_explore.explorer.home.settings import HomeState

__all__ = ["PAGE", "HomePage", "HomeResult", "HomeState", "result"]

PAGE = HomePage
