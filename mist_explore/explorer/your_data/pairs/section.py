"""The sections of the data page on many columns: the matrix of all pairs, and a ranking."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from html import escape
from math import comb
from typing import Any

import ipywidgets as widgets

from mist_explore.evaluation import Pairwise, pairwise_information
from mist_explore.explorer.baselines import estimator
from mist_explore.explorer.controls import disclosure, fold
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.html import progress_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.your_data.compute import MATRIX_ROWS, DataResult, rows_independent
from mist_explore.explorer.your_data.pairs.compute import (
    Step,
    matrix_columns,
    pair_steps,
    ranking_steps,
    test_steps,
)
from mist_explore.explorer.your_data.pairs.views import (
    matrix_figure,
    matrix_words_html,
    pair_list_html,
    pair_options,
    ranking_html,
    scope_words,
)
from mist_explore.explorer.your_data.settings import DataState
from mist_explore.progress import Cancellation

__all__ = ["Pairs", "Ranking"]

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
            matrix_columns(answer), estimator=network, rows_independent=independent
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
                self.found = Pairwise(tuple(matrix_columns(answer)), {}, {})
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
        return partial(pair_steps, self._answer)

    def _retest(self) -> None:
        """Test the pairs anew where all are estimated; else restart the job that was running."""
        if not self._complete:
            if self.job.mode != "idle":
                self.job.run()
        elif self._answer.state.fdr_level is None:
            self.job.clear()
            self._offer()
        else:
            self.job.run(partial(test_steps, self._answer, self.found))
            self._offer()
        self._done()

    def _fill(self, step: Step) -> None:
        with self._lock:
            self.found = step[1]
            self._draw()

    def _status(self, step: Step) -> str:
        return _status(step, "steps" if self._answer.state.fdr_level else "pairs")

    def _ended(self, step: Step | None, cancelled: bool) -> str:
        self._offer()
        self._done()
        if cancelled:
            return f"Cancelled after {len(self.found.estimates):,} pairs."
        return scope_words(self.found, self._answer)

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
        pairs = pair_options(self.found, self._answer.state.units)
        self.choice.options = [("choose one", None), *pairs]
        for index in (None, 0):  # a browser with other options forgets what is chosen
            self.choice.index = index

    def _offer(self) -> None:
        """Show the buttons if pairs are missing, and which part of a large table they are of."""
        self._list()
        running = self.job.mode != "idle"
        fold(self.job.buttons, not running and self._complete)
        # An empty grid of many columns fills two screens.
        none = not self.found.estimates and not self.found.failures
        fold(self._figure.widget, not running and none)
        self.job.show_status(scope_words(self.found, self._answer))

    @property
    def _complete(self) -> bool:
        """Whether all pairs are estimated."""
        done = len(self.found.estimates) + len(self.found.failures)
        return done >= comb(len(self.found.names), 2)


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
            status=partial(_status, what="steps"),
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
        return partial(ranking_steps, self._answer)

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


def _status(step: Step, what: str) -> str:
    progress, _ = step
    return progress_html(f"{progress.step:,} of {progress.total:,} {what}", progress)


def _treatment(state: DataState) -> tuple[object, ...]:
    """Return the settings that change the numbers of the matrix."""
    return state.network, state.categorical, state.gap_values, state.order


def _tests(state: DataState) -> tuple[object, ...]:
    """Return the settings that change only the tests of the matrix."""
    return state.fdr, state.seed
