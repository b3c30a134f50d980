"""Files of further kinds: other endings of texts, whole numbers that are dates, arrays of numpy."""

from __future__ import annotations

import datetime as dt
import io
import sqlite3
from contextlib import closing
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from mist_explore.preparation import describe, prepare
from mist_explore.tables import Table, read_table, reading_choices


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def values(table: Table) -> dict[str, list[Any]]:
    return {name: column.tolist() for name, column in table.columns.items()}


@pytest.mark.parametrize(
    ("name", "separator"),
    [
        ("a.dat", "\t"),
        ("a.dat", "  "),
        ("a.asc", " "),
        ("a.psv", "|"),
        ("a.tab", "\t"),
        ("a.dat", ";"),
    ],
)
def test_texts_of_other_endings_are_tables(name: str, separator: str) -> None:
    lines = ["a b c", "1 2.5 u", "3 4.5 v", "5 0.5 w"]
    data = "\n".join(line.replace(" ", separator) for line in lines).encode()
    assert values(read_table(data, name)) == {
        "a": [1, 3, 5], "b": [2.5, 4.5, 0.5], "c": ["u", "v", "w"]
    }  # fmt: skip
    assert reading_choices(data, name).header


def test_columns_under_each_other_may_hold_single_blanks() -> None:
    data = b"  id        school  years\n   9   12-15 years   10.5\n  11    < 12 years   34.9\n"
    table = read_table(data, "a.dat")
    assert values(table)["school"] == ["12-15 years", "< 12 years"]
    assert table.notes == ("fields are separated by two blanks or more",)


@pytest.mark.parametrize("ending", [".sqlite", ".sqlite3", ".db"])
def test_databases_have_three_endings(ending: str) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("create table one (a, b)")
        connection.executemany("insert into one values (?, ?)", [(1, 2.5), (2, 4.5)])
        data = connection.serialize()
        assert values(read_table(data, f"a{ending}")) == {"a": [1, 2], "b": [2.5, 4.5]}
        connection.execute("create table two (c)")
        assert reading_choices(connection.serialize(), f"a{ending}").sheets == ("one", "two")


@pytest.mark.parametrize("gap", ["", "NA"])
def test_whole_numbers_that_are_dates_are_read_as_dates(gap: str) -> None:
    data = f"day,v\n20240228,1\n20240229,4\n{gap},2\n20240301,3\n20240301,5\n".encode()
    table = read_table(data, "a.csv")
    assert [column.kind for column in describe(table)] == ["date", "number"]
    assert values(table)["day"][:3] == [dt.datetime(2024, 2, 28), dt.datetime(2024, 2, 29), None]
    ready = prepare(table, ["day"], ["v"])
    assert ready.sample.x[:, 0].tolist() == [0, 1, 2, 2]
    assert "day: 20240228 is read as the date 2024-02-28" in ready.notes


@pytest.mark.parametrize("days", [(20240230, 20240301, 20240302), (20240101, 20240102), (1, 2, 3)])
def test_other_whole_numbers_stay_numbers(days: tuple[int, ...]) -> None:
    table = read_table("\n".join(["day,v", *(f"{d},{d % 7}" for d in days)]).encode(), "a.csv")
    assert values(table)["day"] == list(days)
    assert not table.column_notes


def test_fields_of_structured_arrays_are_columns() -> None:
    kind = [("a", "i4"), ("b", "f8", 2), ("c", [("d", "S1")])]
    records = np.array([(1, (2, 3), (b"u",)), (4, (5, 6), (b"v",))], kind)
    table = read_table(npz(r=records), "a.npz")
    assert values(table) == {"r.a": [1, 4], "r.b[0]": [2, 5], "r.b[1]": [3, 6], "r.c.d": ["u", "v"]}
    assert table.groups == {"r.b": ("r.b[0]", "r.b[1]")}


def test_arrays_have_the_types_of_frames_or_are_left_out_with_the_reason() -> None:
    arrays = {
        "lasted": np.array([3_600, 1_800], "m8[s]"),
        "text": np.array(["1,5", "2,5"]),
        "complex": np.array([[1j, 2], [3, 4]]),
        "raw": np.zeros(2, "V3"),
    }
    table = read_table(npz(**arrays), "a.npz")
    assert values(table) == {"lasted": [1.0, 0.5], "text": [1.5, 2.5]}
    assert set(table.left_out) == {"complex[0]", "complex[1]", "raw"}
    assert not table.groups
    with pytest.raises(ValueError, match="no array is a column: 'c' is left out, complex numbers"):
        read_table(npz(c=np.array([1j])), "a.npz")


def test_nested_columns_of_parquet_are_taken_apart_or_left_out() -> None:
    nested = {
        "s": [{"x": 1, "y": {"z": 2.5}}, None],
        "pairs": [[1, 2], [3, 4]],
        "lists": [[[1], [2]], [[3], [4]]],
        "rows": [[{"u": 1}], [{"u": 2}]],
    }
    buffer = io.BytesIO()
    parquet.write_table(pa.table(nested), buffer)
    table = read_table(buffer.getvalue(), "a.parquet")
    assert list(table.columns) == ["s.x", "s.y.z", "pairs[0]", "pairs[1]"]
    assert table.left_out == dict.fromkeys(("lists", "rows"), "lists of lists are not read")


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\n", b"\xff\xfe\x00\x00"]
)
def test_a_byte_order_mark_alone_is_an_empty_file(data: bytes) -> None:
    with pytest.raises(ValueError, match="got an empty file"):
        read_table(data, "a.csv")


def test_lines_may_end_in_a_carriage_return_alone() -> None:
    assert values(read_table(b"a\r-7\r4.5", "a.tsv")) == {"a": [-7.0, 4.5]}
