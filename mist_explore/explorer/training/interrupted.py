"""Interrupted runs, saved beside the models of the user."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock

from mist_explore.estimators.models import user_models_directory
from mist_explore.explorer.training.settings import TrainingState
from mist_explore.explorer.training.snapshot import Course
from mist_explore.files import replace_file
from mist_explore.network import load_checkpoint
from mist_explore.training.run import STATE

__all__ = ["begun", "interrupted", "kept_in", "own_folder", "write_course"]

# No name of a model begins with a dot.
FOLDER, COURSE, LOCK = ".runs", "course.json", "lock"

PATIENCE = 6.0
"""Seconds to wait for the kernel of a reloaded page to end."""

MOST_KEPT = 8


def interrupted(state: TrainingState) -> Course | None:
    """Return the run of a state as saved before its page closed; None if there is none."""
    folder = _folder(state)
    if not (folder / STATE).exists():
        return None
    with suppress(OSError), _lock(folder, PATIENCE):  # or another page is training it
        return kept_in(folder)
    return None


@contextmanager
def own_folder(state: TrainingState) -> Iterator[Path]:
    """Open the folder of a state, which no other page can use meanwhile.

    It is the same folder each time, so the run can be resumed; a temporary one while another page
    trains the same state, or where nothing can be written.
    """
    with ExitStack() as stack:
        folder = _folder(state)
        try:
            stack.enter_context(_lock(folder, PATIENCE))
        except OSError:
            temporary = TemporaryDirectory(prefix="mist-explore-training-")
            folder = Path(stack.enter_context(temporary))
        else:
            _forget_oldest(folder.parent)
        yield folder


def begun(folder: Path) -> None:
    """Delete the record of an earlier run in a folder."""
    (folder / COURSE).unlink(missing_ok=True)


def write_course(course: Course, folder: Path) -> None:
    """Save the record of a run beside its weights."""
    replace_file(folder / COURSE, json.dumps(course.to_mapping()).encode())


def kept_in(folder: Path) -> Course | None:
    """Return the run in a folder; None if there is nothing to resume."""
    if not ((folder / STATE).exists() and (folder / COURSE).exists()):
        return None
    kept = json.loads((folder / COURSE).read_text(encoding="utf-8"))
    return Course.from_mapping(kept, checkpoint=load_checkpoint(folder))


def _folder(state: TrainingState) -> Path:
    name = hashlib.sha256(state.recipe.to_json().encode()).hexdigest()[:16]
    return user_models_directory() / FOLDER / name


def _lock(folder: Path, patience: float) -> AbstractContextManager[object]:
    """Return a lock on a folder, which ends with the process.

    Raises:
        OSError: if another page is in it, or nothing can be written there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / LOCK, thread_local=False).acquire(timeout=patience)


def _forget_oldest(home: Path) -> None:
    folders = sorted(home.iterdir(), key=lambda folder: folder.stat().st_mtime)
    for folder in folders[:-MOST_KEPT]:
        with suppress(OSError), _lock(folder, 0):
            shutil.rmtree(folder)
