"""The panel of a training: its buttons, its job, and the words on its progress."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeAlias, TypeVar

import ipywidgets as widgets
import torch

from mist_explore.explorer.controls import fold
from mist_explore.explorer.html import hint_html, lasting
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.page import Section
from mist_explore.explorer.settings import Settings
from mist_explore.progress import Cancellation
from mist_explore.training.loop import import_libraries

__all__ = ["Training", "TrainingPanel", "give_way", "progress_html", "steps_done"]


class Training(Protocol):
    """A training after some of its steps."""

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
        """Time of the steps done, without pauses."""
        ...

    @property
    def recorded(self) -> bool:
        """Whether it was trained before and elsewhere."""
        ...


State = TypeVar("State", bound=Settings)
Found = TypeVar("Found", bound=Training)
Train: TypeAlias = Callable[[State, Cancellation], Steps[Found, Found]]


def steps_done(found: Training) -> str:
    """Return the steps that are done, in words."""
    return f"step {found.step:,} of {found.total:,}"


class TrainingPanel(Generic[State, Found]):
    """Buttons to train the state of a section; its controls are locked meanwhile.

    Args:
        section: its state is trained; its answers are trainings that have not begun here.
        train: trains a state and yields the training so far.
        draw: draws a training; called by one thread at a time.
        start: label of the start button.
        starting: words before the first record.
        done: the finished part of a training, in words.
        resumed: like `train`, from where an interrupted training ended.
    """

    def __init__(
        self,
        section: Section[State, Found],
        train: Train[State, Found],
        draw: Callable[[Found], None],
        *,
        start: str,
        starting: str,
        done: Callable[[Training], str] = steps_done,
        resumed: Train[State, Found] | None = None,
    ) -> None:
        import_libraries()  # once for all kernels: they are forked where the page is built
        self._section, self._draw, self._start, self._starting = section, draw, start, starting
        self._done = done
        self._lock = threading.Lock()
        self.shown: Found = section.answer
        """The training that is drawn."""
        self.job: JobPanel[Found] = JobPanel(
            lambda: self._bound(train),
            self._show,
            section.fail,
            status=self._status,
            ended=self._ended,
            start=start,
            starting=starting,
            pausable=True,
            reset=self._begin_again,
        )
        self.job.locked = tuple(section.controls.widgets.values())
        self.resume = widgets.Button(description="Resume", button_style="primary")
        fold(self.resume)
        self.resume.on_click(lambda _: self.job.run(self._bound(resumed or train)))
        self.job.buttons.children = (self.resume, *self.job.buttons.children)

    def show(self, found: Found) -> None:
        """Draw a training that has not begun here, unless one is running."""
        with self._lock:
            if self.job.mode != "idle":
                return
            self.shown = found
            self._draw(found)
            interrupted = bool(found.step) and not found.recorded
            self._offer_to_resume(interrupted)
            if interrupted:
                self.job.show_status(
                    f"A run of this recipe was interrupted at {self._done(found)}. Resume it, or "
                    f"press {self._start} to begin again."
                )
            elif found.recorded:
                self.job.show_status(
                    f"Recorded run of {lasting(found.seconds)}. Press {self._start} to start your "
                    "own."
                )
            else:
                self.job.show_status(f"Nothing is trained yet. Press {self._start}.")

    def _show(self, found: Found) -> None:
        with self._lock:  # the worker of the section draws too
            self.shown = found
            self._draw(found)

    def _bound(self, train: Train[State, Found]) -> Callable[[Cancellation], Steps[Found, Found]]:
        self._offer_to_resume(False)
        state = self._section.controls.state

        def begun(cancellation: Cancellation) -> Steps[Found, Found]:
            give_way()
            return train(state, cancellation)

        return begun

    def _begin_again(self) -> None:
        first = type(self._section.state)()
        self._section.controls.show(first)
        self._section.want(first)

    def _offer_to_resume(self, offered: bool) -> None:
        fold(self.resume, not offered)
        self.job.start.button_style = "" if offered else "primary"

    def _status(self, found: Found) -> str:
        if not found.step:
            return hint_html(self._starting)
        return progress_html(found, self.job.mode == "paused", self._done(found))

    def _ended(self, found: Found | None, cancelled: bool) -> str:
        if found is None:
            return ""
        there = f"Cancelled at {self._done(found)}," if cancelled else "Done"
        return f"{there} after {lasting(found.seconds)}."


def give_way() -> None:
    """Give the controls precedence: one thread for tensors, and a low priority for this one."""
    torch.set_num_threads(1)
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        os.nice(10)


def progress_html(found: Training, paused: bool, done: str) -> str:
    """Return a bar, and the same in words."""
    left = found.total - found.step
    words = f"{done}, {lasting(found.seconds)}"
    rest = f"about {lasting(left * found.seconds / found.step)} left" if left else "finishing"
    rest = "paused" if paused else rest
    return (
        f'<progress max="{found.total}" value="{found.step}" aria-label="steps done"></progress>'
        f'<p class="mist-hint">{words}, {rest}</p>'
    )
