"""From the columns of a table to a sample: its rows and columns, and what was done to get it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mist_explore.preparation.column import (
    CATEGORIES,
    MISSING,
    Encoded,
    as_numbers,
    describe,
    kind_of,
)
from mist_explore.sample import MINIMUM_ROWS, TIED_SHARE, Sample, tied_share
from mist_explore.seeding import derive_seed
from mist_explore.tables import Table

__all__ = ["Prepared", "prepare", "usable_columns"]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A sample from a table, with what was done to get it.

    Args:
        sample: the rows.
        names_x, names_y: the names of its columns.
        rows: which rows of the table they are, from 0.
        notes: what was done, in words.
    """

    sample: Sample
    names_x: tuple[str, ...]
    names_y: tuple[str, ...]
    rows: NDArray[np.intp]
    notes: tuple[str, ...]


def usable_columns(
    table: Table,
    *,
    most_columns: int | None = None,
    most_rows: int | None = None,
    seed: int = 0,
) -> dict[str, NDArray[np.float64]]:
    """Every column that varies and can become numbers, gaps as NaN, ready for all pairs.

    Numbers and days have shape `(n,)`; k > 2 categories are k columns of 0 and 1, `(n, k)`.

    Args:
        table: the table; columns with fewer rows than others are left out.
        most_columns: take the first of them only.
        most_rows: where there are more, so many of them are drawn at random, in their order.
        seed: of that draw.

    Example:
        >>> from mist_explore.datasets import load_dataset
        >>> columns = usable_columns(load_dataset("penguins"), most_columns=2, most_rows=100)
        >>> list(columns), columns["island"].shape
        (['species', 'island'], (100, 3))
    """
    n = table.n_rows
    names = [c.name for c in describe(table) if c.usable and len(table.columns[c.name]) == n]
    columns = {}
    for name in names[:most_columns]:
        values = list(as_numbers(name, table.columns[name], "drop", "one-hot")[0].values())
        columns[name] = values[0] if len(values) == 1 else np.column_stack(values)
    if most_rows is None or n <= most_rows:
        return columns
    rows = _drawn(np.arange(n), most_rows, seed)
    return {name: values[rows] for name, values in columns.items()}


def prepare(
    table: Table,
    x_columns: Iterable[str],
    y_columns: Iterable[str],
    *,
    missing: str = "drop",
    categories: str = "one-hot",
    most_rows: int | None = None,
    seed: int = 0,
) -> Prepared:
    """The sample of the columns named for each side, and what was done to get it.

    Unlike `Table.sample` it takes gaps, text that names categories, dates and constant columns,
    and says in `notes` what it did with them.

    Args:
        table: the table.
        x_columns: names for X, as in `Table.sample`.
        y_columns: names for Y.
        missing: a key of `MISSING`; a gap in a category or a date always leaves the row out.
        categories: a key of `CATEGORIES`; two categories always become one column of 0 and 1, and
            columns of 0 and 1 do not depend on an arbitrary order of the categories.
        most_rows: where there are more, so many of them are drawn at random, in their order.
        seed: of that draw.

    Raises:
        ValueError: if an option is unknown, a column is missing, named twice or holds free text,
            a side does not vary, or fewer than `MINIMUM_ROWS` rows are left.

    Example:
        >>> from mist_explore.datasets import load_dataset
        >>> ready = prepare(load_dataset("penguins"), ["body_mass_g"], ["sex"])
        >>> ready.sample.n_samples, ready.names_y
        (333, ('sex',))
        >>> print(*ready.notes[:2], sep=chr(10))
        11 of 344 rows have a gap in a chosen column and are left out
        sex: 2 categories became the codes 0 to 1 in alphabetical order (female, male)
    """
    _check("missing", missing, MISSING)
    _check("categories", categories, CATEGORIES)
    x, y = (
        [as_numbers(name, table.columns[name], missing, categories) for name in names]
        for names in table.sides(x_columns, y_columns)
    )
    every = [column for _, columns in _blocks(x, y) for column in columns.values()]
    rows = np.flatnonzero(~np.isnan(np.column_stack(every)).any(1))
    if len(rows) < MINIMUM_ROWS:
        raise ValueError(
            f"expected at least {MINIMUM_ROWS} rows without a gap in the chosen columns; "
            f"got {len(rows)} of {table.n_rows}: choose other columns"
        )
    notes, left_out = [], table.n_rows - len(rows)
    if left_out:
        have = "has" if left_out == 1 else "have"
        are = "is" if left_out == 1 else "are"
        notes.append(
            f"{left_out:,} of {table.n_rows:,} rows {have} a gap in a chosen column "
            f"and {are} left out"
        )
    if most_rows is not None and len(rows) > most_rows:
        notes.append(f"{most_rows:,} of {len(rows):,} rows were drawn at random")
        rows = _drawn(rows, most_rows, seed)
    notes += [note for _, said in (*x, *y) for note in said]
    sides = []
    for side, columns in _blocks(x, y):
        kept = {name: values[rows] for name, values in columns.items()}
        varying = {name: values for name, values in kept.items() if np.ptp(values) > 0}
        if not varying:
            raise ValueError(
                f"expected a column of {side} that varies; {', '.join(kept)} "
                f"{'is' if len(kept) == 1 else 'are'} constant in these rows: choose another"
            )
        constant = [name for name in kept if name not in varying]
        notes += [f"{name}: never varies in these rows and is left out" for name in constant]
        notes += [note for name in varying for note in _tie_note(name, varying[name], table)]
        sides.append(varying)
    sample = Sample(*(np.column_stack(list(side.values())) for side in sides))
    return Prepared(sample, tuple(sides[0]), tuple(sides[1]), rows, tuple(notes))


def _blocks(x: list[Encoded], y: list[Encoded]) -> list[tuple[str, dict[str, NDArray[np.float64]]]]:
    """The columns of each side by name."""
    return [
        (side, {name: values for columns, _ in encodings for name, values in columns.items()})
        for side, encodings in (("X", x), ("Y", y))
    ]


def _drawn(rows: NDArray[np.intp], most_rows: int, seed: int) -> NDArray[np.intp]:
    generator = np.random.default_rng(derive_seed(seed, "rows of a table"))
    return np.sort(generator.choice(rows, most_rows, replace=False))


def _check(what: str, value: str, known: Mapping[str, str]) -> None:
    if value not in known:
        raise ValueError(f"expected {what} among {', '.join(known)}; got {value!r}")


def _tie_note(name: str, values: NDArray[np.float64], table: Table) -> list[str]:
    """A note on a column of numbers in which many values occur more than once."""
    if name not in table.columns or kind_of(table.columns[name]) != "number":
        return []
    if tied_share(values) <= TIED_SHARE:
        return []
    return [
        f"{name}: {len(np.unique(values)):,} different values in {len(values):,} rows; "
        "equal values share their middle rank"
    ]
