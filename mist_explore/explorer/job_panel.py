"""The panel of a long job: run, pause, cancel, reset, and the time left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Literal, TypeAlias, TypeVar

import ipywidgets as widgets

from mist_explore.explorer.controls import fold
from mist_explore.explorer.frame import RAIL
from mist_explore.explorer.html import hint_html, lasting
from mist_explore.explorer.job import Job, Steps
from mist_explore.explorer.limits import training_seconds
from mist_explore.progress import Cancellation

__all__ = ["JobPanel", "Mode"]

Record = TypeVar("Record")

Mode: TypeAlias = Literal["idle", "running", "paused", "stopping"]


class JobPanel(Generic[Record]):
    """The buttons and the status of one job, which draws its records as they come.

    A job without buttons starts with `run`.

    Args:
        steps: returns a generator of records for a press of the start button; it takes a
            cancellation, and its result, if it has one, is drawn like a record.
        draw: draws a record; called by one thread at a time.
        fail: receives an error of the job.
        status: HTML of the status line for a record.
        ended: words after the last record, from the result and whether the job was cancelled.
        start: label of the start button; no buttons where it is empty.
        again: its label after a whole run, where that is another.
        starting: words before the first record.
        pausable: whether the start button pauses and resumes a running job.
        cancellable: whether there is a cancel button.
        reset: called by a reset button after the job is stopped; no such button where None.
    """

    def __init__(
        self,
        steps: Callable[[], Callable[[Cancellation], Steps[Record, Record | None]]],
        draw: Callable[[Record], None],
        fail: Callable[[Exception], None],
        *,
        status: Callable[[Record], str] = lambda record: "",
        ended: Callable[[Record | None, bool], str] = lambda result, cancelled: "",
        start: str = "",
        again: str = "",
        starting: str = "",
        pausable: bool = False,
        cancellable: bool = True,
        reset: Callable[[], None] | None = None,
    ) -> None:
        self._steps, self._draw, self._failed = steps, draw, fail
        self._status, self._ended, self._reset = status, ended, reset
        self._label, self._again = start, again or start
        self._starting, self._pausable = starting, pausable
        self.mode: Mode = "idle"
        self.locked: Sequence[widgets.Widget] = ()
        """Controls that are disabled while the job runs."""
        self.folded: Sequence[widgets.DOMWidget] = ()
        """Widgets that are folded away unless the job runs."""
        self._drawn: Record | None = None
        self.job: Job[Record, Record | None] = Job(self._show, self._done, self._fail)
        self.start = widgets.Button(description=start, button_style="primary")
        self.cancel = widgets.Button(description="Cancel", disabled=True)
        self.reset = widgets.Button(description="Reset")
        self.status = widgets.HTML()
        self.start.on_click(lambda _: self._press())
        self.cancel.on_click(lambda _: self.stop())
        self.reset.on_click(lambda _: self.clear())
        wanted = {self.start: start, self.cancel: start and cancellable, self.reset: reset}
        self.buttons = widgets.Box([button for button, there in wanted.items() if there])
        self.buttons.add_class("mist-buttons")
        parts = [self.buttons, self.status] if self.buttons.children else [self.status]
        self.widget = widgets.Box(parts).add_class("mist-run").add_class(RAIL)

    def run(
        self, steps: Callable[[Cancellation], Steps[Record, Record | None]] | None = None
    ) -> None:
        """Start the job, or another one of the same records, instead of any that runs."""
        self.job.discard()
        self._drawn = None
        self._enter("running")
        self.show_status(self._starting)
        self.job.start(steps or self._steps())

    def stop(self) -> None:
        """Ask the job to stop at its next step; its last record is drawn."""
        if self.mode in {"running", "paused"}:
            self._enter("stopping")
            self.job.cancel()

    def clear(self) -> None:
        """Stop the job, drop its later records, and reset as the reset button does."""
        self.job.discard()
        self._enter("idle")
        self.show_status("")
        if self._reset is not None:
            self._reset()

    def show_status(self, words: str) -> None:
        """Show words in the status line."""
        self.status.value = hint_html(words) if words else ""

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing runs; False if that takes longer than `timeout` seconds."""
        return self.job.join(timeout)

    def _press(self) -> None:
        if self.mode == "running" and self._pausable:
            self.job.pause()
            self._enter("paused")
        elif self.mode == "paused":
            self._enter("running")
            self.job.resume()
        elif self.mode != "stopping":
            self.run()

    def _enter(self, mode: Mode) -> None:
        self.mode = mode
        running = "Pause" if self._pausable else self._label
        labels = {"running": running, "paused": "Resume", "stopping": "Stopping"}
        self.start.description = labels.get(mode, self._label)
        self.start.disabled = mode == "stopping"
        self.cancel.disabled = mode not in {"running", "paused"}
        for control in self.locked:
            control.disabled = mode != "idle"
        for widget in self.folded:
            fold(widget, mode == "idle")

    def _show(self, records: Sequence[Record]) -> None:
        self._drawn = records[-1]
        self._draw(records[-1])
        if self.mode in {"running", "paused"}:
            self.status.value = self._status(records[-1])

    def _done(self, result: Record | None, cancelled: bool) -> None:
        self._enter("idle")
        if not cancelled:
            self.start.description = self._again
        if result is not None and result is not self._drawn:
            self._draw(result)
        words = self._ended(result, cancelled)
        if self.job.out_of_time:
            words = f"Stopped: this server allows {lasting(training_seconds())}. {words}"
        self.show_status(words)

    def _fail(self, error: Exception) -> None:
        self._enter("idle")
        self.show_status("")
        self._failed(error)
