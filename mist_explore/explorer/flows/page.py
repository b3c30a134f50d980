"""The flows page: state in, widgets out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import ipywidgets as widgets

from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.figure import FigureView, mark_widget
from mist_explore.explorer.flows.compute import STRENGTHS, Drift, FlowsResult, drift, finished
from mist_explore.explorer.flows.compute import result as computed
from mist_explore.explorer.flows.controls import FlowsControls
from mist_explore.explorer.flows.share import as_python
from mist_explore.explorer.flows.state import FIRST_SCREEN, FlowsState
from mist_explore.explorer.flows.views import (
    drift_figure,
    notice_html,
    numbers_html,
    planes,
    spoken,
)
from mist_explore.explorer.frame import frame
from mist_explore.explorer.job import Job
from mist_explore.explorer.live import Live
from mist_explore.explorer.messages import warnings_html
from mist_explore.explorer.request import requested, requested_query
from mist_explore.explorer.share import share_html

__all__ = ["FlowsPage", "flows_page"]


def flows_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The flows page as one widget, at the link that `query` answers."""
    return requested(FlowsPage(FIRST_SCREEN), query)


class FlowsPage:
    """Two bent planes, and the estimates along the path from the identity to the full flow.

    The strength of the flow changes the planes at once. What lies on the path is worked out only
    when something else changes, and the figure grows as it comes.
    """

    def __init__(self, state: FlowsState) -> None:
        first = computed(state)
        self._lock = threading.Lock()
        self._state, self._drift = state, finished(state.path)
        self.planes = [FigureView(figure) for figure in planes(first)]
        self.drift = FigureView(drift_figure(self._drift, state.strength))
        self.figures = widgets.Box([view.widget for view in self.planes]).add_class("mist-pair")
        self.live: Live[FlowsState, FlowsResult] = Live(
            computed, self._show, lambda mark: mark_widget(self.figures, mark)
        )
        self.controls = FlowsControls(state, self.live.want, self.live.fail)
        self.job: Job[Drift, None] = Job(self._grow, lambda *_: self._say(""), self.live.fail)
        self.notice, self.numbers, self.progress = (widgets.HTML() for _ in range(3))
        self.warnings, self.spoken, self.share = (widgets.HTML() for _ in range(3))
        self.widget = frame(
            "flows",
            widgets.Box(self.controls.in_sight).add_class("mist-controls"),
            self.live.message,
            self.numbers,
            self.figures,
            self.drift.widget,
            self.progress,
            self.notice,
            self.warnings,
            self.spoken,
            disclosure("More settings", *self.controls.advanced, style="mist-controls"),
            disclosure("Share this view", self.share),
        )
        self._show(first)

    def follow(self, link: str) -> None:
        """Show the state of a query string, or say what is wrong with it."""
        # A preheated page may be older than the network that another page has saved.
        self.controls.show(self.controls.state)
        self.live.follow(link, FlowsState.from_query, self.controls.show)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is being computed; False if that takes longer than `timeout`."""
        return self.live.join(timeout) and self.job.join(timeout)

    def _show(self, answer: FlowsResult) -> None:
        state = answer.state
        for view, figure in zip(self.planes, planes(answer), strict=True):
            view.show(figure)
        self.numbers.value = numbers_html(answer)
        self.warnings.value = warnings_html(answer.estimates.values(), answer.failures)
        self.spoken.value = spoken(answer)
        self.share.value = share_html(state.to_query(), {"Python": as_python(state)})
        with self._lock:
            self._state = state
        if self._drift.path == state.path:
            self._draw(self._drift)
        else:
            self.drift.mark("stale")
            self.job.start(lambda _: drift(state.path))

    def _grow(self, records: Sequence[Drift]) -> None:
        self._draw(records[-1])
        self._say(f"Working out the curves: {records[-1].places} of {len(STRENGTHS)} strengths.")

    def _draw(self, found: Drift) -> None:
        # Both workers draw here: neither may put back what the other has replaced.
        with self._lock:
            if found.path != self._state.path or found.places < self._places:
                return
            self._drift = found
            self.drift.show(drift_figure(found, self._state.strength))
            self.drift.mark("")
            self.notice.value = notice_html(found)

    @property
    def _places(self) -> int:
        return self._drift.places if self._drift.path == self._state.path else 0

    def _say(self, words: str) -> None:
        self.progress.value = f'<p class="mist-hint" role="status">{words}</p>'
