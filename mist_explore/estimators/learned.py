"""The learned estimator: one forward pass of a trained network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from mist_explore.estimate import Estimate
from mist_explore.estimators.doubts import UNLIKE, WIDER, doubts
from mist_explore.network import Checkpoint, Features, features_of
from mist_explore.network.model import stretched
from mist_explore.sample import Sample

__all__ = ["LearnedEstimator"]


@dataclass(frozen=True, eq=False)
class LearnedEstimator:
    r"""A trained network as an estimator.

    Its interval is a statement about laws like those that it was trained on: the quantiles
    \(q_\tau\) of I given the sample, under the training meta-distribution.

    Args:
        checkpoint: the network and what it was trained on.

    Source: MIST, arXiv 2511.18945.

    Example:
        >>> import mist_explore as mx
        >>> model = mx.load("mist-qr")
        >>> sample = mx.FAMILIES["normal-dense"].law(2, 3).sample(300, seed=0)
        >>> low, high = model.estimate(sample.x, sample.y).interval(0.9)
        >>> bool(low < float(mx.FAMILIES["normal-dense"].law(2, 3).mutual_information) < high)
        True
    """

    checkpoint: Checkpoint

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.checkpoint.name

    @cached_property
    def n_parameters(self) -> int:
        """The number of weights."""
        return sum(p.numel() for p in self.checkpoint.network.parameters())

    @torch.inference_mode()
    def predict(self, x: Tensor, y: Tensor) -> Tensor:
        """Quantiles in nats of a batch of datasets of one shape, never below 0.

        Args:
            x: `(B, n, dim_x)`, no column constant.
            y: `(B, n, dim_y)`, no column constant.

        Returns:
            `(B, levels)` at the levels of the network's configuration.

        Raises:
            ValueError: if its architecture cannot take so many columns.
        """
        features = self._features(x, y)
        return self._quantiles(features, self._unlike(features))

    def unlike(self, x: Tensor, y: Tensor) -> Tensor | None:
        """The share of training datasets that lie nearer to the others than these, `(B,)`.

        None where it was not measured in training. The arguments are those of `predict`.
        """
        return self._unlike(self._features(x, y))

    def estimate(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """Estimate I(X; Y) from paired rows, with warnings where the input is unlike the training.

        Args:
            x: `(n_samples, dim_x)`.
            y: `(n_samples, dim_y)`.

        Raises:
            ValueError: if the arrays are no sample (see `Sample`), or a side is wholly constant.
        """
        return self.estimate_many([Sample(x, y)])[0]

    def estimate_many(self, samples: Sequence[Sample]) -> list[Estimate]:
        """Estimate each of several samples of one shape, in one forward pass.

        Raises:
            ValueError: if a side is wholly constant, or without constant columns the shapes differ.
        """
        found = [sample.without_constant_columns() for sample in samples]
        shapes = {(s.n_samples, s.dim_x, s.dim_y) for s, _ in found}
        if len(shapes) > 1:
            raise ValueError(f"expected samples of one shape; got {sorted(shapes)}")
        x = torch.from_numpy(np.stack([sample.x for sample, _ in found]))
        y = torch.from_numpy(np.stack([sample.y for sample, _ in found]))
        features = self._features(x, y)
        unlike = self._unlike(features)
        quantiles = self._quantiles(features, unlike).tolist()
        shares = [None] * len(found) if unlike is None else unlike.tolist()
        return [
            Estimate(
                self.checkpoint.network.config.levels,
                quantiles[i],
                warnings=dropped + doubts(self.checkpoint, sample, shares[i]),
                estimator=self.name,
                n_samples=sample.n_samples,
                dim_x=sample.dim_x,
                dim_y=sample.dim_y,
            )
            for i, (sample, dropped) in enumerate(found)
        ]

    def _features(self, x: Tensor, y: Tensor) -> Features | Tensor:
        return features_of(self.checkpoint.network.config, x.double(), y.double())

    @torch.inference_mode()
    def _quantiles(self, features: Features | Tensor, unlike: Tensor | None) -> Tensor:
        """Never below 0, and farther from the median where the dataset is unlike the training."""
        quantiles: Tensor = self.checkpoint.network(features.to(dtype=torch.float32))
        if unlike is not None:
            wider = 1 + (WIDER - 1) * (unlike >= UNLIKE).to(quantiles)
            middle = self.checkpoint.network.config.levels.index(0.5)
            quantiles = stretched(quantiles, wider, middle)
        return quantiles.clamp(min=0)

    def _unlike(self, features: Features | Tensor) -> Tensor | None:
        known = self.checkpoint.familiarity
        if known is None or not isinstance(features, Features):
            return None
        return known.share_nearer(features.fingerprint)
