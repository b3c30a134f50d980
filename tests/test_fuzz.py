"""Fuzz: any file, any table and any options give a table, an estimate, or a documented refusal.

500 cases of each test here; 10,000 new ones by `make fuzz` (`MIST_EXPLORE_FUZZ=10000`).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import feather

from mist_explore.estimators import Gaussian, GaussianCopula, MixedKSG
from mist_explore.preparation import CATEGORIES, MISSING, describe, prepare, usable_columns
from mist_explore.tables import READERS, Table, as_table, read_table
from mist_explore.tables.moments import clock_hours, dates
from mist_explore.tables.numerals import CURRENCIES, numeral

CASES = int(os.environ.get("MIST_EXPLORE_FUZZ", "500"))
fuzzed = settings(
    max_examples=CASES,
    derandomize=CASES <= 500,  # the same cases in every run of CI, others each night
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

DOCUMENTED = re.compile(r"expected|is empty$|has no rows$|no column|is left out|is not an NPZ")
OWN = re.compile(r"Error tokenizing|C error|codec can't|pyarrow|Traceback|openpyxl|Arrow:|ufunc|\n")


def refusal(do: Callable[[], Any]) -> Any:
    """The outcome, or None after a refusal in one line that is not a library's own."""
    try:
        return do()
    except ValueError as error:
        message = str(error)
    assert DOCUMENTED.search(message), message
    assert not OWN.search(message), message
    return None


# Nothing lost: what is written comes back


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


@fuzzed
@given(
    columns=tables(),
    separator=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    line=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_text_gives_back_what_was_written(
    columns: list[Column], separator: str, quoting: int, line: str, encoding: str
) -> None:
    check(columns, read_table(as_text(columns, separator, quoting, line, encoding), "a.csv"))


@fuzzed
@given(columns=tables(), ending=st.sampled_from([".parquet", ".feather", ".sqlite", ".xlsx"]))
def test_other_files_and_frames_give_back_what_was_written(
    columns: list[Column], ending: str
) -> None:
    check(columns, as_table(frame_of(columns)))
    writer = {".parquet": as_parquet, ".feather": as_feather, ".sqlite": as_database}
    data = writer.get(ending, as_workbook)(columns)
    check(columns, read_table(data, f"a{ending}"), rounding=1e-3 if ending == ".xlsx" else 0)


# Anything at all: a table, or one line


pieces = st.one_of(
    st.text(max_size=6),
    st.text("0123456789.,-+eE%€$ '’()/:", max_size=10),
    st.sampled_from(
        ["", "NA", "1,5", "1.5", "1.234", "-", "12%", "03/04/2024", "08:30", '"', "None", "#", "//"]
    ),
    st.floats().map(repr),
)


@fuzzed
@given(
    lines=st.lists(st.lists(pieces, min_size=1, max_size=4), max_size=8),
    separator=st.sampled_from([",", ";", "\t", "|", " "]),
    encoding=st.sampled_from(["utf-8", "utf-16", "latin-1"]),
    header=st.sampled_from([None, True, False]),
)
def test_any_text_is_a_table_or_refused_in_one_line(
    lines: list[list[str]], separator: str, encoding: str, header: bool | None
) -> None:
    text = "\n".join(separator.join(line) for line in lines).encode(encoding, "replace")
    table = refusal(lambda: read_table(text, "a.csv", header=header))
    if table is not None:
        assert len({len(values) for values in table.columns.values()}) == 1
        assert all(name.strip() == name for name in table.columns)
        for column in describe(table):
            assert 0 <= column.gaps <= table.n_rows


def sound_files() -> dict[str, bytes]:
    columns: list[Column] = [("number", [0.5, 1.5, None]), ("text", ["u", "v", "w"])]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("inner.csv", as_text(columns, ",", csv.QUOTE_MINIMAL, "\n", "utf-8"))
    arrays = io.BytesIO()
    np.savez(arrays, a=np.arange(9.0), b=np.ones((9, 2)))
    return {
        "a.parquet": as_parquet(columns), "a.feather": as_feather(columns),
        "a.sqlite": as_database(columns), "a.xlsx": as_workbook(columns),
        "a.csv.zip": archive.getvalue(), "a.npz": arrays.getvalue(),
    }  # fmt: skip


SOUND = sound_files()


@fuzzed
@given(data=st.data(), kind=st.sampled_from([*SOUND, *READERS]))
def test_any_bytes_and_damaged_files_are_read_or_refused(data: st.DataObject, kind: str) -> None:
    if kind not in SOUND:
        content = data.draw(st.binary(max_size=80))
        name = f"a{kind}"
    else:
        damaged, name = bytearray(SOUND[kind]), kind
        for _ in range(data.draw(st.integers(1, 3))):
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
        content = bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    refusal(lambda: read_table(content, name))


@fuzzed
@given(
    number=st.decimals(-(10**9), 10**9, places=3, allow_nan=False),
    style=st.sampled_from(
        [(".", ""), (".", ","), (",", "."), (",", " "), (".", "'"), (",", "\xa0")]
    ),
    unit=st.sampled_from(["", "%", "‰", *CURRENCIES]),
    before=st.booleans(),
    blank=st.sampled_from(["", " ", "\xa0"]),
    anything=pieces,
)
def test_a_number_keeps_its_value_and_any_text_has_a_meaning(
    number: Any, style: tuple[str, str], unit: str, before: bool, blank: str, anything: str
) -> None:
    digits = f"{number:,.3f}".translate({ord(","): style[1], ord("."): style[0]})
    in_front = before and unit in CURRENCIES
    found = numeral(f"{unit}{blank}{digits}" if in_front else f"{digits}{blank}{unit}")
    assert found is not None
    assert found.value(style[0]) == float(number)
    assert found.unit == unit
    other = numeral(anything)
    values = [other.value(mark) for mark in ".,"] if other else []
    assert all(value is None or not np.isnan(value) for value in values)
    series = pd.Series([anything, digits, "03/04/2024"], dtype="str")
    for one in (series[:1], series):
        hours, moments = clock_hours(one), dates(one)
        assert hours is None or len(hours) == len(one)
        assert moments is None or not moments[0].isna().any()


# Anything in memory, with any options


SCALARS: tuple[st.SearchStrategy[Any], ...] = (
    st.integers(), st.integers(0, 3), st.floats(), st.booleans(), st.text(max_size=3),
    st.decimals(allow_nan=False), st.datetimes(), st.dates(), st.times(), st.timedeltas(),
    st.complex_numbers(), st.binary(max_size=3), st.lists(st.integers(), max_size=2),
    st.sampled_from([pd.NA, pd.NaT, np.nan, np.inf, Decimal("NaN"), np.float32(1.5), np.int8(3)]),
    st.sampled_from([pd.Timestamp("2024", tz="Asia/Tokyo"), pd.Timestamp("2025", tz="UTC")]),
    st.sampled_from([pd.Period("2024-01", "M"), pd.Interval(0, 1), pd.Timedelta("1h")]),
)  # fmt: skip


def in_memory() -> st.SearchStrategy[list[Any]]:
    """A column of one kind of value, or of two, with gaps."""
    kinds = st.lists(st.sampled_from(SCALARS), min_size=1, max_size=2)
    return kinds.flatmap(lambda some: st.lists(st.one_of(st.none(), *some), min_size=6, max_size=6))


@fuzzed
@given(columns=st.lists(in_memory(), min_size=1, max_size=3), converted=st.booleans())
def test_any_frame_is_a_table_whose_columns_have_a_kind(
    columns: list[list[Any]], converted: bool
) -> None:
    frame = pd.DataFrame({f"c{i}": pd.Series(v, dtype=object) for i, v in enumerate(columns)})
    table = refusal(lambda: as_table(frame.convert_dtypes() if converted else frame))
    assert table is not None
    kinds = {column.name: column for column in describe(table)}
    assert {*kinds, *table.left_out} == {f"c{i}" for i in range(len(columns))}
    assert all(kinds[name].usable for name in usable_columns(table))


ROWS = 24
SMALL: dict[str, Callable[[np.random.Generator], Any]] = {
    "numbers": lambda rng: rng.normal(size=ROWS),
    "whole": lambda rng: rng.integers(0, 4, ROWS),
    "large": lambda rng: rng.integers(0, 99, ROWS) + 2**60,
    "huge": lambda rng: rng.normal(size=ROWS) * 1e200,
    "kinds": lambda rng: rng.choice(["a", "B", "NA", "None", "-999"], ROWS),
    "words": lambda rng: [f"text {i} of {rng.integers(99)}" for i in range(ROWS)],
    "dates": lambda rng: pd.Timestamp("2020") + pd.to_timedelta(rng.integers(0, 999, ROWS), "D"),
    "flags": lambda rng: rng.random(ROWS) < 0.3,
    "constant": lambda rng: np.full(ROWS, rng.integers(3)),
    "counter": lambda rng: np.arange(ROWS),
    "amounts": lambda rng: [f"{v:.2f} €".replace(".", ",") for v in rng.normal(size=ROWS)],
    "coded": lambda rng: np.where(rng.random(ROWS) < 0.2, -999, rng.integers(0, 50, ROWS)),
}


@fuzzed
@given(
    seed=st.integers(0, 2**32 - 1),
    kinds=st.lists(st.sampled_from(list(SMALL)), min_size=2, max_size=4),
    gaps=st.sampled_from([0.0, 0.1, 0.9]),
    names=st.tuples(*[st.lists(st.sampled_from("abcd*z"), max_size=2)] * 2),
    missing=st.sampled_from([*MISSING, "zero"]),
    encoding=st.sampled_from([*CATEGORIES, "hashed"]),
    declared=st.lists(st.sampled_from("abcd"), max_size=2),
    gap_values=st.lists(st.sampled_from([-999.0, 0.0, 1.0]), max_size=2),
    most_rows=st.sampled_from([None, 10]),
    estimator=st.sampled_from([Gaussian(), GaussianCopula(), MixedKSG()]),
)
def test_any_columns_and_options_give_an_estimate_or_a_refusal(
    seed: int, kinds: list[str], gaps: float, names: tuple[list[str], list[str]], missing: str,
    encoding: str, declared: list[str], gap_values: list[float], most_rows: int | None,
    estimator: Any,
) -> None:  # fmt: skip
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({n: SMALL[kind](rng) for n, kind in zip("abcd", kinds, strict=False)})
    frame = frame.mask(rng.random(frame.shape) < gaps)
    options: dict[str, Any] = {
        "missing": missing, "encoding": encoding, "categories": declared,
        "gap_values": gap_values, "most_rows": most_rows,
    }  # fmt: skip
    ready = refusal(lambda: prepare(frame, *names, **options))
    if ready is not None:
        assert len(ready.rows) == ready.sample.n_samples <= (most_rows or ROWS)
        assert (ready.sample.dim_x, ready.sample.dim_y) == tuple(
            map(len, (ready.names_x, ready.names_y))
        )
        assert len(set(ready.notes)) == len(ready.notes)
        estimate = refusal(lambda: estimator.estimate(ready.sample.x, ready.sample.y))
        assert estimate is None or np.isfinite(estimate.quantiles).all()
    columns = refusal(lambda: usable_columns(frame, **options))
    assert columns is None or all(len(v) == min(ROWS, most_rows or ROWS) for v in columns.values())
