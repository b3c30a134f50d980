"""Tables from Parquet, Feather and Arrow files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mist_explore.tables.limits import UNLIMITED, TableLimits, TooLargeError
from mist_explore.tables.table import Table
from mist_explore.tables.values import read_columns

__all__ = ["from_arrow", "from_parquet"]

LONGEST_LIST = 1_000
BATCH = 4_096
"""Rows of Parquet that are decoded at once: few, as a text may be repeated without a cost."""


def from_parquet(data: bytes, limits: TableLimits = UNLIMITED) -> Table:
    """Return the table in a Parquet file; see `from_arrow` for its types.

    Raises:
        ValueError: if the data are not a Parquet file, are damaged or too large.
    """
    import pyarrow as pa
    from pyarrow import parquet

    def read() -> Any:
        file = parquet.ParquetFile(pa.BufferReader(data))
        about = file.metadata
        groups = [about.row_group(number) for number in range(about.num_row_groups)]
        limits.check_content(sum(group.total_byte_size for group in groups))
        # Lists have more values than there are rows.
        values = [g.column(place).num_values for g in groups for place in range(g.num_columns)]
        limits.check(about.num_rows, about.num_columns, sum(values))
        return pa.Table.from_batches(_within(limits, file.iter_batches(BATCH)), file.schema_arrow)

    return _table(read, "Parquet", limits)


def from_arrow(data: bytes, limits: TableLimits = UNLIMITED) -> Table:
    """Return the table in a Feather file, or in the file or stream format of Arrow.

    Lists of equal length become a group of columns, structs are flattened, durations and times
    become hours, dictionaries become categories; `Table.left_out` has the columns of other types
    with the reason.

    Raises:
        ValueError: if the data are in another format, are damaged or too large.
    """
    import pyarrow as pa
    from pyarrow import feather, ipc

    def read() -> Any:
        if data[:4] == b"FEA1":
            return feather.read_table(pa.BufferReader(data))
        if data[:6] == b"ARROW1":
            file = ipc.open_file(pa.BufferReader(data))
            batches = map(file.get_batch, range(file.num_record_batches))
        else:
            file = batches = ipc.open_stream(io.BytesIO(data))
        return pa.Table.from_batches(_within(limits, batches), file.schema)

    return _table(read, "Feather or Arrow", limits)


def _within(limits: TableLimits, batches: Iterable[Any]) -> Iterator[Any]:
    """Yield the batches of a table as long as they are within the limits."""
    rows = size = 0
    for batch in batches:
        rows, size = rows + batch.num_rows, size + batch.nbytes
        limits.check(rows, batch.num_columns)
        limits.check_content(size)
        yield batch


def _table(read: Callable[[], Any], kind: str, limits: TableLimits) -> Table:
    import pyarrow as pa

    try:
        table = read()
        table.validate(full=True)
        while any(pa.types.is_struct(field.type) for field in table.schema):
            table = table.flatten()
        names = [str(field.name) for field in table.schema]
    except (TooLargeError, MemoryError):  # that of Arrow is an ArrowException too
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ValueError(
            f"expected a {kind} file; got one that is damaged or of another kind: write it again"
        ) from error
    columns: dict[str, NDArray[np.generic]] = {}
    groups: dict[str, tuple[str, ...]] = {}
    left_out: dict[str, str] = {}
    categories: list[str] = []
    notes: list[str] = []
    seen: set[str] = set()
    for place, (name, field) in enumerate(zip(names, table.schema, strict=True)):
        if name.startswith("__index_level_"):
            name = f"index{name.removeprefix('__index_level_').removesuffix('__')}"
            notes.append(f"{name}: the index of the frame that was saved")
        while name in seen:
            name += ".1"
        seen.add(name)
        column = table.column(place).combine_chunks()
        if isinstance(field.type, (pa.ListType, pa.LargeListType, pa.FixedSizeListType)):
            _lists(name, column, columns, groups, left_out)
        else:
            if pa.types.is_dictionary(field.type):
                categories.append(name)
                limits.check_content(_decoded_size(column))
                column = column.dictionary_decode()
            values = _values(column)
            if values is None:
                left_out[name] = f"values of type {field.type} are not read"
            else:
                columns[name] = values
    read_back = read_columns(columns)
    return Table(
        {name: column.values for name, column in read_back.items()},
        groups,
        notes=tuple(notes),
        column_notes={name: column.notes for name, column in read_back.items() if column.notes},
        categories=tuple(categories),
        left_out=left_out,
    )


def _decoded_size(column: Any) -> int:
    """Return the bytes of the texts of a dictionary column, once each row holds its own."""
    import pyarrow as pa
    from pyarrow import compute

    texts = column.dictionary
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        return int(column.nbytes)
    lengths = compute.binary_length(texts).cast(pa.int64())
    return int(compute.sum(lengths.take(column.indices)).as_py() or 0)


def _values(column: Any) -> NDArray[np.generic] | None:
    """Return a column as numbers, timestamps or objects; None for an unsupported type."""
    import pyarrow as pa
    from pyarrow import compute

    kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_decimal(kind):
        column = compute.cast(column, pa.float64(), safe=False)
    elif pa.types.is_duration(kind) or pa.types.is_time(kind):
        per_hour = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit] * 3_600
        whole = column.cast(pa.int32() if pa.types.is_time32(kind) else pa.int64())
        return np.asarray(_values(whole), np.float64) / per_hour
    elif pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        naive = column.cast(pa.timestamp("us"), safe=False)
        return np.asarray(naive.to_numpy(zero_copy_only=False))
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_nested(kind):
        return None
    kind = column.type
    if pa.types.is_integer(kind) and column.null_count:
        values = column.to_pylist()
        if max((abs(v) for v in values if v is not None), default=0) > 2**53:
            return np.array(values, dtype=object)
    if pa.types.is_boolean(kind) and column.null_count:
        column = column.cast(pa.int8())
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _lists(
    name: str,
    column: Any,
    columns: dict[str, NDArray[np.generic]],
    groups: dict[str, tuple[str, ...]],
    left_out: dict[str, str],
) -> None:
    """Add lists of equal length as a group of columns; leave out others."""
    rows = column.to_pylist()
    lengths = {len(row) for row in rows if row is not None}
    if len(lengths) != 1 or not 0 < min(lengths) <= LONGEST_LIST:
        left_out[name] = f"lists of different lengths: {_lengths(lengths)} values"
        return
    size = lengths.pop()
    empty = [None] * size
    parts = list(zip(*(empty if row is None else row for row in rows), strict=True))
    if any(isinstance(value, list | dict | bytes) for part in parts for value in part):
        left_out[name] = "lists of lists are not read"
        return
    groups[name] = tuple(f"{name}[{place}]" for place in range(size))
    for part, full in zip(parts, groups[name], strict=True):
        columns[full] = np.array([*part, None], dtype=object)[:-1]


def _lengths(lengths: set[int]) -> str:
    return f"{min(lengths)} to {max(lengths)}" if lengths else "no"
