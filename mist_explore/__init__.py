"""See, train and stress-test learned estimators of mutual information."""

from __future__ import annotations

from mist_explore.distributions import FAMILIES

__all__ = ["FAMILIES"]
