"""Telling on standard error how far a long job is."""

from __future__ import annotations

import sys
from collections.abc import Callable

from mist_explore.progress import Progress

__all__ = ["every_tenth"]


def every_tenth() -> Callable[[Progress], None]:
    """What tells every tenth of a job when it is given the records."""
    told = 0

    def tell(progress: Progress) -> None:
        nonlocal told
        if int(10 * progress.fraction) > told:
            told = int(10 * progress.fraction)
            numbers = "".join(f", {k} {v:.4g}" for k, v in progress.metrics.items())
            left = f"{progress.seconds_left:.0f} s left"
            print(f"{10 * told} %, {left}{numbers}", file=sys.stderr, flush=True)

    return tell
