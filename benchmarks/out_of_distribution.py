"""Measure whether samples that are flagged as out of distribution have larger errors.

`python -m benchmarks.out_of_distribution`
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from mist_explore.estimators import DEFAULT, LearnedEstimator, load
from mist_explore.estimators.diagnostics import FLAGGED
from mist_explore.evaluation import SUITES, write_section
from mist_explore.files import replace_file
from mist_explore.network import StackedEnsemble, StackFeatures, features_of
from mist_explore.resources import models_directory
from mist_explore.seeding import derive_seed

__all__ = ["FILE", "KNOWN", "main", "table"]

FILE = Path(__file__).parent / "results" / "out-of-distribution.json"
CARD = models_directory() / DEFAULT / "README.md"
KNOWN = "kinds of the training"
N_SAMPLES, DIMS, DATASETS = (50, 1_000), (1, 8), 200

Found = dict[str, list[tuple[float, float, bool]]]
"""Share of training datasets nearer to the others, absolute error, and whether it is covered."""


def measured(estimator: LearnedEstimator) -> Found:
    """Return the results on training distributions and on the shift suite, in the same ranges."""
    found: Found = {}
    meta = replace(estimator.checkpoint.meta, n_samples=N_SAMPLES, dims=DIMS)
    for index in range(DATASETS):
        batch = meta.batch(1, derive_seed(0, "out of distribution", index))
        _add(found, KNOWN, estimator, batch.x, batch.y, batch.mutual_information)
    for cell in SUITES["shift"]().cells(0):
        _add(found, cell.group, estimator, cell.x, cell.y, cell.truths)
    return found


@torch.inference_mode()
def _add(
    found: Found,
    kind: str,
    estimator: LearnedEstimator,
    x: torch.Tensor,
    y: torch.Tensor,
    truths: torch.Tensor,
) -> None:
    network = estimator.checkpoint.network
    features = features_of(network, x.double(), y.double())
    assert isinstance(network, StackedEnsemble)
    assert isinstance(features, StackFeatures)
    combined = network.combine(features)
    answers = network.calibrated(combined).clamp(min=0).double()
    levels = network.config.levels
    low, middle, high = (answers[:, levels.index(level)] for level in (0.05, 0.5, 0.95))
    errors = (middle - truths).abs().tolist()
    covered = ((low <= truths) & (truths <= high)).tolist()
    found.setdefault(kind, []).extend(
        zip(combined.ood_score.tolist(), errors, covered, strict=True)
    )


def table(found: Mapping[str, Sequence[tuple[float, float, bool]]]) -> str:
    """Return the share of flagged datasets and the errors of both groups as Markdown."""
    lines = [
        "| | flagged | error, flagged | error, not flagged | 90 % interval covers, flagged "
        "| not flagged |",
        "| --- " + "| ---: " * 5 + "|",
    ]
    for kind, datasets in {**found, "all": [d for one in found.values() for d in one]}.items():
        numbers = np.array(datasets, dtype=float)
        flagged = numbers[:, 0] >= FLAGGED
        cells = [
            f"{part[:, column].mean():{form}}" if len(part) else "–"
            for column, form in ((1, ".3f"), (2, ".0%"))
            for part in (numbers[flagged], numbers[~flagged])
        ]
        lines.append(f"| {kind} | {flagged.mean():.0%} | {' | '.join(cells)} |")
    return "\n".join(
        [
            *lines,
            "",
            f"Mean absolute errors in nats. Flagged: at least {FLAGGED:.0%} of the datasets of the "
            "training lie nearer to the others. Made by "
            "`python -m benchmarks.out_of_distribution`.",
        ]
    )


def main() -> None:
    """Write the file and the table in the model card."""
    torch.set_num_threads(1)
    estimator = load(DEFAULT)
    assert isinstance(estimator, LearnedEstimator)
    found = measured(estimator)
    content = {
        "command": "python -m benchmarks.out_of_distribution",
        "flagged": FLAGGED,
        "datasets": {
            kind: [(round(share, 4), round(error, 4), covered) for share, error, covered in one]
            for kind, one in found.items()
        },
    }
    replace_file(FILE, (json.dumps(content) + "\n").encode())
    write_section(CARD, f"out-of-distribution:{DEFAULT}", table(found))


if __name__ == "__main__":
    main()
