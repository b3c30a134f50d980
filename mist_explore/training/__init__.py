"""Training a network on a meta-distribution."""

from __future__ import annotations

from mist_explore.training.loop import iter_train, train
from mist_explore.training.recipe import Recipe
from mist_explore.training.recipes import RECIPES

__all__ = ["RECIPES", "Recipe", "iter_train", "train"]
