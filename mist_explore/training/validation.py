"""Validation: held-out datasets that compare a network in training with other estimators."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.interfaces import Estimator
from mist_explore.meta import Batch
from mist_explore.network import AnyFeatures, AnyNetwork, NetworkConfig, features_of
from mist_explore.training.data_loader import HELD_OUT, batch_of
from mist_explore.training.recipe import Recipe

__all__ = ["Answers", "ValidationSet", "validation_set"]

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95


@dataclass(frozen=True, eq=False)
class Answers:
    """Estimates of N validation datasets by one estimator, in nats, NaN where it refuses.

    Args:
        truth: the true mutual information, `(N,)`.
        median: the median, or the one value of a point estimator, `(N,)`.
        low, high: the ends of the 90 % interval, `(N,)`; NaN for a point estimator.

    Example:
        >>> nothing, truth = np.full(2, np.nan), np.array([0.1, 0.4])
        >>> answers = Answers(truth, truth + 0.05, nothing, nothing)
        >>> round(answers.error, 3), answers.coverage
        (0.05, nan)
    """

    truth: NDArray[np.float64]
    median: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The mean absolute error of the median in nats; NaN without answers."""
        errors = np.abs(self.median - self.truth)
        return _mean(errors[~np.isnan(errors)])

    @property
    def holds_truth(self) -> NDArray[np.bool_]:
        """Which of the 90 % intervals hold the truth, `(N,)`."""
        return (self.low <= self.truth) & (self.truth <= self.high)

    @property
    def coverage(self) -> float:
        """The share of the 90 % intervals that hold the truth; NaN without intervals."""
        return _mean(self.holds_truth[~np.isnan(self.low)])


@dataclass(frozen=True, eq=False)
class ValidationSet:
    """Datasets of the distributions of a recipe that its training never sees.

    Args:
        batches: datasets of one shape each, N in all.
    """

    batches: tuple[Batch, ...]
    _features: dict[NetworkConfig, list[AnyFeatures]] = field(default_factory=dict, repr=False)

    @property
    def truth(self) -> NDArray[np.float64]:
        """The true mutual information of the datasets in nats, `(N,)`."""
        return torch.cat([b.mutual_information for b in self.batches]).double().numpy()

    @torch.inference_mode()
    def by_network(self, network: AnyNetwork) -> Answers:
        """Return the estimates of a network, a batch at a time.

        Raises:
            ValueError: if its architecture cannot take so many columns.
        """
        config = network.config
        if config not in self._features:
            self._features[config] = [features_of(network, b.x, b.y) for b in self.batches]
        quantiles = torch.cat([network(f) for f in self._features[config]]).clamp(min=0).double()
        columns = (config.levels.index(level) for level in (LOW, MIDDLE, HIGH))
        low, middle, high = (quantiles[:, column].numpy() for column in columns)
        return Answers(self.truth, middle, low, high)

    def by_estimator(self, estimator: Estimator) -> Answers:
        """Return the estimates of any estimator, a dataset at a time."""
        estimates = [
            _estimate(estimator, x, y)
            for b in self.batches
            for x, y in zip(b.x.double().numpy(), b.y.double().numpy(), strict=True)
        ]
        low, middle, high = np.array(estimates).T
        return Answers(self.truth, middle, low, high)


def validation_set(recipe: Recipe, n_batches: int) -> ValidationSet:
    """Return the first held-out batches of a recipe, by which `train` is validated.

    Example:
        >>> from mist_explore.estimators import GaussianCopula
        >>> datasets = validation_set(Recipe(batch_size=2, max_cells=2_000), 3)
        >>> answers = datasets.by_estimator(GaussianCopula())
        >>> answers.median.shape == answers.truth.shape, answers.error > 0
        (True, True)
    """
    return ValidationSet(tuple(batch_of(recipe, HELD_OUT, index) for index in range(n_batches)))


def _estimate(
    estimator: Estimator, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Low end, median and high end; NaN where there is none."""
    nothing = float("nan")
    try:
        estimate = estimator.estimate(x, y)
    except ValueError:
        return nothing, nothing, nothing
    if estimate.is_point:
        return nothing, estimate.median, nothing
    return estimate.quantile(LOW), estimate.median, estimate.quantile(HIGH)


def _mean(values: NDArray[np.float64] | NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else float("nan")
