"""Options for the treatment of missing values and categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from mist_explore.preparation.column import CATEGORIES, MISSING, Encoded, as_numbers
from mist_explore.tables import Table, numbers_in

__all__ = ["Treatment", "TreatmentOptions"]


class TreatmentOptions(TypedDict, total=False):
    """Keyword arguments for missing values and categories, common to all functions of rows.

    Args:
        missing: a key of `MISSING` (default "drop").
        categories: names of numeric columns that are categories; a single key of `CATEGORIES`
            sets `encoding`.
        encoding: a key of `CATEGORIES` (default "one-hot").
        gap_values: sentinel values for missing data, such as -999.
    """

    missing: str
    categories: str | Iterable[str]
    encoding: str
    gap_values: Iterable[float]


@dataclass(frozen=True)
class Treatment:
    """The treatment of missing values and categories.

    Args:
        missing: a key of `MISSING`; rows with a missing category or date are always left out.
        encoding: a key of `CATEGORIES`; two categories always become one column of 0 and 1.
        categories: names of numeric columns that are categories.
        gap_values: sentinel values for missing data, such as -999.

    Raises:
        ValueError: if an option is unknown.

    Example:
        >>> Treatment.of(categories=["mode"]).categories
        ('mode',)
    """

    missing: str = "drop"
    encoding: str = "one-hot"
    categories: tuple[str, ...] = ()
    gap_values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _check("missing", self.missing, MISSING)
        _check("categories", self.encoding, CATEGORIES)

    @staticmethod
    def of(
        missing: str = "drop",
        categories: str | Iterable[str] = (),
        encoding: str = "one-hot",
        gap_values: Iterable[float] = (),
    ) -> Treatment:
        """Return the treatment for the keyword arguments of `prepare`.

        Args:
            missing: a key of `MISSING`.
            categories: names of columns; a single key of `CATEGORIES` sets `encoding`.
            encoding: a key of `CATEGORIES`.
            gap_values: sentinel values for missing data.
        """
        if isinstance(categories, str):
            encoding, categories = categories, ()
        return Treatment(missing, encoding, tuple(categories), tuple(map(float, gap_values)))

    def encode(self, table: Table, name: str) -> Encoded:
        """Encode a column of a table as columns of numbers, with notes."""
        values, notes = table.columns[name], []
        if self.gap_values:
            numbers, text = numbers_in(values)
            marked = np.isin(numbers, self.gap_values)
            count = int(marked.sum())
            if text is None and count:
                values = np.where(marked, np.nan, numbers)
                shown = ", ".join(f"{v:g}" for v in np.unique(numbers[marked]))
                rows = f"{count:,} row{'s' * (count != 1)}"
                notes.append(f"{name}: {shown} in {rows} is a gap by gap_values")
        declared = name in self.categories or name in table.categories
        columns, more = as_numbers(name, values, self.missing, self.encoding, declared=declared)
        return columns, [*table.column_notes.get(name, ()), *notes, *more]

    def check(self, table: Table) -> None:
        """Raise a `ValueError` if a declared category is not a column of the table."""
        for name in self.categories:
            if name not in table.columns:
                raise ValueError(
                    f"expected categories among the columns {', '.join(table.columns)}; "
                    f"got {name!r}"
                )


def _check(what: str, value: str, known: Mapping[str, str]) -> None:
    if value not in known:
        raise ValueError(f"expected {what} among {', '.join(known)}; got {value!r}")
