"""The page on the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import ipywidgets as widgets

from mist_explore.explorer.figure import FigureViews
from mist_explore.explorer.html import progress_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.links import File
from mist_explore.explorer.recorded import RecordedPage
from mist_explore.explorer.sample_size.compute import (
    Curves,
    as_command,
    as_python,
    by_columns,
    known,
    measure,
    shipped_sweep,
)
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


class SampleSizePage(RecordedPage[SampleSizeState, Curves]):
    """Errors and widths against rows, and the rows at which the wanted error is reached.

    Distributions of the recorded grid are shown at once; others are measured when they are
    chosen, and the curves become smoother with each dataset.
    """

    def __init__(self) -> None:
        super().__init__(
            "sample_size", SampleSizeState(), known, {"Python": as_python, "command": as_command}
        )
        self.figures = FigureViews(figures(self.grown, self.state.error))
        self.numbers, self.columns = widgets.HTML(), widgets.HTML()
        self.job: JobPanel[Curves] = JobPanel(
            self.steps,
            self.grow,
            self.fail,
            status=_status,
            ended=lambda _, cancelled: "Cancelled; the curves are incomplete." if cancelled else "",
            start="Measure again",
            starting="Starting.",
        )
        self.marked = (self.figures.widget,)
        controls = self.controls
        another = controls.button("New datasets", lambda s: s.next("seed"))
        self.lay_out(
            controls.row("error", "family", "dim", "information", another),
            self.message,
            self.numbers,
            self.figures.widget,
            self.insight,
            self.job.widget,
            self.columns,
            self.alt,
            controls.rest(),
            self.sharing(),
            self.downloads(),
        )

    def draw(self, grown: Curves) -> None:
        """Draw the curves so far, and the rows for the error of the state."""
        error = self.state.error
        self.figures.show(figures(grown, error))
        self.numbers.value = numbers_html(grown, error)
        self.columns.value = columns_html(by_columns(self.state), error)
        self.describe(insight(grown, error), alt_text(grown, error))

    def steps(self) -> Callable[[Cancellation], Steps[Curves, Curves]]:
        """Return a job that measures the curves of the state."""
        return partial(measure, self.state.grid)

    def weights(self) -> Mapping[str, str]:
        """Return the hashes of the weights behind the recorded sweep."""
        return shipped_sweep().weights

    def as_files(self) -> list[File]:
        """Return the estimates as a table."""
        return [("sample-size.csv", as_csv(self.grown), "Every estimate as CSV")]


def _status(curves: Curves) -> str:
    progress = curves.progress
    if progress is None:
        return ""
    return progress_html(f"{progress.step:,} of {progress.total:,} datasets", progress)
