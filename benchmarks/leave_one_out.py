"""Trains judges that never heard of a kind of law, and tests them on it.

`python -m benchmarks.leave_one_out` (some ten minutes of one core; an interrupted run goes on)

All share one pool of evidence from `broad()` within the shift suite's ranges, each without the
batches that hold its kind. "Knows" are the judges that learned from all of them. The trunk, which
saw the published laws alone, is the same for all: of Student's and of additive noise it knows.

The left-out datasets that are flagged as unlike the training tell how much wider than others the
intervals of such datasets should be: `stretch` is the factor with which 90 % intervals, as the
network gives them, would hold nine truths in ten.
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
from mist_explore.estimators.doubts import UNLIKE, WIDER
from mist_explore.evaluation import with_section
from mist_explore.files import replace_file
from mist_explore.meta import MetaDistribution, broad
from mist_explore.network import JudgedNetwork, load_checkpoint
from mist_explore.resources import models_directory
from mist_explore.seeding import derive_seed
from mist_explore.training import RECIPES, train
from mist_explore.training.drawn import drawn_batch, joined, shuffled, told
from mist_explore.training.feed import Example
from mist_explore.training.run import Run

__all__ = ["KINDS", "RESULT", "main", "table"]

KINDS: Mapping[str, tuple[str, ...]] = {
    "Student": ("student-dense", "student-sparse", "student-spectrum", "student-identity"),
    "additive noise": ("additive-noise",),
    "copulas": ("copula-pairs",),
    "clusters": ("clusters",),
    "labels": ("labels",),
    "discrete": ("tables", "counts"),
    "regression": ("regression",),
    "paths": ("path",),
}
"""What is left out together. A law of unlike pairs side by side holds three of these kinds."""

HOLDS_ALSO = {"Student", "copulas", "regression"}
RESULT = Path(__file__).parent / "results" / "leave-one-out.json"
RUNS = Path("runs/leave-one-out")
CARD = models_directory() / "mist-qr" / "README.md"
N_SAMPLES, DIMS = (50, 1_000), (1, 8)
POOL, DATASETS = 5_000, 40
RECIPE = replace(
    RECIPES["mist-qr"],
    meta=replace(broad(), n_samples=N_SAMPLES, dims=DIMS),
    steps=1_000,
    drawn=0,
    warmup=100,
)


def main() -> None:
    """Train what is missing, test it, and write the file."""
    torch.set_num_threads(1)
    names = ["none", *KINDS]
    if any(not (RUNS / name / "config.json").exists() for name in names):
        network = Run.begun(RECIPE).network
        assert isinstance(network, JudgedNetwork)
        pool = [_told(network, index) for index in range(POOL)]
        for name in names:
            left_out = set(KINDS.get(name, ()))
            if name in HOLDS_ALSO:
                left_out.add("side-by-side")
            known = joined([batch for families, batch in pool if not families & left_out])
            batches = list(shuffled(known, RECIPE, 0))
            components = [c for c in RECIPE.meta.components if c.family not in left_out]
            recipe = replace(RECIPE, meta=replace(RECIPE.meta, components=tuple(components)))
            for progress in train(recipe, RUNS / name, pool=batches, n_held_out=10):
                print(name, progress.step, dict(progress.metrics), flush=True)
    rows = {name: _tested(name, families) for name, families in KINDS.items()}
    reaches = np.concatenate([_reaches(name, families) for name, families in KINDS.items()])
    unlike = {name: _stretch(reaches, name == "flagged") for name in ("flagged", "not flagged")}
    result = {
        "command": "python -m benchmarks.leave_one_out",
        "batches": POOL,
        **rows,
        "unlike": unlike,
    }
    replace_file(RESULT, (json.dumps(result, indent=1) + "\n").encode())
    text = with_section(CARD.read_text(), "leave-one-out:mist-qr", table(rows, unlike))
    replace_file(CARD, text.encode())


def table(
    rows: Mapping[str, Mapping[str, Mapping[str, float]]], unlike: Mapping[str, Mapping[str, float]]
) -> str:
    """Errors and coverage by kind as Markdown, and what the flagged ones need."""
    lines = [
        "| kind | left out: mean absolute error | its 90 % interval covers | not left out | covers "
        "| KSG | Gaussian copula |",
        "| --- " + "| ---: " * 6 + "|",
    ]
    for kind, found in rows.items():
        without, knows = found["without"], found["knows"]
        errors = {
            who: f"{one['mean_absolute_error']:.3f} ± {one['standard_error']:.3f}"
            for who, one in found.items()
        }
        lines.append(
            f"| {kind} | {errors['without']} | {without['coverage_90']:.0%} | {errors['knows']} "
            f"| {knows['coverage_90']:.0%} | {errors['ksg']} | {errors['gaussian-copula']} |"
        )
    flagged, others = unlike["flagged"], unlike["not flagged"]
    return "\n".join(
        [
            *lines,
            "",
            f"Of the left-out datasets {flagged['datasets']} are flagged as unlike the training. "
            f"Their intervals are made {WIDER:g} times as wide and cover "
            f"{flagged['coverage_90']:.0%}; {flagged['stretch']:.2f} times would cover nine truths "
            f"in ten. Those of the {others['datasets']} others cover {others['coverage_90']:.0%}.",
            "",
            f"Nats; {DATASETS} datasets a kind, each of a law of its own; ± is one standard error "
            "over them. Made by `python -m benchmarks.leave_one_out`.",
        ]
    )


def _told(network: JudgedNetwork, index: int) -> tuple[set[str], Example]:
    """A batch of the pool as the judges are told of it, and the families that it holds."""
    batch = drawn_batch(RECIPE, index)
    families = {c.family for c in (batch.component, batch.beside) if c}
    return families, told(network, batch)


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


def _reaches(name: str, families: tuple[str, ...]) -> NDArray[np.float64]:
    """How unlike the training each left-out dataset is, and where the truth lies: `(D, 2)`.

    The truth as a share of the way from the median to the end of the network's 90 % interval.
    """
    found = []
    network = _network(RUNS / name)
    levels = network.checkpoint.network.config.levels
    for x, y, truth in _datasets(name, families):
        sample = (torch.from_numpy(x)[None], torch.from_numpy(y)[None])
        unlike = network.unlike(*sample)
        assert unlike is not None
        answer = network.predict(*sample)[0]
        low, median, high = (float(answer[levels.index(level)]) for level in (0.05, 0.5, 0.95))
        end = max(high - median if truth > median else median - low, 1e-6)
        reach = abs(truth - median) / end * (WIDER if float(unlike) >= UNLIKE else 1)
        found.append((float(unlike), reach))
    return np.array(found)


def _stretch(reaches: NDArray[np.float64], flagged: bool) -> dict[str, float]:
    """Number and coverage of the datasets that are flagged or not, and what stretch they need."""
    reach = reaches[(reaches[:, 0] >= UNLIKE) == flagged, 1]
    return {
        "datasets": len(reach),
        "coverage_90": round(float((reach <= (WIDER if flagged else 1)).mean()), 3),
        "stretch": round(float(np.quantile(reach, 0.9)), 2),
    }


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
