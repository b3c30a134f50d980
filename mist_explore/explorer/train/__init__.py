"""The training page: a network in training, and critics beside it."""

from __future__ import annotations

from mist_explore.explorer.train.compute import course, untrained
from mist_explore.explorer.train.critics import Critics, critics
from mist_explore.explorer.train.page import TrainingPage
from mist_explore.explorer.train.recording import result
from mist_explore.explorer.train.settings import CriticState, TrainingState
from mist_explore.explorer.train.snapshot import Course

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
