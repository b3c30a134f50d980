"""The data page: the mutual information of columns of a table, and the warnings about it.

Beside the estimate of the chosen columns (`compute`, `views`) it has three parts with workers of
their own: `growth` with the rows, all `pairs`, and a `ranking`; `pair_list` is the table of both.
`files` holds all that can be saved.
"""

from __future__ import annotations

from mist_explore.explorer.data.compute import DataResult, result
from mist_explore.explorer.data.page import DataPage
from mist_explore.explorer.data.settings import DataState
from mist_explore.explorer.tables import Opened, Upload, opened

__all__ = ["PAGE", "DataPage", "DataResult", "DataState", "Opened", "Upload", "opened", "result"]

PAGE = DataPage
