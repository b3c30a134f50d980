"""The adapt page without a browser: its settings, its run, its sentences, and buttons pressed."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mist_explore.adaptation import (
    AdaptationCard,
    AdaptationSettings,
    FlowReport,
    FlowSettings,
    Score,
)
from mist_explore.cli import main
from mist_explore.estimators import load
from mist_explore.explorer.adapt import AdaptPage, AdaptState, Run, result, run
from mist_explore.explorer.adapt.compute import as_command, as_python
from mist_explore.explorer.adapt.views import (
    alt_text,
    errors_figure,
    flow_figures,
    flows_insight,
    insight,
    numbers_html,
    worth,
)
from mist_explore.explorer.links import adapting_html
from mist_explore.explorer.tables import Opened, bundled
from mist_explore.explorer.theme import asset
from mist_explore.explorer.your_data import DataState
from mist_explore.plots import shown
from mist_explore.plots.fitted_flow import plot_draws, plot_log_likelihood
from mist_explore.progress import Cancellation, Progress

TINY = AdaptationSettings(
    datasets=20,
    held_out=20,
    replayed=20,
    steps=20,
    remembered=1,
    flow=FlowSettings(layers=1, hidden=8, steps=20),
)
Floats = NDArray[np.float64]
USUAL = AdaptState.adaptation  # before the tests shrink it
SMALL = AdaptState().with_(table="wine").with_(y=("proline",))


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty folder of models, and a tiny budget."""
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIST_EXPLORE_MODELS", str(folder))
        patch.setattr(AdaptState, "adaptation", property(lambda s: replace(TINY, seed=s.seed)))
        yield folder


@pytest.fixture(scope="module")
def records() -> list[Run]:
    """A whole run whose page was gone in the middle, from its second half on."""
    cancellation, table = Cancellation(), bundled("wine")
    first = run(SMALL, table, cancellation)
    for record in first:
        if record.references is not None and all(flow.report for flow in record.flows):
            cancellation.set()
    kept = result(SMALL, table)
    assert 0 < kept.step < kept.total
    assert kept.card is None
    job, found = run(SMALL, table, Cancellation(), resume=True), [kept]
    while True:
        try:
            found.append(next(job))
        except StopIteration as end:
            return [*found, end.value]


def test_a_run_grows_from_the_flows_to_the_card(records: list[Run]) -> None:
    steps = [record.step for record in records[2:]]
    assert steps == sorted(steps)
    last = records[-1]
    assert last.step == last.total
    assert last.card is not None
    assert last.errors[0] == (0.0, last.card.before.error)
    assert last.errors[-1][0] == 1.0
    assert last.errors[-1][1] == pytest.approx(last.card.after.error)
    assert last.references == {
        "mist-qr": last.card.before.error,
        **{name: score.error for name, score in last.card.others.items()},
    }
    for flow, fitted in zip(last.flows, (last.card.flow_x, last.card.flow_y), strict=True):
        assert flow.report is not None
        assert flow.report.flow == fitted.flow == pytest.approx(max(flow.curve))
        assert flow.draws is not None
    assert last.seconds > records[0].seconds


def test_a_finished_run_is_there_after_a_reload(records: list[Run]) -> None:
    again, last = result(SMALL, bundled("wine")), records[-1]
    assert again.recorded
    assert again.card == last.card
    assert again.folder == last.folder
    assert insight(again) == insight(last)
    assert again.with_mapping(json.loads(json.dumps(again.to_mapping()))).card == last.card


def test_figures_and_words_hold_the_numbers_of_the_run(records: list[Run]) -> None:
    last = records[-1]
    assert last.card is not None
    errors = errors_figure(last)
    assert [trace.y[0] for trace in errors.data[:2]] == [
        last.card.before.error,
        last.card.others["ksg"].error,
    ]
    assert errors.data[2].y[-1] == pytest.approx(last.card.after.error)
    draws_x, draws_y, curve_x, _ = flow_figures(last)
    assert len(draws_x.data[0].x) == len(draws_x.data[1].x) == last.prepared.sample.n_samples
    assert draws_y.data[0].type == "bar"
    assert list(curve_x.data[-1].y) == list(last.flows[0].curve)
    for error in (last.card.before.error, last.card.after.error):
        assert shown(error) in numbers_html(last)
        assert shown(error) in worth(last.card)
    for sentence in (*insight(last), *flows_insight(last)):
        assert sentence in alt_text(last)
    before, after = (score.coverage[2] for score in (last.card.before, last.card.after))
    assert f"in {after:.0%} of these datasets" in insight(last)[1]
    assert f"Before it was {before:.0%}." in insight(last)[1]
    assert "No flow is fitted yet." in alt_text(result(SMALL.with_(seed=5), bundled("wine")))
    assert shown(last.errors[0][1]) in insight(replace(last, card=None))[0]


@pytest.mark.parametrize(
    ("after", "ksg", "expected"),
    [
        (0.10, 0.3, "Adapting was worth it: on 50 held-out datasets like yours the mean error has"),
        (0.10, 0.05, "KSG, which needs no training, errs by less there: 0.050 nats."),
        (0.19, 0.3, "no difference beyond chance"),
        (0.30, 0.4, "made it worse: .* grown from 0.20 to 0.30 nats"),
    ],
)
def test_worth_follows_from_the_errors(after: float, ksg: float, expected: str) -> None:
    score = Score(0.2, 0.0, (0.5, 0.8, 0.9, 0.95), 0.5, 50)
    report = FlowReport(-1.0, -2.0, -1.5, (0.1,), 0.5, 0.5, 20)
    card = AdaptationCard(
        score,
        replace(score, error=after),
        {"ksg": replace(score, error=ksg)},
        {},
        (0.1, 0.2, 0.3),
        (0.1, 0.2, 0.3),
        report,
        report,
        gain_error=0.02,
    )
    assert re.search(expected, worth(card))
    assert ("KSG" in worth(card)) == (ksg < min(0.2, after))
    assert AdaptationCard.from_mapping(card.to_mapping()).gain_error == card.gain_error


def test_a_flow_is_compared_with_its_baselines(records: list[Run]) -> None:
    last = records[-1]
    report = last.flows[0].report
    assert report is not None
    words, _ = flows_insight(last)
    assert ("does not separate" in words) == report.is_close
    assert f"right in {report.classifier:.0%} of the rows" in words
    figure = plot_log_likelihood([-2.0, -1.0], 5, {"Gaussian": -3.0}, side="X")
    assert figure.layout.yaxis.range[0] < -3
    assert len(plot_draws(np.zeros((3, 1)), None, ["a"], side="Y").data) == 2


def test_the_first_screen_is_a_recorded_run() -> None:
    first = result(AdaptState(), bundled(AdaptState().table))
    assert first.recorded
    assert first.card is not None
    assert first.folder is None
    changed = result(AdaptState(seed=1), bundled(AdaptState().table))
    assert (changed.step, changed.card) == (0, None)


def test_python_and_command_give_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    state, found = SMALL.with_(budget="0.25", seed=3), []

    def job(x: Floats, y: Floats, out: str, **options: Any) -> Generator[Progress, None, None]:
        found.append((x, y, out, options["settings"]))
        yield Progress(1, 1, 0.0)

    monkeypatch.setattr("mist_explore.adaptation.run.iter_adapt", job)
    monkeypatch.setattr("mist_explore.adaptation.iter_adapt", job)
    monkeypatch.setattr(AdaptState, "adaptation", USUAL)
    with pytest.raises(AttributeError, match="card"):  # the job has no result
        exec(compile(as_python(state), "shared", "exec"), {})
    command = as_command(state).partition("mist-explore estimate")[0].replace("\\\n", "")
    assert main(command.split()[1:]) == 0
    (x, y, _, one), (again_x, again_y, name, other) = found
    assert name == "my-network"
    assert one == other == state.adaptation == replace(AdaptationSettings().scaled(0.25), seed=3)
    np.testing.assert_array_equal(x, again_x)
    np.testing.assert_array_equal(y, again_y)


def test_a_finished_network_is_saved_with_its_flows_and_linked(
    records: list[Run], models: Path
) -> None:
    page = AdaptPage()
    page.save.save.click()
    assert "no adapted network to save yet" in page.save.status.value
    page.want(SMALL)
    assert page.join(60)
    assert page.training.shown.card == records[-1].card
    page.save.name.value = "wines"
    page.save.save.click()
    estimate = load("wines").estimate(*_sides(SMALL))
    assert records[-1].card is not None
    assert estimate.median == records[-1].card.own_after[1]
    assert len(list((models / "wines").glob("flow-*.safetensors"))) == 2
    assert (models / "wines" / "README.md").read_text().startswith("# wines\n")
    query = re.findall(r'href="[^?]*\?([^"]*)"', page.save.status.value)[0].replace("&amp;", "&")
    linked = DataState.from_query(query)
    assert (linked.table, linked.x, linked.y) == (SMALL.table, SMALL.x, SMALL.y)
    assert linked.network == "wines"


def test_the_guide_and_the_pages_agree_on_when_it_is_worth_it() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "adapt.md").read_text(encoding="utf-8")
    for text in (guide, asset("adapt/reading.html"), adapting_html("your columns")):
        words = " ".join(text.split())
        assert "rows of X or of Y lie along curves or in clusters" in words
        assert "the estimators disagree" in words
        assert "on ordinary columns" in words.lower()


def test_columns_without_a_sample_become_a_message() -> None:
    page = AdaptPage()
    page.want(SMALL.with_(x=("nothing",)))
    assert page.join(60)
    assert "nothing" in page.message.value
    page.chooser.table.value = "wine"
    assert page.join(60)
    assert page.state.x == SMALL.x
    assert page.message.value == ""


def _sides(state: AdaptState) -> tuple[Floats, Floats]:
    table: Opened = bundled(state.table)
    sample = result(state, table).prepared.sample
    return sample.x, sample.y
