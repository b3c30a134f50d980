"""Long jobs: their progress records, their cancellation, and how they are run to the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

__all__ = ["Cancellation", "Progress", "finished", "run_job"]

Record = TypeVar("Record")
Result = TypeVar("Result")

Cancellation = threading.Event
"""Set this event, and a long job stops at its next step."""


@dataclass(frozen=True)
class Progress:
    """One record of a long job.

    Args:
        step: steps done so far.
        total: steps in all.
        seconds: time spent since this run of the job began.
        metrics: named numbers at this step.
        done_before: steps that an earlier run of the same job had done.

    Example:
        >>> p = Progress(step=25, total=100, seconds=5.0)
        >>> p.fraction, p.seconds_left
        (0.25, 15.0)
    """

    step: int
    total: int
    seconds: float
    metrics: Mapping[str, float] = field(default_factory=dict)
    done_before: int = 0

    @property
    def fraction(self) -> float:
        """The share of the job that is done."""
        return self.step / self.total if self.total else 1.0

    @property
    def seconds_left(self) -> float:
        """The time that the rest takes at this run's pace; infinite before the first step."""
        done = self.step - self.done_before
        return (self.total - self.step) * self.seconds / done if done else float("inf")


def finished(
    job: Generator[Record, None, Result],
    on_record: Callable[[Record], object] = lambda record: None,
) -> Result:
    """Run a job to its end and return its result.

    Args:
        job: a generator of records.
        on_record: called with each record.

    Example:
        >>> def count():
        ...     yield Progress(1, 2, 0.5)
        ...     yield Progress(2, 2, 1.0)
        ...     return "counted"
        >>> finished(count(), lambda progress: print(progress.fraction))
        0.5
        1.0
        'counted'
    """
    while True:
        try:
            record = next(job)
        except StopIteration as end:
            result: Result = end.value
            return result
        on_record(record)


def run_job(job: Generator[Progress, None, Result], progress: bool = False) -> Result:
    """Run a job to its end and return its result, with a tqdm bar if `progress`.

    Args:
        job: a generator of progress records.
        progress: whether to show a bar, with the metrics of the last record behind it.

    Example:
        >>> def count():
        ...     yield Progress(1, 1, 0.5)
        ...     return "counted"
        >>> run_job(count())
        'counted'
    """
    if not progress:
        return finished(job)
    from tqdm.auto import tqdm  # type: ignore[import-untyped]

    with tqdm() as bar:

        def show(record: Progress) -> None:
            bar.total, bar.n = record.total, record.step
            bar.set_postfix({name: f"{value:.4g}" for name, value in record.metrics.items()})

        return finished(job, show)
