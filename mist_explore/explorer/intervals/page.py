"""The page on intervals."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from functools import partial

import ipywidgets as widgets

from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.frame import FOOT
from mist_explore.explorer.html import (
    alt_html,
    hint_html,
    message_html,
)
from mist_explore.explorer.intervals.compute import NAMES, Draws, as_command, as_python, drawing
from mist_explore.explorer.intervals.recording import is_stale, known
from mist_explore.explorer.intervals.settings import IntervalsState
from mist_explore.explorer.intervals.views import (
    alt_text,
    as_csv,
    figures,
    insight,
    insight_html,
    numbers_html,
)
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.links import downloads_html
from mist_explore.explorer.page import Page
from mist_explore.explorer.quantity import Quantity
from mist_explore.plots import mark_of
from mist_explore.progress import Cancellation

__all__ = ["IntervalsPage"]

STALE = (
    "These datasets were drawn with other weights of the network: press Run to see those of the "
    "present one."
)


class IntervalsPage(Page[IntervalsState, Draws]):
    """Two caterpillars, of the network and of an estimator that is resampled.

    The datasets of the first screen are recorded; those of another state are drawn one by one
    when it is chosen. The level of the intervals changes none of them.
    """

    def __init__(self) -> None:
        super().__init__("intervals", IntervalsState(), known)
        self._lock = threading.Lock()
        self.drawn = self.answer
        self.figures = [FigureView(one) for one in figures(self.drawn, self.state.fraction)]
        self.numbers, self.files = widgets.HTML(), widgets.HTML()
        self.job: JobPanel[Draws] = JobPanel(
            partial(self._steps, None),
            self._draw,
            self.fail,
            status=_status,
            ended=lambda _, cancelled: "Paused." if cancelled else "",
            start="Run",
        )
        self.next = widgets.Button(description="Next dataset")
        self.clear = widgets.Button(description="Start over")
        self.next.on_click(lambda _: self.job.run(self._steps(1)))
        self.clear.on_click(lambda _: self._start_over())
        self.job.cancel.description = "Pause"
        self.job.buttons.children = (self.job.start, self.job.cancel, self.next, self.clear)
        self.job.locked = (self.job.start, self.next)
        pair = widgets.Box([view.widget for view in self.figures]).add_class("mist-pair")
        self.marked = (self.numbers, pair)
        controls = self.controls
        another = controls.button("New datasets", lambda s: s.next("seed"))
        self.lay_out(
            controls.row("source", "family", "information", "level", "n_samples", another),
            self.message,
            self.job.widget,
            self.numbers,
            pair,
            self.insight,
            self.alt,
            controls.rest(),
            self.sharing(),
            disclosure("Download", self.files, opened=self._hand_out).add_class(FOOT),
        )

    def show(self, answer: Draws) -> None:
        """Draw the datasets of a state, or begin to; at another level, keep them."""
        for name in ("family", "information", "dim"):
            self.controls[name].disabled = self.state.source != "same"
        if answer.experiment == self.drawn.experiment and len(self.drawn.found):
            self._draw(self.drawn)
            return
        self.job.clear()
        self._draw(answer, anew=True)
        if not answer.complete:
            self.job.run()
        elif is_stale():
            self.message.value = message_html(STALE)

    def texts(self) -> Mapping[str, str]:
        """Return Python, and where there is one a command, that give the same numbers."""
        command = as_command(self.state)
        return {"Python": as_python(self.state)} | ({"command": command} if command else {})

    def quantities(self, state: IntervalsState, answer: Draws) -> Mapping[str, Quantity]:
        """Return the level, and the share of intervals of each estimator that contain the truth."""
        level, n = state.fraction, len(answer.found)
        found = {"level": Quantity("level", level)}
        for name in NAMES if n else ():
            share = float(answer.found.contained(name, level).mean())
            error = math.sqrt(level * (1 - level) / n)
            found[name] = Quantity(f"share of {mark_of(name).short}", share, error)
        return found

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        return super().join(timeout) and self.job.join(timeout)

    def _steps(self, more: int | None) -> Callable[[Cancellation], Steps[Draws, Draws]]:
        """Return a job that draws `more` datasets, or all that are missing; after all, anew."""
        begun = Draws(self.drawn.experiment) if self.drawn.complete else self.drawn
        end = begun.experiment.n_datasets if more is None else len(begun.found) + more
        return partial(drawing, begun, end)

    def _start_over(self) -> None:
        self.job.clear()
        self._draw(Draws(self.state.experiment), anew=True)

    def _draw(self, drawn: Draws, *, anew: bool = False) -> None:
        # The worker and the job draw here: a job must not put back what the worker has replaced.
        with self._lock:
            if not anew and drawn.experiment != self.state.experiment:
                return
            self.drawn, level = drawn, self.state.fraction
            for view, figure in zip(self.figures, figures(drawn, level), strict=True):
                view.show(figure)
            self.numbers.value = numbers_html(drawn, level)
            self.insight.value = insight_html(insight(drawn, level))
            self.alt.value = alt_html(alt_text(drawn, level))
            self.files.value = ""

    def _hand_out(self) -> None:
        table = as_csv(self.drawn, self.state.fraction)
        self.files.value = downloads_html([("intervals.csv", table, "Intervals as CSV")])


def _status(drawn: Draws) -> str:
    return hint_html(f"{len(drawn.found)} of {drawn.experiment.n_datasets} datasets.")
