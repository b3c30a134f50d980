"""The benchmarks page without a browser."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace

import pytest

from mist_explore.evaluation.shipped import AXES, Score, Shipped
from mist_explore.explorer.benchmarks import ResultsPage, ResultsState, compute, settings, view
from mist_explore.explorer.benchmarks.compute import EDGES, ResultsView, as_python
from mist_explore.explorer.benchmarks.settings import SUITES
from mist_explore.explorer.benchmarks.views import (
    as_csv,
    commands_html,
    figures,
    insight,
    tables_html,
)
from mist_explore.metrics import Mean
from mist_explore.plots import mark_of

SECONDS = 60


@pytest.mark.parametrize("query", ["suite=imagenet", "by=colour", "n=3"])
def test_a_link_that_makes_no_sense_is_reported(query: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        ResultsState.from_query(query)


@pytest.mark.parametrize("suite", SUITES)
def test_every_number_of_the_table_refers_to_its_command(suite: str) -> None:
    shown = view(ResultsState(suite))
    table, commands = tables_html(shown), commands_html(shown)
    for score in shown.measured:
        number = shown.commands.index(score.command) + 1
        assert f'href="#mist-made-{number}"' in table
        made = commands.partition(f'id="mist-made-{number}"')[2].partition("</li>")[0]
        assert html.escape(score.command) in made
        title = html.escape(score.command)
        assert f'href="#mist-made-{number}" title="{title}">' in table
        assert str(score.error) in table
    for score in shown.published:
        assert f'<td class="mist-others">{score.error.value:.3g}</td>' in table
        assert f">{score.estimator}, published</th>" in table


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
    assert len(rows) == len(shown.measured) + len(shown.published)
    for group in shown.groups:
        scores = [s for s in (*shown.measured, *shown.published) if s.group == group]
        whole = sorted(score.error.value for score in scores if score.complete)
        errors = [float(row[shown.units]) for row in rows if row["group"] == group]
        assert errors[: len(whole)] == whole


def test_python_of_a_view_gives_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(as_python(ResultsState()), "shared", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    for score in view(ResultsState()).measured:
        assert f"{score.group} | {score.estimator} | {score.error}" in lines


@pytest.mark.parametrize("suite", SUITES)
def test_a_part_has_groups_and_titles_of_its_own(suite: str) -> None:
    part, shown = SUITES[suite], view(ResultsState(suite))
    assert shown.groups
    assert len({part.title(group) for group in shown.groups}) == len(shown.groups)
    rows = [part.place(group) for group in shown.groups]
    assert rows == sorted(rows)
    leaderboard = figures(shown)[0]
    assert leaderboard.layout.showlegend is False
    drawn = {trace.name for trace in leaderboard.data if trace.x is not None and len(trace.x)}
    assert {mark_of(score.estimator).short for score in shown.measured} <= drawn


def test_every_group_of_every_suite_is_in_one_part() -> None:
    everything = settings.shipped()
    for suite in everything.suites:
        for group in {score.group for score in everything.of(suite).pooled().scores}:
            parts = [part for part in SUITES.values() if part.suite == suite and part.has(group)]
            assert len(parts) == 1


def test_the_insight_counts_the_intervals_and_the_published() -> None:
    words = insight(view(ResultsState()))
    assert re.search(r"intervals of MIST-QR contain the true value in \d+% of the datasets", words)
    assert re.search(r"below that of \d+ of the \d+ methods", words)


@pytest.mark.parametrize(
    ("below", "verdict"),
    [
        ({0.05: 0.05, 0.5: 0.5, 0.95: 0.95}, "the quantiles are calibrated"),
        ({0.05: 0.01, 0.5: 0.5, 0.95: 0.99}, "intervals are too wide"),
        ({0.05: 0.15, 0.5: 0.5, 0.95: 0.85}, "intervals are too narrow"),
        # A right width does not excuse shifted medians.
        ({0.05: 0.05, 0.5: 0.7, 0.95: 0.95}, "the medians are too high"),
    ],
)
def test_the_insight_rates_the_whole_calibration_curve(
    below: dict[float, float], verdict: str
) -> None:
    score = Score(
        "shift",
        "rings",
        "mist-qr",
        Mean(0.1, 0.01, 900),
        "nats",
        n_datasets=900,
        of=900,
        coverage={0.9: Mean(below[0.95] - below[0.05], 0.01, 900)},
        calibration=below,
    )
    one = ResultsView(ResultsState("shift"), Shipped((score,), (score,), ()))
    assert verdict in insight(one)
    assert html.escape(verdict[1:]) in tables_html(one)


def test_an_error_on_a_part_of_the_datasets_wins_nothing() -> None:
    found = view(ResultsState())
    part = Score("bmi-40", "40 tasks", "ksg-2", Mean(1e-9, 0.0, 2), found.units, "make x", 3, 40)
    found = view(ResultsState().with_(estimators=("mist-qr", "ksg-2")))
    rest = [s for s in found.shipped.scores if (s.group, s.estimator) != (part.group, "ksg-2")]
    found = replace(found, shipped=replace(found.shipped, scores=tuple(rest)))
    shipped = replace(found.shipped, scores=(part, *found.shipped.scores))
    changed = replace(found, shipped=shipped)
    assert insight(changed) == insight(found)
    assert changed.errors() == found.errors()
    assert "3 of 40" in tables_html(changed)


def test_without_results_the_page_shows_it() -> None:
    empty = ResultsView(ResultsState(), Shipped((), (), ()))
    assert insight(empty) == "No results of this suite are shipped."
    assert len(figures(empty)) == 4
    assert "<table>" in tables_html(empty)


def test_page_shows_another_suite_and_goes_back() -> None:
    page = ResultsPage()
    first = page.table.value
    page.controls["suite"].value = "shift"
    assert page.join(SECONDS)
    assert SUITES["shift"].label in page.table.value
    assert page.figures.views[0].widget.layout.yaxis.ticktext == view(ResultsState("shift")).groups
    page.controls["estimators"].value = ("mist-qr", "ksg-2")
    assert page.join(SECONDS)
    assert [trace.name for trace in page.figures.views[0].widget.data[1:]] == ["MIST-QR", "KSG-2"]
    page.controls["by"].value = "truth"
    assert page.join(SECONDS)
    assert page.figures.views[1].widget.layout.xaxis.title.text == AXES["truth"]
    page.controls.reset.click()
    assert page.join(SECONDS)
    assert page.table.value == first
    assert page.message.value == ""


def test_page_follows_a_link_and_reports_a_bad_one() -> None:
    assert ResultsPage.opened(lambda: "suite=shift").children
    page = ResultsPage()
    page.follow("suite=x")
    assert "expected suite among bmi-40, bmi-40-width, m-test" in html.unescape(page.message.value)


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
