"""Tables from files, with one reader per file suffix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from mist_explore.tables.archive import from_npz
from mist_explore.tables.arrow import from_arrow, from_parquet
from mist_explore.tables.characters import COMPRESSED, decompressed
from mist_explore.tables.delimited import from_text
from mist_explore.tables.limits import UNLIMITED, TableLimits
from mist_explore.tables.spreadsheet import (
    from_sqlite,
    from_workbook,
    sheets_of_workbook,
    tables_of_database,
)
from mist_explore.tables.table import Table

__all__ = ["ENDINGS", "READERS", "ReadingChoices", "read_table", "reading_choices"]


@dataclass(frozen=True)
class Options:
    """Reading options.

    Args:
        sheet: the sheet of a workbook or the table of a database; empty for the first sheet, or
            the only table.
        header: whether the first row holds the column names; None to detect it.
        limits: the largest table to read.
    """

    sheet: str = ""
    header: bool | None = None
    limits: TableLimits = UNLIMITED


def read_table(
    source: str | Path | bytes,
    name: str = "",
    *,
    sheet: str = "",
    header: bool | None = None,
    limits: TableLimits = UNLIMITED,
) -> Table:
    """Return the table in a file, given by its path or its content.

    The suffix of the name selects the reader (`READERS`), below a suffix of compression (.gz,
    .bz2, .xz, .zst, .zip). The separator of a text (comma, semicolon, tab or vertical bar), its
    encoding, comments above the header, decimal commas and the order of days and months are
    detected; `Table.notes` and `Table.column_notes` list these conversions. In an NPZ file a
    vector is a column; a matrix `a` is the group `a` of the columns `a[0]`, `a[1]`, ...; pickled
    objects are not read.

    Args:
        source: a path, or the content of a file.
        name: the name of the file; required with bytes.
        sheet: the sheet of a workbook, or the table of a database.
        header: whether the first row of a text or sheet holds column names; None to detect it.
        limits: the largest table to read; sizes are checked before the values are in memory.

    Raises:
        ValueError: if the file is missing, empty, of an unknown kind, too large or cannot be read.
    """
    if isinstance(source, bytes):
        data = source
    else:
        name = name or str(source)
        data = _content(Path(source), name)
    if not data.strip():
        raise ValueError(f"{name} is empty")
    try:
        content, inner = decompressed(data, name, limits)
    except ValueError as error:
        raise ValueError(f"could not read {name}: {error}") from error
    except MemoryError:
        raise ValueError(_too_large(name)) from None
    reader = READERS.get(PurePath(inner).suffix.lower())
    if reader is None:
        raise ValueError(_unknown(name))
    try:
        table = reader(content, Options(sheet, header, limits))
    except MemoryError:
        raise ValueError(_too_large(name)) from None
    except (ValueError, OSError, EOFError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(f"could not read {name}: {reason}") from error
    if not table.n_rows:
        raise ValueError(f"{name} has no rows")
    return replace(table, name=name)


@dataclass(frozen=True)
class ReadingChoices:
    """The options of `read_table` that apply to a file.

    Args:
        sheets: the sheets of a workbook, or the tables of a database; empty for fewer than two.
        header: whether the option `header` applies.
    """

    sheets: tuple[str, ...] = ()
    header: bool = False


def reading_choices(data: bytes, name: str, limits: TableLimits = UNLIMITED) -> ReadingChoices:
    """Return the options of `read_table` for a file; none for a damaged or too large file.

    Example:
        >>> reading_choices(b"a,b", "small.csv")
        ReadingChoices(sheets=(), header=True)
    """
    try:
        content, inner = decompressed(data, name, limits)
    except (ValueError, MemoryError):
        return ReadingChoices()
    ending = PurePath(inner).suffix.lower()
    sheets: tuple[str, ...] = ()
    if ending == ".xlsx":
        sheets = sheets_of_workbook(content, limits)
    elif ending in DATABASES:
        sheets = tables_of_database(content)
    return ReadingChoices(sheets if len(sheets) > 1 else (), ending in (*TEXTS, ".xlsx"))


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ValueError(f"no such file: {name}") from None
    except OSError as error:
        raise ValueError(f"could not read {name}: {error.strerror}") from error


def _too_large(name: str) -> str:
    return f"could not read {name}: it needs more memory than there is: keep a part of the table"


def _unknown(name: str) -> str:
    advice = _ADVICE.get(PurePath(name).suffix.lower(), "save it as CSV UTF-8 or Excel (.xlsx)")
    return f"expected a file that ends in {', '.join(READERS)}; got {name!r}: {advice}"


_ADVICE = {
    ".xls": "in Excel: Save as, Excel workbook (.xlsx)",
    ".xlsb": "in Excel: Save as, Excel workbook (.xlsx)",
    ".ods": "in LibreOffice: Save as, Excel 2007 (.xlsx) or CSV",
    ".numbers": "in Numbers: Export to, Excel or CSV",
    ".json": "write it as CSV, as with pandas.read_json(...).to_csv",
    ".sav": "write it as CSV, as with pandas.read_spss(...).to_csv",
    ".dta": "write it as CSV, as with pandas.read_stata(...).to_csv",
    ".sas7bdat": "write it as CSV, as with pandas.read_sas(...).to_csv",
    ".rds": "in R: write.csv(table, 'table.csv', row.names = FALSE)",
    ".rdata": "in R: write.csv(table, 'table.csv', row.names = FALSE)",
    ".pkl": "pickles run code when they are read: write it as Parquet or CSV",
    ".pickle": "pickles run code when they are read: write it as Parquet or CSV",
}

Reader = Callable[[bytes, Options], Table]


def _text(separators: str) -> Reader:
    return lambda data, options: from_text(data, separators, options.header, options.limits)


TEXTS = {
    ".csv": ",;\t|",
    **dict.fromkeys((".tsv", ".tab", ".txt", ".dat", ".asc"), "\t,;|"),
    ".psv": "|,;\t",
}
"""Candidate separators of a text by file suffix."""

DATABASES = (".sqlite", ".sqlite3", ".db")

READERS: dict[str, Reader] = {
    **{ending: _text(separators) for ending, separators in TEXTS.items()},
    ".xlsx": lambda data, options: from_workbook(
        data, options.sheet, options.header, options.limits
    ),
    ".parquet": lambda data, options: from_parquet(data, options.limits),
    ".feather": lambda data, options: from_arrow(data, options.limits),
    ".arrow": lambda data, options: from_arrow(data, options.limits),
    **dict.fromkeys(
        DATABASES, lambda data, options: from_sqlite(data, options.sheet, options.limits)
    ),
    ".npz": lambda data, options: from_npz(data, options.limits),
}
"""Readers by file suffix."""

ENDINGS = (*READERS, *COMPRESSED)
"""All supported file suffixes, those of compression last."""
