"""Tables of a page: bundled ones and files, and the requests for one of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Generic, TypeAlias, TypeVar

from mist_explore.datasets import DATASETS, load_dataset
from mist_explore.explorer.limits import table_limits, upload_bytes
from mist_explore.explorer.table_settings import TableState
from mist_explore.preparation import (
    Column,
    Prepared,
    describe,
    left_out,
    prepare,
    sorting_column,
)
from mist_explore.tables import ReadingChoices, Table, read_table, reading_choices

State = TypeVar("State", bound=TableState)

__all__ = [
    "Opened",
    "Reading",
    "Request",
    "Tables",
    "Upload",
    "bundled",
    "first_choice",
    "opened",
    "prepared",
]


@dataclass(frozen=True)
class Upload:
    """A file by its name and bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, eq=False)
class Opened:
    """A table and the kinds of its columns.

    Args:
        name: of a bundled table, or of the file.
        table: its columns.
        columns: their kinds.
        upload: the file; None for a bundled table.
        choices: the options that the file leaves open.
        sheet: the one that was read; empty for the first table.
        header: whether the first row holds names; None where that was found out.
    """

    name: str
    table: Table
    columns: tuple[Column, ...]
    upload: Upload | None = None
    choices: ReadingChoices = field(default_factory=ReadingChoices)
    sheet: str = ""
    header: bool | None = None

    @property
    def usable(self) -> tuple[Column, ...]:
        """Columns that vary and can become numbers."""
        return tuple(column for column in self.columns if column.usable)

    @property
    def left_out(self) -> dict[str, str]:
        """The other columns, each with the reason."""
        return left_out(self.table)

    @cached_property
    def sorted_by(self) -> str:
        """The text column that groups the rows; their order is not time then."""
        return sorting_column(self.table)


@lru_cache
def bundled(name: str) -> Opened:
    """Return a table that comes with the package."""
    table = load_dataset(name)
    return Opened(name, table, describe(table))


def opened(upload: Upload, sheet: str = "", header: bool | None = None) -> Opened:
    """Return the table in an uploaded file.

    Args:
        upload: the file.
        sheet: of a workbook, or table of a database; empty for the first that can be used.
        header: whether its first row holds names; None to find out.

    Raises:
        ValueError: if it cannot be read or is too large, or fewer than two columns are of use.
    """
    largest = upload_bytes()
    if len(upload.content) > largest:
        raise ValueError(
            f"expected a file of at most {largest / 2**20:g} MB; {upload.name} has "
            f"{len(upload.content) / 2**20:.1f} MB: keep a part of the table"
        )
    choices = reading_choices(upload.content, upload.name, table_limits())
    candidates = (sheet,) if sheet else choices.sheets or ("",)
    problems = []
    for name in candidates:
        try:
            return replace(_read(upload, name, header), choices=choices)
        except ValueError as error:
            problems.append(error)
    raise problems[0]


def _read(upload: Upload, sheet: str, header: bool | None) -> Opened:
    table = read_table(
        upload.content, upload.name, sheet=sheet, header=header, limits=table_limits()
    )
    found = Opened(upload.name, table, describe(table), upload=upload, sheet=sheet, header=header)
    if len(found.usable) < 2:
        kept = ", ".join(column.name for column in found.usable) or "none"
        omitted = ", ".join(f"{name} ({why})" for name, why in left_out(table).items())
        raise ValueError(
            f"expected at least two columns of numbers, dates or categories that vary in "
            f"{upload.name}; got {kept}" + (f"; left out: {omitted}" if omitted else "")
        )
    return found


def first_choice(table: Opened) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the first columns to show: those of a bundled table, else the first and the last.

    A column that counts the rows is chosen only where there is no other.
    """
    if table.name in DATASETS:
        return DATASETS[table.name].x, DATASETS[table.name].y
    telling = [column for column in table.usable if column.telling]
    numbers = [column.name for column in telling if column.numeric]
    names = numbers if len(numbers) > 1 else [column.name for column in telling]
    names = names if len(names) > 1 else [column.name for column in table.usable]
    return (names[0],), (names[-1],)


def prepared(state: TableState, table: Opened, max_rows: int, seed: int) -> Prepared:
    """Return the sample of the chosen columns of a table, with notes on its preparation.

    Raises:
        ValueError: if the columns make no sample.
    """
    return prepare(
        table.table,
        state.x,
        state.y,
        missing=state.missing,
        categories=state.categorical,
        encoding=state.categories,
        gap_values=state.gap_values,
        max_rows=max_rows,
        seed=seed,
    )


@dataclass(frozen=True)
class Reading:
    """The same file, read again with a sheet and a key of `HEADERS`."""

    sheet: str
    header: str


Request: TypeAlias = Upload | Reading | str
"""A file, another reading of the file, or the name of a table."""

HEADER_OF = {None: "auto", True: "yes", False: "no"}


class Tables(Generic[State]):
    """The tables of one page: the bundled ones, and its uploads by their names."""

    def __init__(self) -> None:
        self._uploaded: dict[str, Opened] = {}
        self._awaited: State | None = None

    def of(self, state: State) -> Opened:
        """Return the table of a state, read with its sheet and header.

        Raises:
            ValueError: if it is a file that has not been uploaded; an upload of it restores the
                state.
        """
        table = self._uploaded.get(state.table)
        if table is None and state.bundled:
            return bundled(state.table)
        if table is None:
            self._awaited = state
            raise ValueError(
                f"this link refers to {state.table!r}, which is not stored: upload it again to "
                "restore the view"
            )
        if table.upload and (table.sheet, table.header) != (state.sheet, state.named):
            table = opened(table.upload, state.sheet, state.named)
            self._uploaded[state.table] = table
        return table

    def answer(self, request: State | Request, state: State) -> tuple[State, Opened]:
        """Return the state and the table of a request on a page in another state.

        Raises:
            ValueError: if a file is unreadable or unknown.
        """
        if isinstance(request, TableState):
            return request, self.of(request)
        awaited, self._awaited = self._awaited, None
        sheet, header = "", "auto"
        if isinstance(request, Upload):
            if awaited is not None and awaited.table == request.name:
                table = opened(request, awaited.sheet, awaited.named)
                self._uploaded[table.name] = table
                return awaited, table
            table = opened(request)
            self._uploaded[table.name] = table
            sheet = table.sheet
        elif isinstance(request, Reading):
            sheet, header = request.sheet, request.header
            table = self.of(state.with_(sheet=sheet, header=header))
        else:
            table = self._uploaded.get(request) or bundled(request)
            sheet, header = table.sheet, HEADER_OF[table.header]
        x, y = first_choice(table)
        return state.with_(table=table.name, x=x, y=y, sheet=sheet, header=header), table
