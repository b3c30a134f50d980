"""The settings of the benchmarks page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import ipywidgets as widgets

from mist_explore.evaluation.shipped import AXES, Shipped, read_results
from mist_explore.explorer.kinds import Choice
from mist_explore.explorer.settings import Settings, choice, setting
from mist_explore.resources import results_directory

__all__ = ["SUITES", "ResultsState", "offered", "shipped"]

SUITES: Mapping[str, str] = {
    "bmi-40": "BMI-40: forty tasks of many shapes",
    "m-test": "M_test: the test protocol of the MIST paper",
    "shift": "Shift: kinds of distributions that training never saw",
    "lowdim": "Low dimension: from 0 to 10 nats in 1 to 3 columns for each of X and Y",
    "lmi-grid": "LMI grid: a few informative columns among copies and noise",
    "bmi-mixtures": "BMI mixtures: clusters, rings, waves and outliers",
    "ties": "Ties: codes, counts, classes and mixed columns",
}
"""Labels of the suites."""


@lru_cache(maxsize=1)
def shipped() -> Shipped:
    """Return all shipped results, read once.

    Raises:
        FileNotFoundError: if the installation has none.
    """
    return read_results(results_directory())


def offered() -> tuple[str, ...]:
    """Return the suites with shipped results, in the order of `SUITES`."""
    return tuple(name for name in SUITES if name in shipped().suites)


class Suite(Choice):
    """A suite; the menu has those with shipped results, and the one that is shown."""

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Choose a suite, after a change of the suites in the menu."""
        names = [name for name in SUITES if name in {*offered(), value}]
        options = [(SUITES[name], name) for name in names]
        if options != list(widget.options):  # a browser forgets the choice
            widget.options = options
        widget.value = value


@dataclass(frozen=True)
class ResultsState(Settings):
    """A suite of the shipped results, and the axis of its errors.

    Example:
        >>> state = ResultsState().with_(suite="shift", by="truth")
        >>> ResultsState.from_query(state.to_query()) == state
        True
    """

    suite: str = setting(
        "bmi-40", Suite(make=partial(widgets.Dropdown, description="Suite"), of=SUITES)
    )
    by: str = choice("Errors against", "dim", AXES)
