"""Telling on standard error how far a long job is."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import TypeVar

from mist_explore.progress import Progress

__all__ = ["finished"]

Record = TypeVar("Record", bound=Progress)
Result = TypeVar("Result")


def finished(job: Generator[Record, None, Result]) -> Result:
    """Run a job to its end, telling every tenth of it, and return its result."""
    told = 0
    while True:
        try:
            progress = next(job)
        except StopIteration as end:
            result: Result = end.value
            return result
        if int(10 * progress.fraction) > told:
            told = int(10 * progress.fraction)
            numbers = "".join(f", {k} {v:.4g}" for k, v in progress.metrics.items())
            left = f"{progress.seconds_left:.0f} s left"
            print(f"{10 * told} %, {left}{numbers}", file=sys.stderr, flush=True)
