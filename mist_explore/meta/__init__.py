"""Meta-distributions over joint distributions, sample sizes and dimensions."""

from __future__ import annotations

from mist_explore.meta.broad import broad, continuous, high_information, universal, wide
from mist_explore.meta.distribution import Batch, Component, MetaDistribution
from mist_explore.meta.published import published, training

__all__ = [
    "Batch",
    "Component",
    "MetaDistribution",
    "broad",
    "continuous",
    "high_information",
    "published",
    "training",
    "universal",
    "wide",
]
