"""Fuzz: a written table comes back with every value in its place."""

from __future__ import annotations

import csv

from hypothesis import given
from hypothesis import strategies as st

from mist_explore.tables import as_table, read_table
from tests.fuzz.fuzzing import fuzzed
from tests.fuzz.written import (
    Column,
    as_database,
    as_feather,
    as_parquet,
    as_text,
    as_workbook,
    check,
    frame_of,
    tables,
)


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
