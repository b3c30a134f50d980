"""Tables from data frames and arrays in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.adapter import adapted
from mist_explore.tables.table import Table
from mist_explore.tables.values import read_columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TableLike", "as_table"]

TableLike: TypeAlias = "Table | pd.DataFrame | Mapping[str, ArrayLike] | ArrayLike | Any"
"""A `Table`, a frame of pandas, polars or Arrow, arrays by name, an array `(n, columns)` or `(n,)`.
"""


def as_table(source: TableLike, name: str = "the table") -> Table:
    """Convert a data frame, an array or a mapping of arrays to a `Table`.

    The columns of an array, a tensor or a list `(n, columns)` are named x1, x2, ..., that of
    `(n,)` x; a `Table` is returned unchanged.

    Masked values, NaN, NaT and `pd.NA` are missing values; Categorical columns are categories;
    timestamps with a time zone become UTC, periods their start, durations hours, sparse columns
    dense.

    Args:
        source: the columns.
        name: the name of the table in messages.

    Raises:
        TypeError: if the source is of another type.
        ValueError: if a column has more than one axis.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"a": [1, 2, 3], "b": pd.array([1, None, 2], "Int64")})
        >>> {name: values.tolist() for name, values in as_table(frame).columns.items()}
        {'a': [1, 2, 3], 'b': [1.0, nan, 2.0]}
    """
    import pandas as pd

    if isinstance(source, Table):
        return source
    source = adapted(source)
    if isinstance(source, list | tuple):
        source = np.asarray(source, dtype=object)
    if isinstance(source, np.ndarray) and source.ndim == 1 and not source.dtype.names:
        source = {"x": source}
    elif isinstance(source, np.ndarray) and source.ndim == 2:
        source = {f"x{number + 1}": column for number, column in enumerate(source.T)}
    elif isinstance(source, pd.Series):
        source = source.to_frame(source.name if source.name is not None else "x")
    if not isinstance(source, pd.DataFrame | Mapping):
        raise TypeError(
            "expected a table, a frame, arrays by name or an array of shape (n, columns); "
            f"got {type(source).__name__}"
        )
    cells: dict[str, NDArray[np.generic]] = {}
    categories, left_out = [], {}
    frame = isinstance(source, pd.DataFrame)
    items: Any = (
        zip(source.columns, (source.iloc[:, i] for i in range(source.shape[1])), strict=True)
        if isinstance(source, pd.DataFrame)
        else source.items()
    )
    for label, values in items:
        column = " ".join(map(str, label)).strip() if isinstance(label, tuple) else str(label)
        series = values if frame else _series(column, values)
        if isinstance(series.dtype, pd.CategoricalDtype):
            categories.append(column)
        found = _values(series)
        if isinstance(found, str):
            left_out[column] = found
        else:
            cells[column] = found
    columns = read_columns(cells)
    return Table(
        {one: column.values for one, column in columns.items()},
        name=name,
        column_notes={one: column.notes for one, column in columns.items() if column.notes},
        categories=tuple(categories),
        left_out=left_out,
    )


def _series(name: str, values: Any) -> pd.Series[Any]:
    import pandas as pd

    values = adapted(values)
    if isinstance(values, pd.Series):
        return values
    if isinstance(values, np.ma.MaskedArray):
        filled = pd.Series(values.data)
        return filled.mask(np.ma.getmaskarray(values))
    if isinstance(values, pd.api.extensions.ExtensionArray | pd.Index):
        return pd.Series(values)
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"expected one value for each row in column {name!r}; got lists"
        ) from error
    if array.ndim != 1:
        raise ValueError(f"expected one axis in column {name!r}; got shape {array.shape}")
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    return pd.Series(array)


def _values(series: pd.Series[Any]) -> NDArray[np.generic] | str:
    """Return the values of a series for `read_columns`, or the reason to leave it out."""
    import pandas as pd

    dtype: Any = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return np.asarray(series.astype(object).where(series.notna(), None).to_numpy(object))
    if isinstance(dtype, pd.SparseDtype):
        series = pd.Series(np.asarray(series))
        dtype = series.dtype
    if isinstance(dtype, pd.PeriodDtype):
        series = series.dt.to_timestamp()
    elif isinstance(dtype, pd.DatetimeTZDtype):
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    elif isinstance(dtype, pd.IntervalDtype):
        series = series.astype("str")
    dtype = series.dtype
    if pd.api.types.is_timedelta64_dtype(dtype):
        return np.asarray(series.dt.total_seconds().to_numpy(np.float64) / 3_600)
    if pd.api.types.is_complex_dtype(dtype):
        return "complex numbers: take their real and imaginary parts as two columns"
    if pd.api.types.is_datetime64_dtype(dtype):
        return np.asarray(series.to_numpy())
    if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
        return np.asarray(series.to_numpy())
    if pd.api.types.is_numeric_dtype(dtype):  # extension arrays with pd.NA
        if series.isna().any():
            whole = series.dropna().to_numpy()
            if dtype.kind in "iu" and len(whole) and max(map(abs, whole.tolist())) > 2**53:
                return np.asarray(series.astype(object).where(series.notna(), None).to_numpy())
            return np.asarray(series.to_numpy(np.float64, na_value=np.nan))
        return np.asarray(
            series.to_numpy(dtype.numpy_dtype if hasattr(dtype, "numpy_dtype") else None)
        )
    if any(isinstance(v, list | tuple | dict | set | np.ndarray) for v in series):
        return "lists: give each of their values a column"
    if any(isinstance(v, complex) for v in series):
        return "complex numbers: take their real and imaginary parts as two columns"
    return np.asarray(series.astype(object).where(series.notna(), None).to_numpy(object))
