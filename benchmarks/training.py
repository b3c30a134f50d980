"""Measure the learning curve of the default recipe of the training page, and record the run.

`python -m benchmarks.training`: writes `benchmarks/results/training.json`, and the finished
figures that the page begins with. Time is processor time of all threads together: on two idle
cores less passes on the clock, and what else the machine does hardly counts.
"""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import TypeVar

import torch

from mist_explore.explorer.train import (
    Course,
    Critics,
    CriticState,
    TrainingState,
    course,
    critics,
)
from mist_explore.explorer.train.compute import RECORDED
from mist_explore.files import replace_file
from mist_explore.progress import Cancellation

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "training.json"
RECORDING = ROOT / "mist_explore" / "explorer" / "assets" / RECORDED
Found = TypeVar("Found", Course, Critics)
SOON, USEFUL = 20.0, 120.0


def main() -> None:
    """Train, measure, and write both files."""
    torch.set_num_threads(1)
    kept = list(_timed(course(TrainingState(), Cancellation())))
    of_critics = list(_timed(critics(CriticState(), Cancellation())))
    recorded = {"network": kept[-1].to_mapping(), "critics": of_critics[-1].to_mapping()}
    text = json.dumps(recorded, separators=(",", ":"))
    replace_file(RECORDING, (text + "\n").encode())
    replace_file(RESULT, (json.dumps(_measured(kept), indent=1) + "\n").encode())


def _timed(steps: Iterator[Found]) -> Iterator[Found]:
    """The records with processor time, from the first step on, instead of that of a clock."""
    began = None
    for found in steps:
        began = process_time() if began is None else began
        timed = replace(found, seconds=process_time() - began)
        if timed.step % 50 == 0:
            print(f"step {timed.step}, {timed.seconds:.0f} s", flush=True)
        yield timed


def _measured(kept: list[Course]) -> dict[str, object]:
    last = kept[-1]
    return {
        "command": "python -m benchmarks.training",
        "what": "default recipe of the training page: held-out mean absolute error in nats against "
        "seconds of processor time, all threads together",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "torch": torch.__version__,
        "recipe": last.state.to_query(),
        "held_out_datasets": len(last.results),
        "references": {name: round(error, 4) for name, error in last.references.items()},
        "error_before": round(kept[0].measurements[-1].error, 4),
        f"error_after_{SOON:.0f}_s": round(_at(kept, SOON).measurements[-1].error, 4),
        f"error_after_{USEFUL:.0f}_s": round(_at(kept, USEFUL).measurements[-1].error, 4),
        "error_at_the_end": round(last.measurements[-1].error, 4),
        "coverage_of_90_percent_at_the_end": round(last.measurements[-1].coverage, 3),
        "steps": last.step,
        "seconds": round(last.seconds, 1),
        "seconds_until_better_than": {
            name: _seconds_until(kept, error) for name, error in last.references.items()
        },
    }


def _at(kept: list[Course], seconds: float) -> Course:
    """The run as the page showed it after so many seconds."""
    return [found for found in kept if found.seconds <= seconds][-1]


def _seconds_until(kept: list[Course], error: float) -> float | None:
    """Return the time from which on all validation errors are below a bound; None if never."""
    since = math.inf
    for found in reversed(kept):
        if found.measurements[-1].error >= error:
            break
        since = found.seconds
    return round(since, 1) if math.isfinite(since) else None


if __name__ == "__main__":
    main()
