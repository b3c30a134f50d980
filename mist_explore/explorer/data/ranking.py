"""The part of the data page that ranks all columns by their information about Y."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from mist_explore.evaluation import Pairwise
from mist_explore.explorer.data.compute import MATRIX_ROWS, DataResult, pair_steps
from mist_explore.explorer.data.pair_list import pair_list_html
from mist_explore.explorer.job import Job
from mist_explore.preparation import usable_columns
from mist_explore.progress import Progress

__all__ = ["RANKED", "Ranking", "ranking_html", "ranking_pairs"]

RANKED = 60
"""Of more columns all are screened, and this number of the highest is estimated."""

Step: TypeAlias = tuple[Progress, Pairwise]
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
        self.start = widgets.Button(description="Rank all columns")
        self.cancel = widgets.Button(description="Cancel").add_class("mist-folded")
        self.progress, self.table = widgets.HTML(), widgets.HTML()
        self.start.on_click(lambda _: self._run())
        self.cancel.on_click(lambda _: self.job.cancel())
        self.job: Job[Step, Pairwise] = Job(self._fill, self._filled, fail)
        buttons = widgets.HBox([self.start, self.cancel, self.progress]).add_class("mist-buttons")
        self.widget = widgets.VBox([buttons, self.table])

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
            self.job.discard()
            self.found, self.table.value, self.progress.value = None, "", ""
            self._offer(running=False)

    def _run(self) -> None:
        answer = self._answer
        columns, pairs = ranking_pairs(answer)
        self._offer(running=True)
        self.job.start(
            lambda cancellation: pair_steps(answer, columns, cancellation, pairs, RANKED)
        )

    def _fill(self, steps: Sequence[Step]) -> None:
        progress, found = steps[-1]
        self._draw(found)
        left = f", about {progress.seconds_left:.0f} s left" if progress.seconds > 1 else ""
        self._show_status(f"{progress.step:,} of {progress.total:,} steps{left}")

    def _filled(self, found: Pairwise, cancelled: bool) -> None:
        self._draw(found)
        self._offer(running=False)
        rows = self._answer.opened.table.n_rows
        drawn = f", from {MATRIX_ROWS:,} of {rows:,} rows" if rows > MATRIX_ROWS else ""
        count = f"{len(found.estimates):,} columns"
        self._show_status(f"{'Cancelled after ' if cancelled else ''}{count}{drawn}.")
        self._done()

    def _draw(self, found: Pairwise) -> None:
        with self._lock:
            self.found = found
            self.table.value = ranking_html(found, self._answer)

    def _offer(self, running: bool) -> None:
        for button, wanted in ((self.start, not running), (self.cancel, running)):
            (button.remove_class if wanted else button.add_class)("mist-folded")

    def _show_status(self, words: str) -> None:
        self.progress.value = f'<p class="mist-hint" role="status">{words}</p>'


def ranking_pairs(answer: DataResult) -> tuple[Columns, list[tuple[str, str]]]:
    """Return all usable columns with Y as one of them, and each column paired with Y."""
    state = answer.state
    columns = usable_columns(
        answer.opened.table,
        categories=state.categorical,
        gap_values=state.gap_values,
        most_rows=MATRIX_ROWS,
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
