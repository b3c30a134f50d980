"""Estimators by name: the shipped networks and everything that needs no training beforehand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mist_explore.estimators.canonical_ksg import CanonicalKSG
from mist_explore.estimators.critics import BOUNDS, Critic
from mist_explore.estimators.gaussian import Gaussian
from mist_explore.estimators.gaussian_copula import GaussianCopula
from mist_explore.estimators.histogram import Histogram
from mist_explore.estimators.kernel_density import KernelDensity
from mist_explore.estimators.ksg import KSG
from mist_explore.estimators.learned import LearnedEstimator, load_learned
from mist_explore.estimators.lnc import LNC
from mist_explore.estimators.matched_ksg import MatchedKSG
from mist_explore.estimators.mixed_ksg import MixedKSG
from mist_explore.estimators.plug_in import PlugIn
from mist_explore.estimators.ross import Ross
from mist_explore.estimators.sample_estimator import SampleEstimator
from mist_explore.resources import models_directory

__all__ = ["DEFAULT", "ESTIMATORS", "FAST", "PUBLISHED", "SMOOTH"]

DEFAULT = "mist-qr"
SMOOTH = "mist-smooth"
"""Without nearest neighbours: it has a gradient and learned from published distributions alone."""

PUBLISHED = "mist-paper"
"""The published recipe at a small share of its training: to see it fail, not to rely on it."""


def _released(name: str) -> LearnedEstimator:
    return load_learned(models_directory() / name)


ESTIMATORS: dict[str, Callable[[], SampleEstimator]] = {
    DEFAULT: partial(_released, DEFAULT),
    SMOOTH: partial(_released, SMOOTH),
    PUBLISHED: partial(_released, PUBLISHED),
    "gaussian": Gaussian,
    "gaussian-copula": GaussianCopula,
    "ksg": KSG,
    "ksg-2": partial(KSG, variant=2),
    "mixed-ksg": MixedKSG,
    "matched-ksg": MatchedKSG,
    "canonical-ksg": CanonicalKSG,
    "lnc": LNC,
    "ross": Ross,
    "plug-in": PlugIn,
    "histogram": Histogram,
    "kernel-density": KernelDensity,
    "mine": partial(Critic, "mine"),
    "infonce": partial(Critic, "infonce"),
    "nwj": partial(Critic, "nwj"),
    "smile": partial(Critic, "smile"),
}
"""Every estimator by its name; adding one is one file and one line."""

FAST = tuple(name for name in ESTIMATORS if name not in (*BOUNDS, PUBLISHED))
"""The estimators that do not train on the sample itself."""
