"""Progress of a long command on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable

from mist_explore.progress import Progress

__all__ = ["every_tenth"]


def every_tenth() -> Callable[[Progress], None]:
    """Return a callback for progress records that prints a line at every tenth of the job."""
    printed = 0

    def report(progress: Progress) -> None:
        nonlocal printed
        if int(10 * progress.fraction) > printed:
            printed = int(10 * progress.fraction)
            numbers = "".join(f", {k} {v:.4g}" for k, v in progress.metrics.items())
            left = f"{progress.seconds_left:.0f} s left"
            print(f"{10 * printed} %, {left}{numbers}", file=sys.stderr, flush=True)

    return report
