"""The page on the number of rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial

import ipywidgets as widgets

from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.frame import FOOT
from mist_explore.explorer.html import (
    alt_html,
    insight_html,
    message_html,
    progress_html,
)
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.links import downloads_html
from mist_explore.explorer.page import Page
from mist_explore.explorer.sample_size.compute import (
    Curves,
    as_command,
    as_python,
    by_columns,
    known,
    measure,
)
from mist_explore.explorer.sample_size.recording import is_stale
from mist_explore.explorer.sample_size.settings import SampleSizeState
from mist_explore.explorer.sample_size.views import (
    alt_text,
    as_csv,
    columns_html,
    figures,
    insight,
    numbers_html,
)
from mist_explore.progress import Cancellation

__all__ = ["SampleSizePage"]

STALE = (
    "These numbers were recorded with other weights of the network: press Measure again to see "
    "those of the present ones."
)


class SampleSizePage(Page[SampleSizeState, Curves]):
    """Errors and widths against rows, and the rows at which the wanted error is reached.

    Distributions of the recorded grid are shown at once; others are measured when they are
    chosen, and the curves become smoother with each dataset.
    """

    def __init__(self) -> None:
        super().__init__("sample_size", SampleSizeState(), known)
        self._lock = threading.Lock()
        self.curves = self.answer
        self.figures = [FigureView(one) for one in figures(self.curves, self.state.error)]
        self.numbers, self.columns, self.files = (widgets.HTML() for _ in range(3))
        self.job: JobPanel[Curves] = JobPanel(
            self._steps,
            self._draw,
            self.fail,
            status=_status,
            ended=lambda _, cancelled: "Cancelled; the curves are incomplete." if cancelled else "",
            start="Measure again",
            starting="Starting.",
        )
        pair = widgets.Box([view.widget for view in self.figures]).add_class("mist-pair")
        self.marked = (pair,)
        controls = self.controls
        another = controls.button("New datasets", lambda s: s.next("seed"))
        self.lay_out(
            controls.row("error", "family", "dim", "information", another),
            self.message,
            self.numbers,
            pair,
            self.insight,
            self.job.widget,
            self.columns,
            self.alt,
            controls.rest(),
            self.sharing(),
            disclosure("Download", self.files, opened=self._hand_out).add_class(FOOT),
        )

    def show(self, answer: Curves) -> None:
        """Draw the curves of a state, or begin to measure them; at another error, keep them."""
        if answer.grid == self.curves.grid and self.curves.trials:
            self._draw(self.curves)
            return
        self.job.clear()
        self._draw(answer, anew=True)
        if not answer.complete:
            self.job.run()
        elif is_stale():
            self.message.value = message_html(STALE)

    def texts(self) -> Mapping[str, str]:
        """Return Python and a command that give the same numbers."""
        return {"Python": as_python(self.state), "command": as_command(self.state)}

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        return super().join(timeout) and self.job.join(timeout)

    def _steps(self) -> Callable[[Cancellation], Steps[Curves, Curves]]:
        return partial(measure, self.state.grid)

    def _draw(self, curves: Curves, *, anew: bool = False) -> None:
        # The worker and the job draw here: a job must not put back what the worker has replaced.
        with self._lock:
            if not anew and curves.grid != self.state.grid:
                return
            self.curves, error = curves, self.state.error
            for view, figure in zip(self.figures, figures(curves, error), strict=True):
                view.show(figure)
            self.numbers.value = numbers_html(curves, error)
            self.columns.value = columns_html(by_columns(self.state), error)
            self.insight.value = insight_html(insight(curves, error))
            self.alt.value = alt_html(alt_text(curves, error))
            self.files.value = ""

    def _hand_out(self) -> None:
        files = [("sample-size.csv", as_csv(self.curves), "Every estimate as CSV")]
        self.files.value = downloads_html(files)


def _status(curves: Curves) -> str:
    progress = curves.progress
    if progress is None:
        return ""
    return progress_html(f"{progress.step:,} of {progress.total:,} datasets", progress)
