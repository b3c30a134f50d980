"""The settings of the home page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mist_explore.explorer.query import SEEDS
from mist_explore.explorer.settings import Settings, choice, hidden, slider

__all__ = ["SHAPES", "HomeState"]

SHAPES: Mapping[str, str] = {
    "ring": "a ring",
    "line": "a line",
    "curve": "a curve",
    "spread": "same spread (shared volatility)",
}
"""Labels of the shapes of a dependence."""


@dataclass(frozen=True)
class HomeState(Settings):
    """A distribution of X and Y, a sample of it, and a known X.

    The first screen is a dependence that correlation misses. `dependence` runs from 0, none, to 1,
    the strongest; `known` is the rank of the known X, from 0, the lowest, to 1, the highest.

    Example:
        >>> state = HomeState().with_(shape="line", known=0.25)
        >>> HomeState.from_query(state.to_query()) == state
        True
    """

    shape: str = choice("Shape of the dependence", "ring", SHAPES)
    dependence: float = slider("Dependence", 0.8, 0.0, 1.0, readout=".0%")
    known: float = slider("Suppose we know X (percentile)", 0.5, 0.0, 1.0, readout=".0%")
    seed: int = hidden(0, *SEEDS)
