"""The estimators of the pages, each loaded once: the network, and baselines to compare it with."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from mist_explore.estimate import Estimate
from mist_explore.estimators import (
    DEFAULT,
    ESTIMATORS,
    FAST,
    SampleEstimator,
    available_models,
    load,
)
from mist_explore.plots import mark_of
from mist_explore.sample import Sample

__all__ = ["BASELINE", "CRITICS", "LEARNED", "baselines", "estimates_of", "estimator", "networks"]

LEARNED, BASELINE = DEFAULT, "gaussian-copula"

CRITICS = tuple(name for name in ESTIMATORS if name not in FAST)
"""Estimators that train a critic on each sample, for seconds."""


def networks() -> dict[str, str]:
    """Return the label of each trained network, read anew at each call."""
    return {name: mark_of(name).label for name in available_models()}


def baselines() -> tuple[str, ...]:
    """Return the names of further estimators: quick ones, saved networks, then `CRITICS`.

    The names are read anew at each call, since another page may just have saved a network.
    """
    names = dict.fromkeys((*FAST, *available_models(), *ESTIMATORS))
    return tuple(name for name in names if name not in {LEARNED, BASELINE})


@lru_cache
def estimator(name: str) -> SampleEstimator:
    """Return the estimator of this name, cached."""
    return load(name)


def estimates_of(
    sample: Sample, names: Iterable[str] = (LEARNED, BASELINE)
) -> tuple[dict[str, Estimate | None], dict[str, str]]:
    """Return the estimates by name, None where one fails, and the messages of those failures."""
    estimates: dict[str, Estimate | None] = {}
    failures: dict[str, str] = {}
    for name in names:
        try:
            estimates[name] = estimator(name).estimate(sample.x, sample.y)
        except (ValueError, FileNotFoundError) as error:
            estimates[name], failures[name] = None, str(error)
    return estimates, failures
