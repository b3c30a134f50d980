"""The training page: a network in training, and critics beside it."""

from __future__ import annotations

from mist_explore.explorer.train.compute import Course, course, result, untrained
from mist_explore.explorer.train.critics import Critics, CriticState, critics
from mist_explore.explorer.train.page import TrainingPage
from mist_explore.explorer.train.settings import TrainingState

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
