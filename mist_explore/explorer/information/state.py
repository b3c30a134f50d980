"""The state of the page about mutual information."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from mist_explore.distributions import FAMILIES
from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.query import (
    SEEDS,
    Linked,
    check_bounds,
    check_name,
    next_seed,
    read_query,
)

__all__ = ["BOUNDS", "FAMILY_NAMES", "FIRST_SCREEN", "InformationState"]

FAMILY_NAMES = (
    *("normal-dense", "student-dense", "student-identity", "copula-pairs"),
    *("clusters", "path", "regression", "additive-noise"),
)
"""Families of one column a side that fill a plane."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "shape": (0, 9_999),
    "n_samples": (100, 2_000),
    "seed": SEEDS,
    "noise": (0.0, 3.0),
    "bins": (2, 32),
}


@dataclass(frozen=True)
class InformationState(Linked):
    """All that decides what the page shows.

    Args:
        family: one of `FAMILY_NAMES`, with one column a side.
        strength: the first parameter of the family; the others have their defaults.
        shape: the number of the random shape, in families that have one.
        n_samples: rows to draw.
        seed: what the sample is drawn from.
        noise: the deviation of the noise added to a standardised Y.
        bins: into how many equally likely bins Y is cut after that.
        units: `"nats"` or `"bits"`.

    Raises:
        ValueError: if a name is unknown or a number out of bounds.

    Example:
        >>> state = InformationState().with_family("path").with_noise(1.0)
        >>> InformationState.from_query(state.to_query()) == state
        True
    """

    family: str = "clusters"
    strength: float = 3.5
    shape: int = 3
    n_samples: int = 500
    seed: int = 0
    noise: float = 0.5
    bins: int = 4
    units: str = "nats"

    def __post_init__(self) -> None:
        check_name("family", self.family, FAMILY_NAMES)
        check_name("units", self.units, NATS_PER_UNIT)
        check_bounds(self, BOUNDS)
        FAMILIES[self.family].parameters[0].checked(self.strength)

    def with_family(self, family: str) -> InformationState:
        """Another family, at its usual strength."""
        check_name("family", family, FAMILY_NAMES)
        return replace(self, family=family, strength=FAMILIES[family].parameters[0].default)

    def with_strength(self, strength: float) -> InformationState:
        """Another strength of the dependence."""
        return replace(self, strength=round(strength, 9))

    def with_shape(self, shape: int) -> InformationState:
        """Another random shape."""
        return replace(self, shape=shape)

    def with_n_samples(self, n_samples: int) -> InformationState:
        """Another number of rows."""
        return replace(self, n_samples=n_samples)

    def with_seed(self, seed: int) -> InformationState:
        """The sample of another seed."""
        return replace(self, seed=seed)

    def with_new_sample(self) -> InformationState:
        """The sample of the next seed."""
        return self.with_seed(next_seed(self.seed))

    def with_noise(self, noise: float) -> InformationState:
        """Other noise on Y."""
        return replace(self, noise=round(noise, 9))

    def with_bins(self, bins: int) -> InformationState:
        """Another number of bins of Y."""
        return replace(self, bins=bins)

    def with_units(self, units: str) -> InformationState:
        """Other units."""
        return replace(self, units=units)

    @staticmethod
    def from_query(query: str) -> InformationState:
        """The state of a query string; what it leaves out is as on the first screen.

        A family without a strength has its usual one.

        Raises:
            ValueError: if it holds an unknown name or a value that cannot be read.
        """
        values = read_query(query, asdict(FIRST_SCREEN))
        state = FIRST_SCREEN
        if "family" in values:
            state = state.with_family(values.pop("family"))
        return replace(state, **values)


FIRST_SCREEN = InformationState()
"""What the page shows before anything is chosen."""
