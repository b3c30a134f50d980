"""The recipes of the shipped networks."""

from __future__ import annotations

from collections.abc import Mapping

from mist_explore.meta import broad
from mist_explore.network import NetworkConfig
from mist_explore.training.recipe import Recipe

__all__ = ["RECIPES"]

RECIPES: Mapping[str, Recipe] = {
    "mist-qr": Recipe(
        meta=broad(),
        network=NetworkConfig(96, 16, neighbours=True),
        steps=8_000,
        batches=8,
        batch_size=16,
        max_cells=20_000,
        warmup=300,
        tempered=True,
    ),
    "mist-smooth": Recipe(),
}
"""By the name of the network: broad training with nearest neighbours, published laws without."""
