"""The settings of the training page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mist_explore.estimators import SMOOTH
from mist_explore.explorer.settings import Settings, choice, families, ranged, seed, several, stops
from mist_explore.meta import Component, MetaDistribution
from mist_explore.network import NetworkConfig, network_of
from mist_explore.training import Recipe
from mist_explore.transforms import TRANSFORMS

__all__ = ["SIZES", "TrainingState", "weights"]

SIZES: Mapping[str, NetworkConfig] = {
    "small": NetworkConfig(width=32, row_width=8, heads=2, blocks=1),
    "medium": NetworkConfig(width=32, row_width=16, heads=4, blocks=2),
    "large": NetworkConfig(),
    "judged": NetworkConfig(members=2),
}
"""The networks to choose from; the large one has the size of the smooth one that is shipped, which
is the backbone of the stacked ensemble."""

LABELS: Mapping[str, str] = {"judged": "ensemble"}

ROWS = (10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1_000)
DIMS = tuple(range(1, 17))
STEPS = (20, 50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 20_000)


@cache
def weights() -> Mapping[str, int]:
    """Return the number of weights of each network to choose from."""
    return {
        name: sum(values.numel() for values in network_of(config).parameters())
        for name, config in SIZES.items()
    }


def _sizes() -> Mapping[str, str]:
    return {name: f"{LABELS.get(name, name)}: {n:,} weights" for name, n in weights().items()}


@dataclass(frozen=True)
class TrainingState(Settings):
    """A recipe: the distributions of the training data, the network, and its steps.

    Each family is combined with each transform.

    Example:
        >>> state = TrainingState(dims=(1, 3), transforms=("flow", "base"))
        >>> TrainingState.from_query(state.to_query()) == state
        True
    """

    families: tuple[str, ...] = families(
        ("normal-sparse", "student-sparse", "additive-noise", "copula-pairs")
    )
    transforms: tuple[str, ...] = several(
        "Transforms of X and of Y",
        ("base",),
        {name: pair.label for name, pair in TRANSFORMS.items()},
    )
    n_samples: tuple[int, int] = ranged(
        "Rows of a sample", (20, 200), ROWS[0], ROWS[-1], stops=ROWS, key="n"
    )
    dims: tuple[int, int] = ranged("Columns per variable", (1, 1), 1, 16, stops=DIMS)
    size: str = choice("Network", "small", _sizes)
    steps: int = stops("Training steps", 1_000, STEPS)
    seed: int = seed("Seed of weights and data")

    @property
    def recipe(self) -> Recipe:
        """The recipe, which gives the same network everywhere.

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
