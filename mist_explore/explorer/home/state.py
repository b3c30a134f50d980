"""The state of the home page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mist_explore.explorer.query import SEEDS, Linked, check_bounds, check_name, next_seed

__all__ = ["BOUNDS", "FIRST_SCREEN", "SHAPES", "HomeState"]

SHAPES: Mapping[str, str] = {
    "ring": "a ring",
    "line": "a line",
    "curve": "a curve",
    "spread": "a common spread",
}
"""What the dependence looks like, by name."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "dependence": (0.0, 1.0),
    "known": (0.0, 1.0),
    "seed": SEEDS,
}


@dataclass(frozen=True)
class HomeState(Linked):
    """All that decides what the home page shows.

    Args:
        shape: a name in `SHAPES`.
        dependence: from 0, none, to 1, the strongest that is drawn.
        known: where the known X lies among all, from 0, the lowest, to 1, the highest.
        seed: what the sample is drawn from.

    Raises:
        ValueError: if the shape is unknown or a number out of bounds.

    Example:
        >>> state = HomeState().with_shape("line").with_known(0.5)
        >>> HomeState.from_query(state.to_query()) == state
        True
    """

    shape: str = "ring"
    dependence: float = 0.8
    known: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        check_name("shape", self.shape, SHAPES)
        check_bounds(self, BOUNDS)

    def with_shape(self, shape: str) -> HomeState:
        """Another shape."""
        return replace(self, shape=shape)

    def with_dependence(self, dependence: float) -> HomeState:
        """Another strength of the dependence."""
        return replace(self, dependence=round(dependence, 9))

    def with_known(self, known: float) -> HomeState:
        """Another known X."""
        return replace(self, known=round(known, 9))

    def with_new_sample(self) -> HomeState:
        """The sample of the next seed."""
        return replace(self, seed=next_seed(self.seed))


FIRST_SCREEN = HomeState()
"""What the page shows before anything is chosen: dependence that correlation does not see."""
