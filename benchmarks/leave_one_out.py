"""Trains networks that never saw a kind of law, and tests them on it.

`python -m benchmarks.leave_one_out` (some ten minutes of one core; an interrupted run goes on)

All networks share one pool of batches of `broad()` within the shift suite's ranges, each without
the batches that hold its kind. "Knows" is the network that learned from all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.estimators import ESTIMATORS, LearnedEstimator
from mist_explore.files import replace_file
from mist_explore.meta import MetaDistribution, broad
from mist_explore.network import features_of, load_checkpoint
from mist_explore.seeding import derive_seed
from mist_explore.training import RECIPES, train
from mist_explore.training.feed import Example

__all__ = ["KINDS", "RESULT", "main"]

KINDS: Mapping[str, tuple[str, ...]] = {
    "Student": ("student-dense", "student-sparse", "student-spectrum", "student-identity"),
    "additive noise": ("additive-noise",),
    "copulas": ("copula-pairs",),
    "clusters": ("clusters",),
    "labels": ("labels",),
    "discrete": ("tables", "counts"),
    "regression": ("regression",),
}
"""What is left out together. A law of unlike pairs side by side holds three of these kinds."""

HOLDS_ALSO = {"Student", "copulas", "regression"}
RESULT = Path(__file__).parent / "results" / "leave-one-out.json"
RUNS = Path("runs/leave-one-out")
N_SAMPLES, DIMS = (50, 1_000), (1, 8)
POOL, BATCH_SIZE, DATASETS = 2_500, 8, 40
RECIPE = replace(
    RECIPES["mist-broad"],
    meta=replace(broad(), n_samples=N_SAMPLES, dims=DIMS),
    steps=800,
    batches=4,
    batch_size=BATCH_SIZE,
    warmup=100,
)


def main() -> None:
    """Train what is missing, test it, and write the file."""
    torch.set_num_threads(1)
    names = ["none", *KINDS]
    if any(not (RUNS / name / "config.json").exists() for name in names):
        pool = [_tagged(i) for i in range(POOL)]
        for name in names:
            left_out = set(KINDS.get(name, ()))
            if name in HOLDS_ALSO:
                left_out.add("side-by-side")
            batches = [batch for families, batch in pool if not families & left_out]
            for progress in train(RECIPE, RUNS / name, pool=batches, n_held_out=10):
                print(name, progress.step, dict(progress.metrics), flush=True)
    rows = {name: _tested(name, families) for name, families in KINDS.items()}
    result = {"command": "python -m benchmarks.leave_one_out", "pool": POOL * BATCH_SIZE, **rows}
    replace_file(RESULT, (json.dumps(result, indent=1) + "\n").encode())


def _tagged(index: int) -> tuple[set[str], Example]:
    """A batch of the pool, and the families that it holds."""
    seed = derive_seed(RECIPE.seed, "pool", index)
    batch = RECIPE.meta.batch(RECIPE.batch_size, seed, RECIPE.max_cells)
    families = {c.family for c in (batch.component, batch.beside) if c}
    x, y = batch.x, batch.y
    features = features_of(RECIPE.network, x, y)
    pairs = min(x.shape[-1], y.shape[-1])
    return families, Example(features, batch.mutual_information, pairs, x.shape[1])


def _tested(name: str, families: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Mean absolute error with its standard error, and coverage, by estimator."""
    answers: dict[str, list[tuple[float, float]]] = {}
    without, knows = (_network(RUNS / folder) for folder in (name, "none"))
    for x, y, truth in _datasets(name, families):
        for who, network in (("without", without), ("knows", knows)):
            estimate = network.estimate(x, y)
            low, high = estimate.interval(0.9)
            answers.setdefault(who, []).append((estimate.median - truth, low <= truth <= high))
        for who in ("ksg", "gaussian-copula"):
            error = ESTIMATORS[who]().estimate(x, y).median - truth
            answers.setdefault(who, []).append((error, np.nan))
    return {who: _summary(np.array(found)) for who, found in answers.items()}


def _datasets(
    name: str, families: tuple[str, ...]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], float]]:
    components = tuple(c for c in broad().components if c.family in families)
    meta = MetaDistribution(components, N_SAMPLES, DIMS, 0.5, 1.0)
    for i in range(DATASETS):
        batch = meta.batch(1, derive_seed(RECIPE.seed, "left out", name, i))
        yield (
            batch.x[0].double().numpy(),
            batch.y[0].double().numpy(),
            float(batch.mutual_information[0]),
        )


def _network(directory: Path) -> LearnedEstimator:
    return LearnedEstimator(load_checkpoint(directory))


def _summary(found: NDArray[np.float64]) -> dict[str, float]:
    error = np.abs(found[:, 0])
    summary = {
        "mean_absolute_error": round(float(error.mean()), 4),
        "standard_error": round(float(error.std(ddof=1) / len(error) ** 0.5), 4),
    }
    if not np.isnan(found[:, 1]).any():
        summary["coverage_90"] = round(float(found[:, 1].mean()), 3)
    return summary


if __name__ == "__main__":
    main()
