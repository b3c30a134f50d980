"""Columns of numbers with separators, units, missing values and stray text."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from mist_explore.tables.cells import GAP_WORDS, ReadColumn, Texts, leading_zeros
from mist_explore.tables.numerals import Numeral, decimal_mark, numeral

__all__ = ["STRAY_TEXT", "number_column", "numerals"]

STRAY_TEXT = 0.1
"""Largest share of text in a column of numbers; such text is a missing value."""

SHOWN = 3


def numerals(column: Texts) -> list[Numeral | None] | None:
    """Parse the distinct texts of a column as numbers.

    Returns:
        One entry for each distinct text, None for a missing value or stray text; None instead of
        a list where the numbers are too few for a column of numbers.
    """
    texts = column.distinct.tolist()
    if not texts or leading_zeros(texts):
        return None
    probe = texts[:: max(1, len(texts) // 500)]
    if sum(numeral(t) is not None for t in probe) < 0.3 * len(probe):
        head = sum(numeral(t) is None and t.lower() not in GAP_WORDS for t in probe)
        if head > 0.5 * len(probe):
            return None
    found = [numeral(text) for text in texts]
    units = Counter(one.unit for one in found if one is not None)
    if len([unit for unit in units if unit not in ("", "%", "‰")]) > 1:
        return None  # several currencies
    number = np.array([one is not None for one in found])
    word = np.array([text.lower() in GAP_WORDS for text in texts])
    there = column.counts[~word].sum()
    stray = column.counts[~number & ~word].sum()
    if not number.any() or stray > STRAY_TEXT * there:
        return None
    return found


def number_column(
    name: str, column: Texts, found: list[Numeral | None], fallback: str
) -> ReadColumn | None:
    """Convert parsed numbers to a column, with notes on marks, units and percentages.

    Args:
        name: the name of the column, for the notes.
        column: the distinct texts and their rows.
        found: the result of `numerals`.
        fallback: the decimal mark where the numbers of the column are ambiguous.

    Returns:
        The column; None where no text is a number with the decimal mark.
    """
    texts = column.distinct.tolist()
    mark = decimal_mark(one for one in found if one)
    chosen = mark or fallback
    other = "," if chosen == "." else "."
    values: list[float | str | None] = []
    notes, minority, grouped, scaled = [], [], [], 0
    units = Counter(one.unit for one in found if one is not None)
    mixed_percent = bool(units["%"] and units[""])
    for text, one in zip(texts, found, strict=True):
        if one is None:
            values.append(np.nan if text.lower() in GAP_WORDS else text)
            continue
        value = one.value(chosen)
        if value is None and (value := one.value(other)) is not None:
            minority.append(text)
        if one.grouped and value is not None:
            grouped.append(f"{text} is read as {value:g}")
        if value is not None and mixed_percent and one.unit == "%":
            value, scaled = value / 100, scaled + 1
        values.append(text if value is None else value)
    if all(isinstance(v, str) for v in values):
        return None
    words = [t for t, v in zip(texts, values, strict=True) if isinstance(v, str)]
    if chosen == "," and any("," in t for t in texts):
        notes.append(f"{name}: decimal commas, as in {next(t for t in texts if ',' in t)}")
    if minority:
        notes.append(
            f"{name}: {_listed(minority)} among numbers with a decimal "
            f"{'point' if chosen == '.' else 'comma'} {_is(minority)} read as "
            f"{'decimal commas' if chosen == '.' else 'decimal points'}"
        )
    if mark is None and grouped:
        notes.append(f"{name}: {grouped[0]}; another decimal mark fits as well")
    unit = next((unit for unit in units if unit), "")
    if mixed_percent:
        notes.append(f"{name}: values with % are divided by 100")
    elif unit:
        notes.append(f"{name}: numbers with {unit}, read without it")
    if words:
        return ReadColumn(column.rows(np.array(values, dtype=object), np.nan), tuple(notes))
    numbers = column.rows(np.array(values, np.float64), np.nan)
    whole = [one.digits.isdecimal() and not one.exponent for one in found if one is not None]
    if len(whole) == len(found) and all(whole) and (column.codes >= 0).all() and not mixed_percent:
        return ReadColumn(_integers(column, found, numbers), tuple(notes))
    return ReadColumn(numbers, tuple(notes))


def _integers(
    column: Texts, found: list[Numeral | None], numbers: NDArray[np.float64]
) -> NDArray[np.generic]:
    """Convert whole numbers: int64, exact beyond 2^53, and Python's integers beyond 2^63."""
    if np.abs(numbers).max(initial=0) < 2**53:
        return numbers.astype(np.int64)
    exact = [(-1) ** one.negative * int(one.digits) for one in found if one is not None]
    if max(map(abs, exact)) < 2**63:
        return column.rows(np.array(exact, np.int64), 0)
    return column.rows(np.array(exact, dtype=object), 0)


def _listed(texts: list[str]) -> str:
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more


def _is(texts: list[str]) -> str:
    return "is" if len(texts) == 1 else "are"
