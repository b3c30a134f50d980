"""The state of the training page: one frozen value, pure updates, and a query string."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from mist_explore.distributions import FAMILIES
from mist_explore.estimators import SMOOTH
from mist_explore.explorer.query import SEEDS, check_bounds, check_name, number, read_query
from mist_explore.meta import Component, MetaDistribution
from mist_explore.network import NetworkConfig
from mist_explore.training import Recipe
from mist_explore.transforms import TRANSFORMS

__all__ = ["BOUNDS", "FIRST_SCREEN", "SIZES", "TrainingState"]

SIZES: Mapping[str, NetworkConfig] = {
    "small": NetworkConfig(width=32, row_width=8, heads=2, blocks=1),
    "medium": NetworkConfig(width=32, row_width=16, heads=4, blocks=2),
    "large": NetworkConfig(),
    "judged": NetworkConfig(members=2),
}
"""The networks to choose from; the large one is as large as the smooth one that is shipped, which
is the backbone of the stacked ensemble."""

BOUNDS: Mapping[str, tuple[int, int]] = {
    "n_samples": (10, 1_000),
    "dims": (1, 16),
    "steps": (20, 20_000),
    "seed": SEEDS,
}
"""What the page trains; the library itself has no upper bounds."""

KEYS: Mapping[str, Any] = {
    **dict.fromkeys(("families", "transforms", "n", "dims", "size"), ""),
    **dict.fromkeys(("steps", "seed"), 0),
}
"""The keys of the link, those of text and those of numbers."""


@dataclass(frozen=True)
class TrainingState:
    """All that decides what the training page trains.

    Args:
        families: names in `FAMILIES`, kept in its order.
        transforms: names in `TRANSFORMS`, kept in its order; each family goes through each.
        n_samples: smallest and largest number of rows.
        dims: smallest and largest number of columns of a side.
        size: a name in `SIZES`.
        steps: optimizer steps.
        seed: of the weights and of all datasets.

    Raises:
        ValueError: if a name is unknown, a value is out of bounds, or nothing is chosen.

    Example:
        >>> state = TrainingState().with_dims((1, 3)).with_transforms(["flow", "base"])
        >>> TrainingState.from_query(state.to_query()) == state
        True
    """

    families: tuple[str, ...] = (
        "normal-sparse",
        "student-sparse",
        "additive-noise",
        "copula-pairs",
    )
    transforms: tuple[str, ...] = ("base",)
    n_samples: tuple[int, int] = (20, 200)
    dims: tuple[int, int] = (1, 1)
    size: str = "small"
    steps: int = 1_000
    seed: int = 0

    def __post_init__(self) -> None:
        for field, known in (("families", FAMILIES), ("transforms", TRANSFORMS)):
            object.__setattr__(self, field, _chosen(field, getattr(self, field), known))
        check_name("size", self.size, SIZES)
        for field in ("n_samples", "dims"):
            low, high = getattr(self, field)
            for end in (low, high):
                check_bounds(SimpleNamespace(**{field: end}), {field: BOUNDS[field]})
            if low > high:
                raise ValueError(f"expected {field} from low to high; got {low} to {high}")
        check_bounds(self, {field: BOUNDS[field] for field in ("steps", "seed")})

    @property
    def recipe(self) -> Recipe:
        """What is trained on what: the same recipe gives the same network everywhere.

        Raises:
            ValueError: if a transform fits no number of columns within the range.
        """
        meta = MetaDistribution(
            tuple(Component(family, map_) for family in self.families for map_ in self.transforms),
            n_samples=self.n_samples,
            dims=self.dims,
            equal_dims=0.5,
            log_n_samples=0.5,
        )
        network = SIZES[self.size]
        return Recipe(
            meta,
            network,
            steps=self.steps,
            learning_rate=3e-3,
            warmup=20,
            backbone=SMOOTH if network.members else "",
            seed=self.seed,
        )

    def with_families(self, families: Sequence[str]) -> TrainingState:
        """Other families of distributions."""
        return replace(self, families=tuple(families))

    def with_transforms(self, transforms: Sequence[str]) -> TrainingState:
        """Other transforms."""
        return replace(self, transforms=tuple(transforms))

    def with_n_samples(self, n_samples: tuple[int, int]) -> TrainingState:
        """Another range of the number of rows."""
        return replace(self, n_samples=n_samples)

    def with_dims(self, dims: tuple[int, int]) -> TrainingState:
        """Another range of the number of columns of a side."""
        return replace(self, dims=dims)

    def with_size(self, size: str) -> TrainingState:
        """Another size of the network."""
        return replace(self, size=size)

    def with_steps(self, steps: int) -> TrainingState:
        """Another number of optimizer steps."""
        return replace(self, steps=steps)

    def with_seed(self, seed: int) -> TrainingState:
        """Another seed."""
        return replace(self, seed=seed)

    def to_query(self) -> str:
        """The state as the query string of a link."""
        return urlencode(
            {
                "families": ",".join(self.families),
                "transforms": ",".join(self.transforms),
                "n": "-".join(map(str, self.n_samples)),
                "dims": "-".join(map(str, self.dims)),
                "size": self.size,
                "steps": self.steps,
                "seed": self.seed,
            },
            safe=",",
        )

    @staticmethod
    def from_query(query: str) -> TrainingState:
        """The state of a query string; what it leaves out is as on the first screen.

        Raises:
            ValueError: if it holds an unknown name or a value that cannot be read.
        """
        values = read_query(query, KEYS)
        fields: dict[str, Any] = {
            name: values[name] for name in ("size", "steps", "seed") if name in values
        }
        for name in ("families", "transforms"):
            if name in values:
                fields[name] = tuple(values[name].split(","))
        for name, field in (("n", "n_samples"), ("dims", "dims")):
            if name in values:
                fields[field] = _range(name, values[name])
        if "neighbours" in values:
            fields["neighbours"] = values["neighbours"] == 1
        return replace(FIRST_SCREEN, **fields)


def _chosen(field: str, names: Sequence[str], known: Mapping[str, object]) -> tuple[str, ...]:
    if not names:
        raise ValueError(f"expected at least one of the {field}; got none")
    for name in names:
        check_name(field, name, known)
    return tuple(name for name in known if name in names)


def _range(name: str, text: str) -> tuple[int, int]:
    """Both ends of `20-200`; what is not whole is for the state to refuse."""
    low, _, high = text.partition("-")
    return number(name, low), number(name, high)  # type: ignore[return-value]


FIRST_SCREEN = TrainingState()
"""What the page shows before anything is chosen: one column a side and few rows."""
