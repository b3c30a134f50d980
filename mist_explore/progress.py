"""What every long job tells while it runs, and how it is asked to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

__all__ = ["Cancellation", "Progress", "finished"]

Record = TypeVar("Record")
Result = TypeVar("Result")

Cancellation = threading.Event
"""Set it, and a long job stops at its next step."""


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
    job: Generator[Record, None, Result], tell: Callable[[Record], object] = lambda record: None
) -> Result:
    """Run a job to its end and return its result.

    Args:
        job: yields records on its way.
        tell: receives each of them.

    Example:
        >>> def count():
        ...     yield Progress(1, 2, 0.5)
        ...     yield Progress(2, 2, 1.0)
        ...     return "counted"
        >>> finished(count(), tell=lambda progress: print(progress.fraction))
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
        tell(record)
