"""Runs that ended with their page: kept beside the models of the user, to be resumed."""

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
from mist_explore.explorer.training.standing import Course
from mist_explore.explorer.training.state import TrainingState
from mist_explore.files import replace_file
from mist_explore.network import load_checkpoint
from mist_explore.training.run import STATE

__all__ = ["begun", "interrupted", "kept_in", "own_folder", "write_course"]

# No name of a model begins with a dot.
FOLDER, COURSE, LOCK = ".runs", "course.json", "lock"

PATIENCE = 6.0
"""Seconds within which the kernel of a page that was reloaded has ended."""

MOST_KEPT = 8


def interrupted(state: TrainingState) -> Course | None:
    """The run of a state as it was saved before its page went; None if there is none."""
    folder = _folder(state)
    if not (folder / STATE).exists():
        return None
    with suppress(OSError), _lock(folder, PATIENCE):  # or another page is training it
        return kept_in(folder)
    return None


@contextmanager
def own_folder(state: TrainingState) -> Iterator[Path]:
    """A folder to train a state in, which no other page uses meanwhile.

    A state has always the same one, so that its run can be resumed. While another page trains the
    same, and where nothing can be written, it is a temporary one.
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
    """Forget how far the run before in a folder had come."""
    (folder / COURSE).unlink(missing_ok=True)


def write_course(course: Course, folder: Path) -> None:
    """Keep how far a run has come beside its state."""
    replace_file(folder / COURSE, json.dumps(course.to_mapping()).encode())


def kept_in(folder: Path) -> Course | None:
    """The run in a folder of one's own; None if it has nothing to go on from."""
    if not ((folder / STATE).exists() and (folder / COURSE).exists()):
        return None
    kept = json.loads((folder / COURSE).read_text(encoding="utf-8"))
    return Course.from_mapping(kept, checkpoint=load_checkpoint(folder))


def _folder(state: TrainingState) -> Path:
    name = hashlib.sha256(state.recipe.to_json().encode()).hexdigest()[:16]
    return user_models_directory() / FOLDER / name


def _lock(folder: Path, patience: float) -> AbstractContextManager[object]:
    """Keeps other pages out of a folder; the system ends it with the process.

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
