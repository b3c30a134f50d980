"""Writers of samples to files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mist_explore.sample import Sample

__all__ = ["WRITERS", "inert_text", "write_sample"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters of a formula in a spreadsheet."""


def write_sample(sample: Sample, path: Path) -> None:
    """Write a sample to a file in the format of its suffix (`WRITERS`).

    Columns are named x1, x2, ... and y1, y2, ...; an NPZ file holds the matrices x and y.

    Raises:
        ValueError: if the suffix is unknown.
    """
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise ValueError(f"expected a file that ends in {', '.join(WRITERS)}; got {path.name!r}")
    writer(sample, path)


def inert_text(text: str) -> str:
    """Return the text of a CSV cell, with an apostrophe before a formula.

    Source: OWASP, "CSV injection".

    Example:
        >>> inert_text("=1+1"), inert_text("age")
        ("'=1+1", 'age')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


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


WRITERS: dict[str, Callable[[Sample, Path], None]] = {
    ".csv": _to_csv,
    ".parquet": _to_parquet,
    ".npz": _to_npz,
}
"""Writers by file suffix."""
