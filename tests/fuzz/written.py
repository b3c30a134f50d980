"""Tables of columns of known kinds, as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import sqlite3
from collections.abc import Sequence
from typing import Any

import openpyxl
import pandas as pd
from hypothesis import strategies as st
from pyarrow import feather

from mist_explore.tables import Table

Column = tuple[str, list[Any]]

WRITABLE = st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff")
texts = st.text(st.one_of(WRITABLE, st.sampled_from(",;|\t\"'\n #%")), max_size=8)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.floats(-1e300, 1e300, allow_subnormal=True).map(lambda value: value + 0.0),
    "whole": st.integers(-(2**53) + 1, 2**53 - 1),
    "text": texts.map(lambda text: f"t{text}"),
    "flag": st.booleans(),
    "moment": st.datetimes(dt.datetime(1600, 1, 1), dt.datetime(2400, 1, 1)),
}


@st.composite
def tables(draw: st.DrawFn) -> list[Column]:
    """Columns of one kind each with gaps; the first is whole, so that no row is empty."""
    n = draw(st.integers(2, 9))
    kinds = draw(st.lists(st.sampled_from(list(VALUES)), min_size=2, max_size=4))
    columns: list[Column] = []
    for kind in kinds:
        value = VALUES[kind]
        rest = st.lists(st.one_of(st.none(), value) if columns else value, min_size=n, max_size=n)
        first = 0.5 if kind == "number" else draw(value)  # a decimal mark that decides
        columns.append((kind, [first, *draw(rest)]))
    return columns


def frame_of(columns: Sequence[Column]) -> pd.DataFrame:
    return pd.DataFrame({f"c{i}": pd.Series(v, dtype=object) for i, (_, v) in enumerate(columns)})


def as_text(
    columns: Sequence[Column], separator: str, quoting: Any, line: str, encoding: str
) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, quoting=quoting, lineterminator=line)
    writer.writerow([f"c{i}" for i in range(len(columns))])
    writer.writerows(zip(*(v for _, v in columns), strict=True))
    return buffer.getvalue().encode(encoding)


def as_workbook(columns: Sequence[Column]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([f"c{i}" for i in range(len(columns))])
    for row in zip(*(v for _, v in columns), strict=True):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_parquet(columns: Sequence[Column]) -> bytes:
    buffer = io.BytesIO()
    frame_of(columns).convert_dtypes().to_parquet(buffer, index=False)
    return buffer.getvalue()


def as_feather(columns: Sequence[Column]) -> bytes:
    buffer = io.BytesIO()
    feather.write_feather(frame_of(columns).convert_dtypes(), buffer)
    return buffer.getvalue()


def as_database(columns: Sequence[Column]) -> bytes:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    names = [f"c{i}" for i in range(len(columns))]
    connection.execute(f"create table t ({', '.join(names)})")
    rows = [
        [cell.isoformat(" ") if isinstance(cell, dt.datetime) else cell for cell in row]
        for row in zip(*(v for _, v in columns), strict=True)
    ]
    connection.executemany(f"insert into t values ({', '.join('?' * len(names))})", rows)
    return connection.serialize()


def check(columns: Sequence[Column], table: Table, rounding: float = 0.0) -> None:
    """Every value of every column is there, gaps as gaps, in its place."""
    assert list(table.columns) == [f"c{i}" for i in range(len(columns))]
    for i, (kind, values) in enumerate(columns):
        read = table.columns[f"c{i}"]
        assert len(read) == len(values)
        for value, found in zip(values, read, strict=True):
            if value is None:
                assert pd.isna(found)
            elif kind == "moment":
                gap = pd.Timestamp(found) - pd.Timestamp(value)
                assert abs(gap.total_seconds()) <= rounding
            elif kind == "text":
                assert found == value.strip()
            else:
                assert abs(float(found) - value) <= 1e-12 * rounding * abs(value)
