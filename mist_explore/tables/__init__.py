"""Tables with named columns from files and data frames, and samples as files."""

from mist_explore.tables.amounts import STRAY_TEXT
from mist_explore.tables.frame import TableLike, as_table
from mist_explore.tables.limits import TableLimits, TooLargeError
from mist_explore.tables.reading import (
    ENDINGS,
    READERS,
    ReadingChoices,
    read_table,
    reading_choices,
)
from mist_explore.tables.table import Table, numbers_in
from mist_explore.tables.writing import WRITERS, inert_text, write_sample

__all__ = [
    "ENDINGS",
    "READERS",
    "STRAY_TEXT",
    "WRITERS",
    "ReadingChoices",
    "Table",
    "TableLike",
    "TableLimits",
    "TooLargeError",
    "as_table",
    "inert_text",
    "numbers_in",
    "read_table",
    "reading_choices",
    "write_sample",
]
