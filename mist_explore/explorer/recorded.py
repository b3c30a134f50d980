"""Recorded answers, which come with the package, and pages on which a job computes all others."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Protocol, TypeVar

from mist_explore.estimators import LearnedEstimator
from mist_explore.evaluation import Sweep
from mist_explore.explorer.baselines import estimator
from mist_explore.explorer.html import message_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.page import Page
from mist_explore.explorer.settings import Settings
from mist_explore.progress import Cancellation

__all__ = ["Growing", "RecordedPage", "is_stale", "recorded_sweep"]


class Growing(Protocol):
    """An answer that a job completes; its length is the number of its parts so far."""

    @property
    def subject(self) -> object:
        """The settings that it depends on; with others it is another answer."""
        ...

    @property
    def complete(self) -> bool:
        """Whether all parts are there."""
        ...

    def __len__(self) -> int: ...


State = TypeVar("State", bound=Settings)
Grown = TypeVar("Grown", bound=Growing)


class RecordedPage(Page[State, Grown]):
    """A page whose answers are recorded, or computed by its job once their state is chosen.

    Its `compute` returns the recorded answer of a state, or an empty one. A subclass makes `job`
    from `steps` and `grow`. Settings that leave the subject as it is keep the answer.
    """

    job: JobPanel[Any]

    def __init__(
        self,
        name: str,
        state: State,
        known: Callable[[State], Grown],
        texts: Mapping[str, Callable[[State], str]],
    ) -> None:
        super().__init__(name, state, known, texts)
        self.grown = self.answer
        """The answer so far."""
        self._lock = threading.Lock()

    @abstractmethod
    def draw(self, grown: Grown) -> None:
        """Draw an answer so far; called by one thread at a time."""

    @abstractmethod
    def steps(self) -> Callable[[Cancellation], Steps[Grown, Grown]]:
        """Return a computation of the answer of `self.state`."""

    @abstractmethod
    def weights(self) -> Mapping[str, str]:
        """Return the hashes of the weights behind the recorded answers, by estimator."""

    def show(self, answer: Grown) -> None:
        """Draw the answer of a state, and compute it if it is not recorded."""
        if answer.subject == self.grown.subject and len(self.grown):
            self.grow()
            return
        self.job.clear()
        self.grow(answer)
        if not answer.complete:
            self.job.run()
        elif is_stale(self.weights()):
            self.message.value = message_html(
                "These numbers were recorded with other weights of the network: press "
                f"{self.job.start.description} to see those of the present ones."
            )

    def grow(self, grown: Grown | None = None) -> None:
        """Draw a further answer, or again the last one."""
        with self._lock:  # the worker and the job draw here
            self.grown = self.grown if grown is None else grown
            self.draw(self.grown)
            self.download.value = ""


def is_stale(weights: Mapping[str, str]) -> bool:
    """Return whether a learned estimator has other weights than those recorded, by their hashes."""
    return any(
        not isinstance(learned := estimator(name), LearnedEstimator)
        or learned.checkpoint.sha256 != recorded
        for name, recorded in weights.items()
    )


@cache
def recorded_sweep(file: str) -> Sweep:
    """Return a sweep that comes with the package, by its file among the assets of the pages."""
    with as_file(files("mist_explore.explorer") / "assets" / file) as path:
        return Sweep.from_parquet(path)
