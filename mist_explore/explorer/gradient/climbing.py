"""The part of the gradient page that climbs: run, pause, reset."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.gradient.compute import STEPS, Climb, climb
from mist_explore.explorer.gradient.state import GradientState
from mist_explore.explorer.gradient.views import climb_figures, climb_html
from mist_explore.explorer.job import Job
from mist_explore.progress import Cancellation

__all__ = ["Climbing"]


class Climbing:
    """The projected rows and the curve, which grow while a job climbs.

    Args:
        state: whose distribution is climbed at first; the climb begins at once.
        fail: receives what went wrong.
    """

    def __init__(self, state: GradientState, fail: Callable[[Exception], None]) -> None:
        self._state = state
        self.shown = _start(state)
        self._views = [FigureView(figure) for figure in climb_figures(self.shown)]
        self._words = widgets.HTML(climb_html(self.shown))
        self.run = widgets.Button(description="Run", button_style="primary")
        self.reset = widgets.Button(description="Reset")
        self.run.on_click(lambda _: self._toggle())
        self.reset.on_click(lambda _: self.begin(self._state, running=False))
        # Over in seconds, and worked out before a visitor comes: it need not ask for one.
        self.job: Job[Climb, None] = Job(
            self._grow, lambda *_: self._label(), fail, watched=lambda: True
        )
        figures = widgets.Box([view.widget for view in self._views]).add_class("mist-pair")
        buttons = widgets.HBox([self.run, self.reset]).add_class("mist-buttons")
        self.widget = widgets.VBox([buttons, figures, self._words])
        self._go()

    @property
    def words(self) -> str:
        """What is said about the climb, as HTML."""
        return str(self._words.value)

    def begin(self, state: GradientState, *, running: bool = True) -> None:
        """Begin anew with the distribution of a state."""
        self._state = state
        self.job.cancel()
        self.job.join(5)
        self._grow([_start(state)])
        if running:
            self._go()
        else:
            self.run.description = "Run"

    def _go(self) -> None:
        state = self._state
        self.run.description = "Pause"
        self.job.start(lambda cancellation: climb(state, cancellation))

    def _toggle(self) -> None:
        if self.job.paused:
            self.job.resume()
            self.run.description = "Pause"
        elif self.job.running:
            self.job.pause()
            self.run.description = "Go on"
        else:
            self._go()

    def _grow(self, found: Sequence[Climb]) -> None:
        self.shown = found[-1]
        for view, figure in zip(self._views, climb_figures(self.shown), strict=True):
            view.show(figure)
        self._words.value = climb_html(self.shown)

    def _label(self) -> None:
        self.run.description = "Run again" if len(self.shown.estimates) > STEPS else "Run"


def _start(state: GradientState) -> Climb:
    return next(climb(state, Cancellation()))
