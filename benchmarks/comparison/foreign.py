"""The estimators and tasks of `benchmark-mi`, in the environment of `requirements.txt`.

`python benchmarks/comparison/foreign.py FOLDER` reads the datasets that
`benchmarks.comparison.check` wrote there and imports nothing of ours. It writes `tasks.json`,
`samples.npz` and one line an answer in `answers.jsonl`; answers that are there are not asked for
again.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from time import process_time

import bmi
import numpy as np
from bmi import estimators

ONE_COLUMN = ("histogram", "kernel-density")
SEED = 0

ESTIMATORS = {
    "ksg k=3, maximum norm": partial(
        estimators.KSGEnsembleFirstEstimator, neighborhoods=(3,), metric_x="chebyshev"
    ),
    "ksg as it comes": estimators.KSGEnsembleFirstEstimator,
    "cca": estimators.CCAMutualInformationEstimator,
    "histogram": estimators.HistogramEstimator,
    "kernel-density": estimators.KDEMutualInformationEstimator,
    "infonce": partial(estimators.InfoNCEEstimator, verbose=False),
    "mine": partial(estimators.MINEEstimator, verbose=False),
    "nwj": partial(estimators.NWJEstimator, verbose=False),
}
"""As they come, but for the first, which is set as ours is."""


def main() -> None:
    """Write what is missing of the three files."""
    folder = Path(sys.argv[1])
    plan = json.loads((folder / "plan.json").read_text())
    tasks = {name: bmi.BENCHMARK_TASKS[name] for name in plan["tasks"]}
    facts = {
        name: {"truth": task.mutual_information, "dim_x": task.dim_x, "dim_y": task.dim_y}
        for name, task in tasks.items()
    }
    (folder / "tasks.json").write_text(json.dumps({"all": list(bmi.BENCHMARK_TASKS), **facts}))
    samples: dict[str, np.ndarray] = {}
    for name, task in tasks.items():
        x, y = task.sample(plan["n_samples"], SEED)
        samples |= {f"{name}/x": np.asarray(x), f"{name}/y": np.asarray(y)}
    np.savez(folder / "samples.npz", **samples)  # type: ignore[arg-type]  # of numpy 1

    with np.load(folder / "data.npz") as arrays:
        data = dict(arrays)
    answers = folder / "answers.jsonl"
    lines = answers.read_text().splitlines() if answers.exists() else []
    known = {(line["estimator"], line["task"]) for line in map(json.loads, lines)}
    for estimator, build in ESTIMATORS.items():
        for name in plan["critic_tasks"] if estimator in plan["critics"] else tasks:
            x, y = data[f"{name}/x"], data[f"{name}/y"]
            refused = estimator in ONE_COLUMN and x.shape[1] + y.shape[1] > 2
            if refused or (estimator, name) in known:
                continue
            start = process_time()
            value = float(build().estimate(x, y))
            answer = {"estimator": estimator, "task": name, "value": value}
            with answers.open("a") as stream:
                stream.write(json.dumps(answer | {"seconds": process_time() - start}) + "\n")


if __name__ == "__main__":
    main()
