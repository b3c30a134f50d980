"""The finder: where is one estimator at its worst, and how bad is it there?"""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.evaluation import (
    Probe,
    Search,
    SearchProgress,
    WorstCase,
    iter_worst_case,
)
from mist_explore.explorer.job import Steps, until_cancelled
from mist_explore.progress import Cancellation

__all__ = ["Finding", "find"]


@dataclass(frozen=True)
class Finding:
    """A search as far as it has come.

    Args:
        found: what has been tried.
        progress: where the work is; None where nothing is being done.
    """

    found: WorstCase
    progress: SearchProgress | None = None


def find(search: Search, cancellation: Cancellation) -> Steps[Finding, Finding]:
    """Search; yields what has been tried as it grows, and returns what was found at last.

    A cancelled search returns its worst case so far, not confirmed on fresh datasets.

    Raises:
        ValueError: if the estimator is unknown, or has no intervals for its coverage.
    """
    probes: list[Probe] = []

    def so_far(progress: SearchProgress) -> Finding:
        if progress.probe is not None:
            probes.append(progress.probe)
        return Finding(WorstCase(search, tuple(probes)), progress)

    found = yield from until_cancelled(iter_worst_case(search), so_far, cancellation)
    return Finding(found or WorstCase(search, tuple(probes)))
