"""Properties of reading tables: a table is read as written, and bad tables have a message."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mist_explore.sample import Sample
from mist_explore.tables import READERS, WRITERS, Table, read_table, write_sample

GOOD = b"a,b,c,label\n1,2,true,u\n3,4,false,v\n5,7,true,w\n7,9,false,x\n"


def npz(**arrays: object) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def values(dim: int) -> st.SearchStrategy[np.ndarray]:
    finite = st.floats(-1e300, 1e300, allow_subnormal=True)
    return arrays(np.float64, (6, dim), elements=finite, unique=True)


@pytest.mark.parametrize("ending", WRITERS)
@given(x=values(2), y=values(1))
def test_a_written_sample_is_read_back_bit_for_bit(
    ending: str, x: np.ndarray, y: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("tables") / f"sample{ending}"
    write_sample(Sample(x, y), path)
    back = read_table(path).sample(["x*"], ["y*"])
    np.testing.assert_array_equal(back.x, x)
    np.testing.assert_array_equal(back.y, y)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_is_read_with_the_separator_of_its_first_line(separator: str) -> None:
    table = read_table(GOOD.replace(b",", separator.encode()), "data.csv")
    assert tuple(table.columns) == ("a", "b", "c", "label")


def test_tsv_keeps_commas_in_names() -> None:
    assert tuple(read_table(b"a,b\tc\n1\t2\n", "data.TSV").columns) == ("a,b", "c")


def test_numeric_columns_are_those_without_text_and_booleans_are_numbers() -> None:
    table = read_table(GOOD, "data.csv")
    assert table.numeric_columns == ("a", "b", "c")
    assert table.n_rows == 4
    np.testing.assert_array_equal(table.sample(["c"], ["a"]).x[:, 0], [1, 0, 1, 0])


def test_a_path_and_its_bytes_give_the_same_columns(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD)
    from_path, from_bytes = read_table(path), read_table(GOOD, "data.csv")
    assert from_path.notes == ()
    for name, column in from_bytes.columns.items():
        np.testing.assert_array_equal(from_path.columns[name], column)


def test_a_matrix_is_chosen_whole_or_by_column() -> None:
    matrix, vector = np.arange(12.0).reshape(4, 3), np.array([1, 0, 2, 1])
    table = read_table(npz(m=matrix, v=vector, seed=np.array(3)), "data.npz")
    assert tuple(table.columns) == ("m[0]", "m[1]", "m[2]", "v")
    np.testing.assert_array_equal(table.sample(["m"], ["v"]).x, matrix)
    np.testing.assert_array_equal(table.sample(["m[2]", "m[0]"], ["v"]).x, matrix[:, [2, 0]])


def test_columns_keep_the_order_in_which_they_are_named() -> None:
    sample = read_table(GOOD, "data.csv").sample(["b", "a"], ["c"])
    np.testing.assert_array_equal(sample.x[0], [2, 1])


def test_parquet_keeps_numbers_gaps_and_text(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    frame = pd.DataFrame({"i": [1, 2, 3, 4], "t": list("abcd"), "d": pd.Timestamp("2020-01-01")})
    frame.assign(gap=pd.array([1, None, 3, 4], dtype="Int64")).to_parquet(path)
    table = read_table(path)
    assert table.numeric_columns == ("i", "gap")
    with pytest.raises(ValueError, match="column 'gap'; got a missing value in row 2"):
        table.sample(["i"], ["gap"])
    with pytest.raises(ValueError, match="expected numbers in column 'd'; got '2020-01-01"):
        table.sample(["i"], ["d"])


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "data.csv", r"^data\.csv is empty$"),
        (b"\n \n", "data.csv", r"^data\.csv is empty$"),
        (b"a,b\n", "data.csv", r"^data\.csv has no rows$"),
        (b"a,b\n0,2,3\n1,5,6\n", "data.csv", "got 2 names in the first line and rows of 3 values"),
        (b"a,b\n1,2\n3,4\n1,2,3\n", "data.csv", "expected 2 values in each row; got 3 in line 4"),
        (b'a,b\n1,"2\n3,4\n', "data.csv", "a quotation mark that is never closed"),
        (b"a,b\n\0\1,2\n", "data.csv", "expected text; got zero bytes, as in a program's own"),
        (b"\xff\xfea\0,\0b", "data.csv", "expected text in UTF-16, as its first bytes mark it"),
        (b"# only\n", "data.csv", "expected lines with values; got comments only"),
        (
            b"a,b",
            "data.xlsx",
            "expected an Excel workbook; got a file that is damaged or of another",
        ),
        (b"\xd0\xcf\x11\xe0", "data.xlsx", "got an older or encrypted one: save it as Excel"),
        (b"a,b", "data.xls", r"ends in \.csv, .*; got 'data\.xls': in Excel: Save as, Excel workb"),
        (b"a,b", "data.pkl", "pickles run code when they are read: write it as Parquet or CSV"),
        (b"a,b", "data.csv.gz", "expected a whole .gz file; got one that is damaged"),
        (b"a,b", "data.sqlite", "expected an SQLite database; got a file that is damaged"),
        (b"a,b", "data.feather", "expected a Feather or Arrow file; got one that is damaged"),
        (b"a,b", "data", "expected a file that ends in"),
        (b"nonsense", "data.parquet", "could not read data.parquet: "),
        (b"nonsense", "data.npz", "could not read data.npz: it is not an NPZ archive"),
        (
            npz(a=np.array([{}, 1], dtype=object)),
            "data.npz",
            "no array is a column: 'a' is left out, it holds Py",
        ),
        (npz(a=np.zeros((2, 2, 2))), "data.npz", "no array is a column: 'a' is left out, it has 3"),
        (npz(a=np.ones(9))[:-30], "data.npz", "could not read data.npz: "),
    ],
)
def test_unreadable_content_is_reported_in_one_line(
    content: bytes, name: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        read_table(content, name)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_directory_are_reported(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^no such file: .*absent\.csv$"):
        read_table(tmp_path / "absent.csv")
    with pytest.raises(ValueError, match=r"^could not read .*: Is a directory$"):
        read_table(tmp_path)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (["lable"], ["a"], r"no column 'lable' in bad\.csv, did you mean 'label'\? it has a, b, c"),
        (["zzz"], ["a"], r"no column 'zzz' in bad\.csv; it has a, b, c"),
        (["z*"], ["a"], r"no column 'z\*'"),
        ([], ["a"], "expected at least one column for x; got none"),
        (["a"], [], "expected at least one column for y; got none"),
        (["a", "b"], ["b"], "expected each column on one side; got 'b' in x and in y"),
        (["a", "a"], ["b"], "expected each column once; got 'a' twice in x"),
        (["label"], ["a"], "expected numbers in column 'label'; got 'u' in row 1"),
        (["typo"], ["a"], "expected numbers in column 'typo'; got 'tall' in row 3"),
        (["gap"], ["a"], r"column 'gap'; got a missing value in row 2 \(2 such rows\)"),
        (["infinite"], ["a"], "column 'infinite'; got -inf in row 4: fill or remove it"),
        (["flat"], ["a"], "expected a column of x that varies; got only constant columns"),
    ],
)
def test_bad_columns_are_reported(x: list[str], y: list[str], message: str) -> None:
    text = (
        "a,b,c,label,typo,gap,infinite,flat\n"
        "1,2,1,u,1,1,1,7\n3,4,0,v,2,,2,7\n5,7,1,w,tall,NaN,3,7\n7,9,0,x,4,4,-inf,7\n"
    )
    with pytest.raises(ValueError, match=message) as caught:
        read_table(text.encode(), "bad.csv").sample(x, y)
    assert "\n" not in str(caught.value)


def test_a_constant_column_among_others_is_left_to_the_estimator() -> None:
    sample = read_table(b"a,b,f\n1,2,7\n2,1,7\n3,5,7\n4,0,7\n", "d.csv").sample(["a", "f"], ["b"])
    assert sample.dim_x == 2


def test_too_few_rows_and_different_numbers_of_rows_are_reported() -> None:
    with pytest.raises(ValueError, match="expected at least 4 rows; got 3"):
        Table({"a": np.arange(3), "b": np.arange(3)}).sample(["a"], ["b"])
    with pytest.raises(ValueError, match="same number of rows; got 5 in 'a', 6 in 'b'"):
        Table({"a": np.arange(5), "b": np.arange(6)}).sample(["a"], ["b"])


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.array([1j, 2, 3, 4]), "'bad' of d.npz is left out: complex numbers: take their real"),
        (np.array(list("abcd")), "expected numbers in column 'bad'; got 'a' in row 1"),
    ],
)
def test_arrays_that_are_not_numbers_are_reported(array: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_table(npz(bad=array, a=np.arange(4)), "d.npz").sample(["bad"], ["a"])


def test_an_unknown_ending_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"ends in \.csv, \.parquet, \.npz; got 'a\.txt'"):
        write_sample(Sample([1, 2, 3, 4], [4, 3, 2, 2]), tmp_path / "a.txt")


def test_every_written_kind_can_be_read() -> None:
    assert set(WRITERS) <= set(READERS)
