"""The long table of results: one row for each dataset and estimator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

__all__ = ["COLUMNS", "HIGH", "LOW", "table_of"]

COLUMNS = {
    "suite": "str",
    "estimator": "str",
    "group": "str",
    "distribution": "str",
    "cell": "str",
    "number": "int64",
    "n_samples": "int64",
    "dim_x": "int64",
    "dim_y": "int64",
    "truth": "float64",
    "median": "float64",
    "low": "float64",
    "high": "float64",
    "seconds": "float64",
    "squared": "bool",
}
"""The columns with their types: `cell` holds datasets with dependent errors, `number` counts them;
truth, median and the 90 % interval from `low` to `high` are in nats, NaN where there is none;
`squared` is the error of the suite, squared or absolute."""

LOW, HIGH = 0.05, 0.95
"""The levels of the ends of the interval."""


def table_of(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return rows as a table with the columns and types of `COLUMNS`; missing numbers are NaN."""
    return pd.DataFrame(list(rows)).reindex(columns=list(COLUMNS)).astype(COLUMNS)
