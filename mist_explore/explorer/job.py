"""Slow work beside a page that goes on answering."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Sequence
from typing import Generic, TypeAlias, TypeVar

from mist_explore.explorer.limits import training_seconds
from mist_explore.progress import Cancellation

__all__ = ["Job", "Steps", "until_cancelled"]

Record = TypeVar("Record")
Result = TypeVar("Result")
View = TypeVar("View")

Steps: TypeAlias = Generator[Record, None, Result]
"""A long computation that yields records on its way and returns its result."""


def until_cancelled(
    steps: Steps[Record, Result], view: Callable[[Record], View], cancellation: Cancellation
) -> Steps[View, Result | None]:
    """Run a computation that knows of no cancellation, and close it at the record after one.

    Args:
        steps: the computation.
        view: maps a record to the yielded value.
        cancellation: set it, and None is returned instead of the result.
    """
    while True:
        try:
            record = next(steps)
        except StopIteration as end:
            return end.value
        yield view(record)
        if cancellation.is_set():
            steps.close()
            return None


PACE = 0.15
"""Seconds of work between two updates of the page, at most 7 a second."""


class Job(Generic[Record, Result]):
    """Runs one generator at a time in a thread and publishes its records at a steady pace.

    All calls of `show`, `done` and `fail` come from one thread, in order, so a figure has one
    writer. A newer job replaces an older one, whose later records are dropped. The job stops by
    itself after the time that the server gives it; it ends with the kernel of its page.

    Args:
        show: receives the records since the last call, at most 7 times a second.
        done: receives the result and whether the job was cancelled.
        fail: receives an exception of the generator, `show` or `done`.
    """

    def __init__(
        self,
        show: Callable[[Sequence[Record]], None],
        done: Callable[[Result, bool], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._show, self._done, self._fail = show, done, fail
        self._lock = threading.RLock()
        self._thread = threading.Thread()
        self._cancellation = Cancellation()
        self._going = threading.Event()
        self._going.set()
        self.out_of_time = False
        """Whether the last job took longer than the server allows, and was cancelled."""

    @property
    def running(self) -> bool:
        """Whether there is work left; also while paused."""
        return self._thread.is_alive()

    @property
    def paused(self) -> bool:
        """Whether the work waits for `resume`."""
        return self.running and not self._going.is_set()

    def start(self, steps: Callable[[Cancellation], Steps[Record, Result]]) -> None:
        """Run `steps(cancellation)` instead of any other job.

        The generator should return soon after `cancellation` is set; a record that it yields
        then is its last.
        """
        with self._lock:
            self.discard()
            before = self._thread
            arguments = (before, self._cancellation, steps)
            self._thread = threading.Thread(target=self._work, args=arguments, daemon=True)
            self._going.set()
            self._thread.start()

    def cancel(self) -> None:
        """Ask the job to stop at its next step; returns at once."""
        self._cancellation.set()
        self._going.set()

    def discard(self) -> None:
        """Stop the job; no callback runs after this returns.

        It must not be called with a lock that `show`, `done` or `fail` take.
        """
        with self._lock:
            self.cancel()
            self._cancellation = Cancellation()

    def pause(self) -> None:
        """Let the job wait after its next record."""
        self._going.clear()

    def resume(self) -> None:
        """Let a paused job go on."""
        self._going.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing runs; False if that takes longer than `timeout` seconds."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self.running

    def _work(
        self,
        before: threading.Thread,
        cancellation: Cancellation,
        steps: Callable[[Cancellation], Steps[Record, Result]],
    ) -> None:
        if before.ident is not None:
            before.join()
        try:
            result = self._run(steps(cancellation), cancellation)
            with self._lock:
                if self._cancellation is cancellation:
                    self._done(result, cancellation.is_set())
        except Exception as error:  # noqa: BLE001 the outermost guard of the page: it becomes a message
            with self._lock:
                if self._cancellation is cancellation:
                    self._fail(error)

    def _run(self, steps: Steps[Record, Result], cancellation: Cancellation) -> Result:
        waiting: list[Record] = []
        shown = begun = time.monotonic()
        left, self.out_of_time = training_seconds(), False
        while True:
            try:
                waiting.append(next(steps))
            except StopIteration as end:
                self._publish(waiting, cancellation)
                return end.value
            now = time.monotonic()
            left -= now - begun  # without pauses
            if left < 0 and not cancellation.is_set():
                self.out_of_time = True
                cancellation.set()
            if now - shown >= PACE or not self._going.is_set():
                self._publish(waiting, cancellation)
                shown = time.monotonic()
            self._going.wait()
            begun = time.monotonic()

    def _publish(self, records: list[Record], cancellation: Cancellation) -> None:
        with self._lock:
            if records and self._cancellation is cancellation:
                self._show(tuple(records))
        records.clear()
