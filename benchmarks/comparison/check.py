"""Comparison with `benchmark-mi`: the 40 tasks, and its estimators on the same data.

`make check-comparison` creates the environment first.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.stats import ks_2samp

from mist_explore.estimators import KSG, Critic, Gaussian, Histogram, KernelDensity
from mist_explore.evaluation import BMI40, BMI_TASKS, Cell, ResultCache
from mist_explore.files import replace_file
from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample

__all__ = ["NAMES", "EstimatorCheck", "TaskCheck", "main", "markdown"]

HERE = Path(__file__).parent
RESULTS, CACHE = HERE.parent / "results", HERE.parent / "cache"
PYTHON = HERE / ".venv" / "bin" / "python"
COMMAND = "make check-comparison"
N_SAMPLES = 1_000
N_THEIRS = 5_000
"""Rows of theirs whose distribution is held to ours."""

SPELLINGS = (
    ("swiss-roll-", "swissroll_x-normal_cdf-"),
    ("bimodal-normal-1v1", "1v1-bimodal"),
    ("normal-cdf-", "normal_cdf-"),
    ("halfcube-", "half_cube-"),
    ("wigglify-", "wiggly-"),
    (r"\bnormal-1v1", "1v1-normal"),
    (r"\bnormal-(\d+)v(\d+)", r"multinormal-dense-\1-\2"),
    (r"2pair-(\d+)v(\d+)", r"multinormal-sparse-\1-\2-2-2.0"),
    (r"student-(\d+)v(\d+)", r"student-identity-\1-\2"),
    ("additive-1v1", "1v1-additive"),
)


def _theirs(name: str) -> str:
    for ours, theirs in SPELLINGS:
        name = re.sub(ours, theirs, name)
    return name


NAMES = {name: _theirs(name) for name in BMI_TASKS}
"""What `benchmark-mi` calls each of our tasks."""

OURS: dict[str, Callable[[], Estimator]] = {
    "ksg k=3, maximum norm": KSG,
    "ksg as it comes": KSG,
    "cca": lambda: Gaussian(shrinkage=1e-9),
    "histogram": Histogram,
    "kernel-density": KernelDensity,
    "infonce": lambda: Critic("infonce"),
    "mine": lambda: Critic("mine"),
    "nwj": lambda: Critic("nwj"),
}
"""Ours beside each of theirs; the Gaussian without its correction of the bias, which CCA lacks."""

CRITICS = ("infonce", "mine", "nwj")
CRITIC_TASKS = (
    "normal-1v1-0.75",
    "student-1v1-1",
    "normal-5v5-0.5",
    "2pair-3v3",
    "halfcube-2pair-5v5",
    "spiral-2pair-3v3",
)
"""Theirs take up to 16 processor seconds a dataset: not all 40."""


@dataclass(frozen=True)
class TaskCheck:
    """One task in both packages.

    Args:
        task: our name.
        theirs: their name.
        truth, truth_theirs: mutual information in nats.
        shape, shape_theirs: columns of x and y.
        pointwise: the mean, over a sample of theirs, of the pointwise mutual information under
            our distribution; the truth if the distributions are one.
        standard_error: of that mean.
        outside: rows of theirs that lie off the support of our distribution, and are left out.
        column_p: the least p-value of two-sample Kolmogorov-Smirnov tests of the columns, times
            their number.
    """

    task: str
    theirs: str
    truth: float
    truth_theirs: float
    shape: tuple[int, int]
    shape_theirs: tuple[int, int]
    pointwise: float
    standard_error: float
    outside: int
    column_p: float


@dataclass(frozen=True)
class EstimatorCheck:
    """One estimator of theirs and ours, on the same datasets.

    Args:
        theirs: what theirs is.
        ours: what ours is.
        n_tasks: datasets, one a task.
        difference: the mean of |theirs - ours| in nats.
        largest: the largest of them.
        where: the task of the largest.
        error, error_theirs: mean absolute errors in nats.
        seconds, seconds_theirs: mean processor time of an estimate.
    """

    theirs: str
    ours: str
    n_tasks: int
    difference: float
    largest: float
    where: str
    error: float
    error_theirs: float
    seconds: float
    seconds_theirs: float


def main() -> int:
    """Run theirs, compare, and write `comparison-check.json` and `.md`."""
    if not PYTHON.exists():
        print(f"expected the environment of benchmark-mi; got none: run `{COMMAND}`")
        return 2
    torch.set_num_threads(1)
    folder = CACHE / "benchmark-mi"
    cells = list(BMI40(N_SAMPLES).cells(seed=0))
    facts, samples, answers = _run(folder, cells)
    tasks = [_task_check(cell, facts, samples) for cell in cells]
    estimators = list(_estimator_checks(cells, answers))
    content = {
        "command": COMMAND,
        "benchmark-mi": _pinned("benchmark-mi"),
        "n_samples": N_SAMPLES,
        "their_tasks": len(facts["all"]),
        "tasks_of_theirs_that_we_lack": sorted(set(facts["all"]) - set(NAMES.values())),
        "tasks": [asdict(task) for task in tasks],
        "estimators": [asdict(estimator) for estimator in estimators],
    }
    text = json.dumps(content, indent=1, allow_nan=False)
    replace_file(RESULTS / "comparison-check.json", f"{text}\n".encode())
    report = markdown(tasks, estimators)
    replace_file(RESULTS / "comparison-check.md", report.encode())
    print(report, end="")
    return 0


def markdown(tasks: list[TaskCheck], estimators: list[EstimatorCheck]) -> str:
    """The report, as Markdown."""
    apart = max(tasks, key=lambda t: abs(t.truth - t.truth_theirs))
    scores = [(t.pointwise - t.truth) / t.standard_error for t in tasks]
    beyond = sum(abs(score) > 2 for score in scores)
    rejected = [t.task for t in tasks if t.column_p < 0.05]
    shapes = sum(t.shape == t.shape_theirs for t in tasks)
    lines = [
        f"# Beside benchmark-mi {_pinned('benchmark-mi')}",
        "",
        f"Made by `{COMMAND}`.",
        "",
        "## The tasks",
        "",
        f"{len(tasks)} tasks; {shapes} have the same columns in both. The truths differ by at most "
        f"{abs(apart.truth - apart.truth_theirs):.1e} nats ({apart.task}).",
        "",
        f"From each task of theirs {N_THEIRS:,} rows were drawn by them. The mean of the pointwise "
        f"mutual information under our distribution is within two standard errors of the truth for "
        f"{len(tasks) - beyond} of {len(tasks)}; the largest deviation is "
        f"{max(map(abs, scores)):.1f} standard errors. {sum(t.outside for t in tasks)} rows lie "
        "off the support of our distribution, by the rounding of their single precision. Columns "
        "of theirs and ours differ in distribution (Kolmogorov-Smirnov, 5 % after correction for "
        "the number of "
        f"columns) in {len(rejected)} of {len(tasks)} tasks, where chance alone makes about two"
        f"{': ' + ', '.join(rejected) if rejected else ''}.",
        "",
        "## The estimators",
        "",
        f"On the same data: our draw of the tasks with {N_SAMPLES:,} rows (seed 0). Nats.",
        "",
        "| theirs | ours | tasks | mean difference | largest | where | their error | our error "
        "| their CPU seconds | ours |",
        "| --- | --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    for e in estimators:
        lines.append(
            f"| {e.theirs} | {e.ours} | {e.n_tasks} | {e.difference:.2g} | {e.largest:.2g} "
            f"| {e.where} | {e.error_theirs:.3f} | {e.error:.3f} | {e.seconds_theirs:.2g} "
            f"| {e.seconds:.2g} |"
        )
    return "\n".join([*lines, "", "Errors are mean absolute errors against the truth.", ""])


def _run(
    folder: Path, cells: list[Cell]
) -> tuple[dict[str, Any], dict[str, np.ndarray], list[dict[str, Any]]]:
    """Write the data, run `benchmark-mi` in its environment, and read the results."""
    folder.mkdir(parents=True, exist_ok=True)
    data: dict[str, np.ndarray] = {}
    for cell in cells:
        data |= {
            f"{NAMES[cell.distribution]}/{side}": getattr(cell, side)[0].numpy() for side in "xy"
        }
    np.savez(folder / "data.npz", allow_pickle=False, **data)
    plan = {
        "tasks": list(NAMES.values()),
        "critics": CRITICS,
        "critic_tasks": [NAMES[task] for task in CRITIC_TASKS],
        "n_samples": N_THEIRS,
    }
    replace_file(folder / "plan.json", json.dumps(plan).encode())
    environment = os.environ | {
        "OMP_NUM_THREADS": "1",
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    }
    subprocess.run([PYTHON, HERE / "foreign.py", folder], check=True, env=environment)
    with np.load(folder / "samples.npz") as arrays:
        samples = dict(arrays)
    answers = [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]
    return json.loads((folder / "tasks.json").read_text()), samples, answers


def _task_check(cell: Cell, facts: dict[str, Any], samples: dict[str, np.ndarray]) -> TaskCheck:
    theirs, distribution = NAMES[cell.distribution], BMI_TASKS[cell.distribution].distribution
    sides = [samples[f"{theirs}/{side}"].astype(np.float64) for side in "xy"]
    values = distribution.pointwise_mutual_information(*map(torch.from_numpy, sides)).numpy()
    inside = np.isfinite(values)
    ours = distribution.sample(N_THEIRS, seed=1)
    columns = [
        (ours_column, their_column)
        for ours_side, their_side in zip((ours.x, ours.y), sides, strict=True)
        for ours_column, their_column in zip(ours_side.T, their_side.T, strict=True)
    ]
    least = min(ks_2samp(*pair).pvalue for pair in columns)
    return TaskCheck(
        task=cell.distribution,
        theirs=theirs,
        truth=float(distribution.mutual_information),
        truth_theirs=facts[theirs]["truth"],
        shape=(distribution.dim_x, distribution.dim_y),
        shape_theirs=(facts[theirs]["dim_x"], facts[theirs]["dim_y"]),
        pointwise=float(values[inside].mean()),
        standard_error=float(values[inside].std() / np.sqrt(inside.sum())),
        outside=int((~inside).sum()),
        column_p=float(min(1.0, least * len(columns))),
    )


def _estimator_checks(cells: list[Cell], answers: list[dict[str, Any]]) -> Iterator[EstimatorCheck]:
    by_task = {NAMES[cell.distribution]: cell for cell in cells}
    cache = ResultCache(CACHE)
    for name, build in OURS.items():
        estimator = build()
        found = []
        for answer in answers:
            if answer["estimator"] != name:
                continue
            cell = by_task[answer["task"]]
            ours = cache.estimate(estimator, Sample(cell.x[0].numpy(), cell.y[0].numpy()))
            if ours.median is not None:
                truth = float(cell.truths[0])
                found.append((cell.distribution, truth, ours.median, ours.seconds, answer))
        if not found:
            continue
        apart = {
            distribution: abs(answer["value"] - value)
            for distribution, _, value, _, answer in found
        }
        where = max(apart, key=lambda distribution: apart[distribution])
        yield EstimatorCheck(
            theirs=name,
            ours=estimator.name if isinstance(estimator, Critic) else repr(estimator),
            n_tasks=len(found),
            difference=float(np.mean(list(apart.values()))),
            largest=apart[where],
            where=where,
            error=float(np.mean([abs(value - truth) for _, truth, value, _, _ in found])),
            error_theirs=float(np.mean([abs(a["value"] - truth) for _, truth, _, _, a in found])),
            seconds=float(np.mean([seconds for _, _, _, seconds, _ in found])),
            seconds_theirs=float(np.mean([answer["seconds"] for *_, answer in found])),
        )


def _pinned(package: str) -> str:
    lines = (HERE / "requirements.txt").read_text().splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{package}=="))


if __name__ == "__main__":
    sys.exit(main())
