"""The pairs of a table as rows: the same fields in text, JSON, CSV, Parquet and on the page."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, TypeAlias

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.evaluation.pairs import Pairwise
from mist_explore.tables import inert_text

__all__ = ["PAIR_FIELDS", "pair_rows", "pairs_as_csv", "pairs_as_parquet"]

Pair = tuple[str, str]
PairRow: TypeAlias = dict[str, Any]

PAIR_FIELDS = (
    *("one", "other", "median", "low", "high", "level", "units", "rows", "p_value", "p_adjusted"),
    *("share_of_entropy", "screening", "artefact", "doubtful", "warnings", "notes", "error"),
)
"""The fields of a row. `rows` counts those with both values; `median` is empty for a pair that was
only screened; `share_of_entropy` is I / min(H(X), H(Y)) of discrete columns."""


def pair_rows(found: Pairwise, level: float = 0.9, units: str = "nats") -> list[PairRow]:
    """Return a row for each pair with the fields `PAIR_FIELDS`, empty ones as None.

    Estimates without a warning come first, the highest median on top; then those with a warning or
    an artefact, pairs that were only screened, and those without an estimate.

    Args:
        found: the pairs.
        level: of the intervals.
        units: `"nats"` or `"bits"`.

    Raises:
        ValueError: if an estimate has no interval of this level.

    Example:
        >>> from mist_explore.estimate import Estimate
        >>> half = Estimate((0.05, 0.5, 0.95), (0.2, 0.3, 0.4), n_samples=99)
        >>> row = pair_rows(Pairwise(("a", "b"), {("a", "b"): half}, {}))[0]
        >>> row["median"], row["high"], row["rows"], row["p_value"]
        (0.3, 0.4, 99, None)
    """
    p_adjusted, doubtful = found.adjusted, found.doubtful
    failed = [pair for pair in found.failures if pair not in found.screening]
    rows = []
    for pair in (*found.ranked, *found.only_screened, *failed):
        row = dict.fromkeys(PAIR_FIELDS)
        row |= {
            "one": pair[0],
            "other": pair[1],
            "level": level,
            "units": units,
            "rows": found.n_samples.get(pair),
            "p_value": found.p_values.get(pair),
            "p_adjusted": p_adjusted.get(pair),
            "share_of_entropy": found.normalised(pair),
            "artefact": found.artefacts.get(pair),
            "doubtful": pair in doubtful,
            "error": found.failures.get(pair),
            "warnings": (),
            "notes": (),
        }
        if pair in found.screening:
            row["screening"] = found.screening[pair] / NATS_PER_UNIT[units]
        if pair in found.estimates:
            estimate = found.estimates[pair].to(units)
            if not estimate.is_point:
                row["low"], row["high"] = estimate.interval(level)
            row |= {
                "median": estimate.median,
                "rows": estimate.n_samples,
                "warnings": estimate.warnings,
                "notes": estimate.notes,
            }
        rows.append(row)
    return rows


def pairs_as_csv(rows: list[PairRow]) -> str:
    """Return rows of `pair_rows` as CSV; several warnings or notes are separated by semicolons.

    Names that a spreadsheet would run as a formula have an apostrophe in front (`inert_text`).
    """
    import pandas as pd

    return pd.DataFrame([_flat(row) for row in rows], columns=list(PAIR_FIELDS)).to_csv(
        index=False, lineterminator="\n"
    )


def pairs_as_parquet(rows: list[PairRow]) -> bytes:
    """Return rows of `pair_rows` as a Parquet file; warnings and notes are lists of texts."""
    import pyarrow as pa
    from pyarrow import parquet

    number, text, texts = pa.float64(), pa.string(), pa.list_(pa.string())
    types = {"rows": pa.int64(), "doubtful": pa.bool_(), "warnings": texts, "notes": texts}
    types |= dict.fromkeys(("one", "other", "units", "artefact", "error"), text)
    schema = pa.schema([(name, types.get(name, number)) for name in PAIR_FIELDS])
    columns = {name: [_plain(row[name]) for row in rows] for name in PAIR_FIELDS}
    file = io.BytesIO()
    parquet.write_table(pa.table(columns, schema=schema), file)
    return file.getvalue()


def _flat(row: Mapping[str, Any]) -> PairRow:
    joined = {k: "; ".join(v) if isinstance(v, tuple) else v for k, v in row.items()}
    return {k: inert_text(v) if isinstance(v, str) else v for k, v in joined.items()}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
