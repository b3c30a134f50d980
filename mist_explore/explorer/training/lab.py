"""A place on the page where something is trained: its buttons, its job, and how far it has come."""

from __future__ import annotations

import os
import sys
import threading
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

import ipywidgets as widgets
import torch

from mist_explore.explorer.controls import Controls
from mist_explore.explorer.job import Job, Steps
from mist_explore.explorer.live import Live
from mist_explore.explorer.messages import lasting
from mist_explore.progress import Cancellation

__all__ = ["Lab", "LabControls", "Training", "give_way", "progress_html"]


class Training(Protocol):
    """What a lab must know of a training as far as it has come."""

    @property
    def step(self) -> int:
        """Steps done."""
        ...

    @property
    def total(self) -> int:
        """Steps in all."""
        ...

    @property
    def seconds(self) -> float:
        """Time spent on them, pauses left out."""
        ...

    @property
    def recorded(self) -> bool:
        """Whether it was trained before and elsewhere."""
        ...


State = TypeVar("State")
Found = TypeVar("Found", bound=Training)


class LabControls(Controls[State]):
    """Controls that are locked while what they describe is trained."""

    @property
    @abstractmethod
    def lockable(self) -> Sequence[widgets.Widget]:
        """All that changes what is trained."""


class Lab(Generic[State, Found]):
    """Run, pause, go on, cancel and reset one training; while it runs, its controls are locked.

    Args:
        what: the label of the button that begins.
        first: what is shown of a state before it is trained.
        steps: trains a state; a generator of what is shown.
        draw: draws it; called by one thread at a time.
        mark: marks what is drawn as busy, stale or valid.
        resumed: goes on with the training of a state that was interrupted, where `first` shows it.
    """

    def __init__(
        self,
        what: str,
        first: Callable[[State], Found],
        steps: Callable[[State, Cancellation], Steps[Found, Found]],
        draw: Callable[[Found], None],
        mark: Callable[[str], None],
        resumed: Callable[[State, Cancellation], Steps[Found, Found]] | None = None,
    ) -> None:
        self._what, self._draw = what, draw
        self._mode, self._reset_to = "idle", list[State]()
        self._lock = threading.Lock()
        self.live: Live[State, Found] = Live(first, self.show, mark)
        self.job: Job[Found, Found] = Job(self._show, self._done, self._fail)
        self.start = widgets.Button(description=what, button_style="primary")
        self.resume = widgets.Button(description="Resume", button_style="primary")
        self.cancel = widgets.Button(description="Cancel", disabled=True)
        self.reset = widgets.Button(description="Reset")
        self.status = widgets.HTML()
        buttons = widgets.Box([self.resume, self.start, self.cancel, self.reset])
        buttons.add_class("mist-buttons")
        self.widget = widgets.Box([buttons, self.status]).add_class("mist-run")
        self._offer_to_resume(False)
        self.start.on_click(lambda _: self._pressed(steps))
        self.resume.on_click(lambda _: self._begin(resumed or steps))
        self.cancel.on_click(lambda _: self._cancel())

    def attach(self, controls: LabControls[State], first_screen: State) -> None:
        """Take the controls that say what is trained, and the state that Reset goes back to."""
        self._controls = controls
        self.reset.on_click(lambda _: self._reset(first_screen))

    @property
    def mode(self) -> str:
        """`"idle"`, `"running"`, `"paused"` or `"stopping"`."""
        return self._mode

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        return self.live.join(timeout) and self.job.join(timeout)

    def _pressed(self, steps: Callable[[State, Cancellation], Steps[Found, Found]]) -> None:
        if self._mode == "running":
            self.job.pause()
            self._enter("paused")
        elif self._mode == "paused":
            self._enter("running")
            self.job.resume()
        elif self._mode == "idle":
            self._begin(steps)

    def _begin(self, steps: Callable[[State, Cancellation], Steps[Found, Found]]) -> None:
        self._enter("running")
        self._say("Getting ready: held-out distributions, and the others' answers on them.")
        state = self._controls.state

        def begun(cancellation: Cancellation) -> Steps[Found, Found]:
            give_way()
            return steps(state, cancellation)

        self.job.start(begun)

    def _cancel(self) -> None:
        if self._mode in {"running", "paused"}:
            self._enter("stopping")
            self.job.cancel()

    def _reset(self, state: State) -> None:
        self._controls.show(state)
        if self._mode == "idle":
            self.live.want(state)
        else:
            self._reset_to = [state]
            self._cancel()

    def _enter(self, mode: str) -> None:
        self._mode = mode
        self._offer_to_resume(False)
        words = {"idle": self._what, "running": "Pause", "paused": "Go on", "stopping": "Stopping"}
        self.start.description = words[mode]
        self.start.disabled = mode == "stopping"
        self.cancel.disabled = mode not in {"running", "paused"}
        for control in self._controls.lockable:
            control.disabled = mode != "idle"

    def show(self, found: Found) -> None:
        """Show a training that has not begun here, unless one is running."""
        with self._lock:
            if self._mode == "idle":
                self._draw(found)
                interrupted = bool(found.step) and not found.recorded
                self._offer_to_resume(interrupted)
                if interrupted:
                    self._say(
                        f"A run of this recipe was interrupted at step {found.step:,} of "
                        f"{found.total:,}. Resume it, or press {self._what} to begin again."
                    )
                elif found.recorded:
                    self._say(
                        f"A run that was recorded: {_done_words(found)}. Press {self._what} for "
                        "one of your own."
                    )
                else:
                    self._say(f"Nothing is trained yet. Press {self._what}.")

    def _show(self, records: Sequence[Found]) -> None:
        found = records[-1]
        with self._lock:
            if not self._reset_to:
                self._draw(found)
        if self._mode in {"running", "paused"} and found.step:
            self.status.value = progress_html(found, self._mode == "paused")

    def _done(self, found: Found, cancelled: bool) -> None:
        self._enter("idle")
        if self._reset_to:
            self.live.want(self._reset_to.pop())
        elif cancelled:
            self._say(f"Cancelled after {_done_words(found)}.")
        else:
            self._say(f"Done: {_done_words(found)}.")

    def _offer_to_resume(self, offered: bool) -> None:
        (self.resume.remove_class if offered else self.resume.add_class)("mist-folded")

    def _fail(self, error: Exception) -> None:
        self._enter("idle")
        self._reset_to.clear()
        self._say("")
        self.live.fail(error)

    def _say(self, words: str) -> None:
        self.status.value = f'<p class="mist-hint" role="status">{words}</p>'


def give_way() -> None:
    """Let the controls go first: one thread for tensors, and a low priority for this one."""
    torch.set_num_threads(1)
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        os.nice(10)


def progress_html(found: Training, paused: bool) -> str:
    """A bar, and the same in words."""
    left = found.total - found.step
    words = f"step {found.step:,} of {found.total:,}, {lasting(found.seconds)}"
    rest = f"about {lasting(left * found.seconds / found.step)} left" if left else "finishing"
    rest = "paused" if paused else rest
    return (
        f'<progress max="{found.total}" value="{found.step}" aria-label="steps done"></progress>'
        f'<p class="mist-hint">{words}, {rest}</p>'
    )


def _done_words(found: Training) -> str:
    return f"{found.step:,} of {found.total:,} steps in {lasting(found.seconds)}"
