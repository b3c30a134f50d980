"""Preparation of a sample from columns of a table, with notes on each step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mist_explore.preparation.column import Encoded
from mist_explore.preparation.kinds import kind_of
from mist_explore.preparation.oddities import clumps, copies, repeated_rows, sentinels
from mist_explore.preparation.treatment import Treatment
from mist_explore.sample import MINIMUM_ROWS, TIED_SHARE, Sample, tied_share
from mist_explore.seeding import derive_seed
from mist_explore.tables import Table, TableLike, as_table

__all__ = ["Prepared", "prepare", "random_rows"]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A sample from a table, with notes on its preparation.

    Args:
        sample: the sample of n rows.
        names_x, names_y: the names of the columns of each side.
        rows: the indices of the rows in the table, from 0, `(n,)`.
        notes: one sentence for each step of the preparation.
    """

    sample: Sample
    names_x: tuple[str, ...]
    names_y: tuple[str, ...]
    rows: NDArray[np.intp]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"Prepared: {self.sample.n_samples} rows, {', '.join(self.names_x)} and "
            f"{', '.join(self.names_y)}, {len(self.notes)} notes"
        )


def prepare(
    table: TableLike,
    x_columns: Iterable[str],
    y_columns: Iterable[str],
    *,
    missing: str = "drop",
    categories: str | Iterable[str] = (),
    encoding: str = "one-hot",
    gap_values: Iterable[float] = (),
    max_rows: int | None = None,
    seed: int = 0,
) -> Prepared:
    """Prepare the sample of the named columns of each side, with notes on each step.

    Missing values, categories, dates and constant columns are allowed, in contrast to
    `Table.sample`. Columns of few distinct whole numbers stay numeric, with a note; `categories`
    declares them categorical.

    Args:
        table: a table, a pandas DataFrame or arrays by name.
        x_columns: names for X, as in `Table.sample`.
        y_columns: names for Y.
        missing: a key of `MISSING`; rows with a missing category or date are always left out.
        categories: names of numeric columns that are categories; a single key of `CATEGORIES`
            sets `encoding`.
        encoding: a key of `CATEGORIES`; two categories always become one column of 0 and 1, and
            columns of 0 and 1 do not depend on an arbitrary order of the categories.
        gap_values: sentinel values for missing data, such as -999.
        max_rows: the maximum number of rows; more are subsampled at random, in their order.
        seed: the seed of the subsample.

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
        sex: 'NA' in 11 rows is read as a gap
    """
    treatment = Treatment.of(missing, categories, encoding, gap_values)
    table = as_table(table)
    treatment.check(table)
    x, y = (
        [treatment.encode(table, name) for name in names]
        for names in table.sides(x_columns, y_columns)
    )
    every = [column for _, columns in _blocks(x, y) for column in columns.values()]
    rows = np.flatnonzero(~np.isnan(np.column_stack(every)).any(1))
    if len(rows) < MINIMUM_ROWS:
        raise ValueError(
            f"expected at least {MINIMUM_ROWS} rows without a gap in the chosen columns; "
            f"got {len(rows)} of {table.n_rows}: choose other columns, or fill gaps with "
            "missing='median' (--missing median)"
        )
    notes, left_out = [], table.n_rows - len(rows)
    if left_out:
        have = "has" if left_out == 1 else "have"
        are = "is" if left_out == 1 else "are"
        notes.append(
            f"{left_out:,} of {table.n_rows:,} rows {have} a gap in a chosen column "
            f"and {are} left out"
        )
    if max_rows is not None and len(rows) > max_rows:
        notes.append(f"{max_rows:,} of {len(rows):,} rows were drawn at random")
        rows = random_rows(rows, max_rows, seed)
    notes += table.notes
    notes += [note for _, encoding_notes in (*x, *y) for note in encoding_notes]
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
        for name, values in varying.items():
            if name in table.columns and name not in (*table.categories, *treatment.categories):
                notes += _number_notes(name, values, table)
        sides.append(varying)
    notes += _row_notes(sides, table)
    sample = Sample(*(np.column_stack(list(side.values())) for side in sides))
    return Prepared(sample, tuple(sides[0]), tuple(sides[1]), rows, tuple(notes))


def _blocks(x: list[Encoded], y: list[Encoded]) -> list[tuple[str, dict[str, NDArray[np.float64]]]]:
    """Return the columns of each side by name."""
    return [
        (side, {name: values for columns, _ in encodings for name, values in columns.items()})
        for side, encodings in (("X", x), ("Y", y))
    ]


def random_rows(rows: NDArray[np.intp], max_rows: int, seed: int) -> NDArray[np.intp]:
    """Draw `max_rows` of the rows at random without replacement, in their order."""
    generator = np.random.default_rng(derive_seed(seed, "rows of a table"))
    return np.sort(generator.choice(rows, max_rows, replace=False))


def _number_notes(name: str, values: NDArray[np.float64], table: Table) -> list[str]:
    """Return notes on ties, sentinel values and clumps in a column of numbers."""
    kind = kind_of(name, table.columns[name])
    if kind != "number":
        return []
    notes = []
    distinct = len(np.unique(values))
    if tied_share(values) > TIED_SHARE:
        notes.append(f"{name}: {distinct:,} different values in {len(values):,} rows, many equal")
    for value, rows in sentinels(values).items():
        notes.append(
            f"{name}: {value:g} in {rows:,} row{'s' * (rows != 1)} lies far from the other values "
            f"and is used as a number; if it marks a gap, say so: gap_values=[{value:g}] "
            f"(--gap-values={value:g})"
        )
    for value, rows in clumps(values).items():
        notes.append(
            f"{name}: {rows / len(values):.0%} of the rows hold {value:g}, "
            f"the {'smallest' if value == values.min() else 'largest'} value: "
            "a true value, a limit of detection or a cap"
        )
    return notes


def _row_notes(sides: list[dict[str, NDArray[np.float64]]], table: Table) -> list[str]:
    """Return notes on repeated rows and copied columns."""
    blocks = [np.column_stack(list(side.values())) for side in sides]
    smooth = any(
        kind_of(name, table.columns[name]) in ("number", "date")
        for side in sides
        for name in side
        if name in table.columns
    )
    repeated, n = repeated_rows(blocks) if smooth else 0, len(blocks[0])
    notes = []
    if repeated:
        notes.append(
            f"{repeated:,} of {n:,} rows repeat{'s' * (repeated == 1)} an earlier row in all "
            "chosen columns; a copy is no further observation"
        )
    numbers = [{n: v for n, v in side.items() if n in table.columns} for side in sides]
    for side in numbers:
        notes += [
            f"{later}: a copy of {earlier}, up to unit and sign" for later, earlier in copies(side)
        ]
    notes += [
        f"{y}: equal to {x} in every row; X and Y share this column"
        for y, values in numbers[1].items()
        for x, others in numbers[0].items()
        if np.array_equal(values, others)
    ]
    return notes
