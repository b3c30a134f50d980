"""Features that are computed once, kept in a folder, and learned from over and over."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from mist_explore.files import replace_file
from mist_explore.meta import Batch, Component, MetaDistribution
from mist_explore.network import StackedEnsemble, StackFeatures
from mist_explore.network.ensemble import joined as joined_features
from mist_explore.seeding import as_generator, derive_seed
from mist_explore.training.data_loader import Example
from mist_explore.training.recipe import Recipe

__all__ = [
    "Cached",
    "cached_batch",
    "components_of",
    "compute",
    "folder_name",
    "joined",
    "read",
    "shuffled",
    "write_part",
]

TOGETHER = 4
"""Datasets of one family and shape, at most: many shapes teach more than many datasets of one."""

TRUTH, COMPONENT = "mutual_information", "component"
MAIN, MORE = "training", "more"
"""The streams of batches of the first meta-distribution of a recipe and of the second one; those
of further ones are numbered."""

PART = 125
"""Batches in a file; the last one is filled up."""


@dataclass(frozen=True)
class Cached:
    """The features of N datasets, their truth, and what they were drawn from.

    Args:
        features: of N datasets.
        mutual_information: their truth in nats, `(N,)`.
        component: the indices in `components_of` of the components of a dataset, `(N, 2)`; -1
            where there is only one.
    """

    features: StackFeatures
    mutual_information: Tensor
    component: Tensor

    def __len__(self) -> int:
        return len(self.mutual_information)

    def __getitem__(self, rows: Tensor) -> Cached:
        return Cached(self.features[rows], self.mutual_information[rows], self.component[rows])


def folder_name(recipe: Recipe) -> str:
    """Return a name that all recipes share whose features are the same."""
    metas = [_text(meta) for meta in (recipe.meta, *recipe.more)]
    what = (*metas, recipe.max_cells, recipe.network.levels, recipe.backbone)
    what += ("extended",) * recipe.network.extended
    return f"features-{hashlib.sha256(repr((*what, recipe.seed)).encode()).hexdigest()[:12]}"


def _text(meta: MetaDistribution) -> str:
    """The JSON of a meta-distribution without what it had none of before there were such things."""
    mapping = meta.to_mapping()
    if not mapping["mapped"]:
        del mapping["mapped"]
    for component in mapping["components"]:
        if component["strength"] == [1.0, 1.0]:
            del component["strength"]
    return json.dumps(mapping, indent=1)


def compute(
    recipe: Recipe, network: StackedEnsemble, folder: Path, rank: int = 0, world_size: int = 1
) -> Iterator[float]:
    """Write the features of a recipe that a folder lacks, yielding the share that is done.

    Batch t of a meta-distribution depends on the seed of the recipe and on t alone; of several
    processes each takes every `world_size`-th file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = _parts(recipe)
    rounds = math.ceil(len(parts) / world_size)
    for number in range(rank, rounds * world_size, world_size):
        if number < len(parts) and not (folder / _file(*parts[number])).exists():
            write_part(recipe, network, folder, *parts[number])
        yield min(1.0, (number + 1) / len(parts))


def write_part(
    recipe: Recipe, network: StackedEnsemble, folder: Path, stream: str, part: int
) -> Cached:
    """Compute and write one file of features."""
    batches = range(part * PART, (part + 1) * PART)
    whole = joined([_cached(recipe, network, stream, index) for index in batches])
    tensors = {f.name: getattr(whole.features, f.name) for f in fields(StackFeatures)}
    tensors |= {TRUTH: whole.mutual_information, COMPONENT: whole.component}
    replace_file(folder / _file(stream, part), save(tensors))
    return whole


def read(folder: Path, recipe: Recipe) -> Cached:
    """Return all features of a recipe, as one batch of datasets of many shapes."""
    parts = []
    for stream, part in _parts(recipe):
        tensors = load_file(folder / _file(stream, part))
        truth, component = tensors.pop(TRUTH), tensors.pop(COMPONENT)
        parts.append(Cached(StackFeatures(**tensors), truth, component))
    return joined(parts)


def cached_batch(recipe: Recipe, stream: str, index: int) -> Batch:
    """Return batch `index` of the datasets of a stream whose features are cached."""
    meta, _, _ = _streams(recipe)[stream]
    return meta.batch(TOGETHER, derive_seed(recipe.seed, stream, index), recipe.max_cells)


def components_of(recipe: Recipe) -> tuple[Component, ...]:
    """Return the components that `Cached.component` indexes."""
    return tuple(c for meta in (recipe.meta, *recipe.more) for c in meta.components)


def joined(parts: Sequence[Cached]) -> Cached:
    """Concatenate cached features."""
    return Cached(
        joined_features([p.features for p in parts]),
        torch.cat([p.mutual_information for p in parts]),
        torch.cat([p.component for p in parts]),
    )


def shuffled(
    cached: Cached, recipe: Recipe, step: int, rank: int = 0, world_size: int = 1
) -> Iterator[Example]:
    """Yield the batches of all steps from `step` on: the datasets in a new order every time."""
    each = max(1, len(cached) // recipe.batch_size)
    order, seen = torch.arange(0), -1
    for i in range(step * recipe.batches + rank, recipe.steps * recipe.batches, world_size):
        if i // each != seen:
            seen = i // each
            generator = as_generator(derive_seed(recipe.seed, "order", seen))
            order = torch.randperm(len(cached), generator=generator)
        rows = order[i % each * recipe.batch_size :][: recipe.batch_size]
        yield Example(cached.features[rows], cached.mutual_information[rows])


def _cached(recipe: Recipe, network: StackedEnsemble, stream: str, index: int) -> Cached:
    batch = cached_batch(recipe, stream, index)
    features = network.features(batch.x, batch.y)
    known = components_of(recipe)
    _, _, first = _streams(recipe)[stream]
    drawn = [known.index(c, first) if c else -1 for c in (batch.component, batch.beside)]
    component = torch.tensor(drawn).expand(len(batch.x), 2)
    cached = Cached(features, batch.mutual_information, component.contiguous())
    # A side of a rare class can come out constant: such a sample is left out.
    varies = [(side != side[:, :1]).any(1).any(1) for side in (batch.x, batch.y)]
    return cached[varies[0] & varies[1]]


def _streams(recipe: Recipe) -> dict[str, tuple[MetaDistribution, int, int]]:
    """By name: a meta-distribution, its batches, and its first place in `components_of`."""
    names = (MAIN, MORE, *(f"{MORE}-{number}" for number in range(2, len(recipe.more) + 1)))
    metas, counts = (recipe.meta, *recipe.more), (recipe.cached, *recipe.more_cached)
    found, first = {}, 0
    for name, meta, count in zip(names, metas, counts, strict=False):
        found[name] = (meta, count, first)
        first += len(meta.components)
    return found


def _parts(recipe: Recipe) -> list[tuple[str, int]]:
    """The stream and the number of each file."""
    return [
        (stream, part)
        for stream, (_, cached, _) in _streams(recipe).items()
        for part in range(math.ceil(cached / PART))
    ]


def _file(stream: str, part: int) -> str:
    return f"{stream}-{part:05d}.safetensors"
