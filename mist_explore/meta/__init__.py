"""Meta-distributions over joint distributions, sample sizes and dimensions."""

from __future__ import annotations

from mist_explore.meta.broad import (
    broad,
    continuous,
    flowed,
    high_information,
    long,
    universal,
    wide,
)
from mist_explore.meta.component import Component
from mist_explore.meta.distribution import Batch, MetaDistribution
from mist_explore.meta.published import published, training

__all__ = [
    "Batch",
    "Component",
    "MetaDistribution",
    "broad",
    "continuous",
    "flowed",
    "high_information",
    "long",
    "published",
    "training",
    "universal",
    "wide",
]
