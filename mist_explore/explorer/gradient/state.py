"""The state of the gradient page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mist_explore.distributions.ridge import CURVES
from mist_explore.estimators import SMOOTH, available_models
from mist_explore.explorer.query import SEEDS, Linked, check_bounds, check_name, next_seed

__all__ = ["BOUNDS", "CURVE_LABELS", "FEATURES", "FIRST_SCREEN", "TABLES", "GradientState"]

CURVE_LABELS: Mapping[str, str] = {
    "line": "line",
    "bend": "line that bends",
    "step": "step",
    "wave": "wave",
    "hill": "hill",
}
"""The curves of the distribution in words."""

TABLES: Mapping[str, str] = {"wine": "cultivar", "penguins": "species"}
"""The bundled tables whose features are chosen, each with its target."""

FEATURES: Mapping[str, int] = {"wine": 13, "penguins": 5}
"""How many columns of numbers they have."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "noise": (0.1, 2.0),
    "n_samples": (50, 400),
    "dim": (2, 8),
    "seed": SEEDS,
    "moves": (-30, 30),
    "kept": (1, 13),
}


@dataclass(frozen=True)
class GradientState(Linked):
    """All that decides what the gradient page shows.

    Args:
        curve: how Y depends on X, a name in `CURVES`.
        noise: its standard deviation.
        n_samples: rows to draw.
        dim: columns of X in the climb.
        seed: of the sample, and of the start of the climb.
        moves: how many steps the points have gone uphill, or downhill where negative.
        table: whose features are chosen, a key of `TABLES`.
        kept: how many of them.
        network: the smooth network whose estimate is climbed, a name in `available_models`.

    Raises:
        ValueError: if a choice is unknown or a number out of bounds.

    Example:
        >>> state = GradientState().with_curve("step").with_moves(3)
        >>> GradientState.from_query(state.to_query()) == state
        True
    """

    curve: str = "bend"
    noise: float = 0.5
    n_samples: int = 150
    dim: int = 4
    seed: int = 0
    moves: int = 0
    table: str = "wine"
    kept: int = 3
    network: str = SMOOTH

    def __post_init__(self) -> None:
        check_name("curve", self.curve, CURVES)
        check_name("table", self.table, TABLES)
        check_name("network", self.network, available_models())
        check_bounds(self, BOUNDS)
        if self.kept > FEATURES[self.table]:
            raise ValueError(
                f"expected kept to be at most {FEATURES[self.table]}, the features of "
                f"{self.table}; got {self.kept}"
            )

    @property
    def distribution(self) -> GradientState:
        """This state without what changes neither the distribution nor its sample."""
        first = FIRST_SCREEN
        return replace(self, moves=first.moves, table=first.table, kept=first.kept)

    def with_curve(self, curve: str) -> GradientState:
        """Another curve, its points where they were drawn."""
        return replace(self, curve=curve, moves=0)

    def with_noise(self, noise: float) -> GradientState:
        """Another noise, the points where they were drawn."""
        return replace(self, noise=round(noise, 9), moves=0)

    def with_n_samples(self, n_samples: int) -> GradientState:
        """Another number of rows, where they were drawn."""
        return replace(self, n_samples=n_samples, moves=0)

    def with_dim(self, dim: int) -> GradientState:
        """Another number of columns in the climb."""
        return replace(self, dim=dim)

    def with_network(self, network: str) -> GradientState:
        """Another network, the points where they were drawn."""
        return replace(self, network=network, moves=0)

    def with_seed(self, seed: int) -> GradientState:
        """The sample of another seed, where it was drawn."""
        return replace(self, seed=seed, moves=0)

    def with_new_sample(self) -> GradientState:
        """The sample of the next seed."""
        return self.with_seed(next_seed(self.seed))

    def with_moves(self, moves: int) -> GradientState:
        """The points after so many steps."""
        return replace(self, moves=moves)

    def uphill(self) -> GradientState:
        """The points one step further up, as far as they go."""
        return self.with_moves(min(self.moves + 1, int(BOUNDS["moves"][1])))

    def downhill(self) -> GradientState:
        """The points one step further down, as far as they go."""
        return self.with_moves(max(self.moves - 1, int(BOUNDS["moves"][0])))

    def with_table(self, table: str) -> GradientState:
        """The features of another table."""
        return replace(self, table=table, kept=FIRST_SCREEN.kept)

    def with_kept(self, kept: int) -> GradientState:
        """Another number of features."""
        return replace(self, kept=kept)


FIRST_SCREEN = GradientState()
"""What the page shows before anything is chosen."""
