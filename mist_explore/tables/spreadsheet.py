"""Tables from Excel workbooks and SQLite databases."""

from __future__ import annotations

import io
import sqlite3
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import closing
from itertools import count
from typing import Any

import numpy as np

from mist_explore.tables.header import column_names, has_names, without_titles
from mist_explore.tables.limits import UNLIMITED, TableLimits, TooLargeError
from mist_explore.tables.table import Table
from mist_explore.tables.values import read_columns

__all__ = ["from_sqlite", "from_workbook", "sheets_of_workbook", "tables_of_database"]

LOOKED_AT = 200
STEPS, STEPS_A_CELL = 1_000, 50
"""Instructions of SQLite between two checks, and for each cell that a view may have."""


def from_workbook(
    data: bytes, sheet: str = "", header: bool | None = None, limits: TableLimits = UNLIMITED
) -> Table:
    """Return the table on a sheet of an Excel workbook (.xlsx), formulas as their stored values.

    Args:
        data: the content of the file.
        sheet: the name of a sheet; empty for the first sheet with at least two rows.
        header: whether the first row holds column names; None to detect it.
        limits: the largest table to read, for each sheet.

    Raises:
        ValueError: if the data are not a workbook, are too large, or no sheet holds a table.
    """
    from openpyxl import load_workbook

    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise ValueError(
            "expected a workbook of Excel 2007 or later; got an older or encrypted one: "
            "save it as Excel workbook (.xlsx) without a password"
        )
    try:
        limits.check_archive(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = {
            one.title: [list(row) for row in limits.counted(one.iter_rows(values_only=True))]
            for one in book.worksheets
            if not sheet or one.title == sheet
        }
        titles = [one.title for one in book.worksheets]
    except TooLargeError:
        raise
    except _damage() as error:
        raise ValueError(
            "expected an Excel workbook; got a file that is damaged or of another kind: "
            "open it and save it as Excel workbook (.xlsx) or CSV UTF-8"
        ) from error
    if sheet and sheet not in sheets:
        raise ValueError(f"expected a sheet among {', '.join(titles)}; got {sheet!r}")
    chosen = next((title for title, rows in sheets.items() if _is_table(rows)), None)
    if chosen is None:
        raise ValueError("expected a sheet with at least one row of names and one of values")
    table = _from_rows(sheets[chosen], header)
    if len(titles) > 1:
        note = f"sheet {chosen!r} of {', '.join(titles)}"
        table = Table(table.columns, notes=(note, *table.notes), column_notes=table.column_notes)
    return table


def from_sqlite(data: bytes, sheet: str = "", limits: TableLimits = UNLIMITED) -> Table:
    """Return a table of an SQLite database.

    Args:
        data: the content of the file.
        sheet: the name of the table; optional for a database with one table.
        limits: the largest table to read; a view may be large without a large file.

    Raises:
        ValueError: if the data are not a database, the table does not exist or is too large, or
            the name is missing for a database with several tables.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(data)
            tables = _tables(connection)
        except sqlite3.Error as error:
            raise ValueError(
                "expected an SQLite database; got a file that is damaged or of another kind"
            ) from error
        if not sheet and len(tables) == 1:
            sheet = tables[0]
        if sheet not in tables:
            raise ValueError(
                f"expected the name of a table among {', '.join(tables) or 'none'}; "
                f"got {repr(sheet) if sheet else 'none'}: choose one with sheet (--sheet)"
            )
        quoted = sheet.replace('"', '""')
        if limits != UNLIMITED:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, int(min(limits.content, 2**30)))
            most, checks = STEPS_A_CELL * limits.cells, count()
            connection.set_progress_handler(lambda: next(checks) * STEPS > most, STEPS)
        try:
            rows = connection.execute(f'select * from "{quoted}"')
            names = [column[0] for column in rows.description]
            return _typed(names, list(limits.counted(rows)))
        except sqlite3.Error as error:
            raise ValueError(f"expected a table in {sheet!r} that can be read; {error}") from error


def sheets_of_workbook(data: bytes, limits: TableLimits = UNLIMITED) -> tuple[str, ...]:
    """Return the names of the sheets of a workbook; none for a damaged or too large file."""
    from openpyxl import load_workbook

    try:
        limits.check_archive(data)
        book = load_workbook(io.BytesIO(data), read_only=True)
    except _damage():
        return ()
    return tuple(sheet.title for sheet in book.worksheets)


def tables_of_database(data: bytes) -> tuple[str, ...]:
    """Return the names of the tables and views of an SQLite database; none for another file."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(data)
            return _tables(connection)
        except sqlite3.Error:
            return ()


def _damage() -> tuple[type[Exception], ...]:
    """Return the exceptions of openpyxl for damaged files."""
    from openpyxl.utils.exceptions import InvalidFileException

    return (
        *(zipfile.BadZipFile, zlib.error, InvalidFileException, ValueError, OSError, EOFError),
        *(TypeError, AttributeError, LookupError, SyntaxError, ArithmeticError, RuntimeError),
    )


def _tables(connection: sqlite3.Connection) -> tuple[str, ...]:
    found = connection.execute(
        "select name from sqlite_master where type in ('table', 'view') "
        "and name not like 'sqlite_%' order by name"
    )
    return tuple(name for (name,) in found)


def _is_table(rows: Sequence[Sequence[object]]) -> bool:
    filled = [row for row in rows if any(cell is not None for cell in row)]
    return len(filled) > 1


def _from_rows(rows: list[list[Any]], header: bool | None) -> Table:
    rows = [row for row in rows if any(cell not in (None, "") for cell in row)]
    used = [
        any(row[i] is not None for row in rows if i < len(row)) for i in range(max(map(len, rows)))
    ]
    rows = [[cell for cell, wanted in zip(row, used, strict=False) if wanted] for row in rows]
    above = without_titles(rows[:LOOKED_AT])
    notes: tuple[str, ...] = ()
    if above:
        title = " ".join(str(cell) for cell in rows[0] if cell is not None)
        lines = f"{above} row{'s' * (above > 1)}"
        notes = (f"{lines} above the names {'is' if above == 1 else 'are'} left out: {title[:60]}",)
    rows = rows[above:]
    named = has_names(rows[:LOOKED_AT]) if header is None else header
    if named:
        names, renamed = column_names(rows[0])
        return _typed(names, rows[1:], notes + renamed)
    shown = ", ".join(str(cell) for cell in rows[0][:3])
    notes += (
        f"the first row ({shown}) looks like values, so the columns are called column 1, "
        "column 2, ...: write names above them if it holds names",
    )
    return _typed([f"column {place + 1}" for place in range(len(rows[0]))], rows, notes)


def _typed(
    names: Sequence[str], rows: Sequence[Sequence[object]], notes: tuple[str, ...] = ()
) -> Table:
    cells = {}
    for place, name in enumerate(names):
        values = [row[place] if place < len(row) else None for row in rows]
        if any(isinstance(value, bytes) for value in values):
            continue
        cells[name] = np.array([*values, None], dtype=object)[:-1]
    binary = [name for name in names if name not in cells]
    columns = read_columns(cells)
    return Table(
        {name: column.values for name, column in columns.items()},
        notes=notes,
        column_notes={name: column.notes for name, column in columns.items() if column.notes},
        left_out=dict.fromkeys(binary, "binary values are not read"),
    )
