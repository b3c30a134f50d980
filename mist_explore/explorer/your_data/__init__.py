"""The data page: the mutual information of columns of a table, and the warnings about it.

Beside the estimate of the chosen columns it has a section on all `pairs`, with a ranking.
"""

from __future__ import annotations

from mist_explore.explorer.tables import Opened, Upload, opened
from mist_explore.explorer.your_data.compute import DataResult, result
from mist_explore.explorer.your_data.page import DataPage
from mist_explore.explorer.your_data.settings import DataState

__all__ = ["PAGE", "DataPage", "DataResult", "DataState", "Opened", "Upload", "opened", "result"]

PAGE = DataPage
