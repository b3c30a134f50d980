"""The data page without a browser: its state, its numbers, its words, its controls and files."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64decode
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plotly.callbacks import InputDeviceState, Points

from mist_explore.cli import main
from mist_explore.datasets import DATASETS, load_dataset
from mist_explore.estimate import equivalent_correlation
from mist_explore.estimators import SMOOTH
from mist_explore.explorer.adapt import AdaptState
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.html import interval_text
from mist_explore.explorer.table_settings import HEADERS
from mist_explore.explorer.tables import bundled, first_choice
from mist_explore.explorer.your_data import DataPage, DataState, Upload, opened, result
from mist_explore.explorer.your_data.compute import BASELINES, as_command, as_python, curves
from mist_explore.explorer.your_data.pairs.compute import matrix_columns
from mist_explore.explorer.your_data.pairs.views import pairs_csv
from mist_explore.explorer.your_data.settings import FDRS, ORDERS, SQUARES
from mist_explore.explorer.your_data.views import (
    estimates_csv,
    insight,
    notes_html,
    report,
    stability_insight,
    table_warnings_html,
)
from mist_explore.plots import plot_matrix, plot_stability, shown
from mist_explore.preparation import CATEGORIES, MISSING

FIRST_SCREEN = DataState()
WINE = DataState("wine", ("alcohol",), ("proline", "cultivar"), permutations=99)
names = st.text(min_size=1, max_size=12)


def table(n: int = 60, sorted_rows: bool = False) -> bytes:
    """A file with numbers, a word, and a column that follows from the others."""
    x, y, noise = np.random.default_rng(0).normal(size=(3, n))
    x = np.sort(x) if sorted_rows else x
    rows = zip(range(n), x, y, x + y + 0.3 * noise, strict=True)
    lines = [f"{a},{b},{total},w{i}" for i, a, b, total in rows]
    return "\n".join(["a,b,sum,word", *lines]).encode()


# State


@given(
    x=st.lists(names, max_size=3),
    y=st.lists(names, max_size=3),
    file=names.filter(lambda name: name not in DATASETS),
    missing=st.sampled_from(list(MISSING)),
    categories=st.sampled_from(list(CATEGORIES)),
    order=st.sampled_from(list(ORDERS)),
    seed=st.integers(0, 2**31 - 1),
    sheet=names,
    header=st.sampled_from(list(HEADERS)),
    fdr=st.sampled_from(list(FDRS)),
    squares=st.sampled_from(list(SQUARES)),
    categorical=st.lists(names, max_size=2).map(tuple),
    gap_values=st.lists(st.sampled_from([-999.0, 99.5]), max_size=2).map(tuple),
)
def test_a_state_survives_its_link(x: list[str], y: list[str], file: str, **rest: Any) -> None:
    state = DataState(file, ("a", *x), ("b", *y), **rest)
    assert DataState.from_query(state.to_query()) == state


def test_an_empty_link_is_the_first_screen_and_a_table_brings_its_columns() -> None:
    assert DataState.from_query("") == FIRST_SCREEN
    assert DataState.from_query("table=wine").x == DATASETS["wine"].x


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("tabel=wine", "expected names among table, x", id="name"),
        pytest.param("table=mine.csv", "or the columns of a file; got 'mine.csv' alone", id="file"),
        pytest.param("missing=magic", "expected missing among drop, median", id="choice"),
        pytest.param("permutations=3", "a whole number from 19 to 9999; got 3", id="bound"),
        pytest.param("level=high", "expected level to be a number; got 'high'", id="text"),
    ],
)
def test_a_broken_link_states_what_is_wrong(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        DataState.from_query(query)


# Results


def test_level_and_units_change_no_computed_number() -> None:
    wine = bundled("wine")
    one, other = (result(state, wine) for state in (WINE, WINE.with_(level=0.5, units="bits")))
    assert one.estimates is other.estimates
    assert other.state.units == "bits"
    assert result(WINE.with_(fdr="0.1", squares="entropy"), wine).estimates is one.estimates


def test_every_estimator_answers_or_states_why() -> None:
    answer = result(WINE, bundled("wine"))
    assert tuple(answer.estimates) == (LEARNED, *BASELINES)
    for name, estimate in answer.estimates.items():
        assert (estimate is None) == (name in answer.failures)


def series(n: int = 300) -> bytes:
    """Two time series that resemble their neighbours, and depend on nothing else."""
    noise = np.random.default_rng(0).normal(size=(n, 2))
    for t in range(1, n):
        noise[t] += 0.95 * noise[t - 1]
    return "\n".join(["a,b", *(f"{x},{y}" for x, y in noise)]).encode()


def test_rows_in_the_order_of_time_are_reported_once() -> None:
    found = opened(Upload("series.csv", series()))
    state = DataState("series.csv", ("a",), ("b",), permutations=99)
    answer = result(state, found)
    assert answer.test.circular_shift
    assert unescape(table_warnings_html(answer)).count("rows resemble the rows next to them") == 1
    free = result(state.with_(order="any"), found)
    assert not free.test.circular_shift
    assert "rows resemble" not in table_warnings_html(free)
    assert result(state.with_(order="time"), found).test.circular_shift


def test_the_order_of_a_sorted_table_is_not_used() -> None:
    answer = result(FIRST_SCREEN, bundled("penguins"))
    assert answer.opened.sorted_by == "species"
    assert not answer.test.circular_shift
    assert "rows are sorted by species: their order is not used" in notes_html(answer)
    assert "rows resemble" not in table_warnings_html(answer)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            b"a,b\nu,v\nw,x\nr,s\n", "left out: a (free text: 3 different texts), b", id="words"
        ),
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"a,b\n1,5\n2,5\n3,5\n", "got a; left out: b (one value)", id="constant"),
    ],
)
def test_a_table_without_use_is_reported(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        opened(Upload("bad.csv", content))


def test_the_first_choice_is_the_first_against_the_last_number() -> None:
    assert first_choice(opened(Upload("t.csv", table()))) == (("a",), ("sum",))
    words = b"k,l\nu,x\nv,x\nu,y\nv,y\nu,x\n"
    assert first_choice(opened(Upload("t.csv", words))) == (("k",), ("l",))


def test_a_column_that_counts_the_rows_is_never_the_first_choice() -> None:
    lines = [f"{i + 1},{i * 0.7 % 1:.3f},{i * 0.3 % 1:.3f},{i}" for i in range(40)]
    found = opened(Upload("t.csv", "\n".join(["id,a,b,row", *lines]).encode()))
    assert first_choice(found) == (("a",), ("b",))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"a,b\n1,2\n3,4\n1,2,3\n"),
        ("a.xls", b"a,b"),
        ("a.xlsx", b"a,b"),
        ("a.csv", b"\0\1\2"),
        ("a.parquet", b"a,b"),
    ],
)
def test_page_and_command_line_give_the_same_error(
    name: str, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(content)
    with pytest.raises(ValueError, match="expected") as caught:
        opened(Upload(name, content))
    assert main(["estimate", name, "--x", "a", "--y", "b"]) == 2
    assert capsys.readouterr().err == f"mist-explore: {caught.value}\n"


# Words


def test_words_agree_with_the_numbers() -> None:
    answer = result(WINE.with_(units="bits"), bundled("wine"))
    learned = answer.estimates[LEARNED]
    assert learned is not None
    words = insight(answer)
    assert interval_text(learned.to("bits"), 0.9) in words
    assert "bits" in words
    if learned.interval(0.9)[0] > 0:
        assert f"{equivalent_correlation(learned.median):.2f}" in words
    as_strong = round(answer.test.p_value * 100) - 1
    assert f"In {as_strong or 'none'} of 99 shuffles" in words


def test_growing_parts_are_reported_to_settle_or_not() -> None:
    answer = result(WINE, bundled("wine"))
    grown = curves(answer)
    words = stability_insight(grown, WINE)
    before, last = grown[LEARNED].estimates[-2:]
    low, high = before.interval(0.9)
    inside = low <= last.median <= high
    assert ("inside the interval before" in words) == inside
    assert f"From {grown[LEARNED].sizes[-2]:,} to {grown[LEARNED].sizes[-1]:,} rows" in words
    assert shown(last.median) in words


# The same numbers elsewhere


DECLARED = WINE.with_(categorical=("magnesium",), gap_values="2.43, -999")


@pytest.mark.parametrize("state", [WINE, DECLARED], ids=["plain", "declared"])
def test_python_lines_reproduce_the_page(
    state: DataState, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = result(state, bundled("wine"))
    exec(compile(as_python(state), "<lines>", "exec"), {})
    printed = capsys.readouterr().out
    learned = answer.estimates[LEARNED]
    assert learned is not None
    assert str(learned.median) in printed
    assert f"{answer.test.p_value}\n" in printed
    for note in answer.prepared.notes:
        assert note in printed
    assert "'one': 'alcohol', 'other': 'malic_acid'" in printed


@pytest.mark.parametrize("state", [WINE, DECLARED], ids=["plain", "declared"])
def test_commands_reproduce_the_page(state: DataState, capsys: pytest.CaptureFixture[str]) -> None:
    answer = result(state, bundled("wine"))
    estimate, matrix = as_command(state).replace("\\\n", "").splitlines()
    assert main([*estimate.split()[1:], "--json"]) == 0
    reply = json.loads(capsys.readouterr().out)
    learned = answer.estimates[LEARNED]
    assert learned is not None
    assert reply["median"] == learned.median
    assert reply["p_value"] == answer.test.p_value
    assert set(answer.prepared.notes) <= set(reply["notes"])
    assert all(note in unescape(notes_html(answer)) for note in reply["notes"])
    assert main([*matrix.split()[1:], "--json"]) == 0
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    assert len(pairs) == 91
    ends = [(pair["doubtful"], -pair["median"]) for pair in pairs]
    assert ends == sorted(ends)


def test_a_matrix_of_unknown_columns_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix", "wine", "--columns", "colour"]) == 2
    assert "got 'colour'" in capsys.readouterr().err
    command = ["matrix", "penguins", "--columns", "sex,year", "--units", "bits"]
    assert main([*command, "--estimator", "gaussian-copula"]) == 0
    assert capsys.readouterr().out.startswith("sex, year  ")


def test_a_target_ranks_the_other_columns(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["matrix", "penguins", "--estimator", "gaussian-copula", "--json", "--target"]
    assert main([*command, "species"]) == 0
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    assert {pair["other"] for pair in pairs} == {"species"}
    assert len(pairs) == 7
    assert main([*command, "colour"]) == 2
    assert "expected a target among species" in capsys.readouterr().err


# The page


@pytest.fixture(scope="module")
def page() -> DataPage:
    made = DataPage()
    assert made.join(60)
    return made


@pytest.fixture(autouse=True)
def first_screen(request: pytest.FixtureRequest) -> None:
    """Tests of the page begin at its first screen."""
    if "page" in request.fixturenames:
        made = request.getfixturevalue("page")
        made.controls.reset.click()
        assert made.join(60)
        assert made.controls.state == FIRST_SCREEN


def test_the_first_screen_is_finished(page: DataPage) -> None:
    answer = result(FIRST_SCREEN, bundled(FIRST_SCREEN.table))
    learned = answer.estimates[LEARNED]
    assert learned is not None
    assert shown(learned.median) in page.result_panel.numbers
    assert f"{answer.test.p_value:.2g}" in page.result_panel.numbers
    assert insight(answer)[:40] in unescape(page.insight.value)
    assert len(page.pairs.found.estimates) == 28
    assert "depend on each other the most" in page.pairs.words
    assert "rows the estimate went from" in page.stability.insight.value
    assert page.message.value == ""
    assert "CC0" in page.preview.value


MOVES = {
    "x": ("year",),
    "y": ("sex",),
    "missing": "median",
    "categories": "codes",
    "categorical": ("year",),
    "gap_values": "181",
    "level": 0.5,
    "units": "bits",
    "permutations": 99,
    "order": "time",
    "fdr": "0.05",
    "squares": "entropy",
    "network": SMOOTH,
    "seed": 5,
}


def test_each_control_has_a_move(page: DataPage) -> None:
    assert set(MOVES) == set(page.controls.widgets)


@pytest.mark.parametrize("name", MOVES)
def test_each_control_moves_the_state(page: DataPage, name: str) -> None:
    page.controls[name].value = MOVES[name]
    reached = FIRST_SCREEN.with_(**{name: MOVES[name]})
    assert page.join(60)
    assert page.controls.state == reached
    assert page.query == reached.to_query()
    assert insight(result(reached, bundled(reached.table)))[:40] in unescape(page.insight.value)
    assert page.message.value == ""


def test_another_table_brings_its_columns_and_its_pairs(page: DataPage) -> None:
    page.chooser.table.value = "seattle-weather"
    assert page.join(60)
    assert page.controls["x"].value == ("date",)
    assert page.query == FIRST_SCREEN.with_(table="seattle-weather").to_query()
    assert [name for _, name in page.controls["x"].options] == list(
        load_dataset("seattle-weather").columns
    )
    assert len(page.pairs.found.estimates) == 15
    data = re.search(r'download="pairs.csv" href="data:text/csv;base64,([^"]+)"', page.files.value)
    assert data
    assert b64decode(data.group(1)).decode().count("\n") == 16
    assert "date: dates became days since 2012-01-01" in page.notes.value
    assert "rows are sorted by date: their order is not used" in page.notes.value


def click(page: DataPage, x: str, y: str) -> None:
    """What a browser sends of a click on a square of the matrix."""
    heat, names = page.pairs._figure.widget.data[0], page.pairs.found.names
    heat._dispatch_on_click(Points([], [names.index(x)], [names.index(y)]), InputDeviceState())


def pick(page: DataPage, x: str, y: str) -> None:
    page.pairs.choice.value = (x, y)


def test_a_link_brings_the_table_and_its_columns_to_adapt(page: DataPage) -> None:
    state = WINE.with_(gap_values=(-9.0,), seed=4)
    page.want(state)
    assert page.join(60)
    (query,) = re.findall(r'href="adapt[^?]*\?([^"]*)"', page.adapting.value)
    there = AdaptState.from_query(unescape(query))
    assert there.of_table == state.of_table
    assert there.seed == state.seed


@pytest.mark.parametrize("opened_by", [click, pick])
def test_a_square_of_the_matrix_opens_its_pair(
    page: DataPage, opened_by: Callable[[DataPage, str, str], None]
) -> None:
    opened_by(page, "bill_length_mm", "body_mass_g")
    assert page.join(60)
    assert page.controls.state == FIRST_SCREEN.with_(x=("bill_length_mm",), y=("body_mass_g",))
    assert page.controls["x"].value == ("bill_length_mm",)
    assert "X is now <b>bill_length_mm</b> and Y <b>body_mass_g</b>" in page.pairs.opened.value
    assert "expected" not in page.message.value
    page.controls["y"].value = ("flipper_length_mm",)
    assert page.join(60)
    assert page.pairs.opened.value == ""


def test_pairs_are_offered_with_the_most_telling_first(page: DataPage) -> None:
    _, *pairs = page.pairs.choice.options
    found = page.pairs.found
    ends = [(pair in found.doubtful, -found.estimates[pair].median) for _, pair in pairs]
    assert len(ends) == 28
    assert ends == sorted(ends)
    page.controls["units"].value = "bits"
    assert page.join(60)
    assert all(" bits" in words for words, _ in page.pairs.choice.options[1:])


def test_another_network_answers_everywhere(page: DataPage) -> None:
    page.controls["network"].value = SMOOTH
    assert page.join(60)
    assert next(iter(page.answer.estimates)) == SMOOTH
    assert next(iter(page.stability.found)) == SMOOTH
    assert {e.estimator for e in page.pairs.found.estimates.values()} == {SMOOTH}
    assert SMOOTH in page.share.value


def test_a_network_that_was_saved_since_is_offered(page: DataPage, saved_network: str) -> None:
    page.follow("")
    page.controls["network"].value = saved_network
    assert page.join(60)
    estimate = page.answer.learned
    assert estimate is not None
    assert estimate.estimator == "my-net"
    page.controls.reset.click()
    assert page.join(60)


def upload(page: DataPage, name: str, content: bytes) -> None:
    page.want(Upload(name, content))
    assert page.join(60)


def test_an_uploaded_table_is_offered_and_a_bad_one_is_reported(page: DataPage) -> None:
    before = page.result_panel.numbers
    upload(page, "bad.csv", b"a,b\nu,v\n")
    assert "expected at least two columns" in page.message.value
    assert page.result_panel.numbers == before
    upload(page, "mine.csv", table())
    assert page.message.value == ""
    assert [name for _, name in page.controls["x"].options] == ["a", "b", "sum"]
    assert page.chooser.table.value == "mine.csv"
    page.chooser.table.value = "wine"
    assert page.join(60)
    page.chooser.table.value = "mine.csv"
    assert page.join(60)
    assert page.controls.state.y == ("sum",)
    assert "columns left out: word (" in page.notes.value


def test_pasted_rows_are_a_table(page: DataPage) -> None:
    page.chooser.pasted.value = "a\tb\n" + "\n".join(
        f"{i},{i % 7}5\t{i * i % 11}" for i in range(30)
    )
    page.chooser.read_pasted.click()
    assert page.join(60)
    assert page.message.value == ""
    assert page.controls.state.table == "pasted.txt"
    assert "decimal commas" in page.notes.value


def test_a_link_to_a_file_waits_for_it(page: DataPage) -> None:
    state = DataState("later.csv", ("b",), ("sum",), units="bits")
    page.follow(state.to_query())
    assert "this link refers to 'later.csv', which is not stored: upload it again" in unescape(
        page.message.value
    )
    upload(page, "later.csv", table())
    assert page.controls.state == state
    assert 'data-units="bits"' in page.result_panel.numbers


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        pytest.param((), "expected at least one column for x", id="none"),
        pytest.param(("flipper_length_mm",), "each column on one side", id="both sides"),
    ],
)
def test_columns_that_make_no_sample_are_reported(
    page: DataPage, columns: tuple[str, ...], message: str
) -> None:
    page.controls["x"].value = columns
    assert page.join(60)
    assert message in unescape(page.message.value)
    page.controls["x"].value = ("bill_depth_mm",)
    assert page.join(60)
    assert page.message.value == ""


def test_many_columns_wait_for_the_button_and_can_be_cancelled(page: DataPage) -> None:
    values = np.random.default_rng(0).normal(size=(40, 20))
    lines = [",".join(map(str, row)) for row in values]
    content = "\n".join([",".join(f"c{i}" for i in range(20)), *lines]).encode()
    upload(page, "wide.csv", content)
    pairs = page.pairs
    assert not pairs.found.estimates
    assert "mist-folded" in pairs._figure.widget._dom_classes
    assert "190 pairs" in pairs.job.status.value
    assert "mist-folded" not in pairs.job.buttons._dom_classes
    pairs.job.start.click()
    pairs.job.cancel.click()
    assert page.join(60)
    assert len(pairs.found.estimates) < 190
    pairs.job.start.click()
    assert page.join(120)
    assert len(pairs.found.estimates) == 190
    assert "mist-folded" in pairs.job.buttons._dom_classes


def test_all_columns_are_ranked_by_their_information_on_y(page: DataPage) -> None:
    ranking = page.ranking
    page.controls["y"].value = ("species",)
    assert page.join(60)
    ranking.job.start.click()
    assert page.join(120)
    found = ranking.found
    assert found is not None
    assert len(found.estimates) == 7
    best = found.ranked[0], found.estimates[found.ranked[0]]
    rows = re.findall(r'<th scope="row">([^<]+)</th>', ranking.table.value)
    assert rows[0] == best[0][0]
    assert shown(best[1].median) in ranking.table.value
    assert "7 columns" in ranking.job.status.value
    page.controls["units"].value = "bits"
    assert page.join(60)
    assert ">bits<" in ranking.table.value
    page.controls["y"].value = ("sex",)
    assert page.join(60)
    assert ranking.found is None
    assert ranking.table.value == ""


# Files


def test_tables_hold_the_numbers(page: DataPage) -> None:
    answer = result(FIRST_SCREEN, bundled("penguins"))
    rows = list(csv.DictReader(io.StringIO(estimates_csv(answer))))
    learned = answer.estimates[LEARNED]
    assert learned is not None
    assert rows[0]["estimator"] == LEARNED
    assert float(rows[0]["median"]) == learned.median
    assert (float(rows[0]["low"]), float(rows[0]["high"])) == learned.interval(0.9)
    pairs = list(csv.DictReader(io.StringIO(pairs_csv(page.pairs.found, FIRST_SCREEN))))
    assert len(pairs) == 28


def test_the_report_stands_alone(page: DataPage) -> None:
    page.make_report.click()
    assert page.join(120)
    data = re.search(r'href="data:text/html;base64,([^"]+)"', page.report.value)
    assert data
    made = b64decode(data.group(1)).decode()
    # Plotly gives every figure a random name.
    again = report(page.answer, page.stability.found, page.pairs.found)
    name = r"[0-9a-f]{8}-[0-9a-f-]{27}"
    assert re.sub(name, "", made) == re.sub(name, "", again)
    assert made.count('class="plotly-graph-div"') == 4
    assert "CC0" in made
    # Plotly names addresses of maps that nothing here asks for; the rest asks for nothing.
    without_plotly = re.sub(r"<script[^>]*>.*?</script>", "", made, flags=re.DOTALL)
    assert not re.search(r'(src|href)="http', without_plotly)


# Figures


def test_figures_keep_their_structure_for_every_table() -> None:
    shapes = set()
    for name in ("penguins", "wine"):
        answer = result(FIRST_SCREEN.with_(table=name), bundled(name))
        shapes.add(len(plot_stability(curves(answer)).data))
    assert shapes == {2}


def test_the_matrix_marks_pairs_that_show_nothing(page: DataPage) -> None:
    found = page.pairs.found
    figure = plot_matrix(found, units="bits")
    heat, *labels = figure.data
    numbers = {
        (y, x): t for trace in labels for y, x, t in zip(trace.y, trace.x, trace.text, strict=True)
    }
    for (one, other), estimate in found.estimates.items():
        i, j = found.names.index(one), found.names.index(other)
        assert heat.z[i][j] == pytest.approx(equivalent_correlation(estimate.median))
        assert numbers[i, j].startswith("(") == (estimate.interval(0.9)[0] == 0)
        assert numbers[i, j] == numbers[j, i]
        assert interval_text(estimate.to("bits"), 0.9) in heat.customdata[i][j]
    assert list(matrix_columns(result(FIRST_SCREEN, bundled("penguins")))) == list(found.names)
