"""The settings of the page of joint tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.joint_tables.editor import Parts, TableEditor
from mist_explore.explorer.kinds import Setting
from mist_explore.explorer.query import check_number, number
from mist_explore.explorer.settings import Settings, choice, seed, setting, stops

__all__ = ["MOST_PARTS", "PRESETS", "SIZES", "Cells", "JointTableState", "Preset"]

SIZES = (2, 4)
"""The smallest and the largest number of values of X, and of Y."""

MOST_PARTS = 100
"""The largest entry of a table."""


@dataclass(frozen=True, kw_only=True)
class Cells(Setting):
    """A table of whole numbers, a row for each value of X: the parts of the whole of each cell."""

    def check(self, name: str, value: Any, state: Any) -> Parts:
        """Return a table of possible size that is not empty.

        Raises:
            ValueError: if its size, an entry or its sum is not possible.
        """
        widths = {len(row) for row in value}
        low, high = SIZES
        if not low <= len(value) <= high or len(widths) != 1 or not low <= min(widths) <= high:
            raise ValueError(
                f"expected {name} to have {low} to {high} rows of {low} to {high} numbers each; "
                f"got {self.write(value)!r}"
            )
        for part in (part for row in value for part in row):
            check_number(name, part, 0, MOST_PARTS)
        if not any(map(any, value)):
            raise ValueError(f"expected {name} to have a number above 0; got {self.write(value)!r}")
        return tuple(map(tuple, value))

    def write(self, value: Any) -> str:
        """Return the rows between hyphens, their numbers between commas."""
        return "-".join(",".join(map(str, row)) for row in value)

    def read(self, key: str, text: str) -> Any:
        """Return the table of a text such as `40,10-10,40`."""
        return tuple(tuple(number(key, part) for part in row.split(",")) for row in text.split("-"))


@dataclass(frozen=True)
class JointTableState(Settings):
    """A joint table of X and Y, the number of rows that are drawn from it, and the units.

    Example:
        >>> JointTableState(table=((1, 0), (0, 1))).to_query()
        'table=1,0-0,1&n_samples=50&units=nats&seed=1'
        >>> JointTableState.from_query("table=1,2,3-0,0,1").size
        (2, 3)
    """

    table: tuple[tuple[int, ...], ...] = setting(
        ((40, 10), (20, 30)), Cells(make=lambda: TableEditor(SIZES, MOST_PARTS))
    )
    n_samples: int = stops("Rows drawn", 50, (20, 50, 100, 200, 500, 1_000))
    units: str = choice("Units", "nats", {name: name for name in NATS_PER_UNIT})
    seed: int = seed("Seed of the rows", 1)

    @property
    def size(self) -> tuple[int, int]:
        """The number of values of X and of Y."""
        return len(self.table), len(self.table[0])


@dataclass(frozen=True)
class Preset:
    """A table to start from.

    Args:
        label: its name for people.
        claim: its meaning, which a test checks.
        table: its parts.
    """

    label: str
    claim: str
    table: Parts

    def of(self, state: JointTableState) -> JointTableState:
        """Return a state with this table in place of its own."""
        return replace(state, table=self.table)


PRESETS = {
    "independent": Preset(
        "Independent",
        "Every cell is the product of its margins, so that X says nothing about Y.",
        ((30, 20), (30, 20)),
    ),
    "one-to-one": Preset(
        "One-to-one",
        "Each value of X goes with one value of Y and back: whoever knows one knows the other.",
        ((25, 0, 0), (0, 25, 0), (0, 0, 50)),
    ),
    "channel": Preset(
        "Binary symmetric channel",
        "Y is X, a fair bit, with the same chance of a wrong bit for 0 as for 1.",
        ((45, 5), (5, 45)),
    ),
    "xor": Preset(
        "Exclusive or",
        "X is a pair of fair bits, 00, 01, 10 or 11, and Y is 1 where they differ: X decides Y, "
        "although neither bit alone says anything about it.",
        ((25, 0), (0, 25), (0, 25), (25, 0)),
    ),
    "rare": Preset(
        "One rare category",
        "The last values of X and of Y always come together, but rarely: a small sample may not "
        "hold one.",
        ((48, 48, 0), (48, 48, 0), (0, 0, 4)),
    ),
}
"""Tables to start from, by name."""
