"""A table of number boxes, with the numbers that follow from them in and around the cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import ipywidgets as widgets
from traitlets import Tuple, observe

__all__ = ["Parts", "TableEditor", "resized"]

Parts: TypeAlias = tuple[tuple[int, ...], ...]
"""Whole numbers, a row for each value of X and a column for each value of Y."""


class TableEditor(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Menus for the size of a table, and its number boxes, each with a reading below it.

    A menu or a box that is set makes another value, a table of type `Parts`.

    Args:
        sizes: the smallest and the largest number of rows, and of columns.
        most: the largest number in a box.
    """

    children: Any
    value = Tuple()

    def __init__(self, sizes: tuple[int, int], most: int) -> None:
        self._most, self._quiet = most, True
        options = range(sizes[0], sizes[1] + 1)
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
                widgets.BoundedIntText(max=self._most, description=f"X={i + 1}, Y={j + 1}")
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
