"""The settings of the page on the inside of an estimator."""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.explorer.mutual_information.settings import FAMILY_NAMES
from mist_explore.explorer.settings import Settings, family, family_strength, seed, slider, stops

__all__ = ["EstimatorsState"]

ROWS = (25, 50, 100, 200, 300, 500)


@dataclass(frozen=True)
class EstimatorsState(Settings):
    """A sample of one column of X and one of Y, the k of KSG, and one of its points.

    `point` is the place of the point from left to right, from 0, the leftmost, to 1.

    Example:
        >>> state = EstimatorsState(n_samples=50).moved(1)
        >>> state.place - EstimatorsState(n_samples=50).place
        1
    """

    family: str = family("normal-dense", FAMILY_NAMES)
    strength: float = family_strength(0.75)
    n_samples: int = stops("Rows", 100, ROWS)
    neighbours: int = slider("Neighbours k", 3, 1, 20, key="k")
    point: float = slider("Point, from left to right", 0.2, 0.0, 1.0, readout=".0%")
    seed: int = seed("Seed of the sample")

    @property
    def place(self) -> int:
        """The place of the point among the rows from left to right, from 0."""
        return round(self.point * (self.n_samples - 1))

    def at(self, place: int) -> EstimatorsState:
        """Return the state with the point at a place; the first follows the last."""
        return self.with_(point=place % self.n_samples / (self.n_samples - 1))

    def moved(self, places: int) -> EstimatorsState:
        """Return the state with the point a number of places to the right."""
        return self.at(self.place + places)
