"""The parts of the data page for files with several tables, for all pairs, and for a ranking."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from html import escape, unescape
from html.parser import HTMLParser

import ipywidgets as widgets
import numpy as np
import openpyxl
import pandas as pd
import pytest

from mist_explore.estimate import Estimate
from mist_explore.evaluation import PAIR_FIELDS, Pairwise
from mist_explore.explorer.explanation import explained
from mist_explore.explorer.html import warnings_html
from mist_explore.explorer.your_data import DataPage, DataState, Upload, opened
from mist_explore.explorer.your_data.pairs import compute as pairs_compute
from mist_explore.explorer.your_data.pairs.views import (
    matrix_insight,
    matrix_report,
    pair_list_html,
    pairs_csv,
)
from mist_explore.explorer.your_data.views import report


@pytest.fixture(scope="module")
def page() -> DataPage:
    made = DataPage()
    assert made.join(60)
    return made


def upload(page: DataPage, name: str, content: bytes) -> None:
    page.want(Upload(name, content))
    assert page.join(60)


def folded(widget: object) -> bool:
    return "mist-folded" in widget._dom_classes  # type: ignore[attr-defined]


def workbook() -> bytes:
    """Three sheets: no table, columns a and b, columns c and d."""
    book = openpyxl.Workbook()
    book.active.title = "about"
    for title, names in (("first", "ab"), ("second", "cd")):
        sheet = book.create_sheet(title)
        sheet.append(list(names))
        for i in range(30):
            sheet.append([i * 0.37 % 1, i * 0.59 % 1])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def database() -> bytes:
    """Three tables: words alone, columns e and f, columns g and h."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table a_words (word text)")
        connection.executemany("insert into a_words values (?)", [(f"word {i}",) for i in range(9)])
        for name, x, y in (("b", "e", "f"), ("c", "g", "h")):
            connection.execute(f"create table {name} ({x} real, {y} real)")
            rows = [(i * 0.37 % 1, i * 0.59 % 1) for i in range(30)]
            connection.executemany(f"insert into {name} values (?, ?)", rows)
        connection.commit()
        return connection.serialize()


# Sheets and names


def names(page: DataPage) -> list[str]:
    return [name for _, name in page.controls["x"].options]


@pytest.mark.parametrize(
    ("name", "content", "sheets", "first", "second"),
    [
        ("book.xlsx", workbook(), ("about", "first", "second"), ["a", "b"], ["c", "d"]),
        ("data.sqlite", database(), ("a_words", "b", "c"), ["e", "f"], ["g", "h"]),
    ],
    ids=["workbook", "database"],
)
def test_a_sheet_is_chosen_where_there_are_several(
    page: DataPage, name: str, content: bytes, sheets: tuple[str, ...], first: list[str],
    second: list[str],
) -> None:  # fmt: skip
    upload(page, name, content)
    control = page.chooser.sheet
    assert page.message.value == ""
    assert tuple(control.options) == sheets
    assert not folded(control)
    assert (names(page), control.value) == (first, sheets[1])
    control.value = sheets[2]
    assert page.join(60)
    assert names(page) == second
    assert page.controls.state.sheet == sheets[2]
    assert f"sheet={sheets[2]}" in page.share.value
    assert f"--sheet {sheets[2]}" in page.share.value
    control.value = sheets[0]
    assert page.join(60)
    assert "expected" in page.message.value
    control.value = sheets[1]
    assert page.join(60)
    assert page.message.value == ""
    assert names(page) == first


def test_the_first_row_is_names_or_values_by_choice(page: DataPage) -> None:
    rows = "\n".join(f"{i * 37 % 101 / 10},{i * 59 % 97 / 10}" for i in range(40))
    upload(page, "plain.csv", rows.encode())
    assert not folded(page.chooser.header)
    assert folded(page.chooser.sheet)
    assert names(page) == ["column 1", "column 2"]
    page.chooser.header.value = "yes"
    assert page.join(60)
    assert names(page) == ["0.0", "0.0.1"]
    assert page.controls.state.header == "yes"
    assert "header=True" in unescape(page.share.value)
    assert "--header yes" in page.share.value
    state = page.controls.state
    page.chooser.table.value = "wine"
    assert page.join(60)
    assert folded(page.chooser.reading)
    page.follow(state.to_query())
    assert page.join(60)
    assert names(page) == ["0.0", "0.0.1"]
    page.controls.reset.click()
    assert page.join(60)


def test_a_file_without_a_usable_table_is_reported_with_the_first_reason() -> None:
    with pytest.raises(ValueError, match=re.escape("expected at least two columns of numbers")):
        opened(Upload("data.sqlite", database()), "a_words")


# Warnings


def test_a_warning_of_several_estimators_is_reported_once() -> None:
    one, other = (
        Estimate((0.5,), (0.1,), warnings=("rows resemble their neighbours",), estimator=name)
        for name in ("ksg", "gaussian-copula")
    )
    reported = warnings_html([one, other, None], {})
    assert reported.count("rows resemble") == 1
    assert "KSG, Gaussian copula: rows resemble" in reported


# All pairs


def test_all_pairs_are_tested_and_the_estimates_stay(page: DataPage) -> None:
    before = page.pairs.found
    assert not before.p_values
    page.controls["fdr"].value = "0.1"
    assert page.join(60)
    found = page.pairs.found
    assert found.estimates == before.estimates
    assert len(found.p_values) == 28
    assert "adjusted p-value" in page.pairs._figure.widget.data[0].customdata[0][1]
    files = dict(
        re.findall(r'download="([^"]+)" href="data:[^;]+;base64,([^"]+)"', page.files.value)
    )
    parquet = pd.read_parquet(io.BytesIO(b64decode(files["pairs.parquet"])))
    assert tuple(parquet.columns) == PAIR_FIELDS
    assert parquet["p_adjusted"].tolist() == [found.adjusted[pair] for pair in found.ranked]
    page.controls["squares"].value = "entropy"
    assert page.join(60)
    heat = page.pairs._figure.widget.data[0]
    np.testing.assert_array_equal(heat.z, found.matrix(normalised=True))
    assert "smaller entropy" in heat.colorbar.title.text
    page.controls["fdr"].value = "none"
    assert page.join(60)
    assert not page.pairs.found.p_values
    page.controls.reset.click()
    assert page.join(60)
    assert page.controls.state == DataState()


def test_the_table_of_pairs_holds_rows_tests_and_warnings() -> None:
    warned = Estimate((0.05, 0.5, 0.95), (0.1, 0.9, 1.0), ("odd <rows>",), n_samples=77)
    plain = Estimate((0.05, 0.5, 0.95), (0.1, 0.2, 0.3), n_samples=99)
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    found = Pairwise(
        ("a", "b", "c"),
        {pairs[0]: warned, pairs[1]: plain, pairs[2]: plain},
        {},
        artefacts={pairs[2]: "c is a copy of b"},
        p_values=dict.fromkeys(pairs, 0.01),
        n_samples=dict.fromkeys(pairs, 99),
        test="999 permutations",
    )
    html = pair_list_html(found, DataState(), "All pairs")
    heads = re.findall(r'<th scope="row">([^<]+)</th>', html)
    assert heads == ["a and c", "a and b", "b and c"]
    for part in (
        "odd &lt;rows&gt;",
        "c is a copy of b",
        ">77<",
        ">99<",
        "0.01",
        "999 permutations",
    ):
        assert part in html


def test_the_words_about_the_matrix_agree_with_its_numbers() -> None:
    plain, silent = (
        Estimate((0.05, 0.5, 0.95), (low, value, 2.0)) for low, value in ((0.3, 0.5), (0.0, 0.1))
    )
    copy = Estimate((0.05, 0.5, 0.95), (1.0, 1.5, 2.0))
    pairs = {("a", "b"): copy, ("a", "c"): plain, ("b", "c"): silent}
    found = Pairwise(
        ("a", "b", "c"),
        pairs,
        {},
        artefacts={("a", "b"): "b is a copy of a"},
        p_values=dict(zip(pairs, (0.01, 0.01, 0.9), strict=True)),
    )
    words = matrix_insight(found, DataState().with_(fdr="0.05"))
    assert words.startswith("a and c depend on each other the most, 0.50 nats. Left aside: 1 pair")
    assert "In 1 of 3 pairs the 90% interval begins at 0" in words
    assert words.endswith("2 of 3 pairs have an adjusted p-value of at most 5%.")
    assert "p-value" not in matrix_insight(found, DataState())
    shares = matrix_insight(found, DataState().with_(squares="entropy", level=0.5))
    assert "In 0 of" not in shares
    assert "brackets" not in shares
    weak = Pairwise(("b", "c"), {("b", "c"): silent}, {})
    assert matrix_insight(weak, DataState()).startswith("No dependence is clear: the largest")


# Ranking


def test_many_columns_are_screened_and_the_highest_estimated(
    page: DataPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs_compute, "RANKED", 3)
    page.controls["y"].value = ("sex",)
    assert page.join(60)
    page.ranking.job.start.click()
    assert page.join(120)
    found = page.ranking.found
    assert found is not None
    assert (len(found.estimates), len(found.screening)) == (3, 7)
    table = unescape(page.ranking.table.value)
    assert table.count("not estimated") == 4
    assert "7 pairs were screened by their mutual information between bins" in table
    assert 'download="ranking.csv"' in page.files.value


# Files


def test_the_matrix_is_a_file_of_its_own(page: DataPage) -> None:
    page.make_matrix.click()
    assert page.join(60)
    link = re.search(
        r'download="matrix.html" href="data:text/html;base64,([^"]+)"', page.report.value
    )
    assert link
    made = b64decode(link[1]).decode()
    assert made.count('class="plotly-graph-div"') == 1
    for name in page.pairs.found.names:
        assert f'"{name}"' in made


def test_names_that_are_formulas_are_inert_in_csv() -> None:
    pair = ("=cmd()", "@b")
    half = Estimate((0.05, 0.5, 0.95), (0.2, 0.3, 0.4), n_samples=99, warnings=("-1 is odd",))
    text = pairs_csv(Pairwise(pair, {pair: half}, {}), DataState())
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["one"], row["other"], row["warnings"]) == ("'=cmd()", "'@b", "'-1 is odd")


# Why this answer


def test_the_answer_is_explained_in_the_units_of_the_page(page: DataPage) -> None:
    state = page.controls.state.with_(units="bits")
    page.want(state)
    assert page.join(60)
    page.explanation._open()
    learned = page.answer.learned
    assert learned is not None
    assert escape(explained(learned.to("bits"), state.level)) in page.explanation.words.value


HOSTILE = ("=2+5+cmd|'/C calc'!A0", "<script>alert(1)</script>", '"><svg onload=alert(1)>')


class Active(HTMLParser):
    """Collects the elements that the names of `HOSTILE` would make, were they not escaped."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if any(name.startswith("on") and "alert" in str(value) for name, value in attrs):
            self.found.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and data.startswith("alert"):
            self.found.append(data)


def texts_in(widget: object) -> Iterator[str]:
    """The HTML of a widget and all within."""
    if isinstance(widget, widgets.HTML):
        yield widget.value
    for child in getattr(widget, "children", ()):
        yield from texts_in(child)


def test_names_of_a_stranger_are_texts_everywhere(page: DataPage) -> None:
    rng = np.random.default_rng(0)
    cells = [("<img src=x onerror=alert(1)>", "=1+1")[i] for i in rng.integers(0, 2, 60)]
    frame = pd.DataFrame(rng.normal(size=(60, 3)), columns=list(HOSTILE))
    frame["<i onclick=alert(1)>"] = cells
    file = "<img src=x onerror=alert(1)>.csv"
    upload(page, file, frame.to_csv(index=False).encode())
    assert page.pairs.job.join(120)
    assert page.state.table == file
    state, answer = page.state, page.answer
    shown = list(texts_in(page.widget))
    assert sum(map(len, shown)) > 10_000
    reports = [
        report(answer, page.stability.found, page.pairs.found),
        matrix_report(answer, page.pairs.found),
    ]
    for text in (*shown, *reports):
        parser = Active()
        parser.feed(text)
        assert parser.found == []
    rows = list(csv.reader(io.StringIO(pairs_csv(page.pairs.found, state))))
    names = {cell for row in rows[1:] for cell in row[:2]}
    assert f"'{HOSTILE[0]}" in names
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    # Labels of figures: plotly drops all elements of a text but a few without scripts.
    compile(page.texts()["Python"], "estimate.py", "exec")
