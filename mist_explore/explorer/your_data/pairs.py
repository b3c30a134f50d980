"""The part of the data page that shows the matrix of all pairs of columns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from math import comb
from typing import Any

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from mist_explore.evaluation import Pairwise, iter_independence_tests, pairwise_information
from mist_explore.explorer.baselines import estimator
from mist_explore.explorer.controls import disclosure, fold
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.html import progress_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.your_data.compute import (
    MATRIX_ROWS,
    MOST_COLUMNS,
    DataResult,
    Step,
    matrix_columns,
    pair_steps,
    rows_independent,
    with_progress,
)
from mist_explore.explorer.your_data.pair_list import pair_list_html
from mist_explore.explorer.your_data.settings import DataState
from mist_explore.explorer.your_data.views import matrix_figure, matrix_words_html
from mist_explore.plots import shown
from mist_explore.progress import Cancellation

__all__ = ["Pairs"]

WITHOUT_ASKING = 150
"""Most pairs that are estimated at once; more wait for the button."""


class Pairs:
    """The matrix, filled pair by pair by a job that can be cancelled; a square opens its pair.

    Args:
        answer: the first results of the page.
        chosen: is called with the two columns of a pair that is to be opened.
        done: is called when the matrix of another table is complete.
        fail: receives an error.
    """

    def __init__(
        self,
        answer: DataResult,
        chosen: Callable[[str, str], None],
        done: Callable[[], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._lock = threading.Lock()
        self._answer, self._chosen, self._done = answer, chosen, done
        network = estimator(answer.state.network)
        independent = rows_independent(answer.state, answer.opened)
        self.found = pairwise_information(
            _columns(answer), estimator=network, rows_independent=independent
        )
        self._figure = FigureView(matrix_figure(self.found, answer))
        self._figure.widget.add_class("mist-matrix")
        self._figure.widget.data[0].on_click(self._clicked)
        self.table = widgets.HTML()
        self.choice = widgets.Dropdown(description="Show a pair (or click a cell)")
        self.choice.observe(self._picked, "value")
        self.opened, self._pair = widgets.HTML(), (answer.state.x, answer.state.y)
        self._words = widgets.HTML(matrix_words_html(self.found, answer))
        self.job: JobPanel[Step] = JobPanel(
            self._steps,
            self._fill,
            fail,
            status=self._status,
            ended=self._ended,
            start="Estimate all pairs",
        )
        self.widget = widgets.VBox(
            [
                self.job.widget,
                self._figure.widget,
                self._words,
                widgets.HBox([self.choice, self.opened]).add_class("mist-open"),
                disclosure("All pairs as a table", self.table, opened=self._tabulate),
            ]
        )
        self._offer()

    @property
    def words(self) -> str:
        """The sentence below the matrix, as HTML."""
        return str(self._words.value)

    def show(self, answer: DataResult) -> None:
        """Draw the matrix in the units of an answer; begin a new one for another table."""
        if (answer.state.x, answer.state.y) != self._pair:
            self.opened.value = ""
        with self._lock:
            before, self._answer = self._answer, answer
            other = answer.opened is not before.opened
            other = other or _treatment(answer.state) != _treatment(before.state)
            tests = _tests(answer.state) != _tests(before.state)
            if not other:
                self.found = self.found.untested if tests else self.found
                self._draw()
                self._list()
            else:
                self.found = Pairwise(tuple(_columns(answer)), {}, {})
                self._draw()
        if not other:
            if tests:
                self._retest()
            return
        if comb(len(self.found.names), 2) <= WITHOUT_ASKING:
            self.job.run()
        else:
            self.job.clear()
            self._offer()

    def _steps(self) -> Callable[[Cancellation], Steps[Step, Step]]:
        self._offer()
        return partial(pair_steps, self._answer, _columns(self._answer))

    def _retest(self) -> None:
        """Test the pairs anew where all are estimated; else restart the job that was running."""
        columns, state, found = _columns(self._answer), self._answer.state, self.found
        level = state.fdr_level
        if len(found.estimates) + len(found.failures) < comb(len(found.names), 2):
            if self.job.mode != "idle":
                self.job.run()
        elif level is None:
            self.job.clear()
            self._offer()
        else:
            independent = rows_independent(state, self._answer.opened)
            circular_shift = False if independent else state.circular_shift
            self.job.run(
                lambda cancellation: with_progress(
                    iter_independence_tests(
                        found,
                        columns,
                        level,
                        cancellation,
                        circular_shift=circular_shift,
                        seed=state.seed,
                    )
                )
            )
            self._offer()
        self._done()

    def _fill(self, step: Step) -> None:
        with self._lock:
            self.found = step[1]
            self._draw()

    def _status(self, step: Step) -> str:
        progress, _ = step
        what = "steps" if self._answer.state.fdr_level else "pairs"
        return progress_html(f"{progress.step:,} of {progress.total:,} {what}", progress)

    def _ended(self, step: Step | None, cancelled: bool) -> str:
        self._offer()
        self._done()
        return f"Cancelled after {len(self.found.estimates):,} pairs." if cancelled else self._scope

    def _draw(self) -> None:
        self._figure.show(matrix_figure(self.found, self._answer))
        self._words.value = matrix_words_html(self.found, self._answer)
        if self.table.value:
            self._tabulate()

    def _tabulate(self) -> None:
        self.table.value = pair_list_html(self.found, self._answer.state, "All pairs of columns")

    def _clicked(self, _: object, points: Any, __: object) -> None:
        for column, row in zip(points.xs, points.ys, strict=True):
            self._open(self.found.names[int(column)], self.found.names[int(row)])

    def _picked(self, change: Any) -> None:
        if change["new"]:
            self._open(*change["new"])

    def _open(self, x: str, y: str) -> None:
        self._pair = (x,), (y,)
        self._chosen(x, y)
        self.opened.value = (
            f'<p class="mist-hint" role="status">X is now <b>{escape(x)}</b> and Y '
            f'<b>{escape(y)}</b>: <a href="#mist-numbers">see them above</a>.</p>'
        )

    def _list(self) -> None:
        """Offer the pairs: the most informative first, those with a warning below."""
        units, found = self._answer.state.units, self.found
        medians = {pair: e.to(units).median for pair, e in found.estimates.items()}
        marks = dict.fromkeys(found.doubtful, " (doubtful)")
        pairs = [
            (f"{x} and {y}: {shown(medians[x, y])} {units}{marks.get((x, y), '')}", (x, y))
            for x, y in found.ranked
        ]
        self.choice.options = [("choose one", None), *pairs]
        for index in (None, 0):  # a browser with other options forgets what is chosen
            self.choice.index = index

    def _offer(self) -> None:
        """Show the buttons if pairs are missing, and which part of a large table they are of."""
        self._list()
        running = self.job.mode != "idle"
        done = len(self.found.estimates) + len(self.found.failures)
        fold(self.job.buttons, not running and done >= comb(len(self.found.names), 2))
        # An empty grid of many columns fills two screens.
        fold(self._figure.widget, not running and not done)
        self.job.show_status(self._scope)

    @property
    def _scope(self) -> str:
        """The pairs of the matrix, and the part of a large table that it is about."""
        pairs = comb(len(self.found.names), 2)
        rows, columns = self._answer.opened.table.n_rows, len(self._answer.opened.usable)
        parts = [f"the first {MOST_COLUMNS} of {columns} columns"] * (columns > MOST_COLUMNS)
        parts += [f"{MATRIX_ROWS:,} of {rows:,} rows, drawn at random"] * (rows > MATRIX_ROWS)
        return f"{pairs:,} pair{'s' * (pairs != 1)}{': ' if parts else ''}{' and '.join(parts)}."


def _columns(answer: DataResult) -> Mapping[str, NDArray[np.float64]]:
    return matrix_columns(answer.opened, answer.state.categorical, answer.state.gap_values)


def _treatment(state: DataState) -> tuple[object, ...]:
    """Return the settings that change the numbers of the matrix."""
    return state.network, state.categorical, state.gap_values, state.order


def _tests(state: DataState) -> tuple[object, ...]:
    """Return the settings that change only the tests of the matrix."""
    return state.fdr, state.seed
