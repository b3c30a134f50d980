"""Training a network on a meta-distribution."""

from __future__ import annotations

from mist_explore.training.loop import train
from mist_explore.training.recipe import Recipe

__all__ = ["Recipe", "train"]
