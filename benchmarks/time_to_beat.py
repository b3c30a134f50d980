"""Training time from scratch until the error is below MIST-QR: `make time-to-beat`.

The reference is the published error on the OoMD half of M_test, in every range of rows at once.
Training pauses after each minute for the measurement, which is excluded from the time.
"""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import torch

from mist_explore.estimators import LearnedEstimator
from mist_explore.evaluation import MTest
from mist_explore.files import replace_file
from mist_explore.network import load_checkpoint
from mist_explore.training import Recipe, iter_train

__all__ = ["FILE", "errors", "main", "minutes_to_beat"]

FILE = Path(__file__).parent / "results" / "time-to-beat.json"
SUITE = MTest()
TO_BEAT = {
    group: error for group, error in SUITE.published["MIST-QR"].items() if group.startswith("OoMD")
}
STEPS = 1_500
"""Steps of the recipe, whose learning rate falls to 0 within a few minutes."""


def errors(estimator: LearnedEstimator, suite: MTest) -> dict[str, float]:
    """Return the mean squared error in nats² by range of rows, on the OoMD half of M_test."""
    middle = estimator.checkpoint.network.config.levels.index(0.5)
    estimates: dict[str, list[tuple[float, float]]] = {}
    for cell in suite.cells(seed=0):
        if cell.group in TO_BEAT:
            medians = estimator.predict(cell.x, cell.y)[:, middle].tolist()
            estimates.setdefault(cell.group, []).extend(
                zip(medians, cell.truths.tolist(), strict=True)
            )
    return {
        group: fmean((median - truth) ** 2 for median, truth in pairs)
        for group, pairs in estimates.items()
    }


def minutes_to_beat(
    recipe: Recipe, directory: Path, suite: MTest = SUITE, piece: float = 1.0
) -> list[dict[str, object]]:
    """Return a record for each piece of training (in minutes), until success or the last step."""
    lines: list[dict[str, object]] = []
    step = 0
    while step < recipe.steps:
        for progress in iter_train(
            recipe, directory, max_minutes=piece, save_every=recipe.steps, n_held_out=1
        ):
            step = progress.step
        checkpoint = load_checkpoint(directory)
        found = errors(LearnedEstimator(checkpoint), suite)
        beaten = all(found[group] < TO_BEAT[group] for group in TO_BEAT)
        lines.append(
            {
                "minutes": checkpoint.training["minutes"],
                "steps": step,
                "errors": {group: round(error, 3) for group, error in found.items()},
                "beaten": beaten,
            }
        )
        print(json.dumps(lines[-1]), file=sys.stderr, flush=True)
        if beaten:
            break
    return lines


def main() -> None:
    """Train in a temporary directory and write the file."""
    recipe = replace(Recipe(), steps=STEPS, warmup=100)
    with TemporaryDirectory() as folder:
        lines = minutes_to_beat(recipe, Path(folder))
    content = {
        "command": "make time-to-beat",
        "what": "mean squared error in nats² on M_test after so many minutes of training",
        "machine": f"{platform.machine()}, {torch.get_num_threads()} threads",
        "to_beat": TO_BEAT,
        "training": lines,
    }
    replace_file(FILE, (json.dumps(content, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
