"""Tables with named columns, and samples from their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from mist_explore.sample import Sample
from mist_explore.tables.cells import leading_zeros

__all__ = ["Table", "numbers_in"]


@dataclass(frozen=True, eq=False)
class Table:
    r"""Named columns of numbers, timestamps or texts, with missing values.

    Args:
        columns: arrays of shape `(rows,)` by name.
        groups: names of several columns, such as a matrix of an NPZ file.
        name: the name of the file, for messages.
        notes: on the encoding, separator and header of the file.
        column_notes: on conversions of single columns, by name.
        categories: columns of a categorical type, such as pandas' Categorical.
        left_out: the reason for each unreadable column, by name.

    Example:
        >>> from mist_explore.tables import read_table
        >>> table = read_table(b"a,b,c\n1,2,u\n3,4,v\n5,6,w\n7,9,x\n", "small.csv")
        >>> table.n_rows, table.numeric_columns
        (4, ('a', 'b'))
        >>> table.sample(["a"], ["b"]).y[:, 0].tolist()
        [2.0, 4.0, 6.0, 9.0]
    """

    columns: Mapping[str, NDArray[np.generic]]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = "the table"
    notes: tuple[str, ...] = ()
    column_notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Table {self.name!r}: {self.n_rows} rows, {len(self.columns)} columns"

    @property
    def n_rows(self) -> int:
        """The number of rows; of the longest column where they differ."""
        return max((len(values) for values in self.columns.values()), default=0)

    @property
    def numeric_columns(self) -> tuple[str, ...]:
        """The columns without text, possibly with missing values."""
        return tuple(name for name, v in self.columns.items() if numbers_in(v)[1] is None)

    def sample(self, x_columns: Iterable[str], y_columns: Iterable[str]) -> Sample:
        """Return the sample of the named columns of each side.

        A name is that of a column or a group, or a pattern in which `*` matches any characters.

        Raises:
            ValueError: if a side names no column, a column is missing or named twice or holds
                text, NaN or infinite values, if numbers of rows differ or are too few, or a side
                is wholly constant.
        """
        names_x, names_y = self.sides(x_columns, y_columns)
        columns = {name: self._finite(name) for name in (*names_x, *names_y)}
        sample = Sample(
            np.column_stack([columns[name] for name in names_x]),
            np.column_stack([columns[name] for name in names_y]),
        )
        sample.without_constant_columns()  # raises where a side is wholly constant
        return sample

    def sides(
        self, x_columns: Iterable[str], y_columns: Iterable[str]
    ) -> tuple[list[str], list[str]]:
        """Return the single columns of each side, with groups and patterns expanded.

        Raises:
            ValueError: if a side names no column, a column is missing or named twice, or numbers
                of rows differ.
        """
        names_x, names_y = self._chosen("x", x_columns), self._chosen("y", y_columns)
        for name in names_x:
            if name in names_y:
                raise ValueError(f"expected each column on one side; got {name!r} in x and in y")
        counts = {name: len(self.columns[name]) for name in (*names_x, *names_y)}
        if len(set(counts.values())) > 1:
            shown = ", ".join(f"{count} in {name!r}" for name, count in counts.items())
            raise ValueError(f"expected columns with the same number of rows; got {shown}")
        return names_x, names_y

    def _chosen(self, side: str, names: Iterable[str]) -> list[str]:
        chosen = [column for name in names for column in self._matches(name)]
        if not chosen:
            raise ValueError(f"expected at least one column for {side}; got none")
        for name in chosen:
            if chosen.count(name) > 1:
                raise ValueError(f"expected each column once; got {name!r} twice in {side}")
        return chosen

    def _matches(self, name: str) -> list[str]:
        if name in self.columns:
            return [name]
        if name in self.groups:
            return list(self.groups[name])
        pattern = re.compile(re.escape(name).replace(r"\*", ".*"))
        matches = [column for column in self.columns if pattern.fullmatch(column)]
        if not matches and name in self.left_out:
            raise ValueError(f"column {name!r} of {self.name} is left out: {self.left_out[name]}")
        if not matches:
            known = [*self.groups, *self.columns]
            close = get_close_matches(name, known, n=1)
            hint = f", did you mean {close[0]!r}?" if close else ";"
            shown = ", ".join(known[:20]) + (", ..." if len(known) > 20 else "")
            raise ValueError(f"no column {name!r} in {self.name}{hint} it has {shown}")
        return matches

    def _finite(self, name: str) -> NDArray[np.float64]:
        numbers, text = numbers_in(self.columns[name])
        if text is not None:
            value = str(self.columns[name][text])
            raise ValueError(
                f"expected numbers in column {name!r}; got {value[:40]!r} in row {text + 1}: "
                "mist_explore.prepare encodes categories and dates"
            )
        bad = np.flatnonzero(~np.isfinite(numbers))
        if len(bad):
            value = "a missing value" if np.isnan(numbers[bad[0]]) else str(numbers[bad[0]])
            count = f" ({len(bad)} such rows)" if len(bad) > 1 else ""
            raise ValueError(
                f"expected finite numbers in column {name!r}; got {value} in row {bad[0] + 1}"
                f"{count}: fill or remove it, or use mist_explore.prepare with "
                "missing='drop' or 'median'"
            )
        return numbers


def numbers_in(values: NDArray[np.generic]) -> tuple[NDArray[np.float64], int | None]:
    """Return the values as numbers, missing ones as NaN, and the first row of text, if any.

    Whole numbers that float64 cannot represent are shifted by their minimum, which keeps them
    distinct; codes with leading zeros, such as 01067, are text.

    Example:
        >>> numbers_in(np.array(["1.5", None, "tall"], dtype=object))[1]
        2
        >>> numbers_in(np.array([2**60, 2**60 + 1]))[0].tolist()
        [0.0, 1.0]
    """
    if values.dtype.kind in "iu" and _beyond(values) and _inexact(values.tolist()):
        return _from_smallest(values.tolist()), None
    if values.dtype.kind in "biuf":
        return values.astype(np.float64), None
    if values.dtype.kind in "cMm":
        return np.full(len(values), np.nan), 0
    import pandas as pd

    series = pd.Series(list(values), dtype=object)
    if len(series) and series.map(lambda v: isinstance(v, int) and not isinstance(v, bool)).all():
        whole = series.tolist()
        return _from_smallest(whole) if _inexact(whole) else np.array(whole, np.float64), None
    texts = [value for value in values if isinstance(value, str)]
    if texts and leading_zeros(texts):  # codes, not quantities
        return np.full(len(values), np.nan), int(np.flatnonzero(series.notna())[0])
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(np.float64)
    text = np.flatnonzero(np.isnan(numbers) & ~series.isna().to_numpy())
    return numbers, int(text[0]) if len(text) else None


def _beyond(integers: NDArray[np.generic]) -> bool:
    return bool(len(integers)) and max(abs(int(integers.min())), abs(int(integers.max()))) > 2**53


def _inexact(integers: Iterable[int]) -> bool:
    """Return whether float64 cannot represent one of the integers."""
    return any(abs(int(value)) > 2**53 and int(float(value)) != value for value in integers)


def _from_smallest(integers: list[int]) -> NDArray[np.float64]:
    smallest = min(integers)
    return np.array([value - smallest for value in integers], np.float64)
