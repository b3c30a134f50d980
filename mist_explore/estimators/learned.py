"""The learned estimator: one forward pass of a trained network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from mist_explore.estimate import BaseEstimate, Estimate
from mist_explore.estimators.diagnostics import Diagnosis, diagnose
from mist_explore.estimators.sample_estimator import SampleEstimator
from mist_explore.meta import Component, MetaDistribution
from mist_explore.network import (
    AnyFeatures,
    Checkpoint,
    Features,
    Network,
    StackedEnsemble,
    StackFeatures,
    features_of,
    load_checkpoint,
)
from mist_explore.network.checkpoint import CONFIG
from mist_explore.network.reductions import Reduced, reduce_sample
from mist_explore.network.stacking import BASE_ESTIMATES, TYPES, features_of_reduced
from mist_explore.resources import models_directory
from mist_explore.sample import Sample

__all__ = ["LearnedEstimator", "load_learned"]

LEAST_WEIGHT = 0.01
"""Base estimates of less weight are left out of the explanation."""


@dataclass(frozen=True, eq=False)
class LearnedEstimator(SampleEstimator):
    r"""A trained network as an estimator.

    Its interval holds for distributions like those of its training: the
    quantiles \(q_\tau\) of I given the sample, under the training meta-distribution.

    Args:
        checkpoint: the network with its training settings.

    Source: MIST, arXiv 2511.18945.

    Example:
        >>> import mist_explore as mx
        >>> model = mx.load("mist-qr")
        >>> sample = mx.FAMILIES["normal-dense"].distribution(2, 3).sample(300, seed=0)
        >>> low, high = model.estimate(sample.x, sample.y).interval(0.9)
        >>> truth = mx.FAMILIES["normal-dense"].distribution(2, 3).mutual_information
        >>> bool(low < float(truth) < high)
        True
    """

    checkpoint: Checkpoint

    def __repr__(self) -> str:
        return f"LearnedEstimator({self.name!r}, {self.n_parameters:,} weights)"

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.checkpoint.name

    @cached_property
    def n_parameters(self) -> int:
        """The number of weights."""
        return sum(p.numel() for p in self.checkpoint.network.parameters())

    @cached_property
    def trained_on(self) -> tuple[Component, ...]:
        """The components of the training of the network and of its backbones."""
        checkpoint = self.checkpoint
        found = checkpoint.meta.components
        for more in checkpoint.training["recipe"].get("more") or ():
            found += MetaDistribution.from_mapping(more).components
        for name in checkpoint.backbones:
            found += load_learned(models_directory() / name).checkpoint.meta.components
        return found

    @torch.inference_mode()
    def predict(self, x: Tensor, y: Tensor) -> Tensor:
        """Return quantiles in nats of a batch of datasets of one shape, never below 0.

        Args:
            x: `(B, n, dim_x)`, no column constant.
            y: `(B, n, dim_y)`, no column constant.

        Returns:
            `(B, levels)` at the levels of the network's configuration.

        Raises:
            ValueError: if its architecture cannot take the number of columns.
        """
        return self._quantiles(features_of(self.checkpoint.network, x.double(), y.double()))

    def ood_score(self, x: Tensor, y: Tensor) -> Tensor | None:
        """Return the share of training datasets that lie nearer to the others than these, `(B,)`.

        None where it was not measured in training. The arguments are those of `predict`.
        """
        return self._ood_score(features_of(self.checkpoint.network, x.double(), y.double()))

    @torch.inference_mode()
    def estimate_samples(self, samples: Sequence[Sample]) -> list[Estimate]:
        """Estimate each of several samples of one shape, in one forward pass.

        Raises:
            ValueError: if a side is wholly constant, or without constant columns the shapes differ.
        """
        varying = [sample.without_constant_columns() for sample in samples]
        shapes = {(s.n_samples, s.dim_x, s.dim_y) for s, _ in varying}
        if len(shapes) > 1:
            raise ValueError(f"expected samples of one shape; got {sorted(shapes)}")
        network = self.checkpoint.network
        reduced: list[Reduced | None] = [None] * len(varying)
        features: AnyFeatures
        explanations: list[tuple[BaseEstimate, ...]] = [()] * len(varying)
        if isinstance(network, StackedEnsemble):
            exact = [reduce_sample(sample.x, sample.y) for sample, _ in varying]
            features = features_of_reduced(
                network.networks, network.n_numbers, network.config.extended, exact
            )
            combined = network.combine(features)
            score: Tensor | None = combined.ood_score
            quantiles = network.calibrated(combined).clamp(min=0).tolist()
            explanations = _explanations(network.gating_weights(combined), features)
            reduced = list(exact)
        else:
            x = torch.from_numpy(np.stack([sample.x for sample, _ in varying]))
            y = torch.from_numpy(np.stack([sample.y for sample, _ in varying]))
            features = features_of(network, x, y)
            score = self._ood_score(features)
            quantiles = self._quantiles(features).tolist()
        estimates = []
        for i, (sample, dropped) in enumerate(varying):
            found = diagnose(
                Diagnosis(
                    self.checkpoint,
                    sample,
                    reduced[i],
                    None if score is None else float(score[i]),
                    quantiles[i],
                )
            )
            one = reduced[i]
            estimates.append(
                Estimate(
                    network.config.levels,
                    quantiles[i],
                    warnings=(*dropped, *(one.warnings if one else ()), *found),
                    estimator=self.name,
                    n_samples=sample.n_samples,
                    dim_x=sample.dim_x,
                    dim_y=sample.dim_y,
                    notes=one.notes if one else (),
                    explanation=explanations[i],
                )
            )
        return estimates

    def _quantiles(self, features: AnyFeatures) -> Tensor:
        quantiles: Tensor = self.checkpoint.network(features.to(dtype=torch.float32))
        return quantiles.clamp(min=0)

    def _ood_score(self, features: AnyFeatures) -> Tensor | None:
        network = self.checkpoint.network
        if isinstance(network, StackedEnsemble):
            assert isinstance(features, StackFeatures)
            return network.ood_score(features)
        known = self.checkpoint.training_distance
        if known is None or not isinstance(features, Features):
            return None
        return known.share_nearer(features.fingerprint)


def load_learned(directory: Path) -> LearnedEstimator:
    """Return the estimator of the trained network in a folder.

    The same folder gives the same object until its `config.json` changes, and a backbone that
    equals a shipped network is that network: weights are in memory once.

    Raises:
        CheckpointError: if a file is missing or damaged.

    Example:
        >>> smooth = load_learned(models_directory() / "mist-smooth")
        >>> smooth is load_learned(models_directory() / "mist-smooth")
        True
    """
    config = directory / CONFIG
    return _learned(directory.resolve(), config.read_bytes() if config.exists() else b"")


@lru_cache(maxsize=32)
def _learned(directory: Path, config: bytes) -> LearnedEstimator:
    checkpoint = load_checkpoint(directory)
    network = checkpoint.network
    if isinstance(network, StackedEnsemble):
        for i, name in enumerate(checkpoint.backbones[: len(network.backbones)]):
            if not (models_directory() / name).is_dir():
                continue
            backbone = load_learned(models_directory() / name).checkpoint.network
            if isinstance(backbone, Network) and _equal(backbone, network.backbones[i]):
                network.backbones[i] = backbone
    return LearnedEstimator(checkpoint)


def _equal(one: nn.Module, other: nn.Module) -> bool:
    a, b = one.state_dict(), other.state_dict()
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def _explanations(weights: Tensor, features: StackFeatures) -> list[tuple[BaseEstimate, ...]]:
    """The base estimates of each dataset with their gating weights, the heaviest first."""
    found = []
    for weight, base, kind in zip(weights, features.base, features.types.tolist(), strict=True):
        names = BASE_ESTIMATES[TYPES[kind]]
        order = weight[: len(names)].argsort(descending=True).tolist()
        found.append(
            tuple(
                BaseEstimate(names[i], float(base[i]), float(weight[i]))
                for i in order
                if float(weight[i]) >= LEAST_WEIGHT
            )
        )
    return found
