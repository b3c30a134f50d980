"""The data page: the mutual information of columns of a table, and the warnings about it.

Beside the estimate of the chosen columns (`compute`, `views`) it has three parts with workers of
their own: `growth` with the rows, all `pairs`, and a `ranking`; `pair_list` is the table of both.
`files` holds all that can be saved.
"""

from __future__ import annotations

from mist_explore.explorer.tables import Opened, Upload, opened
from mist_explore.explorer.your_data.compute import DataResult, result
from mist_explore.explorer.your_data.page import DataPage
from mist_explore.explorer.your_data.settings import DataState

__all__ = ["PAGE", "DataPage", "DataResult", "DataState", "Opened", "Upload", "opened", "result"]

PAGE = DataPage
