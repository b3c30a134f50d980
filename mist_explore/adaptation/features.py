"""Features of adapted datasets and of datasets of the first training, computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from mist_explore.adaptation.meta import OpenMeta
from mist_explore.files import replace_file
from mist_explore.network import StackedEnsemble, StackFeatures
from mist_explore.network.reductions import reduce_sample
from mist_explore.network.stacking import features_of_reduced
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed
from mist_explore.training import RECIPES
from mist_explore.training.feature_cache import Cached, joined

__all__ = ["adapted_features", "datasets_features", "replayed_features"]

TOGETHER = 4
"""Datasets of one number of rows."""

PART = 5
"""Batches in a file."""

REPLAY_CELLS = 20_000
TRUTH, COMPONENT = "mutual_information", "component"


def adapted_features(
    meta: OpenMeta, network: StackedEnsemble, count: int, folder: Path, seed: int
) -> Iterator[float | Cached]:
    """Compute features of datasets of an adapted meta-distribution, in files of a folder.

    Batch t depends on the seed and on t alone: an interrupted computation goes on.

    Args:
        meta: the adapted meta-distribution.
        network: the ensemble whose features they are.
        count: number of datasets, rounded up to whole files.
        folder: where to keep the files.
        seed: of the datasets.

    Yields:
        The share that is done after each file, and the features at last; `component` holds the
        kind of each dataset, as an index in `KINDS`.
    """

    def batch(index: int) -> Cached:
        drawn = meta.batch(TOGETHER, derive_seed(seed, "adapted", index))
        truth, kinds = drawn.mutual_information, drawn.kinds
        return datasets_features(network, list(zip(drawn.x, drawn.y, strict=True)), truth, kinds)

    yield from _in_files(batch, count, folder, "adapted")


def replayed_features(
    network: StackedEnsemble, count: int, folder: Path, seed: int
) -> Iterator[float | Cached]:
    """Compute features of new datasets of the shipped network's training, as `adapted_features`."""
    meta = RECIPES["mist-qr"].meta

    def batch(index: int) -> Cached:
        drawn = meta.batch(TOGETHER, derive_seed(seed, "replay", index), REPLAY_CELLS)
        none = torch.full((len(drawn.x),), -1)
        pairs = list(zip(drawn.x, drawn.y, strict=True))
        return datasets_features(network, pairs, drawn.mutual_information, none)

    yield from _in_files(batch, count, folder, "replay")


def datasets_features(
    network: StackedEnsemble, pairs: Sequence[tuple[Tensor, Tensor]], truth: Tensor, kinds: Tensor
) -> Cached:
    """Return the features of datasets; those with a wholly constant side are left out.

    Args:
        network: the ensemble.
        pairs: rows of X `(n, dim_x)` and of Y `(n, dim_y)` of each dataset.
        truth: mutual information in nats, `(datasets,)`.
        kinds: the kind of each dataset, integers `(datasets,)`.
    """
    reduced, kept = [], []
    for i, (x, y) in enumerate(pairs):
        try:
            sample, _ = Sample(x.numpy(), y.numpy()).without_constant_columns()
        except ValueError:
            continue
        reduced.append(reduce_sample(sample.x, sample.y))
        kept.append(i)
    network.backbones.eval()
    with torch.no_grad():
        features = features_of_reduced(
            network.networks, network.n_numbers, network.config.extended, reduced
        )
    return Cached(features, truth[kept].float(), kinds[kept, None].expand(-1, 2).contiguous())


def _in_files(
    batch: Callable[[int], Cached], count: int, folder: Path, name: str
) -> Iterator[float | Cached]:
    parts, files = [], -(-count // (TOGETHER * PART))
    for number in range(files):
        path = folder / f"{name}-{number:04d}.safetensors"
        if not path.exists():
            found = joined([batch(number * PART + i) for i in range(PART)])
            tensors = {f.name: getattr(found.features, f.name) for f in fields(StackFeatures)}
            content = {**tensors, TRUTH: found.mutual_information, COMPONENT: found.component}
            replace_file(path, save(content))
        tensors = load_file(path)
        truth, component = tensors.pop(TRUTH), tensors.pop(COMPONENT)
        parts.append(Cached(StackFeatures(**tensors), truth, component))
        yield (number + 1) / files
    yield joined(parts)
