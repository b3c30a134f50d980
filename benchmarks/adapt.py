"""Errors of the default and of adapted networks on their modality: `python -m benchmarks.adapt`.

Each task gives one dataset to adapt to, and others to measure on. A task whose result is in the
file, with this budget and this version of code and weights, is not run again; `--only WORD` runs
those with a word in their names. The table marks results of other versions than the last one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import torch

import mist_explore
from benchmarks import adaptation_tasks
from benchmarks.adaptation_tasks import TASKS, Task
from mist_explore.adaptation import AdaptationSettings, adapt
from mist_explore.estimators import DEFAULT, load
from mist_explore.evaluation import write_section
from mist_explore.files import replace_file
from mist_explore.interfaces import Estimator
from mist_explore.network import load_checkpoint
from mist_explore.resources import models_directory

__all__ = ["FILE", "main", "measured", "table", "version"]

FILE = Path(__file__).parent / "results" / "adaptation.json"
CACHE = Path(__file__).parent / "cache" / "adaptation"
"""Adapted networks; an interrupted one goes on."""

PAGE = Path(__file__).parents[1] / "docs" / "adapt.md"
COMMAND = "python -m benchmarks.adapt"
NAMES = {"default": "mist-qr", "KSG": "ksg", "Gaussian copula": "gaussian-copula"}
TRANSFORMS = ("fitted", "coupling", "quantile_spline", "cells")
"""Modules of the fitted flows."""

STRENGTH = 0.5
"""Strength of the dependence in the dataset that a network is adapted to."""


def version() -> str:
    """Return a hash of all that the results depend on: the code of adaptation and the weights."""
    package = Path(mist_explore.__file__).parent
    files = [
        *sorted((package / "adaptation").glob("*.py")),
        *(package / "transforms" / f"{name}.py" for name in TRANSFORMS),
        Path(adaptation_tasks.__file__),
    ]
    found = hashlib.sha256()
    for file in files:
        found.update(file.read_bytes())
    found.update(load_checkpoint(models_directory() / DEFAULT).sha256.encode())
    return found.hexdigest()[:12]


def measured(task: Task, settings: AdaptationSettings, datasets: int) -> dict[str, Any]:
    """Adapt to one dataset of a task, and return the errors of all estimators on others."""
    x, y, _ = task.dataset(STRENGTH, seed=10_000)
    key = hashlib.sha256(repr((task.name, version(), settings.to_json())).encode()).hexdigest()[:12]
    began = process_time()
    adaptation = adapt(x, y, CACHE / key, settings=settings)
    assert adaptation is not None
    seconds = round(process_time() - began)
    estimators: dict[str, Estimator] = {name: load(value) for name, value in NAMES.items()}
    estimators["adapted"] = adaptation.estimator
    scores = {name: _score(estimator, task, datasets) for name, estimator in estimators.items()}
    return {
        "modality": task.modality,
        "n_samples": task.n_samples,
        "columns": [x.shape[1], y.shape[1]],
        "seconds": seconds,
        "version": version(),
        "scores": scores,
    }


def _score(estimator: Estimator, task: Task, datasets: int) -> dict[str, float | None]:
    """Mean absolute error, bias, and coverage and width of the 90 % interval."""
    rows = []
    for number in range(datasets):
        x, y, truth = task.dataset((number + 0.5) / datasets, seed=number)
        try:
            estimate = estimator.estimate(x, y)
        except ValueError:
            continue
        low, high = (np.nan, np.nan) if estimate.is_point else estimate.interval(0.9)
        rows.append((estimate.median - truth, low <= truth <= high, high - low))
    error, inside, width = np.array(rows, dtype=float).T
    is_point = bool(np.isnan(width).all())
    return {
        "error": round(float(np.abs(error).mean()), 4),
        "standard_error": round(float(np.abs(error).std() / len(error) ** 0.5), 4),
        "bias": round(float(error.mean()), 4),
        "coverage_90": None if is_point else round(float(inside.mean()), 3),
        "width_90": None if is_point else round(float(width.mean()), 3),
    }


def table(content: Mapping[str, Any]) -> str:
    """Return the results as a table in Markdown."""
    lines = [
        "| data | task | default | adapted | KSG | Gaussian copula | adapted over the better of "
        "default and KSG | 90 % intervals: default | adapted | processor time (s) |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, task in content["tasks"].items():
        scores = task["scores"]
        errors = [
            f"{scores[k]['error']:.3f} ± {scores[k]['standard_error']:.3f}"
            for k in ("default", "adapted", "KSG", "Gaussian copula")
        ]
        ratio = scores["adapted"]["error"] / min(scores[k]["error"] for k in ("default", "KSG"))
        covered = [f"{scores[k]['coverage_90']:.0%}" for k in ("default", "adapted")]
        seconds = str(task.get("seconds", "–"))
        older = "" if task.get("version") == content.get("version") else " (older code)"
        cells = [task["modality"], name + older, *errors, f"{ratio:.2f}", *covered, seconds]
        lines.append(f"| {' | '.join(cells).replace('%', ' %')} |")
    budget = content["budget"]
    return "\n".join(
        [
            *lines,
            "",
            f"Mean absolute errors in nats (± standard error) on {content['datasets']} datasets of "
            f"each task. Budget of an adaptation: {budget['datasets']} adapted datasets, "
            f"{budget['steps']} steps, {budget['flow']['steps']} steps of each flow. "
            f"Made by `{COMMAND}`.",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the tasks that the file lacks; write it and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budget", type=float, default=1.0, help="share of the usual budget")
    parser.add_argument("--datasets", type=int, default=40, help="datasets to measure on")
    parser.add_argument("--only", default="", help="run tasks with this word in their names")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    settings = AdaptationSettings().scaled(chosen.budget)
    for task in TASKS:
        known = _known(settings, chosen.datasets).get(task.name, {})
        if chosen.only not in task.name or known.get("version") == version():
            continue
        found = measured(task, settings, chosen.datasets)
        tasks = {**_known(settings, chosen.datasets), task.name: found}
        content = {
            "command": COMMAND,
            "budget": settings.to_mapping(),
            "datasets": chosen.datasets,
            "version": version(),
            "tasks": {t.name: tasks[t.name] for t in TASKS if t.name in tasks},
        }
        replace_file(FILE, (json.dumps(content, indent=1) + "\n").encode())
        print(table(content), flush=True)
        if PAGE.exists():
            write_section(PAGE, "adaptation", table(content))


def _known(settings: AdaptationSettings, datasets: int) -> dict[str, Any]:
    """The results of the file, by task, if they have this budget."""
    content = json.loads(FILE.read_text()) if FILE.exists() else {}
    same = content.get("budget") == settings.to_mapping() and content.get("datasets") == datasets
    return dict(content["tasks"]) if same else {}


if __name__ == "__main__":
    main()
