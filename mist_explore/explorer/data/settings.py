"""The settings of the data page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Self
from urllib.parse import parse_qs

import ipywidgets as widgets

from mist_explore.datasets import DATASETS
from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.estimators import available_models
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.kinds import Choice, Setting
from mist_explore.explorer.query import number
from mist_explore.explorer.settings import Settings, choice, seed, setting, slider, whole
from mist_explore.plots import mark_of
from mist_explore.preparation import CATEGORIES, MISSING

__all__ = ["FDRS", "HEADERS", "ORDERS", "SQUARES", "DataState"]

ORDERS: Mapping[str, str] = {
    "auto": "find out",
    "any": "means nothing",
    "time": "a time series",
}
"""The order of the rows: whether neighbours may resemble each other, and tests shift Y."""

HEADERS: Mapping[str, str] = {
    "auto": "find out",
    "yes": "yes, names",
    "no": "no, values",
}
"""Whether the first row of a file holds the names of its columns."""

FDRS: Mapping[str, str] = {
    "none": "do not test",
    "0.05": "5% false discoveries",
    "0.1": "10% false discoveries",
    "0.2": "20% false discoveries",
}
"""The test of all pairs of columns, and the false discovery rate among those below it."""

SQUARES: Mapping[str, str] = {
    "information": "mutual information",
    "entropy": "share of the smaller entropy",
}
"""The number in the squares of the matrix; shares are of discrete columns alone."""


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
class DataState(Settings):
    """A table, its columns, their preparation and the estimates; all but an uploaded file itself.

    `table` is a bundled table or the name of an uploaded file. The seed is that of the
    permutations, of the growing parts and of the rows that are drawn from a large table.

    Example:
        >>> state = DataState("penguins", ("year",), ("species", "sex"))
        >>> DataState.from_query(state.to_query()) == state
        True
        >>> state.with_(table="wine").x
        ('alcohol', 'color_intensity')
    """

    table: str = setting("penguins", Setting())
    x: tuple[str, ...] = _columns("Columns of X", 7, DATASETS["penguins"].x, "x")
    y: tuple[str, ...] = _columns("Columns of Y", 7, DATASETS["penguins"].y, "y")
    missing: str = choice("Missing values", "drop", MISSING)
    categories: str = choice("Encode categories as", "one-hot", CATEGORIES)
    categorical: tuple[str, ...] = _columns("Columns of numbers that are categories", 4)
    gap_values: tuple[float, ...] = _gaps("Numbers that mark a gap")
    level: float = slider("Level of the intervals", 0.9, 0.5, 0.99, readout=".0%")
    units: str = choice("Units", "nats", {name: name for name in NATS_PER_UNIT})
    permutations: int = whole("Permutations of the test", 999, 19, 9_999)
    order: str = choice("Order of the rows", "auto", ORDERS)
    network: str = choice(
        "Network", LEARNED, lambda: {name: mark_of(name).label for name in available_models()}
    )
    seed: int = seed("Seed")
    sheet: str = setting("", Setting(resets_with=("table",)))
    header: str = setting("auto", Choice(of=HEADERS, resets_with=("table",)))
    fdr: str = choice("Test all pairs", "none", FDRS)
    squares: str = choice("Squares of the matrix", "information", SQUARES)

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
    def question(self) -> DataState:
        """The state with defaults for all that changes no estimate of the chosen columns."""
        first, shown = DataState(), ("level", "units", "fdr", "squares")
        return self.with_(**{name: getattr(first, name) for name in shown})

    @property
    def named(self) -> bool | None:
        """Whether the first row of the file holds names; None to find out."""
        return None if self.header == "auto" else self.header == "yes"

    @property
    def fdr_level(self) -> float | None:
        """The false discovery rate; None for no test."""
        return None if self.fdr == "none" else float(self.fdr)

    @property
    def circular_shift(self) -> bool | None:
        """Whether tests shift Y along the rows; None to find out."""
        return True if self.order == "time" else None

    @property
    def bundled(self) -> bool:
        """Whether the table comes with the package."""
        return self.table in DATASETS
