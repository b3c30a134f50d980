"""The recipes of the shipped networks."""

from __future__ import annotations

from collections.abc import Mapping

from mist_explore.meta import broad, published
from mist_explore.network import NetworkConfig
from mist_explore.training.recipe import Recipe

__all__ = ["RECIPES"]

RECIPES: Mapping[str, Recipe] = {
    "mist-qr": Recipe(),
    "mist-broad": Recipe(
        meta=broad(),
        network=NetworkConfig(96, 16, neighbours=True),
        steps=8_000,
        batches=8,
        batch_size=16,
        max_cells=20_000,
        warmup=300,
        learning_rate=1e-3,
        clip=10.0,
        relative=True,
    ),
    "mist-paper": Recipe(
        meta=published(),
        network=NetworkConfig(32, heads=2, blocks=2, architecture="published"),
        steps=4_500,
        learning_rate=1e-3,
        warmup=200,
    ),
}
"""By the name of the network: published laws; all laws, with nearest neighbours; and the published
network, smaller and on a small share of its published training."""
