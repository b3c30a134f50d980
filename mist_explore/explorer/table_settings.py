"""The settings of a table: its columns and their preparation, on any page that reads one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Self
from urllib.parse import parse_qs

import ipywidgets as widgets

from mist_explore.datasets import DATASETS
from mist_explore.explorer.kinds import Choice, Setting
from mist_explore.explorer.query import number
from mist_explore.explorer.settings import Settings, choice, setting
from mist_explore.preparation import CATEGORIES, MISSING

__all__ = ["HEADERS", "TableState"]

HEADERS: Mapping[str, str] = {
    "auto": "find out",
    "yes": "yes, names",
    "no": "no, values",
}
"""Whether the first row of a file holds the names of its columns."""


class Columns(Setting):
    """Names of columns, each with the same key in a link.

    Another table brings its own, if the field is one of a bundled table. The list of the control
    is that of the table on the page.
    """

    def check(self, name: str, value: Any, state: Any) -> Any:
        """Return the names as a tuple; the table decides whether they exist."""
        return tuple(value)

    def usual(self, default: Any, changes: Mapping[str, Any]) -> Any:
        """Return the columns of a bundled table, or none."""
        dataset = DATASETS.get(changes["table"])
        return getattr(dataset, self.key) if dataset and self.key else ()

    def write(self, value: Any) -> tuple[str, ...]:
        """Return the names."""
        return tuple(value)

    def read_all(self, key: str, texts: list[str]) -> Any:
        """Return the names."""
        return tuple(texts)

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Choose the names in the list."""
        offered = {name for _, name in widget.options}
        widget.value = tuple(name for name in value if name in offered)


class Gaps(Columns):
    """Numbers that stand for a gap, typed as a text such as `-999, -1`."""

    def check(self, name: str, value: Any, state: Any) -> Any:
        """Return the numbers, of a text too."""
        parts = value.replace(",", " ").split() if isinstance(value, str) else None
        return self.read_all(name, parts) if parts is not None else tuple(value)

    def write(self, value: Any) -> tuple[str, ...]:
        """Return each number as a text."""
        return tuple(map(str, value))

    def read_all(self, key: str, texts: list[str]) -> Any:
        """Return the number of each text."""
        return tuple(number(key, text) for text in texts)

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Show the numbers between commas."""
        widget.value = ", ".join(f"{one:g}" for one in value)


def _columns(label: str, rows: int, default: tuple[str, ...] = (), key: str = "") -> Any:
    make = partial(widgets.SelectMultiple, description=label, rows=rows)
    return setting(default, Columns(make=make, key=key, resets_with=("table",)))


def _gaps(label: str) -> Any:
    make = partial(widgets.Text, description=label, placeholder="-999", continuous_update=False)
    return setting((), Gaps(make=make, resets_with=("table",)))


@dataclass(frozen=True)
class TableState(Settings):
    """A table, its columns and their preparation; all but an uploaded file itself.

    `table` is a bundled table or the name of an uploaded file.

    Example:
        >>> TableState().with_(table="wine").x
        ('alcohol', 'color_intensity')
    """

    table: str = setting("penguins", Setting())
    x: tuple[str, ...] = _columns("Columns of X", 7, DATASETS["penguins"].x, "x")
    y: tuple[str, ...] = _columns("Columns of Y", 7, DATASETS["penguins"].y, "y")
    missing: str = choice("Missing values", "drop", MISSING)
    categories: str = choice("Encode categories as", "one-hot", CATEGORIES)
    categorical: tuple[str, ...] = _columns("Columns of numbers that are categories", 4)
    gap_values: tuple[float, ...] = _gaps("Numbers that mark a gap")
    sheet: str = setting("", Setting(resets_with=("table",)))
    header: str = setting("auto", Choice(of=HEADERS, resets_with=("table",)))

    @classmethod
    def from_query(cls, query: str) -> Self:
        """Return the state of a query string, with defaults for all that it leaves out.

        Raises:
            ValueError: if it has an unknown key or a value that is unreadable or out of bounds,
                or the name of a file without columns.
        """
        state = super().from_query(query)
        keys = parse_qs(query.removeprefix("?"), keep_blank_values=True).keys()
        if not state.bundled and not {"x", "y"} <= keys:
            raise ValueError(
                f"expected a table among {', '.join(DATASETS)}, or the columns of a file; "
                f"got {state.table!r} alone"
            )
        return state

    @property
    def of_table(self) -> TableState:
        """The settings of the table alone, as a link to another page with this table has them."""
        return TableState(**{one.name: getattr(self, one.name) for one in fields(TableState)})

    @property
    def named(self) -> bool | None:
        """Whether the first row of the file holds names; None to find out."""
        return None if self.header == "auto" else self.header == "yes"

    @property
    def bundled(self) -> bool:
        """Whether the table comes with the package."""
        return self.table in DATASETS
