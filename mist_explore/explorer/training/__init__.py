"""The training page: a network in training, and critics beside it."""

from __future__ import annotations

from mist_explore.explorer.training.compute import course, untrained
from mist_explore.explorer.training.critic_state import FIRST_CRITICS, CriticState
from mist_explore.explorer.training.critics import Critics, critics
from mist_explore.explorer.training.page import TrainingPage, training_page
from mist_explore.explorer.training.standing import Course
from mist_explore.explorer.training.state import FIRST_SCREEN, TrainingState

__all__ = [
    "FIRST_CRITICS",
    "FIRST_SCREEN",
    "Course",
    "CriticState",
    "Critics",
    "TrainingPage",
    "TrainingState",
    "course",
    "critics",
    "training_page",
    "untrained",
]
