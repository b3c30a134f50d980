"""Long commands: their progress on standard error, and interrupts, which pause them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mist_explore.progress import Cancellation, Progress

__all__ = ["every_tenth", "pause_on_interrupt"]


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


@contextmanager
def pause_on_interrupt() -> Iterator[Cancellation]:
    """Return a cancellation that Ctrl-C and SIGTERM set within the context."""
    cancellation = Cancellation()
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {s: signal.signal(s, lambda *_: cancellation.set()) for s in signals}
    try:
        yield cancellation
    finally:
        for s, handler in previous.items():
            signal.signal(s, handler)
