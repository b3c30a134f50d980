"""Encoding of a column as numbers: missing values, categories and dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mist_explore.preparation.kinds import MOST_CATEGORIES, kind_of
from mist_explore.tables import numbers_in

__all__ = ["CATEGORIES", "MISSING", "Encoded", "as_numbers", "encoded"]

MISSING: Mapping[str, str] = {
    "drop": "leave out rows with a gap",
    "median": "fill with the median",
}
"""Treatments of missing values."""

CATEGORIES: Mapping[str, str] = {
    "one-hot": "0/1 columns (one-hot)",
    "codes": "one column of whole numbers",
}
"""Encodings of categories."""

Encoded: TypeAlias = tuple[dict[str, NDArray[np.float64]], list[str]]
"""Columns of numbers by name, and notes on the encoding."""


def encoded(
    name: str, values: NDArray[np.generic], *, declared: bool = False
) -> tuple[NDArray[np.float64], str]:
    """Encode a column as one column of numbers, `(n,)`, with a note on the encoding.

    Numbers are unchanged, with stray text as missing values (NaN). Dates become days since the
    first date, categories become codes from 0 in alphabetical order.

    Args:
        name: the name of the column.
        values: the values, `(n,)`.
        declared: whether numbers are categories.

    Raises:
        ValueError: if the column holds free text or identifiers, or has no values.
    """
    kind = kind_of(name, values, declared=declared)
    numbers, text = numbers_in(values)
    match kind:
        case "category":
            codes, labels = _codes(values)
            shown = ", ".join(labels[:4]) + (", ..." if len(labels) > 4 else "")
            return codes, (
                f"{name}: {len(labels)} categories became the codes 0 to {len(labels) - 1} in "
                f"alphabetical order ({shown})"
            )
        case "date":
            return _days(name, values)
        case "text":
            distinct = len(set(map(str, values.tolist())))
            raise ValueError(
                f"expected numbers, dates or at most {MOST_CATEGORIES} categories in column "
                f"{name!r}; got {distinct} different texts in {len(values)} rows: choose another, "
                f"or declare it with categories=[{name!r}] (--categorical {name})"
            )
        case "empty":
            raise ValueError(f"expected values in column {name!r}; it has none: choose another")
        case "identifier" if text is not None:
            raise ValueError(
                f"expected numbers, dates or categories in column {name!r}; got an identifier, "
                "another text in every row: choose another"
            )
        case "constant" if text is not None:
            return np.where(_present(values), 0.0, np.nan), ""
    note = "" if text is None else f"{name}: text such as {values[text]!r} counts as a gap"
    return np.where(np.isfinite(numbers), numbers, np.nan), note


def as_numbers(
    name: str,
    values: NDArray[np.generic],
    missing: str,
    encoding: str,
    *,
    declared: bool = False,
) -> Encoded:
    """Encode a column as one or more columns of numbers.

    Args:
        name: the name of the column.
        values: the values, `(n,)`.
        missing: a key of `MISSING`.
        encoding: a key of `CATEGORIES`; more than `MOST_CATEGORIES` categories become codes.
        declared: whether numbers are categories.
    """
    numbers, note = encoded(name, values, declared=declared)
    notes = [note] if note else []
    gaps = np.isnan(numbers)
    kind = kind_of(name, values, declared=declared)
    if missing == "median" and kind in ("number", "code", "counter") and gaps.any():
        numbers = np.where(gaps, np.nanmedian(numbers), numbers)
        notes.append(f"{name}: {int(gaps.sum()):,} gaps were filled with the median")
    if encoding == "one-hot" and kind == "category" and 1 < numbers[~gaps].max() < MOST_CATEGORIES:
        labels = _codes(values)[1]
        hot = {
            f"{name}={label}": np.where(gaps, np.nan, numbers == code)
            for code, label in enumerate(labels)
        }
        return hot, [f"{name}: {len(labels)} categories became as many columns of 0 and 1"]
    if kind == "code":
        notes.append(
            f"{name}: {len(np.unique(numbers[~gaps]))} different whole numbers in one column, "
            f"perhaps categories: then declare it, categories=[{name!r}] (--categorical {name})"
        )
    return {name: numbers}, notes


def _days(name: str, values: NDArray[np.generic]) -> tuple[NDArray[np.float64], str]:
    import pandas as pd

    moments: pd.Series[Any] = pd.Series(pd.to_datetime(pd.Series(values), utc=True))
    first = moments.min()
    days = ((moments - first).dt.total_seconds() / 86_400).to_numpy(np.float64)
    return days, f"{name}: dates became days since {first:%Y-%m-%d}"


def _present(values: NDArray[np.generic]) -> NDArray[np.bool_]:
    import pandas as pd

    return np.asarray(~pd.isna(values))


def _codes(values: NDArray[np.generic]) -> tuple[NDArray[np.float64], list[str]]:
    """Return codes from 0, NaN for missing values, and their labels in sorted order."""
    numbers, text = numbers_in(values)
    there = np.isfinite(numbers) if text is None else _present(values)
    codes = np.full(len(values), np.nan)
    if text is None:
        distinct, places = np.unique(numbers[there], return_inverse=True)
        labels = [f"{value:g}" for value in distinct]
    else:
        texts = np.array([str(value) for value in values[there]], dtype=str)
        distinct_texts, places = np.unique(texts, return_inverse=True)
        labels = [str(label) for label in distinct_texts]
    codes[there] = places
    return codes, labels
