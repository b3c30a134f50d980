"""Fuzz: any file is a table, or refused in one line."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.preparation import describe
from mist_explore.tables import READERS, read_table
from mist_explore.tables.moments import clock_hours, dates
from mist_explore.tables.numerals import CURRENCIES, numeral
from tests.fuzz.fuzzing import fuzzed, refusal
from tests.fuzz.written import (
    Column,
    as_database,
    as_feather,
    as_parquet,
    as_text,
    as_workbook,
)

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
