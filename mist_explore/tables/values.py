"""Type inference for columns: numbers, dates, clock times or text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mist_explore.tables.amounts import number_column, numerals
from mist_explore.tables.cells import (
    GAP_WORDS,
    ReadColumn,
    Texts,
    cells,
    has_fractions,
    leading_zeros,
    plain,
)
from mist_explore.tables.moments import clock_hours, compact_dates, dates
from mist_explore.tables.numerals import decimal_mark

__all__ = ["read_columns"]

CATEGORY_SHARE = 0.05
"""Smallest share of rows for which a word such as "None" is a category."""

SHOWN = 3


def read_columns(
    columns: Mapping[str, NDArray[np.generic]], *, decimal: str | None = None
) -> dict[str, ReadColumn]:
    """Convert the cells of each column to numbers, dates, clock times or texts.

    Ambiguous numbers such as `1.234` and `1,234` take the decimal mark of the other columns.
    Columns of whole numbers that are all dates, such as 20240131, become dates.

    Args:
        columns: arrays by name.
        decimal: the decimal mark where all numbers are ambiguous; None for the point.

    Example:
        >>> texts = {"x": np.array(["1,5", "2,75"], object), "y": np.array(["3,125", "4"], object)}
        >>> read_columns(texts)["y"].values.tolist()
        [3.125, 4.0]
    """
    read: dict[str, ReadColumn] = {}
    texts: dict[str, Texts] = {}
    for name, values in columns.items():
        found = plain(values) or cells(values)
        if isinstance(found, Texts):
            texts[name] = found
        else:
            read[name] = found
    amounts = {name: numerals(column) for name, column in texts.items()}
    votes = Counter(
        decimal_mark(one for one in found if one) for found in amounts.values() if found
    )
    votes["."] += sum(has_fractions(columns[name]) for name in read)
    if votes["."] or votes[","]:
        decimal = "," if votes[","] > votes["."] else "."
    if decimal == ",":  # then 1.234 is a number in thousands, unless its column has other fractions
        for name in list(read):
            if columns[name].dtype.kind in "OUST" and isinstance(
                found := cells(columns[name]), Texts
            ):
                texts[name], amounts[name] = found, numerals(found)
    gap_words = {
        text.lower()
        for name, found in amounts.items()
        if found
        for text, one in zip(texts[name].distinct, found, strict=True)
        if one is None
    } & GAP_WORDS
    for name, column in texts.items():
        numbers, done = amounts[name], None
        if numbers:
            done = number_column(name, column, numbers, decimal or ".")
        done = done or _moment_column(name, column, day_first=decimal == ",")
        read[name] = done or _text_column(name, column, gap_words)
    return {name: _with_dates(name, read[name]) for name in columns}


def _with_dates(name: str, column: ReadColumn) -> ReadColumn:
    """Convert whole numbers such as 20240131 to dates."""
    if column.notes or column.values.dtype.kind not in "iuf":
        return column
    moments = compact_dates(column.values)
    if moments is None:
        return column
    first = np.flatnonzero(~np.isnat(moments))[0]
    note = (
        f"{name}: {int(column.values[first])} is read as the date "
        f"{moments[first].astype('datetime64[D]')}"
    )
    return ReadColumn(moments, (note,))


def _moment_column(name: str, column: Texts, *, day_first: bool) -> ReadColumn | None:
    word = column.distinct.str.lower().isin(GAP_WORDS).to_numpy()
    there = column.distinct[~word]
    if there.empty:
        return None
    low = there.str.lower()
    if low.isin(["true", "false"]).all():
        flags = (column.distinct.str.lower() == "true").to_numpy().astype(np.float64)
        flags[word] = np.nan
        rows = column.rows(flags, np.nan)
        return ReadColumn(rows if np.isnan(rows).any() else rows.astype(np.bool_))
    hours = clock_hours(there)
    if hours is not None:
        values = np.full(len(column.distinct), np.nan)
        values[~word] = hours
        return ReadColumn(column.rows(values, np.nan), (f"{name}: clock times became hours",))
    found = dates(there, day_first=day_first)
    if found is None:
        return None
    moments, note = found
    stamps = np.full(len(column.distinct), np.datetime64("NaT"), dtype="datetime64[us]")
    stamps[~word] = moments.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    notes = (f"{name}: {there.iloc[0]} is {note}",) if note else ()
    return ReadColumn(column.rows(stamps, np.datetime64("NaT")), notes)


def _text_column(name: str, column: Texts, gap_words: set[str]) -> ReadColumn:
    """Return a column of texts, with notes on missing values, blanks and differing spellings."""
    notes = []
    texts = np.array(column.distinct.tolist(), dtype=object)
    total = int(column.counts.sum())
    word = np.array([str(t).lower() in GAP_WORDS for t in texts], dtype=bool)
    for place in np.flatnonzero(word):
        text, count = str(texts[place]), int(column.counts[place])
        rows = f"{count:,} row{'s' * (count != 1)}"
        frequent = count >= CATEGORY_SHARE * total and not word.all()
        if frequent and text.lower() not in gap_words:
            notes.append(f"{name}: {text!r} in {rows} is read as a category, not as a gap")
        else:
            notes.append(f"{name}: {text!r} in {rows} is read as a gap")
            texts[place] = None
    if column.trimmed:
        notes.append(
            f"{name}: blanks around {column.trimmed:,} text{'s' * (column.trimmed != 1)} removed"
        )
    spellings: dict[str, list[str]] = {}
    for text in texts:
        if text is not None:
            spellings.setdefault(" ".join(str(text).casefold().split()), []).append(str(text))
    alike = [group for group in spellings.values() if len(group) > 1]
    if alike and len(alike) <= max(len(spellings) // 2, 3):
        shown = "; ".join(" and ".join(map(repr, group[:3])) for group in alike[:SHOWN])
        more = ", ..." if len(alike) > SHOWN else ""
        notes.append(f"{name}: {shown}{more} differ only by case or blanks and stay apart")
    if leading_zeros([str(t) for t in texts if t is not None]):
        notes.append(f"{name}: codes with leading zeros stay text")
    return ReadColumn(column.rows(texts, None), tuple(notes))
