"""The stream of training data: batch t depends on the seed and on t alone, so a run can resume."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from mist_explore.meta import Batch
from mist_explore.network import (
    AnyFeatures,
    AnyNetwork,
    Features,
    Network,
    TrainingDistance,
    features_of,
)
from mist_explore.seeding import derive_seed
from mist_explore.training.recipe import Recipe

__all__ = [
    "HELD_OUT",
    "Example",
    "as_read",
    "batch_of",
    "example",
    "training_distance",
    "training_stream",
]

HELD_OUT = "held-out"
FEWEST_BATCHES = 50
"""Least number of batches of reference datasets, however short the run."""
_AHEAD = 8


@dataclass(frozen=True)
class Example:
    """A batch as the network reads it.

    Args:
        features: of B datasets.
        mutual_information: their truth in nats, `(B,)`.
        pairs: k = min(dim_x, dim_y), which scales the loss where nothing else does.
    """

    features: AnyFeatures
    mutual_information: Tensor
    pairs: int = 1


def batch_of(recipe: Recipe, stream: str, index: int) -> Batch:
    """The datasets of batch `index` of a named stream."""
    seed = derive_seed(recipe.seed, stream, index)
    return recipe.meta.batch(recipe.batch_size, seed, recipe.max_cells)


def as_read(network: AnyNetwork, batch: Batch) -> Example:
    """A batch as a network reads it."""
    features = features_of(network, batch.x, batch.y)
    pairs = min(batch.x.shape[-1], batch.y.shape[-1])
    return Example(features, batch.mutual_information, pairs)


def example(recipe: Recipe, network: AnyNetwork, stream: str, index: int) -> Example:
    """Batch `index` of a named stream as the network reads it."""
    return as_read(network, batch_of(recipe, stream, index))


def training_stream(
    recipe: Recipe, network: AnyNetwork, step: int, rank: int = 0, world_size: int = 1
) -> Iterator[Example]:
    """The batches of all steps from `step` on, made ahead of their use in a thread.

    Of several processes, each takes every `world_size`-th batch, from `rank` on.
    """
    with ThreadPoolExecutor(1, "data-loader") as pool:
        first, last = step * recipe.batches, recipe.steps * recipe.batches
        indices = iter(range(first + rank, last, world_size))
        pending = deque(
            pool.submit(example, recipe, network, "training", i)
            for _, i in zip(range(_AHEAD), indices, strict=False)
        )
        try:
            while pending:
                ready = pending.popleft().result()
                for i in indices:
                    pending.append(pool.submit(example, recipe, network, "training", i))
                    break
                yield ready
        finally:
            for future in pending:
                future.cancel()


def training_distance(
    recipe: Recipe, network: AnyNetwork, n_batches: int = 1_000
) -> TrainingDistance | None:
    """Return the distance from the datasets of training; None if the network reads only rows.

    Two datasets of each of `n_batches` further batches are references: many shapes count more than
    many datasets of one. A short run has as many as batches of training. An ensemble has its own
    reference datasets.
    """
    if not isinstance(network, Network):
        return None
    n_batches = min(n_batches, max(FEWEST_BATCHES, recipe.steps * recipe.batches))
    recipe = replace(recipe, batch_size=2)
    features = (example(recipe, network, "familiarity", i).features for i in range(n_batches))
    fingerprints = [f.fingerprint for f in features if isinstance(f, Features)]
    return TrainingDistance.of(torch.cat(fingerprints)) if fingerprints else None
