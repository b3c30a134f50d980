"""Limits that the server of the pages sets, by environment variables, for each visitor."""

from __future__ import annotations

import os

from mist_explore.tables import TableLimits

__all__ = ["limit", "table_limits", "training_seconds", "upload_bytes"]


def limit(name: str) -> float:
    """Return the value of `MIST_EXPLORE_<name>`; infinity where there is none, or 0.

    Example:
        >>> limit("NOTHING_OF_THIS_NAME")
        inf
    """
    return float(os.environ.get(f"MIST_EXPLORE_{name}") or 0) or float("inf")


def upload_bytes() -> float:
    """Return the largest size of an uploaded file (`MIST_EXPLORE_UPLOAD_MB`)."""
    return limit("UPLOAD_MB") * 2**20


def training_seconds() -> float:
    """Return the longest time of one run of a job (`MIST_EXPLORE_TRAIN_MINUTES`)."""
    return limit("TRAIN_MINUTES") * 60


def table_limits() -> TableLimits:
    """Return the largest table: of the memory of this kernel, or of half of the computer's.

    The kernel may have `MIST_EXPLORE_KERNEL_MEMORY_MB`.
    """
    half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2
    return TableLimits.for_memory(min(limit("KERNEL_MEMORY_MB") * 2**20, half))
