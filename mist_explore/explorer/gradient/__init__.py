"""The gradient page: an estimate that can be climbed, and what that is good for."""

from __future__ import annotations

from mist_explore.explorer.gradient.page import GradientPage, gradient_page
from mist_explore.explorer.gradient.state import FIRST_SCREEN, GradientState

__all__ = ["FIRST_SCREEN", "GradientPage", "GradientState", "gradient_page"]
