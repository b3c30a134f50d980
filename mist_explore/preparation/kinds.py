"""Kinds of columns, such as number, category, date and identifier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mist_explore.tables import STRAY_TEXT, TableLike, as_table, numbers_in

__all__ = ["KINDS", "Column", "describe", "kind_of", "left_out"]

KINDS: Mapping[str, str] = {
    "number": "number",
    "code": "whole numbers, perhaps categories",
    "category": "category",
    "date": "date",
    "text": "free text",
    "identifier": "identifier",
    "counter": "row counter",
    "constant": "one value",
    "empty": "no values",
}
"""Kinds of columns and their display names."""

MOST_CATEGORIES = 50
ROWS_PER_CATEGORY = 10
"""Mean number of rows per distinct text from which on up to 1,000 texts are categories."""

MOST_CODES, ROWS_PER_CODE = 20, 5
IDENTIFIER = re.compile(
    r"(?i:^(id|uuid|guid|index|key|row|nr|no)$|(_|\b)u?u?id$)|[a-z](Id|ID)$"
    r"|(?i:^(user|patient|customer|client|subject|person|student|record|order|item|product)id$)"
)
"""Names of identifier columns; words such as "acid" do not match."""


@dataclass(frozen=True)
class Column:
    """The kind of a column of a table, and its number of missing values.

    Args:
        name: the name of the column.
        kind: a key of `KINDS`.
        gaps: the number of missing or infinite values.
        distinct: the number of distinct values.

    Example:
        >>> Column("note", "text", 0, 60).reason
        'free text: 60 different texts'
    """

    name: str
    kind: str
    gaps: int
    distinct: int

    @property
    def usable(self) -> bool:
        """Whether the column varies and has an encoding as numbers."""
        return not self.reason

    @property
    def telling(self) -> bool:
        """Whether the column is a default choice: usable, and no row counter or identifier.

        Example:
            >>> Column("subject_id", "number", 0, 40).telling
            False
        """
        return self.usable and self.kind != "counter" and not IDENTIFIER.search(self.name)

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.kind in ("number", "code", "counter")

    @property
    def reason(self) -> str:
        """The reason to leave the column out; empty for a usable column."""
        match self.kind:
            case "text":
                return f"free text: {self.distinct:,} different texts"
            case "identifier":
                return "identifier: another value in every row"
            case "constant" | "empty":
                return KINDS[self.kind]
            case _:
                return ""


def describe(table: TableLike, categories: Iterable[str] = ()) -> tuple[Column, ...]:
    """Return the kind of each column of a table.

    Args:
        table: the columns.
        categories: names of numeric columns that are categories.

    Example:
        >>> from mist_explore.datasets import load_dataset
        >>> [f"{c.name}: {c.kind}" for c in describe(load_dataset("penguins"))][-3:]
        ['body_mass_g: number', 'sex: category', 'year: code']
    """
    table = as_table(table)
    declared = {*table.categories, *categories}
    return tuple(
        _column(name, values, declared=name in declared) for name, values in table.columns.items()
    )


def left_out(table: TableLike, categories: Iterable[str] = ()) -> dict[str, str]:
    """Return the reason for each unusable column, by name.

    Args:
        table: the columns.
        categories: names of numeric columns that are categories.

    Example:
        >>> left_out({"a": [1, 1, 1], "b": [1, 2, 3]})
        {'a': 'one value'}
    """
    table = as_table(table)
    reasons = {
        column.name: column.reason for column in describe(table, categories) if not column.usable
    }
    short = {n: "fewer rows than others" for n, v in table.columns.items() if len(v) < table.n_rows}
    return {**table.left_out, **short, **reasons}


def kind_of(name: str, values: NDArray[np.generic], *, declared: bool = False) -> str:
    """Return the kind of a column, a key of `KINDS`.

    Args:
        name: the name of the column, which may mark an identifier.
        values: the values, `(n,)`.
        declared: whether numbers are categories.

    Example:
        >>> kind_of("grade", np.arange(60) % 4), kind_of("grade", np.arange(60) % 4, declared=True)
        ('code', 'category')
    """
    return _column(name, values, declared=declared).kind


def _column(name: str, values: NDArray[np.generic], *, declared: bool) -> Column:
    import pandas as pd

    series = pd.Series(values)
    there = series.dropna()
    numbers, text = (None, 0) if values.dtype.kind in "cM" else numbers_in(values)
    if numbers is not None and len(there):
        known = numbers[np.isfinite(numbers)]
        stray = np.isnan(numbers[there.index]).mean()
        if text is None or (stray <= STRAY_TEXT and not declared):
            distinct = len(np.unique(known))
            kind = (
                "category" if declared and distinct > 1 else _number_kind(name, numbers, distinct)
            )
            return Column(name, kind, len(values) - len(known), distinct)
    gaps = len(values) - len(there)
    if there.empty:
        return Column(name, "empty", gaps, 0)
    texts = there if values.dtype.kind == "M" else there.astype(str)
    distinct = int(texts.nunique())
    if distinct == 1:
        kind = "constant"
    elif values.dtype.kind == "M" and not declared:
        kind = "date"
    else:
        kind = "category" if declared else _text_kind(texts, distinct)
    return Column(name, kind, gaps, distinct)


def _number_kind(name: str, numbers: NDArray[np.float64], distinct: int) -> str:
    known = numbers[np.isfinite(numbers)]
    if distinct < 2:
        return "constant" if distinct else "empty"
    whole = bool((known == np.round(known)).all())
    if whole and distinct == len(numbers) > 3:
        steps = np.diff(numbers)
        if known.min() in (0, 1) and (abs(steps) == 1).all():
            return "counter"
        if IDENTIFIER.search(name):
            return "identifier"
    few = 2 < distinct <= MOST_CODES and len(known) >= ROWS_PER_CODE * distinct
    return "code" if whole and few else "number"


def _text_kind(texts: Any, distinct: int) -> str:
    few = distinct <= MOST_CATEGORIES and distinct <= max(2, len(texts) // 2)
    if few or (distinct * ROWS_PER_CATEGORY <= len(texts) and distinct <= 1_000):
        return "category"
    unique = distinct > 0.99 * len(texts)
    short = (texts.str.len() <= 40).all() and not texts.str.contains(r"\s", regex=True).any()
    if unique and len(texts) > 10 and short and texts.str.contains(r"\d", regex=True).mean() > 0.95:
        return "identifier"
    return "text"
