"""The state of the training page: one frozen value, pure updates, and a query string."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from mist_explore.distributions import FAMILIES
from mist_explore.meta import Component, MetaDistribution
from mist_explore.network import NetworkConfig
from mist_explore.training import Recipe
from mist_explore.transforms import TRANSFORMS

__all__ = ["BOUNDS", "FIRST_SCREEN", "SIZES", "TrainingState"]

SIZES: Mapping[str, NetworkConfig] = {
    "small": NetworkConfig(width=32, row_width=8, heads=2, blocks=1),
    "medium": NetworkConfig(width=32, row_width=16, heads=4, blocks=2),
    "large": NetworkConfig(),
}
"""The networks to choose from; the large one is as large as a shipped one."""

BOUNDS: Mapping[str, tuple[int, int]] = {
    "n_samples": (10, 1_000),
    "dims": (1, 16),
    "steps": (50, 20_000),
    "seed": (0, 2**31 - 1),
}
"""What the page trains; the library itself has no upper bounds."""


@dataclass(frozen=True)
class TrainingState:
    """All that decides what the training page trains.

    Args:
        families: names in `FAMILIES`, kept in its order.
        transforms: names in `TRANSFORMS`, kept in its order; each family goes through each.
        n_samples: smallest and largest number of rows.
        dims: smallest and largest number of columns of a side.
        size: a name in `SIZES`.
        neighbours: whether the network reads nearest-neighbour statistics.
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
    neighbours: bool = False
    steps: int = 1_000
    seed: int = 0

    def __post_init__(self) -> None:
        for field, known in (("families", FAMILIES), ("transforms", TRANSFORMS)):
            object.__setattr__(self, field, _chosen(field, getattr(self, field), known))
        if self.size not in SIZES:
            raise ValueError(f"expected size among {', '.join(SIZES)}; got {self.size!r}")
        for field in ("n_samples", "dims"):
            low, high = getattr(self, field)
            object.__setattr__(self, field, (_bounded(field, low), _bounded(field, high)))
            if low > high:
                raise ValueError(f"expected {field} from low to high; got {low} to {high}")
        for field in ("steps", "seed"):
            _bounded(field, getattr(self, field))

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
        return Recipe(
            meta,
            replace(SIZES[self.size], neighbours=self.neighbours),
            steps=self.steps,
            learning_rate=3e-3,
            warmup=20,
            seed=self.seed,
        )

    def with_families(self, families: Sequence[str]) -> TrainingState:
        """Other families of laws."""
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

    def with_neighbours(self, neighbours: bool) -> TrainingState:
        """With nearest-neighbour statistics, or without."""
        return replace(self, neighbours=neighbours)

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
                "neighbours": int(self.neighbours),
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
        state = FIRST_SCREEN
        for name, text in parse_qsl(query.removeprefix("?"), keep_blank_values=True):
            match name:
                case "families":
                    state = state.with_families(text.split(","))
                case "transforms":
                    state = state.with_transforms(text.split(","))
                case "n":
                    state = state.with_n_samples(_range(name, text))
                case "dims":
                    state = state.with_dims(_range(name, text))
                case "size":
                    state = state.with_size(text)
                case "neighbours":
                    state = state.with_neighbours(bool(_whole(name, text)))
                case "steps":
                    state = state.with_steps(_whole(name, text))
                case "seed":
                    state = state.with_seed(_whole(name, text))
                case _:
                    raise ValueError(
                        "expected families, transforms, n, dims, size, neighbours, steps or seed "
                        f"in the link; got {name!r}"
                    )
        return state


def _chosen(field: str, names: Sequence[str], known: Mapping[str, object]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise ValueError(
            f"expected {field} among {', '.join(known)}; got {', '.join(unknown) or 'none'}"
        )
    return tuple(name for name in known if name in names)


def _bounded(field: str, value: int) -> int:
    low, high = BOUNDS[field]
    if not low <= value <= high:
        raise ValueError(
            f"expected {field} to be a whole number from {low:,} to {high:,}; got {value!r}"
        )
    return value


def _range(name: str, text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return _whole(name, low), _whole(name, high or low)


def _whole(name: str, text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"expected {name} in whole numbers; got {text!r}")
    return int(text)


FIRST_SCREEN = TrainingState()
"""What the page shows before anything is chosen: one column a side and few rows."""
