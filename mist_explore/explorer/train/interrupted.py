"""Interrupted runs, saved beside the models of the user."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from mist_explore.explorer.run_folder import locked_folder, run_folder
from mist_explore.explorer.train.settings import TrainingState
from mist_explore.explorer.train.snapshot import Course
from mist_explore.files import replace_file
from mist_explore.network import load_checkpoint
from mist_explore.training.run import STATE

__all__ = ["begun", "interrupted", "kept_in", "own_folder", "write_course"]

COURSE = "course.json"


def interrupted(state: TrainingState) -> Course | None:
    """Return the run of a state as saved before its page closed; None if there is none."""
    if not (run_folder(_key(state)) / STATE).exists():
        return None
    with suppress(OSError), locked_folder(_key(state)) as folder:  # or another page is training it
        return kept_in(folder)
    return None


@contextmanager
def own_folder(state: TrainingState) -> Iterator[Path]:
    """Open the folder of a state, which no other page can use meanwhile.

    It is the same folder each time, so the run can be resumed; a temporary one while another page
    trains the same state, or where nothing can be written.
    """
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(locked_folder(_key(state)))
        except OSError:
            temporary = TemporaryDirectory(prefix="mist-explore-training-")
            folder = Path(stack.enter_context(temporary))
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


def _key(state: TrainingState) -> str:
    return state.recipe.to_json()
