"""Tables of users: columns by name from CSV, TSV, Parquet and NPZ files, and samples as files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mist_explore.sample import Sample

__all__ = ["READERS", "WRITERS", "Table", "numbers_in", "read_table", "write_sample"]


@dataclass(frozen=True, eq=False)
class Table:
    r"""Named columns as a file holds them: numbers, text and gaps alike.

    Args:
        columns: arrays of shape `(rows,)` by name.
        groups: names that stand for several columns, such as a matrix of an NPZ file.
        name: the name of the file, for messages.

    Example:
        >>> table = read_table(b"a,b,c\n1,2,u\n3,4,v\n5,6,w\n7,9,x\n", "small.csv")
        >>> table.n_rows, table.numeric_columns
        (4, ('a', 'b'))
        >>> table.sample(["a"], ["b"]).y[:, 0].tolist()
        [2.0, 4.0, 6.0, 9.0]
    """

    columns: Mapping[str, NDArray[np.generic]]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = "the table"

    @property
    def n_rows(self) -> int:
        """The number of rows; of the longest column where they differ."""
        return max((len(values) for values in self.columns.values()), default=0)

    @property
    def numeric_columns(self) -> tuple[str, ...]:
        """The columns without text; values may be missing."""
        return tuple(name for name, v in self.columns.items() if numbers_in(v)[1] is None)

    def sample(self, x_columns: Iterable[str], y_columns: Iterable[str]) -> Sample:
        """The rows of the columns named for each side.

        A name may be that of a group, or hold `*`, which stands for any characters.

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
        """The single columns that the names of each side stand for.

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
                f"expected numbers in column {name!r}; got {value[:40]!r} in row {text + 1}"
            )
        bad = np.flatnonzero(~np.isfinite(numbers))
        if len(bad):
            value = "a missing value" if np.isnan(numbers[bad[0]]) else str(numbers[bad[0]])
            count = f" ({len(bad)} such rows)" if len(bad) > 1 else ""
            raise ValueError(
                f"expected finite numbers in column {name!r}; got {value} in row {bad[0] + 1}"
                f"{count}: fill or remove it"
            )
        return numbers


def read_table(source: str | Path | bytes, name: str = "") -> Table:
    """The table in a file, or in the bytes of one.

    The ending of the name says how to read it (`READERS`). In a file of text the first line holds
    the names of the columns, and fields are separated by tabs in `.tsv`, and by commas,
    semicolons or tabs, whichever the first line has, in `.csv`. In an NPZ file a vector is a
    column; a matrix `a` is the columns `a[0]`, `a[1]`, ... and a group `a` of all of them; arrays
    with other numbers of axes are left out, and pickles are refused.

    Args:
        source: a path, or the content of a file.
        name: the name of the file; needed with bytes.

    Raises:
        ValueError: if the file is missing, empty, of an unknown kind or cannot be read.
    """
    if isinstance(source, bytes):
        data = source
    else:
        name = name or str(source)
        data = _content(Path(source), name)
    reader = READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise ValueError(f"expected a file that ends in {', '.join(READERS)}; got {name!r}")
    if not data.strip():
        raise ValueError(f"{name} is empty")
    try:
        table = reader(data)
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(f"could not read {name}: {reason}") from error
    if not table.n_rows:
        raise ValueError(f"{name} has no rows")
    return Table(table.columns, table.groups, name)


def write_sample(sample: Sample, path: Path) -> None:
    """Write a sample to a file whose ending says how (`WRITERS`).

    Columns are named x1, x2, ... and y1, y2, ...; an NPZ file holds the matrices x and y.

    Raises:
        ValueError: if the ending is unknown.
    """
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise ValueError(f"expected a file that ends in {', '.join(WRITERS)}; got {path.name!r}")
    writer(sample, path)


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ValueError(f"no such file: {name}") from None
    except OSError as error:
        raise ValueError(f"could not read {name}: {error.strerror}") from error


def numbers_in(values: NDArray[np.generic]) -> tuple[NDArray[np.float64], int | None]:
    """The values as numbers, gaps as NaN, and the first row that holds something else.

    Example:
        >>> numbers_in(np.array(["1.5", None, "tall"], dtype=object))[1]
        2
    """
    if values.dtype.kind in "biuf":
        return values.astype(np.float64), None
    if values.dtype.kind in "cMm":
        return np.full(len(values), np.nan), 0
    import pandas as pd

    series = pd.Series(list(values), dtype=object)
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(np.float64)
    text = np.flatnonzero(np.isnan(numbers) & ~series.isna().to_numpy())
    return numbers, int(text[0]) if len(text) else None


def _from_text(data: bytes, separators: str) -> Table:
    import pandas as pd

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"expected text in UTF-8; got another byte at {error.start}") from None
    header = text.lstrip().splitlines()[0]
    separator = max(separators, key=header.count)
    rows = (row for row in csv.reader(io.StringIO(text), delimiter=separator) if row)
    names, first = next(rows), next(rows, [])
    # pandas would take the first column for row labels, and so shift the names.
    if len(first) > len(names):
        raise ValueError(f"expected {len(names)} values in row 1, as names; got {len(first)}")
    frame = pd.read_csv(io.StringIO(text), sep=separator, skipinitialspace=True, low_memory=False)
    return Table({str(name): frame[name].to_numpy() for name in frame})


def _from_parquet(data: bytes) -> Table:
    from pyarrow import BufferReader, parquet

    table = parquet.read_table(BufferReader(data))
    return Table({name: table.column(name).to_numpy() for name in table.column_names})


def _from_npz(data: bytes) -> Table:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ValueError("it is not an NPZ archive")
    columns: dict[str, NDArray[np.generic]] = {}
    groups: dict[str, tuple[str, ...]] = {}
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        for name in archive.files:
            array = archive[name]
            if array.ndim == 1:
                columns[name] = array
            elif array.ndim == 2:
                groups[name] = tuple(f"{name}[{i}]" for i in range(array.shape[1]))
                columns |= dict(zip(groups[name], array.T, strict=True))
    return Table(columns, groups)


def _to_csv(sample: Sample, path: Path) -> None:
    import pandas as pd

    pd.DataFrame(_named(sample)).to_csv(path, index=False)


def _to_parquet(sample: Sample, path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(_named(sample)), path)


def _to_npz(sample: Sample, path: Path) -> None:
    np.savez(path, x=sample.x, y=sample.y)


def _named(sample: Sample) -> dict[str, NDArray[np.float64]]:
    sides = {"x": sample.x, "y": sample.y}
    return {f"{side}{i + 1}": a[:, i] for side, a in sides.items() for i in range(a.shape[1])}


READERS: dict[str, Callable[[bytes], Table]] = {
    ".csv": lambda data: _from_text(data, ",;\t"),
    ".tsv": lambda data: _from_text(data, "\t"),
    ".parquet": _from_parquet,
    ".npz": _from_npz,
}
"""How to read a file, by the ending of its name."""

WRITERS: dict[str, Callable[[Sample, Path], None]] = {
    ".csv": _to_csv,
    ".parquet": _to_parquet,
    ".npz": _to_npz,
}
"""How to write a sample, by the ending of the file's name."""
