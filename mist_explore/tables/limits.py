"""Limits on the size of a table that is read, as for files of strangers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

__all__ = ["UNLIMITED", "TableLimits", "TooLargeError"]


class TooLargeError(ValueError):
    """A table is larger than the limits allow."""


@dataclass(frozen=True)
class TableLimits:
    """The largest table that is read. A file of a megabyte may describe one of many gigabytes.

    Args:
        content: bytes of the decompressed file.
        rows: number of rows.
        columns: number of columns.
        cells: rows times columns, missing values included.

    Example:
        >>> TableLimits(rows=1_000).check(2_000, 3)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        mist_explore.tables.limits.TooLargeError: expected at most 1,000 rows; got 2,000: ...
    """

    content: float = float("inf")
    rows: float = float("inf")
    columns: float = float("inf")
    cells: float = float("inf")

    @classmethod
    def for_memory(cls, size: float) -> TableLimits:
        """Return the limits of a process with `size` bytes: a table of texts must fit.

        Example:
            >>> TableLimits.for_memory(2**30).cells
            7158278
        """
        return cls(size // 4, size // 100, 20_000, int(size // 150))

    def check(self, rows: int, columns: int, cells: int | None = None) -> None:
        """Raise a `TooLargeError` if a table has too many rows, columns or cells."""
        _check("rows", rows, self.rows)
        _check("columns", columns, self.columns)
        _check("cells", rows * columns if cells is None else cells, self.cells)

    def check_content(self, size: int) -> None:
        """Raise a `TooLargeError` if the decompressed content of a file has too many bytes."""
        if size > self.content:
            raise TooLargeError(
                f"expected at most {self.content / 2**20:,.0f} MB of content; got more: "
                "keep a part of the table"
            )

    def check_archive(self, data: bytes) -> None:
        """Raise a `TooLargeError` if the files of a ZIP archive have too many bytes in all.

        Raises:
            zipfile.BadZipFile: if the data are not an archive.
        """
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.check_content(sum(member.file_size for member in archive.infolist()))

    def read(self, stream: IO[bytes]) -> bytes:
        """Return a decompressed stream; it is read no further than the limit.

        Raises:
            TooLargeError: if it has more bytes.
        """
        if self.content == float("inf"):
            return stream.read()
        content = stream.read(int(self.content) + 1)
        self.check_content(len(content))
        return content

    def counted(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """Yield the rows of a table that is read row by row.

        Raises:
            TooLargeError: as soon as there are too many rows, columns or cells.
        """
        cells = 0
        for number, row in enumerate(rows, 1):
            cells += len(row)
            _check("rows", number, self.rows)
            _check("columns", len(row), self.columns)
            _check("cells", cells, self.cells)
            yield row


def _check(name: str, size: int, limit: float) -> None:
    if size > limit:
        raise TooLargeError(
            f"expected at most {limit:,.0f} {name}; got {size:,}: keep a part of the table"
        )


UNLIMITED = TableLimits()
