"""Interrupts of a long command, which pause it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from mist_explore.progress import Cancellation

__all__ = ["pause_on_interrupt"]


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
