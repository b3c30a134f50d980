"""Limits of the kernel of a page, which the operating system enforces."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path

from mist_explore.explorer.limits import limit

__all__ = ["CONFINABLE", "confine"]

CONFINABLE = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Environment of a process that is confined: Arrow's own pool reserves a gigabyte at once."""

LARGEST_FILE = 2**30


def confine() -> None:
    """Set the limits of this process to those of the environment, for good.

    Beyond `MIST_EXPLORE_KERNEL_MEMORY_MB` an allocation fails, which the page shows as a message;
    beyond `MIST_EXPLORE_KERNEL_CPU_MINUTES` of processor time the process is ended. Memory that
    it shares with its parent does not count. Enforced by Linux; other systems ignore the memory.
    """
    memory, minutes = limit("KERNEL_MEMORY_MB"), limit("KERNEL_CPU_MINUTES")
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, LARGEST_FILE)
    if memory < float("inf"):
        _set(resource.RLIMIT_DATA, _data() + int(memory * 2**20))
    if minutes < float("inf"):
        used = resource.getrusage(resource.RUSAGE_SELF)
        _set(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + minutes * 60) + 1)


def _set(kind: int, size: int) -> None:
    """Lower a limit; one that is lower already stays."""
    _, most = resource.getrlimit(kind)
    size = size if most == resource.RLIM_INFINITY else min(size, most)
    resource.setrlimit(kind, (size, size))


def _data() -> int:
    """Return the bytes of writable private memory that this process has; 0 if unknown."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0
