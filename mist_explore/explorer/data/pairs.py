"""The part of the data page that shows the matrix of all pairs of columns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from html import escape
from math import comb
from typing import Any, TypeAlias

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from mist_explore.evaluation import (
    Pairwise,
    iter_independence_tests,
    pairwise_information,
)
from mist_explore.explorer.baselines import estimator
from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.data.compute import (
    MATRIX_ROWS,
    MOST_COLUMNS,
    DataResult,
    matrix_columns,
    pair_steps,
    rows_independent,
)
from mist_explore.explorer.data.pair_list import pair_list_html
from mist_explore.explorer.data.settings import DataState
from mist_explore.explorer.data.views import matrix_figure, matrix_words_html
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.job import Job
from mist_explore.plots import shown
from mist_explore.progress import Progress

__all__ = ["Pairs"]

Step: TypeAlias = tuple[Progress, Pairwise]

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
        self.progress = widgets.HTML()
        self.start = widgets.Button(description="Estimate all pairs")
        self.cancel = widgets.Button(description="Cancel")
        self.start.on_click(lambda _: self._run())
        self.cancel.on_click(lambda _: self.job.cancel())
        self.job: Job[Step, Pairwise] = Job(self._fill, self._filled, fail)
        self.widget = widgets.VBox(
            [
                widgets.HBox([self.start, self.cancel, self.progress]).add_class("mist-buttons"),
                self._figure.widget,
                self._words,
                widgets.HBox([self.choice, self.opened]).add_class("mist-open"),
                disclosure("All pairs as a table", self.table, opened=self._tabulate),
            ]
        )
        self._offer(running=False)

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
            self._run()
        else:
            self.job.cancel()
            self._offer(running=False)

    def _run(self) -> None:
        answer, columns = self._answer, _columns(self._answer)
        self._offer(running=True)
        self.job.start(lambda cancellation: pair_steps(answer, columns, cancellation))

    def _retest(self) -> None:
        """Test the pairs anew where all are estimated; else restart the job that was running."""
        columns, state, found = _columns(self._answer), self._answer.state, self.found
        level = state.fdr_level
        if len(found.estimates) + len(found.failures) < comb(len(found.names), 2):
            if self.job.running:
                self._run()
        elif level is None:
            self.job.discard()
            self._offer(running=False)
        else:
            independent = rows_independent(state, self._answer.opened)
            circular_shift = False if independent else state.circular_shift
            self._offer(running=True)
            self.job.start(
                lambda cancellation: iter_independence_tests(
                    found,
                    columns,
                    level,
                    cancellation,
                    circular_shift=circular_shift,
                    seed=state.seed,
                )
            )
        self._done()

    def _fill(self, steps: Sequence[Step]) -> None:
        progress, found = steps[-1]
        with self._lock:
            self.found = found
            self._draw()
        left = f", about {progress.seconds_left:.0f} s left" if progress.seconds > 1 else ""
        what = "steps" if self._answer.state.fdr_level else "pairs"
        self._show_status(f"{progress.step:,} of {progress.total:,} {what}{left}")

    def _filled(self, found: Pairwise, cancelled: bool) -> None:
        with self._lock:
            self.found = found
            self._draw()
        self._offer(running=False)
        self._done()
        if cancelled:
            self._show_status(f"Cancelled after {len(found.estimates):,} pairs.")

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

    def _offer(self, running: bool) -> None:
        """Show the button that fits, and which part of a large table the matrix is about."""
        self._list()
        pairs = comb(len(self.found.names), 2)
        done = len(self.found.estimates) + len(self.found.failures)
        figure = self._figure.widget  # an empty grid of many columns fills two screens
        shown_parts = (
            (self.start, not running and done < pairs),
            (self.cancel, running),
            (figure, running or done > 0),
        )
        for part, wanted in shown_parts:
            (part.remove_class if wanted else part.add_class)("mist-folded")
        rows, columns = self._answer.opened.table.n_rows, len(self._answer.opened.usable)
        parts = [f"the first {MOST_COLUMNS} of {columns} columns"] * (columns > MOST_COLUMNS)
        parts += [f"{MATRIX_ROWS:,} of {rows:,} rows, drawn at random"] * (rows > MATRIX_ROWS)
        self._show_status(
            f"{pairs:,} pair{'s' * (pairs != 1)}{': ' if parts else ''}{' and '.join(parts)}."
        )

    def _show_status(self, words: str) -> None:
        self.progress.value = f'<p class="mist-hint" role="status">{words}</p>'


def _columns(answer: DataResult) -> Mapping[str, NDArray[np.float64]]:
    return matrix_columns(answer.opened, answer.state.categorical, answer.state.gap_values)


def _treatment(state: DataState) -> tuple[object, ...]:
    """Return the settings that change the numbers of the matrix."""
    return state.network, state.categorical, state.gap_values, state.order


def _tests(state: DataState) -> tuple[object, ...]:
    """Return the settings that change only the tests of the matrix."""
    return state.fdr, state.seed
