"""The failure search: the worst case of one estimator, and its error on fresh datasets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from mist_explore.evaluation import Probe, Search, SearchProgress, WorstCase, iter_worst_case
from mist_explore.explorer.failure_modes.compute import Maps
from mist_explore.explorer.failure_modes.recording import shipped_search
from mist_explore.explorer.failure_modes.search_settings import SearchState
from mist_explore.explorer.failure_modes.search_views import (
    search_alt,
    search_figure,
    search_insight,
)
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.html import alt_html, progress_html
from mist_explore.explorer.job import Steps, until_cancelled
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.page import Section
from mist_explore.progress import Cancellation

__all__ = ["Finder", "Finding", "ended", "find", "status"]


@dataclass(frozen=True)
class Finding:
    """A search as far as it has come.

    Args:
        found: the cases so far.
        progress: of the work; None at its end.
    """

    found: WorstCase
    progress: SearchProgress | None = None


def find(search: Search, cancellation: Cancellation) -> Steps[Finding, Finding]:
    """Search; a cancelled search returns its worst case so far, not confirmed on fresh datasets.

    Raises:
        ValueError: if the estimator is unknown, or has no intervals for its coverage.
    """
    probes: list[Probe] = []

    def so_far(progress: SearchProgress) -> Finding:
        if progress.probe is not None:
            probes.append(progress.probe)
        return Finding(WorstCase(search, tuple(probes)), progress)

    found = yield from until_cancelled(iter_worst_case(search), so_far, cancellation)
    return Finding(found or WorstCase(search, tuple(probes)))


class Finder(Section[SearchState, WorstCase | None]):
    """The controls and the trace of a search; None until it is run."""

    still = "The figure below still shows the search before."

    def __init__(self) -> None:
        self._begun: SearchState | None = None
        super().__init__(SearchState(), _known)
        self.trace = FigureView(search_figure(shipped_search()))
        self.marked = (self.trace.widget,)
        self.job: JobPanel[Finding] = JobPanel(
            self._steps,
            self._draw,
            self.fail,
            status=status,
            ended=ended("search"),
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


def ended(what: str) -> Callable[[object, bool], str]:
    """Return the final status of a job on `what`."""
    return lambda _, cancelled: f"Cancelled; the {what} is incomplete." if cancelled else "Done."


def status(record: Finding | Maps) -> str:
    """Return the status of a job that runs."""
    progress = record.progress
    if progress is None:
        return ""
    return progress_html(f"{progress.step:,} of {progress.total:,} datasets", progress)


def _known(state: SearchState) -> WorstCase | None:
    found = shipped_search()
    return found if found.search == state.search else None
