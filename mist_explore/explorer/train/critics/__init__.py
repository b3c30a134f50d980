"""Critics beside the network of the training page: one for each bound, on one dataset."""

from __future__ import annotations

from mist_explore.explorer.train.critics.compute import Critics, critics
from mist_explore.explorer.train.critics.section import CriticSection
from mist_explore.explorer.train.critics.settings import CriticState

__all__ = ["CriticSection", "CriticState", "Critics", "critics"]
