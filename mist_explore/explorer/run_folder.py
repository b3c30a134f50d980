"""Folders of interrupted runs, beside the models of the user."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from filelock import FileLock

from mist_explore.estimators.models import user_models_directory

__all__ = [
    "PATIENCE",
    "empty_folder",
    "interrupted_run",
    "locked_folder",
    "own_folder",
    "run_folder",
]

Run = TypeVar("Run")

# No name of a model begins with a dot.
FOLDER, LOCK = ".runs", "lock"

PATIENCE = 6.0
"""Seconds to wait for the kernel of a reloaded page to end."""

MOST_KEPT = 8


def run_folder(key: str) -> Path:
    """Return the folder of the run with a key, the same each time, whether it is there or not."""
    name = hashlib.sha256(key.encode()).hexdigest()[:16]
    return user_models_directory() / FOLDER / name


@contextmanager
def locked_folder(key: str) -> Iterator[Path]:
    """Open the folder of a run, which no other page can use meanwhile; the oldest ones go.

    Raises:
        OSError: if another page is in it, or nothing can be written there.
    """
    folder = run_folder(key)
    with _lock(folder, PATIENCE):
        for unfinished in folder.rglob(".*"):  # files that a killed kernel was writing
            unfinished.unlink()
        _forget_oldest(folder.parent)
        yield folder


@contextmanager
def own_folder(key: str) -> Iterator[Path]:
    """Open the folder of a run, or a temporary one where another page is in it or none can be."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(locked_folder(key))
        except OSError:
            temporary = TemporaryDirectory(prefix="mist-explore-training-")
            folder = Path(stack.enter_context(temporary))
        yield folder


def interrupted_run(key: str, file: str, read: Callable[[Path], Run | None]) -> Run | None:
    """Return the run that its page left; None if there is none, or another page is in its folder.

    Args:
        key: of the run.
        file: the name of a file in its folder without which there is none.
        read: reads the run from its folder.
    """
    if (run_folder(key) / file).exists():
        with suppress(OSError), locked_folder(key) as folder:
            return read(folder)
    return None


def empty_folder(folder: Path) -> None:
    """Delete all in the open folder of a run but its lock."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def _lock(folder: Path, patience: float) -> FileLock:
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / LOCK, timeout=patience, thread_local=False)


def _forget_oldest(home: Path) -> None:
    folders = sorted(home.iterdir(), key=lambda folder: folder.stat().st_mtime)
    for folder in folders[:-MOST_KEPT]:
        with suppress(OSError), _lock(folder, 0):
            shutil.rmtree(folder)
