"""Properties of reading: a table is the same however it is written, and each guess is noted."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import lzma
import sqlite3
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import feather, ipc, parquet

from mist_explore.preparation import describe
from mist_explore.tables import as_table, read_table

numbers = st.floats(-1e6, 1e6).map(lambda value: round(value, 3) + 0.0)
rows = st.lists(st.tuples(numbers, numbers, st.sampled_from(["red", "blue"])), min_size=6)


def zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("inner.csv", data)
        archive.writestr("__MACOSX/._inner.csv", b"\0")
    return buffer.getvalue()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: pa.compress(data, "zstd", asbytes=True),
    ".zip": zipped,
}


@given(
    table=rows,
    style=st.sampled_from([(",", "."), (";", "."), (";", ","), ("\t", ","), ("|", ".")]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    packing=st.sampled_from(list(PACK)),
    line=st.sampled_from(["\n", "\r\n", "\r"]),
    above=st.sampled_from(["", "# measured in May\n", "Report of May\n\n", "sep=?\n"]),
    blank=st.sampled_from(["", " "]),
)
def test_a_table_is_the_same_however_it_is_written(
    table: list[tuple[float, float, str]],
    style: tuple[str, str],
    encoding: str,
    packing: str,
    line: str,
    above: str,
    blank: str,
) -> None:
    separator, mark = style
    lines = [f"größe{blank}{separator}{blank}weight{separator}color"]
    for a, b, color in table:
        cells = (f"{a:.3f}".replace(".", mark), f"{b:.3f}".replace(".", mark), color)
        lines.append((blank + separator).join(cells))
    text = above.replace("?", separator) + "\n".join(lines) + "\n"
    data = PACK[packing](text.replace("\n", line).encode(encoding))
    read = read_table(data, f"table.csv{packing}")
    assert list(read.columns) == ["größe", "weight", "color"]
    np.testing.assert_array_equal(read.columns["größe"], [row[0] for row in table])
    np.testing.assert_array_equal(read.columns["weight"], [row[1] for row in table])
    assert read.columns["color"].tolist() == [row[2] for row in table]
    notes = " ".join(read.notes)
    assert ("read as Windows-1252" in notes) == (encoding == "cp1252")
    assert ("UTF-16" in notes) == encoding.startswith("utf-16")
    assert ("above the names" in notes) == (above[:3] in ("# m", "Rep"))


def in_thousands(value: float, mark: str, group: str) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", group + mark))


@given(
    values=st.lists(st.integers(-(10**9), 10**9).map(lambda cents: cents / 100), min_size=5),
    style=st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u00a0")]),
    unit=st.sampled_from(["{}", "{} €", "$ {}", "{}%", "CHF {}", "({})"]),
)
def test_numbers_are_read_with_their_marks_and_units(
    values: list[float], style: tuple[str, str], unit: str
) -> None:
    values = [abs(value) if "$" in unit or "(" in unit else value for value in values]
    texts = [unit.format(in_thousands(value, *style)) for value in values]
    column = as_table({"a": np.array([*texts, "2500"], dtype=object)[:-1]}).columns["a"]
    sign = -1 if "(" in unit else 1
    np.testing.assert_array_equal(column, [sign * value for value in values])


@pytest.mark.parametrize(
    ("texts", "expected", "note"),
    [
        (["27.5", "27,5", "28.1", "29.0"], [27.5, 27.5, 28.1, 29.0], "27,5 among numbers with a"),
        (["1,234", "2,500", "900", "1,000"], [1234, 2500, 900, 1000], "another decimal mark fits"),
        (["12 %", "7 %", "0.5"], [0.12, 0.07, 0.5], "values with % are divided by 100"),
        (["3.5", "NA", "n/a", "None", ""], [3.5, *[np.nan] * 4], ""),
        (["9007199254740993", "9007199254740995"], [9007199254740993, 9007199254740995], ""),
        (["08:30", "17:15:36", "1:00 pm"], [8.5, 17.26, 13.0], "clock times became hours"),
        (["true", "FALSE", "True"], [True, False, True], ""),
        (["1e3", "2.5E-2", "-.5"], [1000, 0.025, -0.5], ""),
        (["1_000", "2_000"], ["1_000", "2_000"], ""),
        (["01067", "01069", "10115"], ["01067", "01069", "10115"], "codes with leading zeros stay"),
        (["5 €", "5 $", "7 €"], ["5 €", "5 $", "7 €"], ""),
        (["Red", "red", " red", "blue"], ["Red", "red", "red", "blue"], "'Red' and 'red' differ"),
    ],
)
def test_texts_become_what_they_mean(texts: list[str], expected: list[object], note: str) -> None:
    table = as_table({"a": np.array(texts, dtype=object)})
    np.testing.assert_array_equal(table.columns["a"], np.array(expected))
    assert note in " ".join(table.column_notes.get("a", ()))
    assert bool(note) == ("a" in table.column_notes)


FORMS = {
    "%Y-%m-%d": "", "%d.%m.%Y": "day.month.year", "%d/%m/%Y": "day/month/year",
    "%m/%d/%Y": "month/day/year", "%d-%m-%y": "day-month-year", "%d %b %Y": "", "%B %d, %Y": "",
    "%Y/%m/%d": "", "%d.%m.%Y %H:%M": "day.month.year", "%Y-%m-%dT%H:%M:%S": "",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@given(days=st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2049, 12, 31)), min_size=3))
def test_dates_are_read_in_the_order_that_they_show(form: str, days: list[dt.date]) -> None:
    days = [*days, dt.date(2021, 12, 31)]  # a day above 12 decides the order
    if "%y" in form:
        days = [day.replace(year=2021) for day in days if (day.month, day.day) != (2, 29)]
    table = as_table({"when": [day.strftime(form) for day in days]})
    assert table.columns["when"].astype("datetime64[D]").tolist() == days
    assert FORMS[form] in " ".join(table.column_notes.get("when", ()))


def test_an_ambiguous_date_is_noted_and_follows_the_decimal_comma() -> None:
    american = read_table(b"when,x\n03/04/2024,1.5\n05/06/2024,2.5\n", "a.csv")
    assert american.columns["when"][0] == np.datetime64("2024-03-04")
    assert "day/month/year fits as well" in american.column_notes["when"][0]
    european = read_table(b"when;x\n03/04/2024;1,5\n05/06/2024;2,5\n", "a.csv")
    assert european.columns["when"][0] == np.datetime64("2024-04-03")
    assert "month/day/year fits as well" in european.column_notes["when"][0]


@pytest.mark.parametrize(
    ("text", "names", "noted"),
    [
        ("0.83,-0.15\n0.12,0.44\n0.5,0.9\n", ["column 1", "column 2"], True),
        ("red,small\nblue,big\nred,big\nred,small\nblue,small\nblue,big\nred,big\n", None, True),
        ("a,b\n1,2\n3,4\n", ["a", "b"], False),
        ("name,sex\nann,f\nbob,m\n", ["name", "sex"], False),
        ("2019,2020,2021\n1,2,3\n4,5,6\n", ["2019", "2020", "2021"], False),
        ("0,1,2\n5,2,3\n4,5,6\n", ["0", "1", "2"], False),
        ("1,2\n3,4\n5,6\n", ["column 1", "column 2"], True),
        ("a,,a\n1,2,3\n4,5,6\n", ["a", "column 2", "a.1"], False),
        ("a,b,\n1,2,\n3,4,\n", ["a", "b"], False),
        ('"","x"\n"1",5.5\n"2",6.5\n', ["column 1", "x"], False),
        (",1940,1945\nfood,22.2,44.5\nhome,10.5,15.5\n", ["column 1", "1940", "1945"], False),
        ("land,2019,2020,2021\nA,1,2,3\nB,4,5,6\n", ["land", "2019", "2020", "2021"], False),
        ("#a,b\n1,2\n3,4\n", ["a", "b"], False),
    ],
)
def test_a_row_of_names_is_distinguished_from_a_row_of_values(
    text: str, names: list[str] | None, noted: bool
) -> None:
    table = read_table(text.encode(), "a.csv")
    assert list(table.columns) == (names or ["column 1", "column 2"])
    assert any("looks like values" in note for note in table.notes) == noted
    assert table.n_rows == text.count("\n") - (not noted)
    named, unnamed = (read_table(text.encode(), "a.csv", header=h) for h in (True, False))
    assert unnamed.n_rows == named.n_rows + 1


def test_the_words_for_a_gap_are_a_category_where_they_look_like_one() -> None:
    texts = ["None"] * 30 + ["A", "B"] * 35
    table = as_table({"x": texts})
    assert table.columns["x"].tolist() == texts
    assert table.column_notes["x"] == ("x: 'None' in 30 rows is read as a category, not as a gap",)
    rare = as_table({"x": ["NA", *["f", "m"] * 50]})
    assert rare.columns["x"][0] is None
    assert rare.column_notes["x"] == ("x: 'NA' in 1 row is read as a gap",)
    elsewhere = as_table({"x": texts, "y": ["none", *"1234567890" * 9, *"123456789"]})
    assert elsewhere.columns["x"][0] is None  # the word marks gaps among the numbers of y


def test_words_in_text_files_may_be_parted_by_blanks_and_early_ends_are_gaps() -> None:
    table = read_table(b"a  b   c\n1 2.5  x\n 3 4.5 y\n", "a.txt")
    assert table.columns["b"].tolist() == [2.5, 4.5]
    short = read_table(b"a,b,c\n1,2,3\n4,5\n6\n", "a.csv")
    assert np.isnan(short.columns["c"]).tolist() == [False, True, True]


def test_a_line_that_counts_rows_and_columns_is_no_line_of_names() -> None:
    table = read_table(b"3,30,malignant\n1.5,2,3,0\n2.5,3,4,1\n3.5,4,5,0\n", "a.csv")
    assert table.n_rows == 3
    assert table.notes[0] == "1 line above the names is left out: 3 30 malignant"


def test_quoted_values_keep_separators_and_lines() -> None:
    data = b'a,b\n"1,5","x, y"\n"2,5","two\nlines"\n"3,0",z\n'
    table = read_table(data, "a.csv")
    assert table.columns["a"].tolist() == [1.5, 2.5, 3.0]
    assert table.columns["b"].tolist() == ["x, y", "two\nlines", "z"]


def workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, lines in enumerate(sheets):
        sheet = book.create_sheet(f"sheet {number + 1}")
        for line in lines:
            sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@given(table=rows)
@settings(max_examples=20)
def test_a_workbook_is_read_as_it_was_written(table: list[tuple[float, float, str]]) -> None:
    lines: list[list[object]] = [["Report"], [], [None, "a", " b", "color"]]
    lines += [[None, *row] for row in table]
    read = read_table(workbook([["empty"]], lines), "book.xlsx")
    np.testing.assert_array_equal(read.columns["a"], [row[0] for row in table])
    np.testing.assert_array_equal(read.columns["b"], [row[1] for row in table])
    assert read.columns["color"].tolist() == [row[2] for row in table]
    assert read.notes[0] == "sheet 'sheet 2' of sheet 1, sheet 2"


def test_cells_of_a_workbook_have_types_and_a_sheet_can_be_chosen() -> None:
    first: list[list[object]] = [["when", "at", "flag", "mixed"]]
    first += [
        [dt.datetime(2024, 1, d), dt.time(8, d), d > 2, "1,5" if d > 2 else d] for d in (1, 2, 3)
    ]
    data = workbook(first, [["q", "r"], [1, 2]])
    table = read_table(data, "book.xlsx")
    assert table.columns["when"].astype("datetime64[D]").tolist()[0] == dt.date(2024, 1, 1)
    assert table.columns["at"].tolist() == [8 + d / 60 for d in (1, 2, 3)]
    assert table.columns["flag"].tolist() == [False, False, True]
    assert table.columns["mixed"].tolist() == [1, 2, 1.5]
    assert list(read_table(data, "book.xlsx", sheet="sheet 2").columns) == ["q", "r"]
    with pytest.raises(ValueError, match="expected a sheet among sheet 1, sheet 2; got 'x'"):
        read_table(data, "book.xlsx", sheet="x")


TYPES = pa.table(
    {
        "pair": [[1, 2], [3, 4], None],
        "ragged": [[1], [2, 3], [4]],
        "lasted": pa.array([3_600, 1_800, None], pa.duration("s")),
        "at": pa.array([dt.time(1), dt.time(2, 30), None]),
        "inner": [{"p": 1, "q": "a"}, {"p": 2, "q": "b"}, {"p": 3, "q": "a"}],
        "price": pa.array([1, 2, None], pa.decimal128(5, 2)),
        "kind": pa.array(["a", "b", "a"]).dictionary_encode(),
        "zone": pa.array([dt.datetime(2020, 1, 1, 12)] * 3, pa.timestamp("us", tz="Europe/Berlin")),
        "flag": [True, None, False],
        "raw": [b"a", b"b", b"c"],
        "large": pa.array([2**60, 2**60 + 1, None]),
        "none": pa.nulls(3),
    }
)


def as_parquet() -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(TYPES, buffer)
    return buffer.getvalue()


def as_feather() -> bytes:
    buffer = io.BytesIO()
    feather.write_feather(TYPES, buffer)
    return buffer.getvalue()


def as_stream() -> bytes:
    buffer = io.BytesIO()
    with ipc.new_stream(buffer, TYPES.schema) as stream:
        stream.write_table(TYPES)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [(as_parquet(), "a.parquet"), (as_feather(), "a.feather"), (as_stream(), "a.arrow")],
)
def test_columnar_files_keep_their_types(data: bytes, name: str) -> None:
    table = read_table(data, name)
    columns = {name: values.tolist() for name, values in table.columns.items()}
    assert table.groups == {"pair": ("pair[0]", "pair[1]")}
    assert columns["lasted"][:2] == [1.0, 0.5]
    assert columns["at"][:2] == [1.0, 2.5]
    assert columns["inner.p"] == [1, 2, 3]
    assert columns["price"][:2] == [1.0, 2.0]
    assert table.categories == ("kind",)
    assert table.columns["zone"][0] == np.datetime64("2020-01-01T12:00")
    assert columns["flag"][0] == 1
    assert columns["large"][:2] == [0, 1]
    assert table.left_out == {
        "ragged": "lists of different lengths: 1 to 2 values",
        "raw": "values of type binary are not read",
    }
    with pytest.raises(ValueError, match=r"column 'ragged' of .* is left out: lists of different"):
        table.sample(["ragged"], ["inner.p"])


def test_the_index_of_a_frame_is_a_column() -> None:
    buffer = io.BytesIO()
    pd.DataFrame({"a": [1, 2, 3]}, index=[5, 9, 7]).to_parquet(buffer)
    table = read_table(buffer.getvalue(), "a.parquet")
    assert table.columns["index0"].tolist() == [5, 9, 7]
    assert table.notes == ("index0: the index of the frame that was saved",)


def test_a_database_with_several_tables_asks_for_one() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("create table one (a, b)")
    connection.executemany("insert into one values (?, ?)", [(1, "u"), (2.5, None)])
    assert read_table(connection.serialize(), "a.sqlite").columns["a"].tolist() == [1.0, 2.5]
    connection.execute("create table two (c)")
    data = connection.serialize()
    with pytest.raises(ValueError, match=r"a table among one, two; got none: .*--sheet"):
        read_table(data, "a.sqlite")
    assert list(read_table(data, "a.sqlite", sheet="one").columns) == ["a", "b"]


def test_frames_keep_what_their_types_mean() -> None:
    frame = pd.DataFrame(
        {
            "kind": pd.Categorical(["b", "a", None]),
            "zone": pd.date_range("2024-01-01", periods=3, tz="Europe/Berlin"),
            "month": pd.period_range("2024-01", periods=3, freq="M"),
            "lasted": pd.to_timedelta([1, 2, 3], unit="h"),
            "whole": pd.array([1, None, 3], dtype="Int64"),
            "sparse": pd.arrays.SparseArray([0, 0, 1.0]),
            "complex": [1j, 2, 3],
            "lists": [[1], [2, 3], [4]],
            "moment": [pd.NaT, pd.Timestamp("2024"), pd.Timestamp("2025")],
        }
    )
    table = as_table(frame)
    assert table.categories == ("kind",)
    assert table.columns["kind"].tolist() == ["b", "a", None]
    assert table.columns["zone"][0] == np.datetime64("2023-12-31T23:00")
    assert table.columns["month"][1] == np.datetime64("2024-02-01")
    assert table.columns["lasted"].tolist() == [1, 2, 3]
    assert np.isnan(table.columns["whole"]).tolist() == [False, True, False]
    assert table.columns["sparse"].tolist() == [0, 0, 1]
    assert np.isnat(table.columns["moment"]).tolist() == [True, False, False]
    assert list(table.left_out) == ["complex", "lists"]
    masked = as_table({"m": np.ma.masked_equal([1.0, 2, 3], 2)})
    assert np.isnan(masked.columns["m"]).tolist() == [False, True, False]
    with pytest.raises(ValueError, match="one value for each row in column 'r'; got lists"):
        as_table({"r": [[1], [2, 3]]})
    with pytest.raises(
        TypeError, match="expected a table, a frame, arrays by name or an array of shape"
    ):
        as_table("penguins")


@pytest.mark.parametrize("one", [[1, 2], (1, 2), np.array([1, 2]), torch.tensor([1, 2])])
def test_one_column_without_a_name_is_x(one: Any) -> None:
    table = as_table(one)
    assert list(table.columns) == ["x"]
    assert table.columns["x"].tolist() == [1, 2]


def test_a_list_of_rows_is_a_table() -> None:
    columns = as_table([(1, "a"), (None, "b")]).columns
    assert columns["x2"].tolist() == ["a", "b"]
    assert np.isnan(columns["x1"]).tolist() == [False, True]
    assert list(as_table([[1], [2, 3]]).left_out) == ["x"]


@pytest.mark.parametrize("ending", [".csv", ".txt", ".tsv"])
def test_decimal_commas_between_semicolons_are_numbers(ending: str) -> None:
    data = b"x;y\n1,5;2,25\n2,75;3,5\n3,125;5,0\n4,5;4,75\n"
    table = read_table(data, f"a{ending}")
    assert table.numeric_columns == ("x", "y")
    assert table.columns["x"].tolist() == [1.5, 2.75, 3.125, 4.5]


def test_a_mark_within_some_texts_of_a_single_column_separates_nothing() -> None:
    table = read_table(b"remark\nfine\nso | so\ngood\n", "a.csv")
    assert table.columns["remark"].tolist() == ["fine", "so | so", "good"]


def test_labels_of_rows_may_have_no_name() -> None:
    text = '"kg" "Time"\n' + "".join(f'"{i}" {20 + i} {i % 3}\n' for i in range(1, 9))
    for data in (text, text.replace(" ", ",")):
        table = read_table(data.encode(), "a.txt")
        assert list(table.columns) == ["column 1", "kg", "Time"]
        assert table.columns["kg"].tolist() == list(range(21, 29))
        assert "labels of the rows, as R writes them" in table.notes[-1]
    with pytest.raises(ValueError, match="got 2 names in the first line and rows of 3 values"):
        read_table(b"name,age\nSmith, J,3\nDoe, K,4\nRoe, L,5\n", "a.csv")


def test_numbers_above_and_beside_a_table_are_names_where_they_rise() -> None:
    table = read_table(b",142.5,144.5\n9.4,0,1\n9.5,3,2\n9.6,1,1\n", "a.csv")
    assert list(table.columns) == ["column 1", "142.5", "144.5"]


def test_names_in_single_quotes_lose_them() -> None:
    assert list(read_table(b"'pop'\t'age'\n1\t2\n3\t4\n", "a.tsv").columns) == ["pop", "age"]


def test_counts_above_a_table_of_the_same_width_are_left_out() -> None:
    table = read_table(b"3,2,setosa\n1.5,2,1\n2.5,4,3\n3.5,6,5\n", "a.csv")
    assert list(table.columns) == ["column 1", "column 2", "column 3"]
    assert table.notes[0] == "1 line above the names is left out: 3 2 setosa"


def test_points_that_group_no_number_are_a_text() -> None:
    table = read_table(b",0..\n,0\n", "points.csv")
    assert table.columns["column 2"].tolist() == ["0..", 0.0]


def test_whole_numbers_beside_gaps_keep_their_values() -> None:
    table = as_table({"a": np.array([5, None, 7], dtype=object)})
    np.testing.assert_array_equal(table.columns["a"], [5, np.nan, 7])


def test_durations_of_many_years_are_hours() -> None:
    lasted = np.array([dt.timedelta(days=10**8), None], dtype=object)
    column = as_table({"a": lasted}).columns["a"]
    np.testing.assert_array_equal(column, [24e8, np.nan])


def test_codes_with_leading_zeros_are_categories() -> None:
    table = as_table({"a": [f"0{i % 4}067" for i in range(40)]})
    assert describe(table)[0].kind == "category"
