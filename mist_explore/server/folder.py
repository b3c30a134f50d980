"""Temporary folder of one server, and the removal of those that killed servers left."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

__all__ = ["temporary_folder"]

PREFIX = "mist-explore-server-"
SECONDS_TO_LOCK = 60


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder for the time of the context, after removing those without a server."""
    parent = Path(tempfile.gettempdir())
    for folder in parent.glob(f"{PREFIX}*"):
        _remove_abandoned(folder)
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name, FileLock(Path(name, "lock")):
        yield Path(name)


def _remove_abandoned(folder: Path) -> None:
    """Remove a folder unless its server holds the lock, or may be about to take it."""
    try:
        if time.time() - folder.stat().st_mtime < SECONDS_TO_LOCK:
            return
        with FileLock(folder / "lock", timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
    except (Timeout, OSError):
        return
