"""The state of the data page: which table, which columns, what is done with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from mist_explore.datasets import DATASETS
from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.estimators import available_models
from mist_explore.explorer.peers import LEARNED
from mist_explore.explorer.query import SEEDS, check_bounds, check_name, number
from mist_explore.preparation import CATEGORIES, MISSING

__all__ = ["BOUNDS", "FDRS", "FIRST_SCREEN", "HEADERS", "ORDERS", "SQUARES", "DataState"]

BOUNDS: Mapping[str, tuple[float, float]] = {
    "level": (0.5, 0.99),
    "permutations": (19, 9_999),
    "seed": SEEDS,
}

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

CHOICES: Mapping[str, Iterable[str]] = {
    "missing": MISSING,
    "categories": CATEGORIES,
    "order": ORDERS,
    "units": NATS_PER_UNIT,
    "header": HEADERS,
    "fdr": FDRS,
    "squares": SQUARES,
}

TEXTS = (*CHOICES, "network", "sheet")
"""The fields that a link holds as one text each."""

COLUMNS = ("x", "y", "categorical")
"""The fields that a link holds as one text for each column."""


@dataclass(frozen=True)
class DataState:
    """All that decides what the data page shows, but for the content of an uploaded file.

    Args:
        table: the name of a bundled table, or of an uploaded file.
        x: the columns of X.
        y: the columns of Y.
        missing: what is done with gaps, a key of `MISSING`.
        categories: the encoding of categories, a key of `CATEGORIES`.
        categorical: columns of numbers that are categories.
        gap_values: numbers that stand for a gap.
        level: of the intervals.
        units: `"nats"` or `"bits"`.
        permutations: of the test of independence.
        order: the meaning of the order of the rows, a key of `ORDERS`.
        network: the trained network that answers, a name in `available_models`.
        seed: of the permutations, of the growing parts and of the rows that are drawn from a
            large table.
        sheet: of a workbook, or table of a database; empty for the first one.
        header: whether the first row of a file holds names, a key of `HEADERS`.
        fdr: the test of all pairs, a key of `FDRS`.
        squares: the number in the squares of the matrix, a key of `SQUARES`.

    Raises:
        ValueError: if a choice is unknown or a number out of bounds.

    Example:
        >>> state = DataState("penguins", ("year",), ("species", "sex"))
        >>> DataState.from_query(state.to_query()) == state
        True
    """

    table: str
    x: tuple[str, ...]
    y: tuple[str, ...]
    missing: str = "drop"
    categories: str = "one-hot"
    categorical: tuple[str, ...] = ()
    gap_values: tuple[float, ...] = ()
    level: float = 0.9
    units: str = "nats"
    permutations: int = 999
    order: str = "auto"
    network: str = LEARNED
    seed: int = 0
    sheet: str = ""
    header: str = "auto"
    fdr: str = "none"
    squares: str = "information"

    def __post_init__(self) -> None:
        for field, known in CHOICES.items():
            check_name(field, getattr(self, field), known)
        check_name("network", self.network, available_models())
        check_bounds(self, BOUNDS)

    @property
    def question(self) -> DataState:
        """This state with the defaults of all that changes no estimate of the chosen columns."""
        shown = ("level", "units", "fdr", "squares")
        return replace(self, **{name: getattr(FIRST_SCREEN, name) for name in shown})

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

    def with_table(self, table: str, x: tuple[str, ...], y: tuple[str, ...]) -> DataState:
        """Columns of another table."""
        plain = replace(self, categorical=(), gap_values=(), sheet="", header="auto")
        return replace(plain, table=table, x=x, y=y)

    def with_reading(self, sheet: str, header: str) -> DataState:
        """Another sheet of the file, or another meaning of its first row."""
        return replace(self, sheet=sheet, header=header)

    def with_bundled(self, table: str) -> DataState:
        """A bundled table, with the columns worth looking at first."""
        return self.with_table(table, DATASETS[table].x, DATASETS[table].y)

    def with_x(self, x: tuple[str, ...]) -> DataState:
        """Other columns of X."""
        return replace(self, x=tuple(x))

    def with_y(self, y: tuple[str, ...]) -> DataState:
        """Other columns of Y."""
        return replace(self, y=tuple(y))

    def with_missing(self, missing: str) -> DataState:
        """Another treatment of gaps."""
        return replace(self, missing=missing)

    def with_categories(self, categories: str) -> DataState:
        """Another treatment of categories."""
        return replace(self, categories=categories)

    def with_categorical(self, categorical: tuple[str, ...]) -> DataState:
        """Other columns of numbers as categories."""
        return replace(self, categorical=tuple(categorical))

    def with_gap_values(self, text: str) -> DataState:
        """Other numbers for a gap, from a text such as `-999, -1`.

        Raises:
            ValueError: if the text holds something else.
        """
        parts = [part for part in text.replace(",", " ").split() if part]
        return replace(self, gap_values=tuple(number("gap_values", part) for part in parts))

    def with_level(self, level: float) -> DataState:
        """Another level of the intervals."""
        return replace(self, level=level)

    def with_units(self, units: str) -> DataState:
        """Other units."""
        return replace(self, units=units)

    def with_permutations(self, permutations: int) -> DataState:
        """Another number of permutations."""
        return replace(self, permutations=permutations)

    def with_order(self, order: str) -> DataState:
        """Another meaning of the order of the rows."""
        return replace(self, order=order)

    def with_fdr(self, fdr: str) -> DataState:
        """Another test of all pairs."""
        return replace(self, fdr=fdr)

    def with_squares(self, squares: str) -> DataState:
        """Another number in the squares of the matrix."""
        return replace(self, squares=squares)

    def with_network(self, network: str) -> DataState:
        """Another trained network."""
        return replace(self, network=network)

    def with_seed(self, seed: int) -> DataState:
        """Another seed."""
        return replace(self, seed=seed)

    def to_query(self) -> str:
        """The state as the query string of a link."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return urlencode(fields, doseq=True)

    @staticmethod
    def from_query(query: str) -> DataState:
        """The state of a query string; what it leaves out is as on the first screen.

        Raises:
            ValueError: if it holds an unknown name or a value that cannot be read, or names
                a file without its columns.
        """
        values = parse_qs(query.removeprefix("?"), keep_blank_values=True)
        known = DataState.__dataclass_fields__
        unknown = sorted(values.keys() - known.keys())
        if unknown:
            raise ValueError(f"expected names among {', '.join(known)}; got {', '.join(unknown)}")
        state = FIRST_SCREEN
        if "table" in values:
            table = values.pop("table")[-1]
            if table in DATASETS:
                state = state.with_bundled(table)
            elif {"x", "y"} <= values.keys():
                state = state.with_table(table, (), ())
            else:
                raise ValueError(
                    f"expected a table among {', '.join(DATASETS)}, or the columns of a file; "
                    f"got {table!r} alone"
                )
        fields: dict[str, Any] = {
            name: tuple(values.pop(name)) for name in COLUMNS if name in values
        }
        if "gap_values" in values:
            texts = values.pop("gap_values")
            fields["gap_values"] = tuple(number("gap_values", text) for text in texts)
        for name, (*_, text) in values.items():
            fields[name] = text if name in TEXTS else number(name, text)
        return replace(state, **fields)


FIRST_SCREEN = DataState("penguins", DATASETS["penguins"].x, DATASETS["penguins"].y)
"""What the page shows before anything is chosen."""
