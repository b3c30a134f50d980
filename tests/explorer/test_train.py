"""The training page without a browser: states, recipes, runs, sentences, and buttons pressed."""

from __future__ import annotations

import json
import math
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest
from hypothesis import given, settings

from mist_explore.cli import main
from mist_explore.estimators import available_models, load, save_model
from mist_explore.explorer.estimate import EstimatePage, EstimateState
from mist_explore.explorer.html import lasting
from mist_explore.explorer.job import Steps
from mist_explore.explorer.train import (
    Course,
    Critics,
    CriticState,
    TrainingPage,
    TrainingState,
    compute,
    course,
    critics,
    result,
    untrained,
)
from mist_explore.explorer.train.compute import KEPT, as_command, as_python, interrupted
from mist_explore.explorer.train.critics.compute import critics_as_python
from mist_explore.explorer.train.critics.compute import result as critics_result
from mist_explore.explorer.train.critics.views import critics_insight, wander
from mist_explore.explorer.train.views import (
    alt_text,
    captions,
    figures,
    insight,
    numbers_html,
    recipe_words,
)
from mist_explore.explorer.training_panel import give_way, progress_html, steps_done
from mist_explore.explorer.your_data import DataState
from mist_explore.progress import Cancellation, finished
from mist_explore.training import Recipe, loop
from tests.explorer.states import states

SMALL = TrainingState(families=("additive-noise",), n_samples=(10, 20), steps=30)
SMALL_CRITICS = CriticState(n_samples=100, dim=1, batch=8, steps=100)


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder of models."""
    monkeypatch.setenv("MIST_EXPLORE_MODELS", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True, scope="module")
def _short_validations() -> Iterator[None]:
    """Few held-out datasets, the same for all, and none for out-of-distribution scores."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compute, "HELD_OUT_BATCHES", 2)
        patch.setattr("mist_explore.explorer.run_folder.PATIENCE", 0.1)
        patch.setattr(loop, "training_distance", lambda recipe, network: None)
        compute._held_out.cache_clear()
        yield
        compute._held_out.cache_clear()


# States


def test_a_link_may_leave_settings_out() -> None:
    assert TrainingState.from_query("steps=70") == TrainingState(steps=70)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("families=cauchy", "expected families among normal-dense"),
        ("families=", "expected at least one of the families; got none"),
        ("transforms=base,twirl", "expected transforms among base"),
        ("n=20", "expected n to be a number; got ''"),
        ("n=5-20", "expected n_samples to be a whole number from 10 to 1000; got 5"),
        ("n=30-20", "expected n_samples from low to high; got 30 to 20"),
        ("dims=0-3", "expected dims to be a whole number from 1 to 16; got 0"),
        ("dims=a-b", "expected dims to be a number; got 'a'"),
        ("size=huge", "expected size among small, medium, large, judged; got 'huge'"),
        ("steps=1.5", "expected steps to be a whole number from 20"),
        ("steps=0", "expected steps to be a whole number from 20"),
        ("seed=-1", "expected seed to be a whole number"),
        ("colour=red", "expected names among families, transforms, n, dims"),
    ],
)
def test_a_broken_link_states_what_is_wrong(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TrainingState.from_query(query)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("critic_family=cauchy", "expected family among normal-dense"),
        ("critic_strength=99", "expected strength to be a number from 0 to 10; got 99"),
        ("critic_batch=4", "expected batch to be a whole number from 8 to 512; got 4"),
        ("critic_steps=many", "expected critic_steps to be a number; got 'many'"),
        ("critic_colour=red", "expected names among critic_family, critic_strength"),
    ],
)
def test_a_broken_link_of_critics_states_what_is_wrong(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CriticState.from_query(query)


# Recipes


@settings(max_examples=20)
@given(states(TrainingState))
def test_a_recipe_is_the_same_as_a_file_and_as_python(state: TrainingState) -> None:
    state = state.with_(transforms=("base", "wigglify"))
    recipe = state.recipe
    assert Recipe.from_json(recipe.to_json()) == recipe
    names: dict[str, Any] = {}
    exec(as_python(state).partition("train(recipe")[0], names)
    assert names["recipe"] == recipe
    assert {(c.family, c.transform) for c in recipe.meta.components} == {
        (f, t) for f in state.families for t in state.transforms
    }


def test_the_command_trains_the_downloaded_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("recipe.json").write_text(SMALL.recipe.to_json())
    command = as_command().splitlines()[0].split()
    assert command[0] == "mist-explore"
    assert main([*command[1:], "--max-minutes", "0"]) == 0
    assert "step 1 of 30" in capsys.readouterr().out
    trained = load(Path("my-network"))
    assert trained.estimate([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]).median >= 0


def test_the_python_of_a_critic_runs_on_the_dataset_of_the_page() -> None:
    names: dict[str, Any] = {}
    exec(critics_as_python(SMALL_CRITICS).partition("for progress")[0], names)
    assert names["sample"].x.shape == (100, 1)
    *_, last = critics(SMALL_CRITICS, Cancellation())
    assert names["critic"].bound in last.curves
    assert float(names["distribution"].mutual_information) == last.truth


def test_a_transform_that_fits_no_columns_is_reported() -> None:
    with pytest.raises(ValueError, match="expected dims that additive-noise with spiral can take"):
        untrained(SMALL.with_(transforms=("spiral",)))


# Runs


def run_through(steps: Steps[Course, Course]) -> list[Course]:
    """All that a run shows, its result last."""
    records: list[Course] = []
    records.append(finished(steps, records.append))
    return records


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> list[Course]:
    """A whole run of the small recipe."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIST_EXPLORE_MODELS", str(tmp_path_factory.mktemp("models")))
        return run_through(course(SMALL, Cancellation()))


def test_a_run_grows_from_the_untrained_network_to_the_last_step(run: list[Course]) -> None:
    first, last = run[0], run[-1]
    assert (first.step, last.step) == (0, SMALL.steps)
    assert first.measurements == untrained(SMALL).measurements
    assert [look.step for look in last.measurements] == [0, 25, 30]
    assert [step for step, _ in last.losses] == list(range(5, 31, 5))
    assert all(a.seconds <= b.seconds for a, b in pairwise(run))
    assert set(last.references) == set(compute.REFERENCES)
    for found in run:
        truth, median, low, high = (found.results[name] for name in KEPT)
        assert found.measurements[-1].error == pytest.approx((median - truth).abs().mean())
        inside = (low <= truth) & (truth <= high)
        assert found.measurements[-1].coverage == pytest.approx(inside.mean())
        assert found.references == first.references
    assert last.checkpoint is not None
    assert last.checkpoint.training["steps"] == SMALL.steps


def test_the_same_state_learns_the_same(run: list[Course]) -> None:
    *_, again = course(SMALL, Cancellation())
    assert again.losses == run[-1].losses
    assert again.results["median"].equals(run[-1].results["median"])


def test_a_cancelled_run_ends_soon_with_a_network() -> None:
    cancellation = Cancellation()
    records = []
    for found in course(SMALL.with_(steps=1_000), cancellation):
        records.append(found)
        if found.step == 5:
            cancellation.set()
    assert records[-1].step == 6
    assert records[-1].measurements[-1].step == 6
    assert records[-1].checkpoint is not None


def leave(state: TrainingState, at: int) -> Course:
    """Train until a step, and go without a word, as a kernel does that ends with its page."""
    steps = course(state, Cancellation())
    found = next(found for found in steps if found.step == at)
    steps.close()
    return found


def test_a_run_that_its_page_left_ends_in_the_same_network(run: list[Course], models: Path) -> None:
    left = leave(SMALL, at=30 - 5)
    kept = interrupted(SMALL)
    assert kept is not None
    assert (kept.step, kept.measurements, kept.references.keys()) == (
        25,
        left.measurements,
        left.references.keys(),
    )
    assert interrupted(SMALL.with_(seed=1)) is None
    again = run_through(course(SMALL, Cancellation(), resume=True))
    assert (again[0].step, again[1].step) == (25, 30)
    assert again[-1].measurements == run[-1].measurements
    assert again[-1].seconds > left.seconds
    assert again[-1].checkpoint is not None
    assert run[-1].checkpoint is not None
    assert again[-1].checkpoint.sha256 == run[-1].checkpoint.sha256
    assert interrupted(SMALL) is None
    assert list((models / ".runs").iterdir()) == []
    assert not any(path.is_relative_to(models) for path in available_models().values())


def test_a_run_that_was_cancelled_is_not_offered_again() -> None:
    cancellation = Cancellation()
    for found in course(SMALL, cancellation):
        if found.step == 25:
            assert interrupted(SMALL) is None, "it is still going on"
            cancellation.set()
    assert interrupted(SMALL) is None


def test_two_pages_train_the_same_without_meeting(models: Path) -> None:
    one, other = (course(SMALL, Cancellation()) for _ in range(2))
    next(one)
    assert len(run_through(other)) > 1
    assert len(list((models / ".runs").iterdir())) == 1
    assert run_through(one)[-1].step == SMALL.steps


def test_only_the_latest_runs_are_kept(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "MEASURE_EVERY", 5)
    monkeypatch.setattr("mist_explore.explorer.run_folder.MOST_KEPT", 2)
    for seed in range(3):
        leave(SMALL.with_(seed=seed), at=5)
    assert interrupted(SMALL) is None
    assert interrupted(SMALL.with_(seed=1)) is not None
    assert interrupted(SMALL.with_(seed=2)) is not None


def test_work_beside_the_page_gives_way() -> None:
    found: list[int] = []

    def work() -> None:
        before = os.getpriority(os.PRIO_PROCESS, 0)
        give_way()
        found.extend([before, os.getpriority(os.PRIO_PROCESS, 0)])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    before, after = found
    assert after == min(before + 10, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


@pytest.fixture(scope="module")
def race() -> list[Critics]:
    """A whole run of small critics."""
    return list(critics(SMALL_CRITICS, Cancellation()))


def test_critics_take_turns_on_one_dataset(race: list[Critics]) -> None:
    last = race[-1]
    assert set(last.curves) == {"mine", "infonce", "nwj", "smile"}
    assert all(curve[-1][0] == SMALL_CRITICS.steps for curve in last.curves.values())
    for found in race:
        assert len({len(curve) for curve in found.curves.values()}) == 1
    assert last.ceilings == {"infonce": pytest.approx(math.log(8))}
    assert all(value <= math.log(8) + 1e-6 for _, value, _ in last.curves["infonce"])


# Words


def test_the_sentence_states_who_is_better(run: list[Course]) -> None:
    last = replace(run[-1], references={"ksg": 9.0, "gaussian-copula": 0.0})
    reported = " ".join(insight(last))
    assert "After 30 steps" in reported
    assert "less than KSG (9.00)" in reported
    assert "more than Gaussian copula (0)" in reported
    assert "of 64 held-out datasets" in reported
    assert insight(run[0])[0].startswith("Before the first step")
    alike = insight(replace(last, references={"ksg": last.measurements[-1].error}))[0]
    assert "about as much as KSG" in alike


@pytest.mark.parametrize(
    ("coverage", "verdict"),
    [(0.9, "as intended"), (1.0, "too wide"), (0.5, "too narrow")],
)
def test_the_sentence_rates_the_intervals(run: list[Course], coverage: float, verdict: str) -> None:
    look = replace(run[-1].measurements[-1], coverage=coverage)
    assert verdict in insight(replace(run[-1], measurements=(look,)))[0]


def test_the_sentence_on_critics_names_the_ceiling_and_the_wanderer(
    race: list[Critics],
) -> None:
    steady = tuple((float(i), 0.5, 0.5) for i in range(10))
    wild = tuple((float(i), float(i % 2), 0.5) for i in range(10))
    found = replace(race[-1], curves={"mine": wild, "infonce": steady}, truth=9.0)
    reported = " ".join(critics_insight(found))
    assert "ln 8 = 2.08 nats, below the true value, 9.00" in reported
    assert f"MINE still moves by ±{wander(wild):.2f}" in reported
    assert "InfoNCE moves by ±0" in reported
    assert "is furthest off after" in reported
    assert "0.50, 8.50 too low." in reported
    assert "above the true value" in critics_insight(replace(found, truth=1.0))[0]


def test_numbers_and_spoken_words_hold_what_the_figures_show(run: list[Course]) -> None:
    last = run[-1]
    assert numbers_html(last).count("<b>") == 1 + len(last.references)
    assert "Four figures after step 30 of 30" in alt_text(last)
    assert all(sentence in alt_text(last) for sentence in captions(last).values())
    words = recipe_words(SMALL.with_(transforms=("base", "flow"), dims=(1, 3)))
    assert "from 1 family of distributions with 2 transforms, in datasets of 10 to 20 rows" in words
    assert "1 to 3 columns each of X and Y. Each of its 30 steps" in words
    first, then = (figures(found) for found in (run[0], last))
    for before, after in zip(first, then, strict=True):
        assert [t.type for t in before.data] == [t.type for t in after.data]


@pytest.mark.parametrize("paused", [False, True], ids=["running", "paused"])
def test_progress_is_described_in_words(run: list[Course], paused: bool) -> None:
    half = replace(run[-1], step=15, seconds=10.0)
    reported = progress_html(half, paused, steps_done(half))
    assert 'max="30" value="15"' in reported
    assert "step 15 of 30, 10 s" in reported
    assert ("paused" if paused else "about 10 s left") in reported
    assert "finishing" in progress_html(run[-1], paused=False, done="all")
    assert lasting(3_599.5) == "1 h 0 min"


# The recording


def test_the_first_screen_is_a_finished_run_of_its_own_recipe() -> None:
    network, race = result(TrainingState()), critics_result(CriticState())
    assert network.recorded
    assert race.recorded
    assert network.step == network.total
    assert race.step == race.total
    assert network.measurements[-1].error < network.measurements[0].error
    other = result(SMALL)
    assert not other.recorded
    assert not critics_result(SMALL_CRITICS).recorded


def test_the_recording_holds_all_that_the_page_shows() -> None:
    network, race = result(TrainingState()), critics_result(CriticState())
    kept = json.loads(json.dumps({"network": network.to_mapping(), "critics": race.to_mapping()}))
    assert TrainingState.from_query(kept["network"]["query"]) == TrainingState()
    assert CriticState.from_query(kept["critics"]["query"]) == CriticState()
    assert kept["network"]["answers"]["median"] == network.results["median"].tolist()
    assert [look["error"] for look in kept["network"]["looks"]] == [
        look.error for look in network.measurements
    ]


# Buttons


def eventually(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.01)


@pytest.fixture
def page() -> TrainingPage:
    return TrainingPage()


def test_run_pause_go_on_cancel_save_reset(page: TrainingPage) -> None:
    panel, controls = page.training.job, page.controls
    controls["families"].value = ("additive-noise",)
    controls["n_samples"].value = (10, 20)
    controls["steps"].value = 20_000
    assert page.join(60)
    assert page.training.shown.step == 0
    assert page.save.save.disabled
    assert "no network to save yet" in page.save.status.value

    panel.start.click()
    assert (panel.mode, panel.start.description) == ("running", "Pause")
    assert controls["families"].disabled
    eventually(lambda: page.training.shown.step > 0, "the first steps")
    panel.start.click()
    assert (panel.mode, panel.start.description) == ("paused", "Resume")
    eventually(lambda: panel.job.paused and "paused" in panel.status.value, "the pause")
    time.sleep(0.5)
    before = page.training.shown.step
    time.sleep(0.5)
    assert page.training.shown.step == before
    panel.start.click()
    eventually(lambda: page.training.shown.step > before, "further steps")

    panel.cancel.click()
    assert panel.cancel.disabled
    assert page.join(60)
    assert panel.mode == "idle"
    assert not controls["families"].disabled
    assert "Cancelled at step" in panel.status.value
    assert page.training.shown.step < 20_000

    page.save.name.value = "My net"
    page.save.save.click()
    assert "expected a name of at most 40 small letters" in page.save.status.value
    page.save.name.value = "my-net"
    page.save.save.click()
    assert "Saved. Next: " in page.save.status.value
    assert "my-net" in available_models()
    estimate, data = (
        link.replace("&amp;", "&") for link in re.findall(r'\?([^"]+)"', page.save.status.value)
    )
    compared, learned = EstimateState.from_query(estimate), page.training.shown.state
    assert compared.baselines == ("my-net",)
    assert (compared.family, compared.transform) == ("additive-noise", "base")
    assert compared.n_samples == learned.n_samples[1]
    assert DataState.from_query(data).network == "my-net"
    page.save.save.click()
    assert "Saved. Next: " in page.save.status.value, "one's own may be saved again"

    panel.reset.click()
    assert page.join(60)
    assert controls.state == TrainingState()
    assert page.training.shown.recorded


def test_reset_while_it_runs_ends_on_the_first_screen(page: TrainingPage) -> None:
    page.controls["families"].value = ("additive-noise",)
    page.controls["steps"].value = 20_000
    assert page.join(60)
    page.training.job.start.click()
    eventually(lambda: page.training.shown.step > 0, "the first steps")
    page.training.job.reset.click()
    assert page.join(60)
    eventually(lambda: page.training.shown.recorded, "the first screen")
    assert page.training.job.mode == "idle"
    assert page.controls.state == TrainingState()


def test_a_page_that_is_opened_again_resumes_its_run(
    page: TrainingPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute, "MEASURE_EVERY", 10)
    state = SMALL.with_(steps=20)
    leave(state, at=10)
    training = page.training
    assert "mist-folded" in training.resume._dom_classes
    page.follow(state.to_query())
    assert "A run of this recipe was interrupted at step 10 of 20." in training.job.status.value
    assert "mist-folded" not in training.resume._dom_classes
    assert page.training.shown.measurements[-1].step == 10
    training.resume.click()
    assert "mist-folded" in training.resume._dom_classes
    assert page.join(60)
    assert "Done after" in training.job.status.value
    assert [look.step for look in page.training.shown.measurements] == [0, 10, 20]

    leave(state, at=10)
    page.follow(state.to_query())
    training.job.start.click()
    assert page.join(60)
    assert page.training.shown.losses[0][0] == 5, "begun again"
    assert interrupted(state) is None


def test_what_cannot_be_trained_gets_a_message_and_the_page_goes_on(page: TrainingPage) -> None:
    page.controls["families"].value = ()
    assert "expected at least one of the families" in page.message.value
    page.controls["families"].value = ("additive-noise",)
    page.controls["transforms"].value = ("spiral",)
    assert page.join(60)
    assert "expected dims that additive-noise with spiral can take" in page.message.value
    page.training.job.start.click()
    eventually(lambda: page.training.job.mode == "idle", "the refusal")
    page.controls["dims"].value = (3, 3)
    assert page.join(60)
    assert page.message.value == ""
    assert page.training.shown.state == page.controls.state


def test_critics_run_beside_the_network(page: TrainingPage) -> None:
    page.critics.controls["n_samples"].value = 100
    page.critics.controls["steps"].value = 100
    page.critics.controls["family"].value = "additive-noise"
    (strength,) = page.critics.controls["strength"].children
    strength.value = 0.5
    assert page.join(60)
    assert not page.critics.training.shown.recorded
    page.critics.training.job.start.click()
    assert strength.disabled
    assert page.join(60)
    assert page.critics.training.shown.step == 100
    assert "Done after" in page.critics.training.job.status.value
    assert not strength.disabled
    assert page.training.shown.recorded, "the network above was left alone"


def test_the_link_of_the_page_brings_both_states_back(page: TrainingPage) -> None:
    page.controls["steps"].value = 300
    page.critics.controls["batch"].value = 64
    assert page.join(60)
    other = TrainingPage()
    other.follow(page.query)
    assert other.controls.state == page.controls.state == TrainingState(steps=300)
    assert other.critics.controls.state == CriticState(batch=64)


def test_a_broken_link_shows_the_first_screen_and_a_message() -> None:
    page = TrainingPage()
    page.follow("?families=cauchy&critic_batch=1")
    assert "expected families among" in page.message.value
    assert "expected batch to be a whole number" in page.critics.message.value
    assert isinstance(TrainingPage.opened(lambda: ""), widgets.VBox)


def test_an_older_estimate_page_offers_a_network_that_was_saved_since(
    run: list[Course],
) -> None:
    older = EstimatePage()
    assert "my-net" not in older.controls["baselines"].boxes
    checkpoint = run[-1].checkpoint
    assert checkpoint is not None
    save_model(checkpoint, "my-net")
    older.follow("family=normal-dense&n=50&dim_x=1&dim_y=1&peers=my-net")
    assert older.controls["baselines"].boxes["my-net"].value
    estimate = older.answer.estimates["my-net"]
    assert estimate is not None
    assert estimate.estimator == "my-net"
