"""Tables from delimited text: separators, comments, column names."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mist_explore.tables.characters import decoded
from mist_explore.tables.header import column_names, has_names, without_titles
from mist_explore.tables.limits import UNLIMITED, TableLimits
from mist_explore.tables.separators import (
    ALIGNED,
    LOOKED_AT,
    SEPARATORS,
    aligned_fields,
    declared_separator,
    filled_rows,
    find_separator,
)
from mist_explore.tables.table import Table
from mist_explore.tables.values import read_columns

__all__ = ["from_text"]

COMMENTS = ("#", "%", "//")


def from_text(
    data: bytes,
    separators: str = ",;\t|",
    header: bool | None = None,
    limits: TableLimits = UNLIMITED,
) -> Table:
    r"""Return the table in a delimited text with one row per line.

    Args:
        data: the content of the file.
        separators: candidate separators, the likeliest first.
        header: whether the first row holds the column names; None to detect it.
        limits: the largest table to read.

    Raises:
        ValueError: if the bytes are not text, the table is too large, or rows have different
            numbers of values.

    Example:
        >>> table = from_text("# weights\nname;kg\nann;61,5\nbob;72,0\n".encode("utf-16"))
        >>> table.columns["kg"].tolist()
        [61.5, 72.0]
        >>> print(*table.notes, sep="\n")
        the file is in UTF-16
        1 line above the names is left out: # weights
        fields are separated by semicolons
    """
    text, notes = decoded(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise ValueError("expected a line with names and lines with values; got an empty file")
    text, declared = declared_separator(text)
    text, comments = _without_comments(text)
    separator = declared or find_separator(text, separators)
    if separator == " ":
        text = "\n".join(" ".join(line.split()) for line in text.splitlines())
    shown_separator = separator
    if separator == ALIGNED:
        text = "\n".join("\t".join(aligned_fields(line)) for line in text.splitlines())
        separator = "\t"
    rows = filled_rows(text, separator, LOOKED_AT)
    limits.check(text.count("\n") + 1, max(map(len, rows), default=0))
    above = without_titles(rows)
    above += header is None and _is_summary(rows[above:], text)
    titles = [" ".join(map(str, row)).strip() for row in rows[:above] if any(row)]
    comments += titles
    rows = rows[above:]
    if not rows:
        raise ValueError("expected lines with values; got comments only")
    named = has_names(rows) if header is None else header
    names, renamed = _names(rows, named)
    if comments:
        lines = f"{len(comments)} line{'s' * (len(comments) > 1)}"
        notes += (
            f"{lines} above the names {'is' if len(comments) == 1 else 'are'} left out: "
            f"{comments[0][:60]}",
        )
    if shown_separator != separators[0]:
        notes += (f"fields are separated by {SEPARATORS[shown_separator]}",)
    cells = _cells(text, separator, names, above + named)
    columns = read_columns(cells, decimal="," if separator == ";" else None)
    unnamed = [n for n in names if n.startswith("column ") and named]
    for name in unnamed:
        if all(value is None for value in cells[name]):  # after a trailing separator
            del columns[name]
    return Table(
        {name: column.values for name, column in columns.items()},
        notes=notes + renamed,
        column_notes={name: column.notes for name, column in columns.items() if column.notes},
    )


def _is_summary(rows: list[list[str]], text: str) -> bool:
    """Return whether the first row holds the numbers of rows and columns, as in `150,4,setosa`.

    Such a row is shorter than the others, or its numbers match the text: the files of
    scikit-learn give the number of features.
    """
    widths = Counter(map(_width, rows[1:]))
    usual = max(widths, key=lambda width: widths[width], default=0)
    first = [cell.strip() for cell in rows[0]] if rows else []
    if len(rows) < 3 or not first[0].isdecimal():
        return False
    lines = sum(1 for line in text.split("\n") if line.strip())
    right = len(first) > 1 and first[:2] == [str(lines - 1), str(usual - 1)]
    return _width(rows[0]) < usual or right


def _without_comments(text: str) -> tuple[str, list[str]]:
    """Split off leading comments; a commented line of column names stays, without its mark."""
    lines = text.split("\n")
    marked = 0
    while marked < len(lines) and (
        not lines[marked].strip() or lines[marked].lstrip().startswith(COMMENTS)
    ):
        marked += 1
    comments = [line.strip() for line in lines[:marked] if line.strip()]
    rest = lines[marked:]
    if comments and rest and not _has_text_above_numbers(rest):
        last = comments[-1].lstrip("#%/ ")
        for separator in SEPARATORS:
            fields = last.count(separator)
            if fields and fields == rest[0].strip().count(separator):
                return "\n".join([last, *rest]), comments[:-1]
    return "\n".join(rest), comments


def _has_text_above_numbers(lines: list[str]) -> bool:
    separator = find_separator("\n".join(lines[:LOOKED_AT]), ",;\t| ")
    rows = filled_rows("\n".join(lines[:LOOKED_AT]), separator, LOOKED_AT)
    return len(rows) > 1 and has_names(rows)


def _names(rows: list[list[str]], named: bool) -> tuple[list[str], tuple[str, ...]]:
    first = rows[0]
    widths = Counter(map(_width, rows[named:]))
    usual = max(widths, key=lambda width: (widths[width], -width), default=0)
    if not named:
        shown = ", ".join(first[:3]) + (", ..." if len(first) > 3 else "")
        return [f"column {place + 1}" for place in range(max(usual, len(first)))], (
            f"the first row ({shown}) looks like values, so the columns are called column 1, "
            "column 2, ...: write names above them if it holds names",
        )
    if len(first) == usual - 1 and len(widths) == 1 and _has_labels(rows):
        names, renamed = column_names(["", *first])
        return names, (
            f"the rows have one value more than the {len(first)} names: the first ones are labels "
            "of the rows, as R writes them, in column 1",
            *renamed,
        )
    if len(first) < usual:
        raise ValueError(
            f"expected a name for each column; got {len(first)} names in the first line and rows "
            f"of {usual} values: complete the first line, or quote values that hold the separator"
        )
    return column_names(first)


def _has_labels(rows: list[list[str]]) -> bool:
    """Return whether rows start with 1, 2, 3, ..., the row labels of R without a column name."""
    return len(rows) > 3 and all(row[0] == str(place) for place, row in enumerate(rows) if place)


def _width(row: list[str]) -> int:
    """Return the number of cells up to the last filled one."""
    return max((place + 1 for place, cell in enumerate(row) if cell.strip()), default=0)


def _cells(
    text: str, separator: str, names: list[str], skipped: int
) -> dict[str, NDArray[np.generic]]:
    """Return the texts of each column below the header, missing values as None."""
    import pandas as pd

    columns = None if '"' in text else _unquoted(text, separator, len(names))
    columns = columns or _quoted(text, separator, len(names))
    filled = np.zeros(len(columns[0]), dtype=bool)
    for values in columns:
        filled |= pd.notna(values)
    rows = np.flatnonzero(filled)[skipped:]
    return {name: values[rows] for name, values in zip(names, columns, strict=True)}


def _unquoted(text: str, separator: str, width: int) -> list[NDArray[Any]] | None:
    """Parse text without quotation marks; None where rows have different numbers of values."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(place) for place in range(width)]
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(text.encode("utf-8", "surrogatepass")),
            arrow_csv.ReadOptions(column_names=names, block_size=2**24),
            arrow_csv.ParseOptions(delimiter=separator, quote_char=False),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowException:
        return None
    return [column.to_numpy() for column in table.columns]


def _quoted(text: str, separator: str, width: int) -> list[NDArray[Any]]:
    """Parse text with quoted values or short rows."""
    import pandas as pd

    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,
            names=range(width + 1),  # one more, for a trailing separator
            index_col=False,
            dtype="str",
            keep_default_na=False,
            na_values=[""],
            skipinitialspace=True,
            low_memory=False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise ValueError(_ragged(text, separator, width)) from error
    if frame[width].notna().any():
        raise ValueError(_ragged(text, separator, width))
    return [
        np.asarray(frame[place].astype(object).where(frame[place].notna(), None))
        for place in range(width)
    ]


def _ragged(text: str, separator: str, expected: int) -> str:
    reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
    for row in reader:
        if _width(row) > expected:
            return (
                f"expected {expected} values in each row; got {_width(row)} in line "
                f"{reader.line_num}: remove what is too much, or quote values that hold "
                f"the separator ({SEPARATORS.get(separator, separator)})"
            )
    return (
        "expected rows of values; got a quotation mark that is never closed: "
        "close it, or save the table as Excel (.xlsx)"
    )
