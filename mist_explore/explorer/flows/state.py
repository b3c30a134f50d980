"""The state of the flows page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mist_explore.estimators import available_models
from mist_explore.explorer.peers import LEARNED
from mist_explore.explorer.query import SEEDS, Linked, check_bounds, check_name, next_seed

__all__ = ["BOUNDS", "FAMILY_NAMES", "FIRST_SCREEN", "FlowsState"]

FAMILY_NAMES = (
    *("normal-2pair", "normal-dense", "student-dense"),
    *("copula-pairs", "clusters", "path", "regression"),
)
"""Families whose columns fill the square on which the flows act."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "strength": (0.0, 1.0),
    "information": (0.05, 2.0),
    "n_samples": (50, 2_000),
    "dim": (2, 8),
    "flow_seed": SEEDS,
    "seed": SEEDS,
}


@dataclass(frozen=True)
class FlowsState(Linked):
    """All that decides what the flows page shows.

    Args:
        strength: of the flows, from 0, the identity, to 1.
        family: one of `FAMILY_NAMES`.
        information: the mutual information of the law in nats.
        n_samples: rows to draw.
        dim: columns of X, and of Y.
        flow_seed: what the flows are drawn from.
        seed: what the sample is drawn from.
        network: the trained network that answers, a name in `available_models`.

    Raises:
        ValueError: if the family is not among those of the page or a number is out of bounds.

    Example:
        >>> state = FlowsState().with_strength(0.5).with_new_flow()
        >>> state.to_query()
        'strength=0.5&family=normal-2pair&information=0.8&n_samples=400&dim=2&flow_seed=1&seed=0&network=mist-qr'
        >>> FlowsState.from_query(state.to_query()) == state
        True
    """

    strength: float = 0.7
    family: str = "normal-2pair"
    information: float = 0.8
    n_samples: int = 400
    dim: int = 2
    flow_seed: int = 0
    seed: int = 0
    network: str = LEARNED

    def __post_init__(self) -> None:
        check_name("family", self.family, FAMILY_NAMES)
        check_name("network", self.network, available_models())
        check_bounds(self, BOUNDS)

    @property
    def path(self) -> FlowsState:
        """This state at strength 0: where its path begins, the same for every strength."""
        return self.with_strength(0.0)

    def with_strength(self, strength: float) -> FlowsState:
        """Another strength of the flows."""
        return replace(self, strength=strength)

    def with_family(self, family: str) -> FlowsState:
        """Another family."""
        return replace(self, family=family)

    def with_information(self, information: float) -> FlowsState:
        """Another mutual information."""
        return replace(self, information=information)

    def with_n_samples(self, n_samples: int) -> FlowsState:
        """Another number of rows."""
        return replace(self, n_samples=n_samples)

    def with_dim(self, dim: int) -> FlowsState:
        """Another number of columns on both sides."""
        return replace(self, dim=dim)

    def with_flow_seed(self, flow_seed: int) -> FlowsState:
        """The flows of another seed."""
        return replace(self, flow_seed=flow_seed)

    def with_new_flow(self) -> FlowsState:
        """The flows of the next seed."""
        return self.with_flow_seed(next_seed(self.flow_seed))

    def with_seed(self, seed: int) -> FlowsState:
        """The sample of another seed."""
        return replace(self, seed=seed)

    def with_network(self, network: str) -> FlowsState:
        """Another trained network."""
        return replace(self, network=network)

    def with_new_sample(self) -> FlowsState:
        """The sample of the next seed."""
        return self.with_seed(next_seed(self.seed))


FIRST_SCREEN = FlowsState()
"""What the page shows before anything is chosen."""
