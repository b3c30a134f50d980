"""The state of the critics on the training page: one dataset, and how they are trained on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from mist_explore.distributions import FAMILIES
from mist_explore.explorer.query import SEEDS, check_bounds, check_name, read_query

__all__ = ["BOUNDS", "FIRST_CRITICS", "PREFIX", "CriticState"]

BOUNDS: Mapping[str, tuple[int, int]] = {
    "n_samples": (100, 5_000),
    "dim": (1, 16),
    "batch": (8, 512),
    "steps": (100, 3_000),
    "seed": SEEDS,
}
PREFIX = "critic_"
"""Where the keys of this state begin in the link of the page."""


@dataclass(frozen=True)
class CriticState:
    """One dataset, and how the critics are trained on it.

    Args:
        family: a name in `FAMILIES`; its other parameters take their defaults.
        strength: its first parameter.
        n_samples: rows; half of them are held out.
        dim: columns of each side.
        batch: rows that a step scores in all pairs.
        steps: optimizer steps of each critic.
        seed: of the dataset and of the critics.

    Raises:
        ValueError: if the family is unknown or a value is out of bounds.

    Example:
        >>> CriticState.from_query(CriticState(batch=64).to_query()) == CriticState(batch=64)
        True
    """

    family: str = "normal-sparse"
    strength: float = 8.0
    n_samples: int = 1_000
    dim: int = 2
    batch: int = 16
    steps: int = 600
    seed: int = 0

    def __post_init__(self) -> None:
        check_name("family", self.family, FAMILIES)
        strength = FAMILIES[self.family].parameters[0].checked(self.strength)
        object.__setattr__(self, "strength", float(strength))
        check_bounds(self, BOUNDS)

    def with_family(self, family: str) -> CriticState:
        """Another family, with its default strength."""
        check_name("family", family, FAMILIES)
        return replace(self, family=family, strength=FAMILIES[family].parameters[0].default)

    def with_strength(self, strength: float) -> CriticState:
        """Another strength of the dependence."""
        return replace(self, strength=strength)

    def with_n_samples(self, n_samples: int) -> CriticState:
        """Another number of rows."""
        return replace(self, n_samples=n_samples)

    def with_dim(self, dim: int) -> CriticState:
        """Another number of columns of each side."""
        return replace(self, dim=dim)

    def with_batch(self, batch: int) -> CriticState:
        """Another number of rows in a batch."""
        return replace(self, batch=batch)

    def with_steps(self, steps: int) -> CriticState:
        """Another number of steps."""
        return replace(self, steps=steps)

    def with_seed(self, seed: int) -> CriticState:
        """Another dataset, and other critics."""
        return replace(self, seed=seed)

    def to_query(self) -> str:
        """The state as a part of the query string of a link."""
        fields = ("family", "strength", "n_samples", "dim", "batch", "steps", "seed")
        return urlencode({f"{PREFIX}{field}": getattr(self, field) for field in fields})

    @staticmethod
    def from_query(query: str) -> CriticState:
        """The state of a part of a query string; what it leaves out is as on the first screen.

        Raises:
            ValueError: if it holds an unknown name or a value that cannot be read.
        """
        keys = ("family", "strength", *BOUNDS)
        values = read_query(query, {f"{PREFIX}{key}": "" if key == "family" else 0 for key in keys})
        fields = {key.removeprefix(PREFIX): value for key, value in values.items()}
        state = FIRST_CRITICS
        if "family" in fields:
            state = state.with_family(fields.pop("family"))
        return replace(state, **fields)


FIRST_CRITICS = CriticState()
"""What the page shows at first: more information than InfoNCE can say with so small a batch."""
