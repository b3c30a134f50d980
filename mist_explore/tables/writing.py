"""Writers of samples to files."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mist_explore.files import replace_file
from mist_explore.sample import Sample

__all__ = ["WRITERS", "inert_text", "write_sample"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters of a formula in a spreadsheet."""


def write_sample(sample: Sample, path: Path) -> None:
    """Write a sample to a file in the format of its suffix (`WRITERS`).

    Columns are named x1, x2, ... and y1, y2, ...; an NPZ file holds the matrices x and y.

    Raises:
        ValueError: if the suffix is unknown, or the folder does not exist.
    """
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise ValueError(f"expected a file that ends in {', '.join(WRITERS)}; got {path.name!r}")
    if not path.parent.is_dir():
        raise ValueError(
            f"expected a folder that exists for {path}; there is no {path.parent}: make it first"
        )
    replace_file(path, writer(sample))


def inert_text(text: str) -> str:
    """Return the text of a CSV cell, with an apostrophe before a formula.

    Source: OWASP, "CSV injection".

    Example:
        >>> inert_text("=1+1"), inert_text("age")
        ("'=1+1", 'age')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_csv(sample: Sample) -> bytes:
    import pandas as pd

    return pd.DataFrame(_named(sample)).to_csv(index=False).encode()


def _as_parquet(sample: Sample) -> bytes:
    import pyarrow
    from pyarrow import parquet

    content = BytesIO()
    parquet.write_table(pyarrow.table(_named(sample)), content)
    return content.getvalue()


def _as_npz(sample: Sample) -> bytes:
    content = BytesIO()
    np.savez(content, x=sample.x, y=sample.y)
    return content.getvalue()


def _named(sample: Sample) -> dict[str, NDArray[np.float64]]:
    sides = {"x": sample.x, "y": sample.y}
    return {f"{side}{i + 1}": a[:, i] for side, a in sides.items() for i in range(a.shape[1])}


WRITERS: dict[str, Callable[[Sample], bytes]] = {
    ".csv": _as_csv,
    ".parquet": _as_parquet,
    ".npz": _as_npz,
}
"""Writers by file suffix."""
