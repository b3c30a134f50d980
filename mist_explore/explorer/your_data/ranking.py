"""The part of the data page that ranks all columns by their information about Y."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from mist_explore.evaluation import Pairwise
from mist_explore.explorer.html import progress_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.your_data.compute import MATRIX_ROWS, DataResult, Step, pair_steps
from mist_explore.explorer.your_data.pair_list import pair_list_html
from mist_explore.preparation import usable_columns
from mist_explore.progress import Cancellation

__all__ = ["RANKED", "Ranking", "ranking_html", "ranking_pairs"]

RANKED = 60
"""Of more columns all are screened, and this number of the highest is estimated."""

Columns: TypeAlias = dict[str, NDArray[np.float64]]


class Ranking:
    """A table of all columns, those with the most information about Y first.

    Args:
        answer: the columns and settings of the page.
        done: is called when there is another ranking.
        fail: receives an error of the job.
    """

    def __init__(
        self,
        answer: DataResult,
        done: Callable[[], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._lock = threading.Lock()
        self._answer, self._done = answer, done
        self.found: Pairwise | None = None
        self.table = widgets.HTML()
        self.job: JobPanel[Step] = JobPanel(
            self._steps,
            lambda step: self._draw(step[1]),
            fail,
            status=_status,
            ended=self._ended,
            start="Rank all columns",
        )
        self.widget = widgets.VBox([self.job.widget, self.table])

    def show(self, answer: DataResult) -> None:
        """Drop the ranking where Y, the table or a setting of the numbers is another."""
        before, self._answer = self._answer, answer
        same = answer.opened is before.opened and all(
            getattr(answer.state, name) == getattr(before.state, name)
            for name in ("y", "network", "categorical", "gap_values", "fdr", "order")
        )
        if same and self.found is not None:
            self._draw(self.found)
        elif not same:
            self.job.clear()
            self.found, self.table.value = None, ""

    def _steps(self) -> Callable[[Cancellation], Steps[Step, Step]]:
        columns, pairs = ranking_pairs(self._answer)
        return partial(pair_steps, self._answer, columns, pairs=pairs, top=RANKED)

    def _ended(self, step: Step | None, cancelled: bool) -> str:
        self._done()
        rows = self._answer.opened.table.n_rows
        drawn = f", from {MATRIX_ROWS:,} of {rows:,} rows" if rows > MATRIX_ROWS else ""
        count = f"{len(step[1].estimates) if step else 0:,} columns"
        return f"{'Cancelled after ' if cancelled else ''}{count}{drawn}."

    def _draw(self, found: Pairwise) -> None:
        with self._lock:
            self.found = found
            self.table.value = ranking_html(found, self._answer)


def _status(step: Step) -> str:
    progress, _ = step
    return progress_html(f"{progress.step:,} of {progress.total:,} steps", progress)


def ranking_pairs(answer: DataResult) -> tuple[Columns, list[tuple[str, str]]]:
    """Return all usable columns with Y as one of them, and each column paired with Y."""
    state = answer.state
    columns = usable_columns(
        answer.opened.table,
        categories=state.categorical,
        gap_values=state.gap_values,
        max_rows=MATRIX_ROWS,
    )
    sides = [columns.pop(name) for name in state.y if name in columns]
    target = ", ".join(state.y)
    rows = len(sides[0]) if sides else 0
    columns[target] = np.column_stack([side.reshape(rows, -1) for side in sides])
    return columns, [(name, target) for name in columns if name != target]


def ranking_html(found: Pairwise, answer: DataResult) -> str:
    """Return the ranking as a table: column, median, interval, rows, test, warnings."""
    target = ", ".join(answer.state.y)
    label = f"Columns by their information about {target}"
    return pair_list_html(found, answer.state, label, target)
