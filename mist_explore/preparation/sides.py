"""Two arrays, series or frames as a prepared sample."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mist_explore.preparation.prepared import Prepared, prepare

__all__ = ["prepare_sides"]


def prepare_sides(x: ArrayLike, y: ArrayLike, **options: object) -> Prepared:
    """Return the sample of two arrays, series or frames, prepared as the columns of a table.

    Args:
        x: rows of X: a frame, a series, or an array of shape `(n,)` or `(n, dim_x)`.
        y: rows of Y.
        **options: those of `prepare`.

    Raises:
        ValueError: as `prepare`.

    Example:
        >>> ready = prepare_sides([1.5, 2, None, 4, 5, 7], list("uvuvvu"))
        >>> ready.sample.n_samples, ready.notes[0]
        (5, '1 of 6 rows has a gap in a chosen column and is left out')
    """
    names_x, columns_x = _named("x", x)
    names_y, columns_y = _named("y", y)
    if clash := set(names_x) & set(names_y):
        names_y = [f"y {name}" if name in clash else name for name in names_y]
    lengths = {side: len(c[0]) for side, c in (("x", columns_x), ("y", columns_y)) if c}
    if len(set(lengths.values())) > 1:
        raise ValueError(
            "expected x and y with the same number of rows; "
            f"got {' and '.join(map(str, lengths.values()))}"
        )
    columns = zip((*names_x, *names_y), (*columns_x, *columns_y), strict=True)
    return prepare(dict(columns), names_x, names_y, **options)  # type: ignore[arg-type]


def _named(side: str, values: Any) -> tuple[list[str], list[Any]]:
    """The columns of a side and their names: those of a frame, or x, or x1, x2, ..."""
    import pandas as pd

    if isinstance(values, pd.DataFrame):
        # By position: the rows of x and y are paired in their order, not by their index.
        return [str(name) for name in values], [
            values.iloc[:, place].reset_index(drop=True) for place in range(values.shape[1])
        ]
    if isinstance(values, pd.Series):
        return [str(side if values.name is None else values.name)], [values.reset_index(drop=True)]
    if hasattr(values, "toarray"):  # sparse matrices of scipy
        values = values.toarray()
    array = values if isinstance(values, np.ma.MaskedArray) else np.asarray(values)
    if array.ndim == 1:
        return [side], [array]
    if array.ndim != 2:
        raise ValueError(f"expected one or two axes in {side}; got shape {array.shape}")
    return [f"{side}{place + 1}" for place in range(array.shape[1])], list(array.T)
