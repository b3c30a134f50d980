"""Properties of tables on their way to samples: nothing is changed without a note."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.datasets import load_wine

from mist_explore.datasets import DATASETS, load_dataset, open_table
from mist_explore.preparation import (
    CATEGORIES,
    KINDS,
    MISSING,
    Column,
    describe,
    encoded,
    left_out,
    prepare,
    prepare_sides,
    usable_columns,
)
from mist_explore.tables import Table, as_table, read_table

ODD = (
    b"number,text,when,color,flag,gap,flat,stray\n"
    b"1,ann,2024-01-01,red,true,,5,1\n"
    b"2,bob,2024-01-02,blue,false,2,5,2\n"
    b"3,cyd,2024-01-03,red,true,3,5,3\n"
    b"4,dan,2024-01-05,green,false,4,5,?\n"
    b"5,eve,2024-01-06,blue,true,5,5,5\n"
    b"6,fay,2024-01-07,green,false,6,5,6\n"
) + b"".join(b"%d,t%d,2024-02-%02d,red,true,%d,5,%d\n" % (i, i, i, i, i) for i in range(7, 20))


@pytest.fixture(scope="module")
def odd() -> Table:
    return read_table(ODD, "odd.csv")


def kinds(table: Table) -> dict[str, str]:
    return {column.name: column.kind for column in describe(table)}


def test_each_column_has_a_kind(odd: Table) -> None:
    assert kinds(odd) == {
        "number": "counter",
        "text": "text",
        "when": "date",
        "color": "category",
        "flag": "number",
        "gap": "number",
        "flat": "constant",
        "stray": "number",
    }
    columns = {column.name: column for column in describe(odd)}
    assert columns["stray"] == Column("stray", "number", gaps=1, distinct=18)
    assert columns["gap"].gaps == 1
    assert not columns["flat"].usable
    assert not columns["text"].usable


def test_parquet_keeps_its_dates() -> None:
    buffer = io.BytesIO()
    frame = pd.DataFrame({"when": pd.date_range("2024-03-01", periods=5), "n": range(5)})
    frame.to_parquet(buffer)
    table = read_table(buffer.getvalue(), "dates.parquet")
    assert kinds(table) == {"when": "date", "n": "counter"}
    days, note = encoded("when", table.columns["when"])
    assert days.tolist() == [0, 1, 2, 3, 4]
    assert note == "when: dates became days since 2024-03-01"


@given(values=arrays(np.float64, (8, 2), elements=st.floats(-1e6, 1e6), unique=True))
def test_numbers_without_gaps_stay_what_they_are(values: np.ndarray) -> None:
    table = Table({"a": values[:, 0], "b": values[:, 1]})
    ready, strict = prepare(table, ["a"], ["b"]), table.sample(["a"], ["b"])
    np.testing.assert_array_equal(ready.sample.x, strict.x)
    np.testing.assert_array_equal(ready.sample.y, strict.y)
    assert ready.notes == ()


@given(gaps=st.lists(st.booleans(), min_size=8, max_size=8).filter(lambda g: sum(g) <= 4))
def test_rows_with_a_gap_are_left_out_or_filled_and_counted(gaps: list[bool]) -> None:
    a = np.where(gaps, np.nan, np.arange(8.0))
    table = Table({"a": a, "b": np.arange(8.0) ** 2})
    dropped, filled = (prepare(table, ["a"], ["b"], missing=missing) for missing in MISSING)
    assert dropped.rows.tolist() == np.flatnonzero(~np.array(gaps)).tolist()
    np.testing.assert_array_equal(dropped.sample.y[:, 0], dropped.rows**2)
    assert filled.sample.n_samples == 8
    np.testing.assert_array_equal(filled.sample.x[np.array(gaps), 0], np.nanmedian(a))
    if any(gaps):
        assert dropped.notes[0].startswith(f"{sum(gaps)} of 8 rows")
        assert filled.notes[0] == f"a: {sum(gaps)} gaps were filled with the median"


def test_infinite_numbers_count_as_gaps() -> None:
    table = Table({"a": np.array([1.0, 2, np.inf, 4, 5]), "b": np.arange(5.0)})
    assert prepare(table, ["a"], ["b"]).rows.tolist() == [0, 1, 3, 4]


def test_categories_become_codes_or_columns(odd: Table) -> None:
    codes = prepare(odd, ["number"], ["color"], categories="codes")
    assert codes.sample.y[:6, 0].tolist() == [2, 0, 2, 1, 0, 1]
    assert codes.notes == (
        "color: 3 categories became the codes 0 to 2 in alphabetical order (blue, green, red)",
    )
    hot = prepare(odd, ["number"], ["color"])
    assert hot.names_y == ("color=blue", "color=green", "color=red")
    np.testing.assert_array_equal(hot.sample.y.argmax(1), codes.sample.y[:, 0])
    np.testing.assert_array_equal(hot.sample.y.sum(1), 1)


def test_two_categories_are_one_column_either_way() -> None:
    table = load_dataset("penguins")
    one, other = (
        prepare(table, ["year"], ["sex"], categories=categories) for categories in CATEGORIES
    )
    np.testing.assert_array_equal(one.sample.y, other.sample.y)
    assert one.names_y == ("sex",)


def test_dates_become_days(odd: Table) -> None:
    ready = prepare(odd, ["when"], ["number"])
    assert ready.sample.x[:6, 0].tolist() == [0, 1, 2, 4, 5, 6]
    assert ready.notes == ("when: dates became days since 2024-01-01",)


def test_a_little_text_among_numbers_is_a_gap(odd: Table) -> None:
    ready = prepare(odd, ["stray"], ["number"])
    assert 3 not in ready.rows
    assert "stray: text such as '?' counts as a gap" in ready.notes


def test_constant_columns_are_left_out_by_name(odd: Table) -> None:
    ready = prepare(odd, ["number", "flat"], ["flag"])
    assert ready.names_x == ("number",)
    assert "flat: never varies in these rows and is left out" in ready.notes


def test_ties_are_reported() -> None:
    table = Table({"a": np.arange(20.0) % 4 + 0.5, "b": np.arange(20.0)})
    assert prepare(table, ["a"], ["b"]).notes == ("a: 4 different values in 20 rows, many equal",)


def test_large_tables_are_drawn_from_with_a_seed() -> None:
    table = Table({"a": np.arange(1_000.0), "b": np.arange(1_000.0) ** 2})
    one, same, other = (prepare(table, ["a"], ["b"], max_rows=50, seed=seed) for seed in (0, 0, 1))
    assert one.sample.n_samples == 50
    assert "50 of 1,000 rows were drawn at random" in one.notes
    assert (np.diff(one.rows) > 0).all()
    np.testing.assert_array_equal(one.rows, same.rows)
    assert one.rows.tolist() != other.rows.tolist()


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        pytest.param(["text"], ["number"], "got 19 different texts in 19 rows", id="free text"),
        pytest.param(["flat"], ["number"], "a column of X that varies; flat is", id="constant"),
        pytest.param(["number"], ["number"], "each column on one side", id="both sides"),
        pytest.param([], ["number"], "at least one column for x", id="no column"),
        pytest.param(["numbr"], ["flag"], "did you mean 'number'", id="misspelt"),
    ],
)
def test_bad_choices_are_reported(odd: Table, x: list[str], y: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        prepare(odd, x, y)


@pytest.mark.parametrize("option", ["missing", "categories"])
def test_unknown_options_are_reported(odd: Table, option: str) -> None:
    with pytest.raises(ValueError, match=f"expected {option} among"):
        prepare(odd, ["number"], ["flag"], **{option: "magic"})  # type: ignore[arg-type]


def test_too_few_whole_rows_are_reported() -> None:
    table = Table({"a": np.array([1.0, 2, np.nan, np.nan, 5]), "b": np.arange(5.0)})
    with pytest.raises(ValueError, match=r"at least 4 rows without a gap.*got 3 of 5"):
        prepare(table, ["a"], ["b"])


def test_usable_columns_are_those_that_vary_and_can_be_numbers(odd: Table) -> None:
    assert list(usable_columns(odd)) == ["number", "when", "color", "flag", "gap", "stray"]
    assert list(usable_columns(odd, max_columns=2)) == ["number", "when"]


# Kinds of columns


def column(kind: str, n: int = 60) -> np.ndarray:
    """A column of a kind, as a file holds it."""
    rng = np.random.default_rng(0)
    match kind:
        case "number":
            return rng.normal(size=n)
        case "code":
            return rng.integers(1, 6, n)
        case "category":
            return np.array(list("abc"), dtype=object)[rng.integers(0, 3, n)]
        case "date":
            return np.datetime64("2024-01-01") + rng.integers(0, 999, n).astype("timedelta64[D]")
        case "text":
            return np.array([f"a note on row {i}" for i in range(n)], dtype=object)
        case "identifier":
            return np.array([f"X{i:03}" for i in range(n)], dtype=object)
        case "counter":
            return np.arange(1, n + 1)
        case "constant":
            return np.full(n, 7.0)
        case _:
            return np.full(n, np.nan)


@pytest.mark.parametrize("kind", KINDS)
@given(n=st.integers(30, 90))
def test_every_kind_is_recognised_and_left_out_with_a_reason(kind: str, n: int) -> None:
    table = Table({"it": column(kind, n), "y": np.arange(n) ** 0.5})
    assert kinds(table)["it"] == kind
    unusable = kind in ("text", "identifier", "constant", "empty")
    assert ("it" in left_out(table)) == unusable
    assert ("it" in usable_columns(table)) != unusable
    if unusable:
        assert left_out(table)["it"]
        with pytest.raises(ValueError, match="choose another"):
            prepare(table, ["it"], ["y"])
    else:
        assert prepare(table, ["it"], ["y"]).sample.n_samples == n


@given(n=st.integers(30, 90), seed=st.integers(0, 99))
def test_declared_categories_are_those_of_their_labels(n: int, seed: int) -> None:
    codes = np.random.default_rng(seed).integers(0, 4, n)
    labels = np.array(["k", "l", "m", "n"], dtype=object)[codes]
    table = Table({"code": codes, "label": labels, "y": np.arange(n) ** 0.5})
    declared = prepare(table, ["code"], ["y"], categories=["code"])
    named = prepare(table, ["label"], ["y"])
    np.testing.assert_array_equal(declared.sample.x, named.sample.x)
    assert not any("perhaps categories" in note for note in declared.notes)
    assert any("perhaps categories" in note for note in prepare(table, ["code"], ["y"]).notes)
    hot = usable_columns(table, categories=["code"])["code"]
    np.testing.assert_array_equal(hot, declared.sample.x)


def test_a_categorical_column_of_a_frame_is_declared() -> None:
    frame = pd.DataFrame({"grade": pd.Categorical([1, 2, 3] * 10), "y": np.arange(30) ** 0.5})
    assert prepare(frame, ["grade"], ["y"]).names_x == ("grade=1", "grade=2", "grade=3")


def test_many_categories_are_codes() -> None:
    texts = np.array([f"place {i % 80}" for i in range(1_600)], dtype=object)
    ready = prepare({"place": texts, "y": np.arange(1_600) ** 0.5}, ["place"], ["y"])
    assert ready.names_x == ("place",)
    assert "80 categories became the codes 0 to 79" in ready.notes[0]


def test_neighbours_beyond_two_to_the_53_stay_apart() -> None:
    large = 2**60 + np.arange(20) % 7
    ready = prepare({"large": large, "y": np.arange(20) ** 0.5}, ["large"], ["y"])
    np.testing.assert_array_equal(ready.sample.x[:, 0], np.arange(20) % 7)


# Codes for gaps, clumps, repeated rows, copies


@given(
    values=arrays(np.float64, 40, elements=st.floats(0, 50), unique=True),
    mark=st.sampled_from([-999.0, -9_999.0, 9_999.0, 99_999.0]),
    rows=st.integers(1, 9),
)
def test_a_code_for_a_gap_is_noted_and_can_be_declared(
    values: np.ndarray, mark: float, rows: int
) -> None:
    marked = values.copy()
    marked[:rows] = mark
    table = Table({"a": marked, "y": np.arange(40) ** 0.5})
    notes = [note for note in prepare(table, ["a"], ["y"]).notes if "lies far" in note]
    assert len(notes) == 1
    assert f"{mark:g} in {rows} row" in notes[0]
    ready = prepare(table, ["a"], ["y"], gap_values=[mark])
    np.testing.assert_array_equal(ready.sample.x[:, 0], values[rows:])
    assert f"a: {mark:g} in {rows} row{'s' * (rows > 1)} is a gap by gap_values" in ready.notes


@given(values=arrays(np.float64, 40, elements=st.floats(-1e4, 1e4), unique=True))
def test_numbers_without_codes_get_no_such_note(values: np.ndarray) -> None:
    notes = prepare({"a": values, "y": np.arange(40) ** 0.5}, ["a"], ["y"]).notes
    spread = np.sort(values)
    if np.diff(spread).max() < np.ptp(values) / 2:
        assert notes == ()


def test_a_clump_at_one_end_is_noted() -> None:
    rain = np.concatenate([np.zeros(40), np.random.default_rng(0).gamma(2, 3, 60)])
    notes = prepare({"rain": rain, "y": np.arange(100) ** 0.5}, ["rain"], ["y"]).notes
    assert any("40% of the rows hold 0, the smallest value" in note for note in notes)


@given(repeated=st.integers(0, 60), seed=st.integers(0, 99))
def test_repeated_rows_are_counted(repeated: int, seed: int) -> None:
    x, y = np.random.default_rng(seed).normal(size=(2, 60))
    rows = np.arange(60 + repeated) % 60
    notes = prepare({"x": x[rows], "y": y[rows]}, ["x"], ["y"]).notes
    found = [note for note in notes if "an earlier row" in note]
    assert len(found) == (repeated > 0)
    if repeated:
        assert found[0].startswith(f"{repeated} of {60 + repeated} rows repeat")


def test_rows_of_few_values_are_no_repetitions() -> None:
    x, y = np.random.default_rng(0).integers(0, 4, (2, 200))
    for other, categories in ((y, ()), (3 - x, ()), (3 - x, ("x", "y")), (x / 7 + 0.1, ())):
        notes = prepare({"x": x, "y": other}, ["x"], ["y"], categories=categories).notes
        assert not any("an earlier row" in note for note in notes)


def test_copies_of_columns_are_named() -> None:
    a, y = np.random.default_rng(0).normal(size=(2, 50))
    table = {"celsius": a, "fahrenheit": 32 + 1.8 * a, "y": y, "same": a}
    ready = prepare(table, ["celsius", "fahrenheit"], ["y", "same"])
    assert "fahrenheit: a copy of celsius, up to unit and sign" in ready.notes
    assert "same: equal to celsius in every row; X and Y share this column" in ready.notes


# Frames and arrays


def test_two_sides_are_prepared_as_the_columns_of_a_table() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=30), "b": ["u", "v", None] * 10})
    target = pd.Series(rng.normal(size=30), index=np.arange(30)[::-1], name="a")
    ready = prepare_sides(frame, target)
    assert (ready.names_x, ready.names_y) == (("a", "b"), ("y a",))
    assert ready.sample.n_samples == 20
    np.testing.assert_array_equal(ready.sample.y[:, 0], target.to_numpy()[ready.rows])
    plain = prepare_sides(np.arange(20.0).reshape(10, 2), np.arange(10) ** 2)
    assert plain.names_x == ("x1", "x2")
    masked = prepare_sides(np.ma.masked_greater(np.arange(10.0), 7), np.arange(10) ** 2)
    assert masked.sample.n_samples == 8
    with pytest.raises(ValueError, match="the same number of rows; got 3 and 4"):
        prepare_sides([1, 2, 3], [1, 2, 3, 4])


def test_a_table_is_a_side_and_keeps_its_categories() -> None:
    frame = pd.DataFrame({"code": pd.Categorical([1, 2, 3] * 10), "name": list("uvvwwu") * 5})
    target = pd.DataFrame({"y": np.random.default_rng(0).normal(size=30)})
    ready = prepare_sides(as_table(frame), as_table(target))
    assert ready.names_x == prepare_sides(frame, target).names_x
    assert ready.names_x[:3] == ("code=1", "code=2", "code=3")
    assert ready.notes == prepare_sides(frame, target).notes


# The tables that come with the package


@pytest.mark.parametrize("name", DATASETS)
def test_a_bundled_table_holds_the_columns_worth_looking_at(name: str) -> None:
    dataset = DATASETS[name]
    ready = prepare(load_dataset(name), dataset.x, dataset.y)
    assert ready.sample.n_samples > 100
    assert dataset.source
    assert dataset.licence


def test_the_wines_are_those_of_scikit_learn() -> None:
    frame = load_wine(as_frame=True).frame
    table = load_dataset("wine")
    for ours, theirs in zip(table.columns, frame, strict=True):
        if ours != "cultivar":
            np.testing.assert_array_equal(table.columns[ours], frame[theirs])
    assert encoded("cultivar", table.columns["cultivar"])[0].tolist() == frame["target"].tolist()


def test_a_file_goes_before_a_bundled_table_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_table("penguins").n_rows == 344
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"no such file: nothing\.csv"):
        open_table("nothing.csv")
    with pytest.raises(ValueError, match="expected a table among penguins"):
        load_dataset("nothing")
