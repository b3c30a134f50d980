"""The page on intervals: one on each of many datasets, and the share that contains the truth."""

from __future__ import annotations

from mist_explore.explorer.intervals.compute import known
from mist_explore.explorer.intervals.page import IntervalsPage
from mist_explore.explorer.intervals.settings import IntervalsState

__all__ = ["PAGE", "IntervalsPage", "IntervalsState", "known"]

PAGE = IntervalsPage
