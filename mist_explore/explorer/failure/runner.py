"""A place where something slow is started, watched and cancelled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

import ipywidgets as widgets

from mist_explore.explorer.job import Job, Steps
from mist_explore.explorer.messages import progress_html
from mist_explore.progress import Cancellation, Progress

__all__ = ["Runner"]


class Found(Protocol):
    """What has been found so far."""

    @property
    def progress(self) -> Progress | None:
        """Where the work is."""
        ...


Result = TypeVar("Result", bound=Found)


class Runner(Generic[Result]):
    """A button that starts, one that cancels, and how far it is.

    Args:
        what: the words on the button that starts.
        begin: answers what is to be done when it is pressed.
        draw: draws what has been found.
        fail: receives what went wrong.
        wanted: whether what has been found is still what the controls ask for.
    """

    def __init__(
        self,
        what: str,
        begin: Callable[[], Callable[[Cancellation], Steps[Result, Result]]],
        draw: Callable[[Result], None],
        fail: Callable[[Exception], None],
        wanted: Callable[[Result], bool],
    ) -> None:
        self._begin, self._draw, self._failed, self._wanted = begin, draw, fail, wanted
        self.job: Job[Result, Result] = Job(self._show, self._done, self._fail)
        self.start = widgets.Button(description=what, button_style="primary")
        self.cancel = widgets.Button(description="Cancel", disabled=True)
        self.status = widgets.HTML()
        buttons = widgets.Box([self.start, self.cancel]).add_class("mist-buttons")
        self.widget = widgets.Box([buttons, self.status]).add_class("mist-run")
        self.start.on_click(lambda _: self._press())
        self.cancel.on_click(lambda _: self.job.cancel())

    def say(self, words: str) -> None:
        """Tell what is known about what is shown."""
        self.status.value = f'<p class="mist-hint" role="status">{words}</p>'

    def _press(self) -> None:
        self.cancel.disabled = False
        self.say("Starting.")
        self.job.start(self._begin())

    def _show(self, found: Sequence[Result]) -> None:
        progress = found[-1].progress
        if progress is not None and self._wanted(found[-1]):
            self._draw(found[-1])
            self.status.value = progress_html(
                f"{progress.step:,} of {progress.total:,} datasets", progress
            )

    def _done(self, found: Result, cancelled: bool) -> None:
        self.cancel.disabled = True
        if self._wanted(found):
            self._draw(found)
            self.say("Cancelled: the rest is missing." if cancelled else "Done.")

    def _fail(self, error: Exception) -> None:
        self.cancel.disabled = True
        self.status.value = ""
        self._failed(error)
