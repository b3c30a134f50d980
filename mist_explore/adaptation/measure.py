"""Measurements of an adaptation beside its held-out datasets."""

from __future__ import annotations

import torch
from torch import Tensor

from mist_explore.adaptation.card import Score, score_of_values
from mist_explore.adaptation.features import TOGETHER, datasets_features
from mist_explore.adaptation.meta import OpenMeta
from mist_explore.estimate import Estimate
from mist_explore.estimators import load
from mist_explore.evaluation import BMI40, MTest, Suite
from mist_explore.network import StackedEnsemble
from mist_explore.seeding import derive_seed
from mist_explore.training.feature_cache import Cached

__all__ = ["CLASSICAL", "classical_scores", "interval_of", "memory_features"]

CLASSICAL = ("ksg", "gaussian-copula")
BATCHES = 12
"""Batches of held-out datasets that classical estimators are measured on."""

REMINDERS: dict[str, Suite] = {
    "M_test, reduced": MTest(sample_sizes=(61, 190, 474), datasets=1),
    "BMI-40, n = 300": BMI40(n_samples=300),
}
"""Suites that show whether the first training is forgotten."""


def memory_features(network: StackedEnsemble, count: int) -> dict[str, Cached]:
    """Return the features of about `count` datasets of each of `REMINDERS`, by suite."""
    found = {}
    for name, suite in REMINDERS.items():
        pairs: list[tuple[Tensor, Tensor]] = []
        truths: list[Tensor] = []
        for cell in list(suite.cells(seed=0))[:: max(1, suite.n_cells // count)]:
            pairs += zip(cell.x, cell.y, strict=True)
            truths.append(cell.truths)
        none = torch.full((len(pairs),), -1)
        found[name] = datasets_features(network, pairs, torch.cat(truths), none)
    return found


def classical_scores(meta: OpenMeta, count: int, seed: int) -> dict[str, Score]:
    """Return the errors of classical estimators on the first of `count` held-out datasets."""
    values: dict[str, list[float]] = {name: [] for name in CLASSICAL}
    truths = []
    for index in range(min(BATCHES, -(-count // TOGETHER))):
        batch = meta.batch(TOGETHER, derive_seed(seed, "adapted", index))
        truths.append(batch.mutual_information)
        for x, y in zip(batch.x.numpy(), batch.y.numpy(), strict=True):
            for name, found in values.items():
                found.append(_median(name, x, y))
    truth = torch.cat(truths)
    scores = {}
    for name, found in values.items():
        estimates = torch.tensor(found, dtype=torch.float64)
        known = ~estimates.isnan()
        if known.any():
            scores[name] = score_of_values(estimates[known], truth[known])
    return scores


def interval_of(estimate: Estimate) -> tuple[float, float, float]:
    """Return the lower end, the median and the upper end of the 90 % interval."""
    low, high = estimate.interval(0.9)
    return low, estimate.median, high


def _median(name: str, x: object, y: object) -> float:
    """The estimate in nats, NaN where the estimator refuses."""
    try:
        return load(name).estimate(x, y).median  # type: ignore[arg-type]
    except ValueError:
        return float("nan")
