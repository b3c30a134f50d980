"""The state of the benchmarks page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mist_explore.evaluation.shipped import AXES
from mist_explore.explorer.query import Linked, check_name

__all__ = ["FIRST_SCREEN", "SUITES", "ResultsState"]

SUITES = {
    "bmi-40": "BMI-40: forty tasks of many shapes",
    "m-test": "M_test: the test protocol of the MIST paper",
    "shift": "Shift: kinds of distributions that training never saw",
    "lowdim": "Low dimension: from 0 to 10 nats in 1 to 3 columns a side",
    "lmi-grid": "LMI grid: a few informative columns among copies and noise",
    "bmi-mixtures": "BMI mixtures: clusters, rings, waves and outliers",
    "ties": "Ties: codes, counts, classes and mixed columns",
}
"""The suites, with the words that people read."""


@dataclass(frozen=True)
class ResultsState(Linked):
    """What of the shipped results is shown.

    Args:
        suite: a name in `SUITES`.
        by: what errors are sorted by, a name in `AXES`.

    Raises:
        ValueError: if a name is unknown.

    Example:
        >>> state = ResultsState().with_suite("shift").with_axis("truth")
        >>> ResultsState.from_query(state.to_query()) == state
        True
    """

    suite: str = "bmi-40"
    by: str = "dim"

    def __post_init__(self) -> None:
        check_name("suite", self.suite, SUITES)
        check_name("by", self.by, AXES)

    def with_suite(self, suite: str) -> ResultsState:
        """Another suite."""
        return replace(self, suite=suite)

    def with_axis(self, by: str) -> ResultsState:
        """Errors sorted by something else."""
        return replace(self, by=by)


FIRST_SCREEN = ResultsState()
"""What the page shows before anything is chosen."""
