"""Evidence that is drawn once, kept in a folder, and learned from over and over."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save

from mist_explore.files import replace_file
from mist_explore.meta import Batch
from mist_explore.network import Evidence, Features, JudgedNetwork
from mist_explore.seeding import as_generator, derive_seed
from mist_explore.training.feed import Example, as_read
from mist_explore.training.recipe import Recipe

__all__ = ["draw", "drawn_batch", "folder_name", "heard", "joined", "read", "shuffled", "told"]

TOGETHER = 4
"""Datasets of one family and shape, at most: many shapes teach more than many datasets of one."""

TRUTH = "truth"
PART = 250
"""Batches in a file; the last one is filled up."""


def folder_name(recipe: Recipe) -> str:
    """A name that all recipes share whose evidence is the same."""
    what = (recipe.meta.to_json(), recipe.max_cells, recipe.network.levels, recipe.trunk)
    return f"drawn-{hashlib.sha256(repr((*what, recipe.seed)).encode()).hexdigest()[:12]}"


def draw(
    recipe: Recipe, network: JudgedNetwork, folder: Path, rank: int = 0, world_size: int = 1
) -> Iterator[float]:
    """Write what a folder lacks of the evidence of a recipe, yielding the share that is done.

    Batch t depends on the seed of the recipe and on t alone; of several processes each takes
    every `world_size`-th file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rounds = math.ceil(_n_files(recipe) / world_size)
    for file in range(rank, rounds * world_size, world_size):
        path = folder / _file(file)
        if file < _n_files(recipe) and not path.exists():
            batches = range(file * PART, (file + 1) * PART)
            whole = joined([told(network, drawn_batch(recipe, index)) for index in batches])
            assert isinstance(whole.features, Evidence)
            tensors = {**vars(whole.features), TRUTH: whole.mutual_information}
            replace_file(path, save(tensors))
        yield min(1.0, (file + 1) / _n_files(recipe))


def read(folder: Path, recipe: Recipe) -> Example:
    """All that was drawn for a recipe, as one batch of datasets of many shapes."""
    parts = []
    for number in range(_n_files(recipe)):
        tensors = load_file(folder / _file(number))
        truth = tensors.pop(TRUTH)
        parts.append(Example(Evidence(**tensors), truth))
    return joined(parts)


def drawn_batch(recipe: Recipe, index: int) -> Batch:
    """Batch `index` of those that are drawn once."""
    seed = derive_seed(recipe.seed, "training", index)
    return recipe.meta.batch(TOGETHER, seed, recipe.max_cells)


def told(network: JudgedNetwork, batch: Batch) -> Example:
    """A batch as the judges are told of it."""
    return heard(network, as_read(network.config, batch))


def heard(network: JudgedNetwork, example: Example) -> Example:
    """The same datasets as the judges are told of them, so that the trunk is asked only once."""
    assert isinstance(example.features, Features)
    return replace(example, features=network.evidence(example.features))


def joined(parts: Sequence[Example]) -> Example:
    """Batches of evidence as one."""
    evidence = [part.features for part in parts if isinstance(part.features, Evidence)]
    names = [field.name for field in fields(Evidence)]
    tensors = (torch.cat([getattr(e, name) for e in evidence]) for name in names)
    return Example(Evidence(*tensors), torch.cat([part.mutual_information for part in parts]))


def shuffled(
    drawn: Example, recipe: Recipe, step: int, rank: int = 0, world_size: int = 1
) -> Iterator[Example]:
    """The batches of all steps from `step` on: the datasets in a new random order every time."""
    assert isinstance(drawn.features, Evidence)
    each = max(1, len(drawn.mutual_information) // recipe.batch_size)
    order, seen = torch.arange(0), -1
    for i in range(step * recipe.batches + rank, recipe.steps * recipe.batches, world_size):
        if i // each != seen:
            seen = i // each
            generator = as_generator(derive_seed(recipe.seed, "order", seen))
            order = torch.randperm(len(drawn.mutual_information), generator=generator)
        rows = order[i % each * recipe.batch_size :][: recipe.batch_size]
        yield Example(drawn.features.of(rows), drawn.mutual_information[rows])


def _n_files(recipe: Recipe) -> int:
    return math.ceil(recipe.drawn / PART)


def _file(number: int) -> str:
    return f"{number:05d}.safetensors"
