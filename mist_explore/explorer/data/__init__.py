"""The data page: the mutual information of columns of a table, and the warnings about it."""

from __future__ import annotations

from mist_explore.explorer.data.compute import DataResult, result
from mist_explore.explorer.data.page import DataPage
from mist_explore.explorer.data.settings import DataState
from mist_explore.explorer.tables import Opened, Upload, opened

__all__ = ["PAGE", "DataPage", "DataResult", "DataState", "Opened", "Upload", "opened", "result"]

PAGE = DataPage
