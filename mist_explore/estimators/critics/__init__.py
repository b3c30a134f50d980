"""Variational critics: networks trained on the sample itself, by a bound of its information."""

from __future__ import annotations

from mist_explore.estimators.critics.bounds import BOUNDS, Bound
from mist_explore.estimators.critics.estimator import Critic

__all__ = ["BOUNDS", "Bound", "Critic"]
