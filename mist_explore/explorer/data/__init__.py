"""The data page: a table of the user or a bundled one, its interval, and what to doubt."""

from __future__ import annotations

from mist_explore.explorer.data.compute import DataResult, Opened, Upload, opened, result
from mist_explore.explorer.data.page import DataPage, data_page
from mist_explore.explorer.data.state import FIRST_SCREEN, DataState

__all__ = [
    "FIRST_SCREEN",
    "DataPage",
    "DataResult",
    "DataState",
    "Opened",
    "Upload",
    "data_page",
    "opened",
    "result",
]
