"""The settings of the benchmarks page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import ipywidgets as widgets

from mist_explore.evaluation.shipped import AXES, Shipped, read_results
from mist_explore.explorer.kinds import Choice
from mist_explore.explorer.settings import Settings, choice, setting, several
from mist_explore.plots import mark_of
from mist_explore.resources import results_directory

__all__ = ["SUITES", "Part", "ResultsState", "measured", "offered", "shipped"]

ROWS = re.compile(r",? ?n = (?P<rows>[\d,]+)")
"""The part of the name of a group that is its number of rows."""


@dataclass(frozen=True)
class Part:
    """Groups of a suite that stand together.

    Args:
        label: the name for people.
        suite: the name of the suite.
        groups: pattern of the names of its groups.
        rows: of the groups whose name has no number of rows.
    """

    label: str
    suite: str
    groups: str = ".*"
    rows: str = ""

    def has(self, group: str) -> bool:
        """Return whether a group of the suite belongs to this part."""
        return re.fullmatch(self.groups, group) is not None

    def title(self, group: str) -> str:
        """Return the name of a group for people.

        Example:
            >>> SUITES["bmi-40"].title("40 tasks"), SUITES["lowdim-1000"].title("normal, n = 1,000")
            ('40 tasks, 1,000 rows', 'normal')
        """
        rows = ROWS.search(group)
        count = (rows["rows"] if rows else self.rows) if self.rows else ""
        name = ROWS.sub("", group) if rows else group
        return f"{name}, {count} rows" if count else name

    def place(self, group: str) -> int:
        """Return the number of rows of a group, by which groups are in order."""
        rows = ROWS.search(group)
        text = rows["rows"] if rows else self.rows
        return int(text.replace(",", "")) if text else 0


SUITES: Mapping[str, Part] = {
    "bmi-40": Part("BMI-40: forty tasks", "bmi-40", "40 tasks.*", "1,000"),
    "bmi-40-width": Part(
        "BMI-40, few and many columns", "bmi-40", ".*columns a side.*", rows="1,000"
    ),
    "m-test": Part("M_test of the MIST paper", "m-test", "(IMD|OoMD).*"),
    "m-test-part": Part("M_test, a part, with critics", "m-test", "a part of.*"),
    "shift": Part("Shift: unseen distributions", "shift"),
    "lowdim": Part("Low dimension, 10,000 rows", "lowdim", "(?!.*n = ).*"),
    "lowdim-1000": Part("Low dimension, 1,000 rows", "lowdim", ".*n = 1,000"),
    "lmi-grid": Part("LMI grid: copies and noise", "lmi-grid"),
    "bmi-mixtures": Part("BMI mixtures, 1,000 rows", "bmi-mixtures", "(?!.*n = ).*"),
    "bmi-mixtures-5000": Part("BMI mixtures, 5,000 rows", "bmi-mixtures", ".*n = 5,000"),
    "ties": Part("Ties: codes, counts, classes", "ties"),
}
"""The parts of suites by the name that a link has."""

FEW = ("mist-qr", "gaussian-copula", "ksg", "mine")
"""Estimators of the first screen."""


@lru_cache(maxsize=1)
def shipped() -> Shipped:
    """Return all shipped results, read once.

    Raises:
        FileNotFoundError: if the installation has none.
    """
    return read_results(results_directory())


def offered() -> tuple[str, ...]:
    """Return the parts with shipped results, in the order of `SUITES`."""
    groups = {(score.suite, score.group) for score in shipped().scores}
    return tuple(
        name
        for name, part in SUITES.items()
        if any(suite == part.suite and part.has(group) for suite, group in groups)
    )


def measured() -> dict[str, str]:
    """Return the label of each estimator that was measured here on any suite."""
    names = [score.estimator for score in shipped().scores if not score.published]
    return {name: mark_of(name).label for name in dict.fromkeys((*FEW, *names))}


class Suite(Choice):
    """A part of a suite; the menu has those with shipped results, and the one that is shown."""

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Choose a part, after a change of those in the menu."""
        shown = {n: label for n, label in self.options.items() if n in {*offered(), value}}
        Choice(of=shown).show(widget, value, state)


@dataclass(frozen=True)
class ResultsState(Settings):
    """A part of the shipped results, the estimators that are shown, and the axis of their errors.

    Example:
        >>> state = ResultsState().with_(suite="shift", by="truth")
        >>> ResultsState.from_query(state.to_query()) == state
        True
    """

    suite: str = setting(
        "bmi-40",
        Suite(
            make=partial(widgets.Dropdown, description="Suite"),
            of={name: part.label for name, part in SUITES.items()},
        ),
    )
    estimators: tuple[str, ...] = several("Estimators", FEW, measured, rows=6, key="show")
    by: str = choice("Errors against", "dim", AXES)

    @property
    def part(self) -> Part:
        """The part of a suite."""
        return SUITES[self.suite]
