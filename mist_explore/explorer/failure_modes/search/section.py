"""The failure search: the worst case of one estimator, and its error on fresh datasets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mist_explore.evaluation import WorstCase
from mist_explore.explorer.failure_modes.search.compute import (
    Finding,
    find,
    recorded_search,
    result,
)
from mist_explore.explorer.failure_modes.search.settings import SearchState
from mist_explore.explorer.failure_modes.search.views import (
    search_alt,
    search_figure,
    search_insight,
)
from mist_explore.explorer.failure_modes.views import status_html
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.html import alt_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.page import Section
from mist_explore.progress import Cancellation

__all__ = ["SearchSection"]


class SearchSection(Section[SearchState, WorstCase | None]):
    """The controls and the trace of a search; None until it is run."""

    still = "The figure below still shows the search before."

    def __init__(self) -> None:
        self._begun: SearchState | None = None
        super().__init__(SearchState(), result)
        self.trace = FigureView(search_figure(recorded_search()))
        self.marked = (self.trace.widget,)
        self.job: JobPanel[Finding] = JobPanel(
            self._steps,
            self._draw,
            self.fail,
            status=lambda finding: status_html(finding.progress),
            ended=lambda _, cancelled: (
                "Cancelled; the search is incomplete." if cancelled else "Done."
            ),
            start="Search",
            starting="Starting.",
        )

    def show(self, answer: WorstCase | None) -> None:
        """Draw a known search, or show that the button starts one."""
        if self._begun == self.state and self.job.mode == "running":
            return
        self.job.clear()
        self.answer = answer
        if answer is None:
            self.job.show_status("Not searched yet: press Search. Below is the search before.")
        else:
            self._draw(Finding(answer))
            self.job.show_status("Recorded search. Press Search to start your own.")

    def mark(self, mark: str) -> None:
        """Mark the figure; it is stale as long as the state has no answer."""
        super().mark(mark or ("stale" if self.answer is None else ""))

    def _steps(self) -> Callable[[Cancellation], Steps[Finding, Finding]]:
        self._begun = self.controls.state
        return partial(find, self._begun.search)

    def _draw(self, finding: Finding) -> None:
        self.answer = finding.found
        self.message.value = ""
        self.trace.show(search_figure(finding.found))
        self.mark("")
        self.insight.value = search_insight(finding.found)
        self.alt.value = alt_html(search_alt(finding.found))
