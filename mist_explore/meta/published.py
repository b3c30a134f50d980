"""Meta-distributions of the published network and of `mist-smooth`."""

from __future__ import annotations

from mist_explore.meta.component import Component
from mist_explore.meta.distribution import MetaDistribution

__all__ = ["published", "training"]


def published() -> MetaDistribution:
    """The training meta-distribution of MIST (arXiv 2511.18945, section on the meta-dataset).

    Sixteen families of distributions through coordinate-wise maps, n 10-500, dim_x = dim_y in 2-32.
    """
    maps = {
        "normal-dense": ("base", "halfcube", "asinh"),
        "normal-sparse": ("wigglify", "base"),
        "normal-lvm": ("wigglify", "base"),
        "normal-2pair": ("base",),
        "student-dense": ("base", "wigglify"),
        "student-sparse": ("halfcube", "base", "asinh"),
        "student-2pair": ("asinh", "halfcube"),
        "additive-noise": ("wigglify",),
    }
    return MetaDistribution(tuple(Component(f, t) for f, ts in maps.items() for t in ts))


def training() -> MetaDistribution:
    """The meta-distribution of the shipped network: the published distributions on more shapes.

    Dimensions 1-32, unequal in 30 % of the datasets; n log-uniform in half of them, since small
    samples are hard and cheap.
    """
    return MetaDistribution(published().components, dims=(1, 32), equal_dims=0.7, log_n_samples=0.5)
