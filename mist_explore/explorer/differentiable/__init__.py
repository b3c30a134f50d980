"""The gradient page: the gradient of an estimate, and its uses."""

from __future__ import annotations

from mist_explore.explorer.differentiable.compute import result
from mist_explore.explorer.differentiable.page import GradientPage
from mist_explore.explorer.differentiable.settings import GradientState

__all__ = ["PAGE", "GradientPage", "GradientState", "result"]

PAGE = GradientPage
