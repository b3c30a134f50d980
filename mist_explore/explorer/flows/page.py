"""The flows page."""

from __future__ import annotations

import threading
from collections.abc import Callable

import ipywidgets as widgets

from mist_explore.explorer.figure import FigureView, FigureViews, mark_widget
from mist_explore.explorer.flows.compute import (
    STRENGTHS,
    FlowsResult,
    SensitivityCurve,
    as_python,
    finished,
    result,
    sensitivity_curve,
)
from mist_explore.explorer.flows.settings import FlowsState
from mist_explore.explorer.flows.views import (
    alt_text,
    numbers_html,
    planes,
    sensitivity_figure,
    sensitivity_insight,
)
from mist_explore.explorer.html import alt_html, hint_html, insight_html, warnings_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.links import adapting_html
from mist_explore.explorer.page import Page
from mist_explore.progress import Cancellation

__all__ = ["FlowsPage"]


class FlowsPage(Page[FlowsState, FlowsResult]):
    """Two bent planes, and the estimates along the path from the identity to the full flow.

    The strength of the flow changes the planes at once. The curves along the path are computed
    only after other changes, and the figure grows as they come.
    """

    def __init__(self) -> None:
        super().__init__("flows", FlowsState(), result, {"Python": as_python})
        self._lock = threading.Lock()
        self._curve = finished(self.state.path)
        self.planes = FigureViews(planes(self.answer))
        self.sensitivity = FigureView(sensitivity_figure(self._curve, self.state.strength))
        self.job: JobPanel[SensitivityCurve] = JobPanel(
            self._steps, self._draw, self.fail, status=_status
        )
        self.numbers, self.warnings = widgets.HTML(), widgets.HTML()
        self.marked = (self.numbers, self.planes.widget)
        controls = self.controls
        another = controls.button("Another flow", lambda s: s.next("flow_seed"), primary=True)
        sample = controls.button("New sample", lambda s: s.next("seed"))
        self.lay_out(
            controls.row("strength", "family", another, "information", "n_samples", sample),
            self.message,
            self.numbers,
            self.planes.widget,
            self.sensitivity.widget,
            self.job.status,
            self.insight,
            self.warnings,
            widgets.HTML(adapting_html("your columns")),
            self.alt,
            controls.rest(),
            self.sharing(),
        )

    def show(self, answer: FlowsResult) -> None:
        """Draw the planes; the curves too, or compute them again where their path is another."""
        self.planes.show(planes(answer))
        self.numbers.value = numbers_html(answer)
        self.warnings.value = warnings_html(answer.estimates.values(), answer.failures)
        self.alt.value = alt_html(alt_text(answer))
        if self._curve.path == answer.state.path:
            self._draw(self._curve)
        else:
            with self._lock:
                self.sensitivity.show(sensitivity_figure(self._curve, answer.state.strength))
            self.job.run()

    def mark(self, mark: str) -> None:
        """Mark the planes; curves and insight are stale as long as they are of another path."""
        super().mark(mark)
        with self._lock:
            stale = "" if self._curve.path == self.state.path else "stale"
            for widget in (self.sensitivity.widget, self.insight):
                mark_widget(widget, mark or stale)

    def _steps(self) -> Callable[[Cancellation], Steps[SensitivityCurve, None]]:
        path = self.state.path
        return lambda _: sensitivity_curve(path)

    def _draw(self, found: SensitivityCurve) -> None:
        # The worker and the job draw here: neither may put back what the other has replaced.
        with self._lock:
            done = self._curve.places if self._curve.path == self.state.path else 0
            if found.path != self.state.path or found.places < done:
                return
            self._curve = found
            self.sensitivity.show(sensitivity_figure(found, self.state.strength))
            for widget in (self.sensitivity.widget, self.insight):
                mark_widget(widget, "")
            self.insight.value = insight_html(sensitivity_insight(found))


def _status(found: SensitivityCurve) -> str:
    return hint_html(f"Computing the curves: {found.places} of {len(STRENGTHS)} strengths.")
