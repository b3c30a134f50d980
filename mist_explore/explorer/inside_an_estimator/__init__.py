"""The page on the inside of an estimator: KSG at a point, and a sample in the learned one."""

from __future__ import annotations

from mist_explore.explorer.inside_an_estimator.compute import result
from mist_explore.explorer.inside_an_estimator.page import EstimatorsPage
from mist_explore.explorer.inside_an_estimator.settings import EstimatorsState

__all__ = ["PAGE", "EstimatorsPage", "EstimatorsState", "result"]

PAGE = EstimatorsPage
