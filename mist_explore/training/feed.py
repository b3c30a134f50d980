"""The stream of training data: batch t depends on the seed and on t alone, so a run can resume."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from torch import Tensor

from mist_explore.network import Features, features_of
from mist_explore.seeding import derive_seed
from mist_explore.training.recipe import Recipe

__all__ = ["Example", "held_out", "training_stream"]

_AHEAD = 8


@dataclass(frozen=True)
class Example:
    """A batch as the network reads it.

    Args:
        features: of B datasets.
        mutual_information: their truth in nats, `(B,)`.
        pairs: k = min(dim_x, dim_y), which scales the loss.
        n_samples: rows of a dataset.
    """

    features: Features | Tensor
    mutual_information: Tensor
    pairs: int
    n_samples: int


def example(recipe: Recipe, stream: str, index: int) -> Example:
    """Batch `index` of a named stream."""
    seed = derive_seed(recipe.seed, stream, index)
    batch = recipe.meta.batch(recipe.batch_size, seed, recipe.max_cells)
    features = features_of(recipe.network, batch.x, batch.y)
    pairs = min(batch.x.shape[-1], batch.y.shape[-1])
    return Example(features, batch.mutual_information, pairs, batch.x.shape[1])


def training_stream(
    recipe: Recipe, step: int, rank: int = 0, world_size: int = 1
) -> Iterator[Example]:
    """The batches of all steps from `step` on, made ahead of their use in a thread.

    Of several processes, each takes every `world_size`-th batch, from `rank` on.
    """
    with ThreadPoolExecutor(1, "feed") as pool:
        first, last = step * recipe.batches, recipe.steps * recipe.batches
        indices = iter(range(first + rank, last, world_size))
        pending = deque(
            pool.submit(example, recipe, "training", i)
            for _, i in zip(range(_AHEAD), indices, strict=False)
        )
        try:
            while pending:
                ready = pending.popleft().result()
                for i in indices:
                    pending.append(pool.submit(example, recipe, "training", i))
                    break
                yield ready
        finally:
            for future in pending:
                future.cancel()


def held_out(recipe: Recipe, n_batches: int) -> list[Example]:
    """Batches of a stream that training never sees."""
    return [example(recipe, "held-out", i) for i in range(n_batches)]
