"""The page on intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

import ipywidgets as widgets

from mist_explore.explorer.figure import FigureViews
from mist_explore.explorer.html import hint_html
from mist_explore.explorer.intervals.compute import (
    NAMES,
    Draws,
    as_command,
    as_python,
    drawing,
    known,
    recorded_weights,
)
from mist_explore.explorer.intervals.settings import IntervalsState
from mist_explore.explorer.intervals.views import alt_text, as_csv, figures, insight, numbers_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.links import File
from mist_explore.explorer.quantity import Quantity
from mist_explore.explorer.recorded import RecordedPage
from mist_explore.plots import mark_of
from mist_explore.progress import Cancellation

__all__ = ["IntervalsPage"]


class IntervalsPage(RecordedPage[IntervalsState, Draws]):
    """Two caterpillars, of the network and of an estimator that is resampled.

    The datasets of the first screen are recorded; those of another state are drawn one by one
    when it is chosen. The level of the intervals changes none of them.
    """

    def __init__(self) -> None:
        super().__init__(
            "intervals", IntervalsState(), known, {"Python": as_python, "command": as_command}
        )
        self.figures = FigureViews(figures(self.grown, self.state.fraction))
        self.numbers = widgets.HTML()
        self.job: JobPanel[Draws] = JobPanel(
            self.steps,
            self.grow,
            self.fail,
            status=_status,
            ended=lambda _, cancelled: "Paused." if cancelled else "",
            start="Run",
        )
        self.next = widgets.Button(description="Next dataset")
        self.clear = widgets.Button(description="Start over")
        self.next.on_click(lambda _: self.job.run(self.steps(1)))
        self.clear.on_click(lambda _: self._start_over())
        self.job.cancel.description = "Pause"
        self.job.buttons.children = (self.job.start, self.job.cancel, self.next, self.clear)
        self.job.locked = (self.job.start, self.next)
        self.marked = (self.numbers, self.figures.widget)
        controls = self.controls
        another = controls.button("New datasets", lambda s: s.next("seed"))
        self.lay_out(
            controls.row("source", "family", "information", "level", "n_samples", another),
            self.message,
            self.job.widget,
            self.numbers,
            self.figures.widget,
            self.insight,
            self.alt,
            controls.rest(),
            self.sharing(),
            self.downloads(),
        )

    def draw(self, grown: Draws) -> None:
        """Draw the datasets so far, with intervals at the level of the state."""
        level = self.state.fraction
        self.figures.show(figures(grown, level))
        self.numbers.value = numbers_html(grown, level)
        self.describe(insight(grown, level), alt_text(grown, level))
        for name in ("family", "information", "dim"):
            self.controls[name].disabled = self.state.source != "same"

    def steps(self, more: int | None = None) -> Callable[[Cancellation], Steps[Draws, Draws]]:
        """Return a job that draws `more` datasets, or all that are missing; after all, anew."""
        begun = Draws(self.grown.experiment) if self.grown.complete else self.grown
        end = begun.experiment.n_datasets if more is None else len(begun) + more
        return partial(drawing, begun, end)

    def weights(self) -> Mapping[str, str]:
        """Return the hash of the weights behind the recorded datasets."""
        return recorded_weights()

    def as_files(self) -> list[File]:
        """Return the intervals as a table."""
        table = as_csv(self.grown, self.state.fraction)
        return [("intervals.csv", table, "Intervals as CSV")]

    def quantities(self, state: IntervalsState, answer: Draws) -> Mapping[str, Quantity]:
        """Return the level, and the share of intervals of each estimator that contain the truth."""
        level, n = state.fraction, len(answer)
        found = {"level": Quantity("level", level)}
        for name in NAMES if n else ():
            share = float(answer.found.contained(name, level).mean())
            error = math.sqrt(level * (1 - level) / n)
            found[name] = Quantity(f"share of {mark_of(name).short}", share, error)
        return found

    def _start_over(self) -> None:
        self.job.clear()
        self.grow(Draws(self.state.experiment))


def _status(drawn: Draws) -> str:
    return hint_html(f"{len(drawn)} of {drawn.experiment.n_datasets} datasets.")
