"""A run of the adapt page: flows, datasets and fine-tuning, without widgets."""

from __future__ import annotations

import json
import math
import shutil
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from mist_explore.adaptation import iter_adapt
from mist_explore.adaptation.folder import digest
from mist_explore.explorer.adapt.record import Run
from mist_explore.explorer.adapt.settings import AdaptState
from mist_explore.explorer.job import Steps
from mist_explore.explorer.run_folder import LOCK, locked_folder, run_folder
from mist_explore.explorer.table_code import column_arguments, open_and_prepare
from mist_explore.explorer.tables import Opened, prepared
from mist_explore.explorer.theme import asset
from mist_explore.files import replace_file
from mist_explore.network.checkpoint import CONFIG
from mist_explore.progress import Cancellation

__all__ = ["MOST_ROWS", "RECORDED", "as_command", "as_python", "result", "run"]

MOST_ROWS = 5_000
"""Rows that are drawn from a larger table; adapted datasets have no more."""

RECORDED = "adapt/recorded.json"
"""The run of the first screen, among the assets of the pages; `python -m benchmarks.adapt`."""

RUN = "run.json"
WRITE_EVERY = 2.0
"""Seconds between two records of a run in its folder."""


def result(state: AdaptState, table: Opened) -> Run:
    """Return the run of a state that was interrupted or finished, the recorded one, or none yet.

    Raises:
        ValueError: if the columns make no sample.
    """
    new = Run(state, table, prepared(state, table, MOST_ROWS, state.seed))
    key = _key(new)
    if (run_folder(key) / RUN).exists():
        with suppress(OSError), locked_folder(key) as folder:  # or another page runs it
            return _kept(new, folder)
    recorded = _recorded()
    if state == AdaptState.from_query(recorded["query"]):
        return replace(new.with_mapping(recorded), recorded=True)
    return new


def run(
    state: AdaptState, table: Opened, cancellation: Cancellation, *, resume: bool = False
) -> Steps[Run, Run]:
    """Adapt the shipped network to the columns of a table, and yield the run so far.

    What was cancelled, or whose page has gone, can be resumed, and ends in the same network.

    Args:
        state: the columns and the budget.
        table: the table.
        cancellation: set it to stop at the next record.
        resume: whether to resume an interrupted run, if there is one.

    Raises:
        ValueError: if the columns make no sample that flows can be fitted to, or another page
            adapts to them.
    """
    here = Run(state, table, prepared(state, table, MOST_ROWS, state.seed))
    yield here
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(locked_folder(_key(here)))
        except TimeoutError:
            raise ValueError(
                "expected columns that no other page adapts to; wait for it, or change the seed"
            ) from None
        if resume and (folder / RUN).exists():
            here = replace(here, seconds=_kept(here, folder).seconds)
        elif not resume:
            _empty(folder)
        sample, settings = here.prepared.sample, state.adaptation
        job = iter_adapt(sample.x, sample.y, folder, settings=settings, cancellation=cancellation)
        began, written = time.monotonic(), -math.inf
        while True:
            try:
                progress = next(job)
            except StopIteration as end:
                adaptation = end.value
                break
            here = here.after(progress, here.seconds + time.monotonic() - began)
            if time.monotonic() - written > WRITE_EVERY:
                _write(here, folder)
                written = time.monotonic()
            yield here
            began = time.monotonic()
        if adaptation is not None:
            here = replace(here, step=here.total, card=adaptation.card, folder=folder)
        _write(here, folder)
        return here


def as_python(state: AdaptState) -> str:
    """Return lines of Python that adapt the same network."""
    return (
        "from dataclasses import replace\n"
        "import mist_explore as mx\n"
        "from mist_explore.adaptation import AdaptationSettings\n"
        f"{open_and_prepare(state, MOST_ROWS, state.seed)}"
        f"settings = AdaptationSettings().scaled({float(state.budget):g})\n"
        f"settings = replace(settings, seed={state.seed})\n"
        'adaptation = mx.adapt(ready.sample.x, ready.sample.y, "my-network", settings=settings)\n'
        "print(adaptation.card.before.error, adaptation.card.after.error)\n"
    )


def as_command(state: AdaptState) -> str:
    """Return commands that adapt the same network, and estimate with it."""
    columns = column_arguments(state, MOST_ROWS, state.seed)
    return (
        f"mist-explore adapt {columns} \\\n    --budget {float(state.budget):g} --out my-network\n"
        f"mist-explore estimate {columns} \\\n    --estimator my-network\n"
    )


def _key(here: Run) -> str:
    return f"adapt {digest(here.prepared.sample)} {here.state.adaptation.to_json()}"


def _kept(new: Run, folder: Path) -> Run:
    kept = new.with_mapping(json.loads((folder / RUN).read_text(encoding="utf-8")))
    if (folder / CONFIG).exists():
        return replace(kept, folder=folder, recorded=True)
    return replace(kept, card=None)


def _write(here: Run, folder: Path) -> None:
    replace_file(folder / RUN, json.dumps(here.to_mapping()).encode())


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


@cache
def _recorded() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(asset(RECORDED))
    return kept
