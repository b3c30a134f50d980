"""The recipes of the shipped networks."""

from __future__ import annotations

from collections.abc import Mapping

from mist_explore.meta import broad, published
from mist_explore.network import NetworkConfig
from mist_explore.training.recipe import Recipe

__all__ = ["RECIPES"]

RECIPES: Mapping[str, Recipe] = {
    "mist-qr": Recipe(
        meta=broad(),
        network=NetworkConfig(judges=4),
        steps=8_000,
        batches=2,
        batch_size=256,
        max_cells=30_000,
        learning_rate=1e-3,
        warmup=200,
        relative=True,
        drawn=60_000,
        trunk="mist-smooth",
    ),
    "mist-smooth": Recipe(),
    "mist-paper": Recipe(
        meta=published(),
        network=NetworkConfig(32, heads=2, blocks=2, architecture="published"),
        steps=4_500,
        learning_rate=1e-3,
        warmup=200,
    ),
}
"""By the name of the network: judges of the smooth network and of nearest neighbours, on all laws;
the smooth network, on the published laws; and the published network, smaller and on a small share
of its training."""
