"""Tables from NPZ archives of NumPy."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from mist_explore.tables.frame import as_table
from mist_explore.tables.limits import UNLIMITED, TableLimits, TooLargeError
from mist_explore.tables.table import Table

__all__ = ["from_npz"]


def from_npz(data: bytes, limits: TableLimits = UNLIMITED) -> Table:
    """Return the arrays of an NPZ archive: a vector is a column, a matrix a group of columns.

    Each field of a structured array is an array. Types are those of `as_table`.

    Raises:
        ValueError: if the data are not an NPZ archive, are damaged or too large, or hold only
            pickled objects.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ValueError("it is not an NPZ archive: write it with numpy.savez")
    columns: dict[str, NDArray[np.generic]] = {}
    groups: dict[str, tuple[str, ...]] = {}
    left_out: dict[str, str] = {}
    for name, array in _parts(_arrays(data, limits)):
        if array is None:
            left_out[name] = "it holds Python objects: save numbers or texts"
        elif array.dtype.kind == "V":
            left_out[name] = "it holds bytes without a meaning: save numbers or texts"
        elif array.ndim == 1:
            columns[name] = array
        elif array.ndim == 2:
            groups[name] = tuple(f"{name}[{i}]" for i in range(array.shape[1]))
            columns |= dict(zip(groups[name], array.T, strict=True))
        else:
            left_out[name] = f"it has {array.ndim} axes: save vectors or matrices"
    table = as_table(columns)
    left_out |= table.left_out
    if left_out and not table.columns:
        name, reason = next(iter(left_out.items()))
        raise ValueError(f"no array is a column: {name!r} is left out, {reason}")
    groups = {name: kept for name, of in groups.items() if (kept := _kept(of, table))}
    return replace(table, groups=groups, left_out=left_out)


def _kept(names: tuple[str, ...], table: Table) -> tuple[str, ...]:
    return tuple(name for name in names if name in table.columns)


def _parts(
    arrays: Mapping[str, NDArray[np.generic] | None],
) -> Iterator[tuple[str, NDArray[np.generic] | None]]:
    """Yield the arrays by name, and the fields of structured arrays as `name.field`."""
    for name, array in arrays.items():
        if array is not None and array.dtype.names:
            fields: Any = array
            yield from _parts({f"{name}.{one}": fields[one] for one in array.dtype.names})
        else:
            yield name, array


def _check_sizes(data: bytes, limits: TableLimits) -> None:
    """Raise a `TooLargeError` if the archive, or the shapes of its arrays, are too large."""
    limits.check_archive(data)
    rows, cells, columns = 0, 0, 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            with archive.open(member) as stream:
                if archive.open(member).read(len(npy.MAGIC_PREFIX)) != npy.MAGIC_PREFIX:
                    continue
                version = npy.read_magic(stream)
                read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
                shape, _, dtype = read(stream)
            limits.check_content(math.prod(shape) * dtype.itemsize)
            rows = max(rows, *shape[:1], 0)
            columns += math.prod(shape[1:]) * len(dtype.names or "1")
            cells += math.prod(shape) * len(dtype.names or "1")
            limits.check(rows, columns, cells)


def _arrays(data: bytes, limits: TableLimits) -> dict[str, NDArray[np.generic] | None]:
    """Return the arrays by name; None for pickled objects, which are not read."""
    arrays: dict[str, NDArray[np.generic] | None] = {}
    try:
        if limits != UNLIMITED:
            _check_sizes(data, limits)
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            for name in archive.files:
                try:
                    array = archive[name]
                    arrays[name] = array if isinstance(array, np.ndarray) else None
                except ValueError as error:
                    if "pickle" not in str(error).lower():
                        raise
                    arrays[name] = None
    except TooLargeError:
        raise
    except (
        *(zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, LookupError),
        *(RuntimeError, SyntaxError, TypeError),
    ) as error:
        raise ValueError(
            "expected an NPZ archive; got one that is damaged: write it again"
        ) from error
    return arrays
