"""The settings of the flows page."""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.explorer.baselines import LEARNED, networks
from mist_explore.explorer.settings import Settings, choice, family, seed, slider, stops

__all__ = ["FlowsState"]

FAMILY_NAMES = (
    *("normal-2pair", "normal-dense", "student-dense"),
    *("copula-pairs", "clusters", "path", "regression"),
)
"""Families whose columns fill the square on which the flows act."""

ROWS = (50, 100, 200, 300, 400, 500, 750, 1_000, 1_500, 2_000)


@dataclass(frozen=True)
class FlowsState(Settings):
    """Flows of a strength and a seed on a distribution, and a sample of it.

    Example:
        >>> FlowsState(strength=0.5).next("flow_seed").to_query()
        'strength=0.5&family=normal-2pair&information=0.8&n_samples=400&dim=2&flow_seed=1&seed=0&network=mist-qr'
    """

    strength: float = slider("Strength of the flow", 0.7, 0.0, 1.0)
    family: str = family("normal-2pair", FAMILY_NAMES)
    information: float = slider("True value (nats)", 0.8, 0.05, 2.0)
    n_samples: int = stops("Rows in the sample", 400, ROWS)
    dim: int = slider("Columns of X and of Y", 2, 2, 8)
    flow_seed: int = seed("Seed of the flow")
    seed: int = seed("Seed of the sample")
    network: str = choice("Network", LEARNED, networks)

    @property
    def path(self) -> FlowsState:
        """This state at strength 0: the beginning of its path, the same for every strength."""
        return self.with_(strength=0.0)
