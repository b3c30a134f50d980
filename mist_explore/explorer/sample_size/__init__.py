"""The page on the number of rows that an error needs."""

from __future__ import annotations

from mist_explore.explorer.sample_size.compute import known
from mist_explore.explorer.sample_size.page import SampleSizePage
from mist_explore.explorer.sample_size.settings import SampleSizeState

__all__ = ["PAGE", "SampleSizePage", "SampleSizeState", "known"]

PAGE = SampleSizePage
