"""The settings of the page of joint tables, and the control of a table: number boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import ipywidgets as widgets
from traitlets import Tuple, observe

from mist_explore.explorer.kinds import Setting
from mist_explore.explorer.query import check_number, number
from mist_explore.explorer.settings import Settings, seed, setting, stops, units

__all__ = ["MOST_PARTS", "PRESETS", "SIZES", "Cells", "JointTableState", "TableEditor"]

SIZES = (2, 4)
"""The smallest and the largest number of values of X, and of Y."""

MOST_PARTS = 100
"""The largest entry of a table."""


Parts: TypeAlias = tuple[tuple[int, ...], ...]
"""Whole numbers, a row for each value of X and a column for each value of Y."""


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


class TableEditor(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Menus for the size of a table, and its number boxes, each with a reading below it.

    A menu or a box that is set makes another value, a table of type `Parts`.
    """

    children: Any
    value = Tuple()

    def __init__(self) -> None:
        self._quiet = True
        options = range(SIZES[0], SIZES[1] + 1)
        self.sizes = [
            widgets.Dropdown(options=options, description=f"Values of {name}") for name in "XY"
        ]
        self.boxes: list[list[widgets.BoundedIntText]] = []
        self._readings: list[list[widgets.HTML]] = []
        self._ends: tuple[list[widgets.HTML], list[widgets.HTML]] = ([], [])
        self._grid = widgets.GridBox().add_class("mist-joint")
        for menu in self.sizes:
            menu.observe(self._resize, "value")
        super().__init__([widgets.HBox(self.sizes).add_class("mist-joint-sizes"), self._grid])
        self.add_class("mist-cells")

    def read(
        self, cells: Sequence[Sequence[str]], rows: Sequence[str], columns: Sequence[str]
    ) -> None:
        """Show HTML below each box, at the end of each row and below each column.

        Texts for a table of another size have no effect: those of the present one are on their way.
        """
        if (len(rows), len(columns)) != tuple(map(len, self._ends)):
            return
        for readings, texts in zip(self._readings, cells, strict=True):
            for reading, text in zip(readings, texts, strict=True):
                reading.value = text
        for ends, texts in zip(self._ends, (rows, columns), strict=True):
            for end, text in zip(ends, texts, strict=True):
                end.value = text

    @observe("value")
    def _shown(self, change: Any) -> None:
        table, self._quiet = change["new"], True
        if [len(row) for row in self.boxes] != [len(row) for row in table]:
            self._build(len(table), len(table[0]))
        for boxes, row in zip(self.boxes, table, strict=True):
            for box, part in zip(boxes, row, strict=True):
                box.value = part
        self._quiet = False

    def _build(self, rows: int, columns: int) -> None:
        for menu, size in zip(self.sizes, (rows, columns), strict=True):
            menu.value = size
        self.boxes = [
            [
                widgets.BoundedIntText(max=MOST_PARTS, description=f"X={i + 1}, Y={j + 1}")
                for j in range(columns)
            ]
            for i in range(rows)
        ]
        self._readings = [[widgets.HTML() for _ in range(columns)] for _ in range(rows)]
        self._ends = [widgets.HTML() for _ in range(rows)], [widgets.HTML() for _ in range(columns)]
        children: list[widgets.Widget] = []
        for boxes, readings, end in zip(self.boxes, self._readings, self._ends[0], strict=True):
            for box, reading in zip(boxes, readings, strict=True):
                box.observe(self._set, "value")
                children.append(widgets.VBox([box, reading]).add_class("mist-cell"))
            children.append(end)
        self._grid.layout.grid_template_columns = f"repeat({columns + 1}, minmax(0, 1fr))"
        self._grid.children = (*children, *self._ends[1])

    def _set(self, _: Any) -> None:
        if not self._quiet:
            self.value = tuple(tuple(box.value for box in row) for row in self.boxes)

    def _resize(self, _: Any) -> None:
        if not self._quiet:
            self.value = resized(self.value, *(menu.value for menu in self.sizes))


def resized(table: Parts, rows: int, columns: int) -> Parts:
    """Return a table of another size: cells are cut off, or added with 1.

    Example:
        >>> resized(((4, 1), (1, 4)), 3, 2)
        ((4, 1), (1, 4), (1, 1))
    """
    kept = (row[:columns] + (1,) * (columns - len(row)) for row in table[:rows])
    found = (*kept, *((1,) * columns,) * (rows - len(table)))
    return found if any(map(any, found)) else ((1,) * columns,) * rows


@dataclass(frozen=True)
class JointTableState(Settings):
    """A joint table of X and Y, the number of rows that are drawn from it, and the units.

    Example:
        >>> JointTableState(table=((1, 0), (0, 1))).to_query()
        'table=1,0-0,1&n_samples=50&units=nats&seed=1'
        >>> JointTableState.from_query("table=1,2,3-0,0,1").size
        (2, 3)
    """

    table: tuple[tuple[int, ...], ...] = setting(((40, 10), (20, 30)), Cells(make=TableEditor))
    n_samples: int = stops("Rows drawn", 50, (20, 50, 100, 200, 500, 1_000))
    units: str = units()
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
        "Every cell is the product of its margins, so that X and Y share no information.",
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
        "although neither bit alone helps to guess it.",
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
