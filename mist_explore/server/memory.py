"""Memory that a kernel has freed, returned to the system while its page rests."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable

__all__ = ["return_memory_at_rest"]

SECONDS = 1.0
BUSY = 0.02
"""Share of processor time above which a kernel is at work."""


def return_memory_at_rest() -> None:
    """Start a thread that returns freed memory once after each time of work.

    The allocator of Linux keeps the memory of a computation for the next one, which is 60 MB
    after a few estimates. To return it takes 5 ms at rest; to return each block when it is freed
    would double the time of an estimate.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        threading.Thread(target=_return_at_rest, args=(trim,), daemon=True).start()


def _return_at_rest(trim: Callable[[int], object]) -> None:
    worked, before = True, time.process_time()
    while True:
        time.sleep(SECONDS)
        now = time.process_time()
        if now - before > BUSY * SECONDS:
            worked = True
        elif worked:
            trim(0)
            worked = False
        before = now
