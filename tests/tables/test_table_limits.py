"""Small files that describe tables of gigabytes are refused before they are in memory."""

from __future__ import annotations

import gzip
import io
import lzma
import sqlite3
import zipfile
from collections.abc import Callable

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from numpy.lib import format as npy
from pyarrow import feather, parquet

from mist_explore.explorer.tables import Upload, opened
from mist_explore.tables import TableLimits, TooLargeError, read_table, reading_choices

MEMORY = 2**26
LIMITS = TableLimits.for_memory(MEMORY)


def npz(shape: tuple[int, ...], descr: object, body: bytes = b"") -> bytes:
    array, archive = io.BytesIO(), io.BytesIO()
    npy.write_array_header_1_0(array, {"descr": descr, "fortran_order": False, "shape": shape})
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("a.npy", array.getvalue() + body)
    return archive.getvalue()


def as_parquet(table: pa.Table) -> bytes:
    written = io.BytesIO()
    parquet.write_table(table, written)
    return written.getvalue()


def one_text_many_times() -> pa.Table:
    texts = pa.DictionaryArray.from_arrays(np.zeros(50_000, np.int32), ["x" * 50_000])
    return pa.table({"a": texts, "b": texts})


def as_feather(table: pa.Table) -> bytes:
    written = io.BytesIO()
    feather.write_feather(table, written)
    return written.getvalue()


def far_cell() -> bytes:
    book, written = openpyxl.Workbook(), io.BytesIO()
    for place in ("A1", "B1", "XFD1048576"):
        book.active[place] = place
    book.save(written)
    return written.getvalue()


def view(rest: str) -> bytes:
    with sqlite3.connect(":memory:") as database:
        endless = "with recursive t(a) as (select 1 union all select a + 1 from t)"
        database.execute(f"create view v as {endless} select a, a * a from t {rest}")
        return database.serialize()


BOMBS: dict[str, Callable[[], bytes]] = {
    "rows.parquet": lambda: as_parquet(
        pa.table({f"c{place}": np.zeros(200_000) for place in range(5)})
    ),
    "text.parquet": lambda: as_parquet(one_text_many_times()),
    "text.feather": lambda: as_feather(one_text_many_times()),
    "rows.feather": lambda: as_feather(pa.table({"a": pa.nulls(10**9), "b": pa.nulls(10**9)})),
    "zeros.npz": lambda: npz((3_000_000,), "<f8", bytes(24_000_000)),
    "lie.npz": lambda: npz((10**9,), "<f8"),
    "nothing.npz": lambda: npz((10**12,), "|V0"),
    "wide.npz": lambda: npz((1, 1_000_000), "|i1", bytes(1_000_000)),
    "fields.npz": lambda: npz((10**6,), [(f"f{i}", "|S0") for i in range(100)]),
    "zeros.csv.gz": lambda: gzip.compress(bytes(24_000_000), 1),
    "zeros.csv.xz": lambda: lzma.compress(bytes(24_000_000), preset=0),
    "wide.csv": lambda: b"a," * 100_000 + b"\n" + b"1\n" * 9,
    "uneven.csv": lambda: b"a," * 9_000 + b"\n" + b"1\n" * 100_000,
    "far.xlsx": far_cell,
    "endless.sqlite": lambda: view(""),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_with_a_large_table_is_refused_with_the_limit(name: str) -> None:
    content = BOMBS[name]()
    assert len(content) < 10_000_000
    with pytest.raises(ValueError, match=r"expected at most [\d,]+ (rows|columns|cells|MB)") as met:
        read_table(content, name, limits=LIMITS)
    assert isinstance(met.value.__cause__, TooLargeError)
    assert "keep a part of the table" in str(met.value)
    reading_choices(content, name, LIMITS)


def test_a_view_without_an_end_or_a_row_is_given_up() -> None:
    with pytest.raises(ValueError, match="interrupted"):
        read_table(view("where a < 0"), "a.sqlite", limits=TableLimits.for_memory(2**20))


@pytest.mark.parametrize("name", ["rows.parquet", "zeros.npz"])
def test_a_page_takes_its_limits_from_the_server(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIST_EXPLORE_KERNEL_MEMORY_MB", str(MEMORY // 2**20))
    with pytest.raises(ValueError, match="expected at most"):
        opened(Upload(name, BOMBS[name]()))
    monkeypatch.setenv("MIST_EXPLORE_UPLOAD_MB", "0.001")
    with pytest.raises(ValueError, match=rf"a file of at most 0\.001 MB; {name} has \d\.\d MB"):
        opened(Upload(name, bytes(2_000)))


def test_tables_within_the_limits_are_read_as_without(recwarn: pytest.WarningsRecorder) -> None:
    table = pa.table({"a": [1.5, 2.5, 3.5], "b": ["u", "v", None], "c": [[1, 2], [3, 4], [5, 6]]})
    contents = {"a.parquet": as_parquet(table), "a.feather": as_feather(table)}
    contents["a.npz"] = npz((3,), "<f8", np.arange(3.0).tobytes())
    for name, content in contents.items():
        limited, free = read_table(content, name, limits=LIMITS), read_table(content, name)
        assert limited.columns.keys() == free.columns.keys()
        assert all(
            list(map(str, limited.columns[one])) == list(map(str, free.columns[one]))
            for one in free.columns
        )
