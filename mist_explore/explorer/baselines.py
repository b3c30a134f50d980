"""The estimators that the pages ask, each loaded once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from mist_explore.estimate import Estimate
from mist_explore.estimators import DEFAULT, ESTIMATORS, FAST, available_models, load
from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample

__all__ = ["BASELINE", "CRITICS", "LEARNED", "estimates_of", "estimator", "peers"]

LEARNED, BASELINE = DEFAULT, "gaussian-copula"

CRITICS = tuple(name for name in ESTIMATORS if name not in FAST)
"""Those that train on each sample: a matter of seconds."""


def peers() -> tuple[str, ...]:
    """What may stand beside these two: the quick ones, saved networks, then those that train.

    It is read anew at each call, since another page may just have saved a network.
    """
    names = dict.fromkeys((*FAST, *available_models(), *ESTIMATORS))
    return tuple(name for name in names if name not in {LEARNED, BASELINE})


@lru_cache
def estimator(name: str) -> Estimator:
    """The estimator of this name."""
    return load(name)


def estimates_of(
    sample: Sample, names: Iterable[str] = (LEARNED, BASELINE)
) -> tuple[dict[str, Estimate | None], dict[str, str]]:
    """What each named estimator says about a sample, and why those that fail do."""
    estimates: dict[str, Estimate | None] = {}
    failures: dict[str, str] = {}
    for name in names:
        try:
            estimates[name] = estimator(name).estimate(sample.x, sample.y)
        except (ValueError, FileNotFoundError) as error:
            estimates[name], failures[name] = None, str(error)
    return estimates, failures
