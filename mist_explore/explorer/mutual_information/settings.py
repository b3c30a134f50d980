"""The settings of the page about mutual information."""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.explorer.settings import (
    Settings,
    family,
    family_strength,
    seed,
    slider,
    units,
    whole,
)

__all__ = ["InformationState"]

FAMILY_NAMES = (
    *("normal-dense", "student-dense", "student-identity", "copula-pairs"),
    *("clusters", "path", "regression", "additive-noise"),
)
"""Families that fill a plane with one column of X and one of Y."""


@dataclass(frozen=True)
class InformationState(Settings):
    """A distribution of one column of X and one of Y, a sample of it, and its processing.

    Example:
        >>> state = InformationState().with_(family="path")  # at the usual strength of a path
        >>> InformationState.from_query(state.to_query()) == state
        True
    """

    family: str = family("clusters", FAMILY_NAMES)
    strength: float = family_strength(3.5)
    shape: int = whole("Number of the random shape", 3, 0, 9_999)
    n_samples: int = whole("Rows in the sample", 500, 100, 2_000)
    seed: int = seed("Seed of the sample")
    noise: float = slider("Noise added to Y (standard deviations)", 0.5, 0.0, 3.0, step=0.05)
    bins: int = slider("Bins of Y", 4, 2, 32)
    units: str = units()
