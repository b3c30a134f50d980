"""The training page: a network in training, and critics beside it."""

from __future__ import annotations

from mist_explore.explorer.training.compute import course, untrained
from mist_explore.explorer.training.critics import Critics, critics
from mist_explore.explorer.training.page import TrainingPage
from mist_explore.explorer.training.recording import result
from mist_explore.explorer.training.settings import CriticState, TrainingState
from mist_explore.explorer.training.snapshot import Course

__all__ = [
    "PAGE",
    "Course",
    "CriticState",
    "Critics",
    "TrainingPage",
    "TrainingState",
    "course",
    "critics",
    "result",
    "untrained",
]

PAGE = TrainingPage
