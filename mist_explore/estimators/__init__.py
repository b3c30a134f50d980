"""Estimators of mutual information behind one protocol, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from mist_explore.estimators.bootstrap import Bootstrap
from mist_explore.estimators.critics import BOUNDS, Critic
from mist_explore.estimators.gaussian import Gaussian
from mist_explore.estimators.gaussian_copula import GaussianCopula
from mist_explore.estimators.histogram import Histogram
from mist_explore.estimators.kernel_density import KernelDensity
from mist_explore.estimators.ksg import KSG
from mist_explore.estimators.learned import LearnedEstimator
from mist_explore.estimators.mixed_ksg import MixedKSG
from mist_explore.interfaces import Estimator
from mist_explore.network import load_checkpoint
from mist_explore.resources import models_directory

__all__ = [
    "DEFAULT",
    "ESTIMATORS",
    "FAST",
    "KSG",
    "Bootstrap",
    "Critic",
    "Gaussian",
    "GaussianCopula",
    "Histogram",
    "KernelDensity",
    "LearnedEstimator",
    "MixedKSG",
    "load",
]

DEFAULT = "mist-qr"


@cache
def _released(name: str) -> LearnedEstimator:
    return LearnedEstimator(load_checkpoint(models_directory() / name))


ESTIMATORS: dict[str, Callable[[], Estimator]] = {
    DEFAULT: partial(_released, DEFAULT),
    "gaussian": Gaussian,
    "gaussian-copula": GaussianCopula,
    "ksg": KSG,
    "ksg-2": partial(KSG, variant=2),
    "mixed-ksg": MixedKSG,
    "histogram": Histogram,
    "kernel-density": KernelDensity,
    "mine": partial(Critic, "mine"),
    "infonce": partial(Critic, "infonce"),
    "nwj": partial(Critic, "nwj"),
    "smile": partial(Critic, "smile"),
}
"""Every estimator by its name; adding one is one file and one line."""

FAST = tuple(name for name in ESTIMATORS if name not in BOUNDS)
"""Those that do not train on each sample."""


def load(name: str | Path = DEFAULT) -> Estimator:
    """The estimator of this name, or the network that was trained into this directory.

    Raises:
        ValueError: if there is neither, or the checkpoint is damaged.

    Example:
        >>> load("gaussian-copula").estimate([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]).median > 0
        True
    """
    if isinstance(name, str) and name in ESTIMATORS:
        return ESTIMATORS[name]()
    if Path(name).is_dir():
        return LearnedEstimator(load_checkpoint(Path(name)))
    raise ValueError(
        f"expected an estimator among {sorted(ESTIMATORS)} or the directory of a trained model; "
        f"got {str(name)!r}"
    )
