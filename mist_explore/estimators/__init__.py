"""Estimators of mutual information behind one protocol, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from mist_explore.estimators.gaussian_copula import GaussianCopula
from mist_explore.estimators.learned import LearnedEstimator
from mist_explore.interfaces import Estimator
from mist_explore.network import load_checkpoint
from mist_explore.resources import models_directory

__all__ = ["DEFAULT", "ESTIMATORS", "GaussianCopula", "LearnedEstimator", "load"]

DEFAULT = "mist-qr"


@cache
def _released(name: str) -> LearnedEstimator:
    return LearnedEstimator(load_checkpoint(models_directory() / name))


ESTIMATORS: dict[str, Callable[[], Estimator]] = {
    DEFAULT: partial(_released, DEFAULT),
    "gaussian-copula": GaussianCopula,
}
"""Every estimator by its name; adding one is one file and one line."""


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
