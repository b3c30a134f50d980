"""A failure search of a state: the one that is recorded, or one that a job computes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mist_explore.evaluation import (
    EvaluatedCase,
    Search,
    SearchProgress,
    WorstCase,
    iter_worst_case,
)
from mist_explore.explorer.failure_modes.compute import arguments
from mist_explore.explorer.failure_modes.search.settings import SearchState
from mist_explore.explorer.job import Steps, until_cancelled
from mist_explore.explorer.theme import asset
from mist_explore.progress import Cancellation

__all__ = ["SEARCH", "Finding", "as_python", "find", "recorded_search", "result"]

SEARCH = "failure_modes/search.json"
"""The file of the recorded search, among the assets of the pages; `make grid` computes it anew."""


@dataclass(frozen=True)
class Finding:
    """A search as far as it has come.

    Args:
        found: the cases so far.
        progress: of the work; None at its end.
    """

    found: WorstCase
    progress: SearchProgress | None = None


@cache
def recorded_search() -> WorstCase:
    """Return the search that comes with the package."""
    return WorstCase.from_json(asset(SEARCH))


def result(state: SearchState) -> WorstCase | None:
    """Return the search of a state if it is recorded."""
    found = recorded_search()
    return found if found.search == state.search else None


def find(search: Search, cancellation: Cancellation) -> Steps[Finding, Finding]:
    """Search; a cancelled search returns its worst case so far, not confirmed on fresh datasets.

    Raises:
        ValueError: if the estimator is unknown, or has no intervals for its coverage.
    """
    cases: list[EvaluatedCase] = []

    def so_far(progress: SearchProgress) -> Finding:
        if progress.evaluated is not None:
            cases.append(progress.evaluated)
        return Finding(WorstCase(search, tuple(cases)), progress)

    found = yield from until_cancelled(iter_worst_case(search), so_far, cancellation)
    return Finding(found or WorstCase(search, tuple(cases)))


def as_python(state: SearchState) -> str:
    """Return lines of Python that repeat the search of a state."""
    return (
        "from mist_explore.evaluation import Search, worst_case\n\n"
        f"search = Search(\n{arguments(state.search)})\n"
        "found = worst_case(search, progress=True)\n"
        "print(found.worst, found.confirmed)\n"
    )
