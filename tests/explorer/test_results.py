"""The benchmarks page without a browser."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace

import pytest

from mist_explore.evaluation.shipped import AXES, Score, Shipped
from mist_explore.explorer.results import ResultsPage, ResultsState, compute, settings, view
from mist_explore.explorer.results.compute import EDGES, ResultsView, as_python
from mist_explore.explorer.results.settings import SUITES
from mist_explore.explorer.results.views import (
    as_csv,
    commands_html,
    figures,
    insight,
    table_html,
)
from mist_explore.metrics import Mean

SECONDS = 60


@pytest.mark.parametrize("query", ["suite=imagenet", "by=colour", "n=3"])
def test_a_link_that_makes_no_sense_is_told(query: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        ResultsState.from_query(query)


@pytest.mark.parametrize("suite", SUITES)
def test_every_number_of_the_table_refers_to_its_command(suite: str) -> None:
    shown = view(ResultsState(suite))
    table, commands = table_html(shown), commands_html(shown)
    for score in shown.measured:
        number = shown.commands.index(score.command) + 1
        assert f'href="#mist-made-{number}"' in table
        made = commands.partition(f'id="mist-made-{number}"')[2].partition("</li>")[0]
        assert html.escape(score.command) in made
        assert str(score.error) in table
    assert table.count("published") == len(shown.shipped.scores) - len(shown.measured)


@pytest.mark.parametrize("suite", SUITES)
def test_edges_leave_no_dataset_out(suite: str) -> None:
    for axis, edges in EDGES.items():
        for estimates in view(ResultsState(suite)).shipped.estimates:
            values = getattr(estimates, axis)
            assert edges[0] <= values.min()
            assert values.max() < edges[-1]


def test_csv_holds_what_the_table_holds() -> None:
    shown = view(ResultsState())
    rows = list(csv.DictReader(io.StringIO(as_csv(shown))))
    assert len(rows) == len(shown.shipped.scores)
    for group in shown.groups:
        scores = [score for score in shown.shipped.scores if score.group == group]
        whole = sorted(score.error.value for score in scores if score.complete)
        errors = [float(row[shown.units]) for row in rows if row["group"] == group]
        assert errors[: len(whole)] == whole


def test_python_of_a_view_gives_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(as_python(ResultsState()), "shared", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"{score.group} | {score.estimator} | {score.error}"
        for score in view(ResultsState()).shipped.scores
    ]


def test_the_insight_counts_the_intervals_and_the_published() -> None:
    words = insight(view(ResultsState()))
    assert re.search(r"intervals of MIST-QR contain the true value in \d+% of the datasets", words)
    assert re.search(r"below that of \d+ of the \d+ methods", words)


@pytest.mark.parametrize(
    ("coverage", "verdict"),
    [(0.9, "of the right width"), (0.97, "wider than needed"), (0.8, "too narrow")],
)
def test_the_insight_compares_coverage_with_the_level(coverage: float, verdict: str) -> None:
    score = Score(
        "shift",
        "rings",
        "mist-qr",
        Mean(0.1, 0.01, 9),
        "nats",
        n_datasets=9,
        of=9,
        coverage={0.9: Mean(coverage, 0.01, 9)},
    )
    one = ResultsView(ResultsState("shift"), Shipped((score,), (), ()), ("mist-qr",))
    assert (
        f"contain the true value in {coverage:.0%} of the datasets, so they are {verdict}"
        in insight(one)
    )


def test_an_error_on_a_part_of_the_datasets_wins_nothing() -> None:
    found = view(ResultsState())
    part = Score("bmi-40", "40 tasks", "ksg", Mean(1e-9, 0.0, 2), found.units, "make x", 3, 40)
    shipped = replace(found.shipped, scores=(part, *found.shipped.scores))
    changed = replace(found, shipped=shipped)
    assert insight(changed) == insight(found)
    assert changed.errors() == found.errors()
    assert "3 of 40" in table_html(changed)


def test_without_results_the_page_says_so() -> None:
    empty = ResultsView(ResultsState(), Shipped((), (), ()), ("mist-qr",))
    assert insight(empty) == "No results of this suite are shipped."
    assert len(figures(empty)) == 4
    assert "<table>" in table_html(empty)


def test_page_shows_another_suite_and_goes_back() -> None:
    page = ResultsPage()
    first = page.table.value
    page.controls["suite"].value = "shift"
    assert page.join(SECONDS)
    assert SUITES["shift"] in page.table.value
    assert page.figures[0].widget.layout.yaxis.ticktext == view(ResultsState("shift")).groups
    page.controls["by"].value = "truth"
    assert page.join(SECONDS)
    assert page.figures[1].widget.layout.xaxis.title.text == AXES["truth"]
    page.controls.reset.click()
    assert page.join(SECONDS)
    assert page.table.value == first
    assert page.message.value == ""


def test_page_follows_a_link_and_tells_of_a_bad_one() -> None:
    assert ResultsPage.opened(lambda: "suite=shift").children
    page = ResultsPage()
    page.follow("suite=x")
    assert "expected suite among bmi-40, m-test, shift" in html.unescape(page.message.value)


def test_only_suites_with_results_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = settings.shipped()
    monkeypatch.setattr(settings, "shipped", lambda: everything.of("shift"))
    monkeypatch.setattr(compute, "shipped", settings.shipped)
    assert settings.offered() == ("shift",)
    page = ResultsPage()
    page.follow("suite=lowdim")
    assert [name for _, name in page.controls["suite"].options] == ["shift", "lowdim"]
    assert "No results of this suite are shipped." in page.insight.value


def test_groups_that_differ_in_information_are_one() -> None:
    def score(name: str, group: str, error: float, **more: object) -> Score:
        fields = {"n_datasets": 3, "of": 3, **more}
        return Score("lowdim", group, name, Mean(error, 0.3, 3), "nats", **fields)  # type: ignore[arg-type]

    one, two = "ring, 1 nat, n = 90", "ring, 2 nats, n = 90"
    scores = (
        *(score("ksg", one, 1.0), score("ksg", two, 2.0), score("gaussian", one, 5.0)),
        *(score("KSG", one, 3.0, published=True), score("KSG", two, 5.0, published=True)),
        score("WKL", one, 9.0, published=True),
    )
    ksg, gaussian, published = Shipped(scores, (), ()).pooled().scores
    assert {s.group for s in (ksg, gaussian, published)} == {"ring, n = 90"}
    assert (ksg.error.value, ksg.n_datasets, ksg.of) == (1.5, 6, 6)
    assert ksg.error.standard_error == pytest.approx(0.3 / 2**0.5)
    assert published.error.value == 4.0  # WKL is published for a part only
    assert not gaussian.complete
