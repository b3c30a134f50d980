"""The cells of a column before they are interpreted: plain numbers, or distinct texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mist_explore.tables.numerals import decimal_mark, numeral

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GAP_WORDS", "ReadColumn", "Texts", "cells", "has_fractions", "leading_zeros", "plain"]

GAP_WORDS = frozenset(
    {
        *("na", "n/a", "n.a.", "#n/a", "#na", "<na>", "nan", "-nan", "null", "none", "nil", "nat"),
        *("-1.#ind", "-1.#qnan", "1.#ind", "1.#qnan", "#n/a n/a", "k.a.", "(null)", "missing"),
        *("#div/0!", "#value!", "#ref!", "#num!", "#name?", "#null!"),
    }
)
"""Lower-case words for a missing value among numbers; among texts they may be categories."""


@dataclass(frozen=True, eq=False)
class ReadColumn:
    """A column with parsed cells.

    Args:
        values: numbers, timestamps, or an object array of texts with None for missing values.
        notes: one sentence for each conversion beyond plain numbers and texts.
    """

    values: NDArray[np.generic]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Texts:
    """The distinct texts of a column in factorised form.

    Args:
        codes: the index into `distinct` of each row, `(n,)`; -1 for a missing value.
        distinct: the distinct texts, without surrounding blanks.
        counts: the number of rows of each distinct text.
        trimmed: the number of rows with blanks around the text.
    """

    codes: NDArray[np.intp]
    distinct: pd.Series[str]
    counts: NDArray[np.intp]
    trimmed: int

    def rows(self, values: NDArray[Any], gap: object) -> NDArray[Any]:
        """Expand values of the distinct texts to the rows, `(n,)`; `gap` where one is missing."""
        filled = np.append(values, np.array([gap], dtype=values.dtype))
        return np.asarray(filled[self.codes])


def plain(values: NDArray[np.generic]) -> ReadColumn | None:
    """Convert texts in Python's number format, missing ones to NaN; None for any other column."""
    import pandas as pd

    if values.dtype.kind not in "OUST" or not len(values):
        return None
    there = ~pd.isna(values)
    probe = values[there][:500].tolist()
    if not probe or not all(isinstance(one, str) for one in probe) or leading_zeros(probe):
        return None
    numbers = np.full(len(values), np.nan)
    try:
        if there.all() and not any(set(one) & set(".eE") for one in probe):
            whole = values.astype(np.int64)
            return ReadColumn(whole) if not _underscored(values) else None
        numbers[there] = values[there].astype(np.float64)
    except (ValueError, TypeError, OverflowError):
        return None
    if np.isnan(numbers[there]).any() or _underscored(values[there]):
        return None
    return ReadColumn(numbers)


def _underscored(values: NDArray[np.generic]) -> bool:
    return any("_" in str(one) for one in values)


def has_fractions(values: NDArray[np.generic]) -> bool:
    """Return whether a point in the first 500 values is unambiguously a decimal point."""
    return decimal_mark(one for t in values[:500] if (one := numeral(str(t)))) == "."


def cells(values: NDArray[np.generic]) -> ReadColumn | Texts:
    """Convert numbers, dates, times and durations; factorise the texts of any other column."""
    import pandas as pd

    if values.dtype.kind not in "OUST":
        return ReadColumn(values)
    series = pd.Series(values, dtype=object)
    kind = pd.api.types.infer_dtype(series, skipna=True)
    if kind in ("integer", "floating", "mixed-integer-float", "decimal", "boolean", "empty"):
        numbers = pd.to_numeric(series, errors="coerce").to_numpy(np.float64, na_value=np.nan)
        whole = kind in ("integer", "boolean") and not np.isnan(numbers).any()
        exact = np.abs(numbers[~np.isnan(numbers)]).max(initial=0) < 2**53
        if whole and exact:
            return ReadColumn(numbers.astype(np.bool_ if kind == "boolean" else np.int64))
        if kind == "integer" and not exact:  # float64 would round them
            there = series.notna().to_numpy()
            smallest = min(int(value) for value in series[there])
            numbers = np.full(len(series), np.nan)
            numbers[there] = [int(value) - smallest for value in series[there]]
        return ReadColumn(numbers)
    if kind in ("datetime", "datetime64", "date"):
        moments = pd.to_datetime(series, utc=True, errors="coerce")
        return ReadColumn(moments.dt.tz_localize(None).to_numpy())
    if kind == "time":
        hours = [np.nan if pd.isna(t) else _hours(t) for t in series]
        return ReadColumn(np.array(hours))
    if kind in ("timedelta", "timedelta64"):
        lasted = [np.nan if pd.isna(one) else one.total_seconds() / 3_600 for one in series]
        return ReadColumn(np.array(lasted, np.float64))
    cells = series.where(series.notna(), None).map(_as_text, na_action="ignore")
    stripped = cells.astype("str").str.strip()
    trimmed = int((stripped.str.len() < cells.astype("str").str.len()).sum())
    codes, distinct = pd.factorize(stripped.mask(stripped == ""))
    counts = np.bincount(codes[codes >= 0], minlength=len(distinct))
    return Texts(codes, pd.Series(distinct, dtype="str"), counts, trimmed)


def _hours(time: Any) -> float:
    return float(time.hour + time.minute / 60 + (time.second + time.microsecond / 1e6) / 3_600)


def _as_text(cell: object) -> str:
    return repr(cell) if isinstance(cell, float) else str(cell)


def leading_zeros(texts: list[str]) -> bool:
    """Return whether the texts are codes of equal length such as 01067, not quantities."""
    lengths = {len(text) for text in texts}
    return (
        len(lengths) == 1
        and next(iter(lengths)) > 2
        and any(text[0] == "0" for text in texts)
        and all(text.isdecimal() for text in texts)
    )
