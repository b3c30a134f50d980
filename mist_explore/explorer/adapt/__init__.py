"""The adapt page: flows fitted to the columns of a table, and a network adapted by them."""

from __future__ import annotations

from mist_explore.explorer.adapt.compute import Run, result, run
from mist_explore.explorer.adapt.page import AdaptPage
from mist_explore.explorer.adapt.settings import AdaptState

__all__ = ["PAGE", "AdaptPage", "AdaptState", "Run", "result", "run"]

PAGE = AdaptPage
