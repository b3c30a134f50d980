"""The learned estimator: one forward pass of a trained network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from mist_explore.estimate import Estimate
from mist_explore.network import Checkpoint, features_of
from mist_explore.sample import Sample

__all__ = ["LearnedEstimator"]

TIED_SHARE = 0.05
"""The share of tied values in a column above which an estimate is flagged."""


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
        network = self.checkpoint.network
        features = features_of(network.config, x.double(), y.double())
        return network(features.to(dtype=torch.float32)).clamp(min=0)

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
        return [
            Estimate(
                self.checkpoint.network.config.levels,
                quantiles,
                warnings=dropped + self._doubts(sample),
                estimator=self.name,
                n_samples=sample.n_samples,
                dim_x=sample.dim_x,
                dim_y=sample.dim_y,
            )
            for (sample, dropped), quantiles in zip(found, self.predict(x, y).tolist(), strict=True)
        ]

    def _doubts(self, sample: Sample) -> tuple[str, ...]:
        """What makes this sample unlike the training data, in words with the number."""
        meta, doubts = self.checkpoint.meta, []
        ranges = (
            ("rows", sample.n_samples, meta.n_samples),
            ("columns of x", sample.dim_x, meta.dims),
            ("columns of y", sample.dim_y, meta.dims),
        )
        for what, number, (low, high) in ranges:
            if not low <= number <= high:
                doubts.append(f"{number} {what}: trained on {low} to {high}")
        for side, array in (("x", sample.x), ("y", sample.y)):
            share = max(_tied_share(column) for column in array.T)
            if share > TIED_SHARE:
                doubts.append(
                    f"{share:.0%} of the values of a column of {side} are tied: "
                    "trained on continuous columns"
                )
        return tuple(doubts)


def _tied_share(column: NDArray[np.float64]) -> float:
    """The share of values that occur more than once."""
    counts = np.unique(column, return_counts=True)[1]
    return float(counts[counts > 1].sum() / len(column))
