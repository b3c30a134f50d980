"""What a column of a table holds, and how it becomes numbers: text, categories, dates and gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mist_explore.tables import Table, numbers_in

__all__ = [
    "CATEGORIES",
    "MISSING",
    "Column",
    "Encoded",
    "as_numbers",
    "describe",
    "encoded",
    "kind_of",
]

MISSING: Mapping[str, str] = {
    "drop": "leave out rows with a gap",
    "median": "fill gaps with the median",
}
"""What can be done with missing values."""

CATEGORIES: Mapping[str, str] = {
    "one-hot": "a column of 0 and 1 for each",
    "codes": "one column of whole numbers",
}
"""How text that names categories becomes numbers."""

MOST_CATEGORIES = 50
STRAY_TEXT = 0.1
"""Up to this share of text among numbers, the text stands for gaps."""


@dataclass(frozen=True)
class Column:
    """What a column of a table holds.

    Args:
        name: its name.
        kind: `"number"`, `"date"`, `"category"`, or `"text"` that names no categories.
        gaps: rows without a value; infinite numbers count as gaps.
        distinct: different values.
    """

    name: str
    kind: str
    gaps: int
    distinct: int

    @property
    def usable(self) -> bool:
        """Whether it varies and can become numbers."""
        return self.kind != "text" and self.distinct > 1


def describe(table: Table) -> tuple[Column, ...]:
    """The columns of a table and what each of them holds.

    Example:
        >>> from mist_explore.datasets import load_dataset
        >>> [f"{c.name}: {c.kind}" for c in describe(load_dataset("seattle-weather"))][:2]
        ['date: date', 'precipitation: number']
    """
    found = []
    for name, values in table.columns.items():
        kind = kind_of(values)
        there = _series(values).dropna()
        if kind == "number":
            there = there[np.isfinite(numbers_in(there.to_numpy())[0])].astype(float)
        found.append(Column(name, kind, len(values) - len(there), int(there.nunique())))
    return tuple(found)


def encoded(name: str, values: NDArray[np.generic]) -> tuple[NDArray[np.float64], str]:
    """A column as one column of numbers, gaps as NaN, and a note where it was none.

    Numbers stay, and a little text among them counts as gaps. Dates become days since the first
    one, categories become codes from 0 in alphabetical order.

    Raises:
        ValueError: if the column holds text that names no categories.
    """
    match kind_of(values):
        case "number":
            numbers, text = numbers_in(values)
            note = "" if text is None else f"{name}: text such as {values[text]!r} counts as a gap"
            return np.where(np.isfinite(numbers), numbers, np.nan), note
        case "date":
            dates = _dates(values)
            first = dates.min()
            days = ((dates - first).dt.total_seconds() / 86_400).to_numpy(np.float64)
            return days, f"{name}: dates became days since {first:%Y-%m-%d}"
        case "category":
            codes, labels = _codes(values)
            shown = ", ".join(labels[:4]) + (", ..." if len(labels) > 4 else "")
            return codes, (
                f"{name}: {len(labels)} categories became the codes 0 to {len(labels) - 1} in "
                f"alphabetical order ({shown})"
            )
        case _:
            distinct = int(_series(values).nunique())
            raise ValueError(
                f"expected numbers, dates or at most {MOST_CATEGORIES} categories in column "
                f"{name!r}; got {distinct} different texts in {len(values)} rows: choose another"
            )


Encoded = tuple[dict[str, NDArray[np.float64]], list[str]]
"""What a column became: columns of numbers by name, and notes in words."""


def as_numbers(name: str, values: NDArray[np.generic], missing: str, categories: str) -> Encoded:
    """A column as numbers, its gaps and categories dealt with as `MISSING` and `CATEGORIES` say."""
    numbers, note = encoded(name, values)
    notes = [note] if note else []
    gaps = np.isnan(numbers)
    kind = kind_of(values)
    if missing == "median" and kind == "number" and gaps.any() and not gaps.all():
        numbers = np.where(gaps, np.nanmedian(numbers), numbers)
        notes.append(f"{name}: {int(gaps.sum()):,} gaps were filled with the median")
    if categories == "one-hot" and kind == "category" and numbers[~gaps].max() > 1:
        labels = _codes(values)[1]
        hot = {
            f"{name}={label}": np.where(gaps, np.nan, numbers == code)
            for code, label in enumerate(labels)
        }
        return hot, [f"{name}: {len(labels)} categories became as many columns of 0 and 1"]
    return {name: numbers}, notes


def kind_of(values: NDArray[np.generic]) -> str:
    """What `Column.kind` says of values."""
    if values.dtype.kind == "M":
        return "date"
    numbers, text = numbers_in(values)
    series = _series(values)
    there = series.dropna()
    if text is None or np.isnan(numbers[there.index]).mean() <= STRAY_TEXT:
        return "number"
    if not _dates(values)[there.index].isna().any():
        return "date"
    distinct = there.astype(str).nunique()
    few = distinct <= MOST_CATEGORIES and distinct <= max(2, len(there) // 2)
    return "category" if few else "text"


def _series(values: NDArray[np.generic]) -> Any:
    import pandas as pd

    return pd.Series(values)


def _dates(values: NDArray[np.generic]) -> Any:
    """The values as moments in UTC, NaT where they are none; text as year, month, day."""
    import pandas as pd

    if values.dtype.kind == "M":
        return pd.to_datetime(pd.Series(values), utc=True)
    text = pd.Series(list(values), dtype=object)
    return pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)


def _codes(values: NDArray[np.generic]) -> tuple[NDArray[np.float64], list[str]]:
    series = _series(values)
    there = ~series.isna().to_numpy()
    labels, codes = np.unique(series[there].astype(str).to_numpy(str), return_inverse=True)
    numbers = np.full(len(series), np.nan)
    numbers[there] = codes
    return numbers, [str(label) for label in labels]
