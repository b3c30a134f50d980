"""The gradient page without a browser: its state, its numbers, its words and its controls."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mist_explore.estimators import PUBLISHED, SMOOTH, save_model
from mist_explore.explorer.differentiable import GradientPage, GradientState, result
from mist_explore.explorer.differentiable.compute import (
    STEP,
    STEPS,
    Climb,
    as_python,
    climb,
    climb_distribution,
    selection,
)
from mist_explore.explorer.differentiable.settings import FEATURES, TABLES
from mist_explore.explorer.differentiable.views import (
    climb_insight,
    field_insight,
    selection_insight,
)
from mist_explore.network import load_checkpoint
from mist_explore.plots import (
    plot_accuracy,
    plot_gradient_ascent,
    plot_gradient_field,
    plot_scores,
    shown,
)
from mist_explore.progress import Cancellation
from mist_explore.resources import models_directory
from mist_explore.sample import Sample

SMALL = GradientState(n_samples=50, dim=2, table="penguins")


# State


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("curve=loop", "expected curve among", id="curve"),
        pytest.param("n=9", "expected names among curve", id="name"),
        pytest.param("dim=1", "a whole number from 2 to 8; got 1", id="bound"),
        pytest.param("table=penguins&kept=9", "at most 5, the features of penguins", id="features"),
    ],
)
def test_a_broken_link_states_what_is_wrong(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GradientState.from_query(query)


def test_steps_go_as_far_as_the_page_goes() -> None:
    top, bottom = SMALL.with_(moves=30), SMALL.with_(moves=-30)
    assert top.moved(1) == top
    assert bottom.moved(-1) == bottom
    assert SMALL.moved(1).moved(-1) == SMALL
    assert SMALL.moved(4).with_(curve="step").moves == 0


# Points with arrows


def test_points_move_along_their_arrows() -> None:
    start, up, down = (result(SMALL.moved(moves)) for moves in (0, 1, -1))
    length = np.hypot(start.by_x, start.by_y)
    for moved, sign in ((up, 1), (down, -1)):
        step = np.hstack([moved.sample.x - start.sample.x, moved.sample.y - start.sample.y])
        assert np.hypot(*step.T).max() == pytest.approx(STEP)
        np.testing.assert_allclose(step[:, :1], sign * STEP * start.by_x / length.max(), atol=1e-12)
        assert moved.before == start.information
    assert up.information > start.information > down.information
    assert up.expected == pytest.approx(-float(down.expected or 0))


def test_words_about_the_points_agree_with_the_numbers() -> None:
    start, up = result(SMALL), result(SMALL.moved(1))
    assert f"{start.information:.3f} nats" in field_insight(start)
    assert up.expected is not None
    words = field_insight(up)
    assert f"{up.information - start.information:+.3f}" in words
    assert f"{up.expected:+.3f}" in words
    assert "1 step uphill" in words


# The climb


def climbed(state: GradientState, steps: int) -> Climb:
    """A climb after some steps."""
    return next(islice(climb(state, Cancellation()), steps, None))


def test_a_cancelled_climb_ends_with_its_step() -> None:
    cancellation = Cancellation()
    steps = climb(SMALL, cancellation)
    next(steps)
    cancellation.set()
    assert list(steps) == []


def test_the_truth_of_a_climb_is_that_of_its_distribution() -> None:
    found = climbed(SMALL, 2)
    assert len(found.estimates) == len(found.unseen) == 3
    assert found.truth == float(climb_distribution(SMALL).mutual_information)
    assert found.projected.dim_x == 1
    assert found.alignment == pytest.approx(abs(float(found.direction @ found.best)))


@pytest.mark.parametrize(
    ("alignment", "steps", "value", "words"),
    [
        pytest.param(1.0, STEPS, 0.5, "almost the best one", id="found"),
        pytest.param(0.5, 3, 0.5, "After 3 of 40 steps", id="on the way"),
        pytest.param(0.0, STEPS, 0.0, "stopped short of it, though it has 0.65", id="short"),
        pytest.param(0.5, STEPS, 0.68, "looks no better, 0.65", id="as good"),
        pytest.param(0.5, STEPS, 0.78, "within chance (±0.050)", id="chance"),
        pytest.param(0.5, STEPS, 0.99, "along the best direction it gives 0.73", id="fitted"),
    ],
)
def test_words_about_the_climb_follow_the_numbers(
    alignment: float, steps: int, value: float, words: str
) -> None:
    found = climbed(SMALL, 0)
    turned = np.array([alignment, np.sqrt(1 - alignment**2)])
    described = replace(
        found,
        estimates=(value,) * (steps + 1),
        unseen=(value,) * (steps + 1),
        best=np.array([1.0, 0.0]),
        direction=turned,
        truth=0.7,
        at_best=(0.65, 0.81),
        sampling_error=0.05,
    )
    assert words in climb_insight(described)
    assert shown(value) in climb_insight(described)
    blind = replace(described, at_best=(0.1, 0.1), direction=np.array([0.0, 1.0]))
    assert ("hardly detects this kind" in climb_insight(blind)) == (steps == STEPS)


def test_a_climb_states_why_its_curves_lie_above_the_truth() -> None:
    *_, last = climb(GradientState(), Cancellation())
    high = last.truth + 4 * last.sampling_error
    above = replace(last, estimates=(*last.estimates[:-1], high))
    biased = replace(above, at_best=(high, high))
    assert "the smooth network overestimates here" in climb_insight(biased)
    assert f"it gives {shown(high)}, " in climb_insight(biased)
    fair = replace(above, at_best=(last.truth, last.truth))
    assert "overestimates" not in climb_insight(fair)
    assert f"it gives {shown(last.truth)}, and the rest is fitted" in climb_insight(fair)


# Features


def test_features_are_chosen_inside_the_folds() -> None:
    found = selection("penguins")
    assert len(found.names) == FEATURES["penguins"]
    assert TABLES["penguins"] not in found.names
    for values in found.accuracy.values():
        assert values.shape == (5,)
        # All features are the same features, whoever chose them.
        assert values[-1] == found.accuracy["chance"][-1]
    assert found.accuracy["mutual information"].min() > 0.6
    words = selection_insight(found, 2)
    assert found.names[int(found.scores.argmax())] in words
    assert f"{found.accuracy['F-test'][1]:.0%}" in words


def test_python_lines_reproduce_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    state = SMALL.with_(kept=2)
    exec(compile(as_python(state), "<lines>", "exec"), {})
    first, second, _, third = capsys.readouterr().out.splitlines()
    assert float(first.split()[0]) == pytest.approx(result(state).information, abs=1e-6)
    *_, last = climb(state, Cancellation())
    assert float(second.split()[0]) == pytest.approx(last.estimates[-1], abs=1e-6)
    assert float(third) == selection("penguins").accuracy["mutual information"][1]


# Figures


def test_arrows_begin_at_the_points_and_point_along_the_gradient() -> None:
    generator = np.random.default_rng(0)
    x, y, by_x, by_y = generator.normal(size=(4, 20, 1))
    lines, points = plot_gradient_field(Sample(x, y), by_x, by_y).data
    np.testing.assert_array_equal(points.x, x[:, 0])
    shafts = np.array(lines.x).reshape(20, 6)[:, 1] - x[:, 0]
    assert (np.sign(shafts) == np.sign(by_x[:, 0])).all()
    with pytest.raises(ValueError, match="expected one column of 20 rows"):
        plot_gradient_field(Sample(x, y), by_x[:5], by_y)


def test_figures_keep_their_structure() -> None:
    short, long = (plot_gradient_ascent([0.1] * n, [0.1] * n, 0.3, steps=9) for n in (1, 9))
    assert len(short.data) == len(long.data)
    assert len(short.layout.annotations) == len(long.layout.annotations)
    bars = plot_scores(["a", "b", "c"], np.array([0.1, 0.3, 0.2]), 2).data[0]
    assert bars.y == ("b", "c", "a")
    assert bars.marker.color[0] == bars.marker.color[1] != bars.marker.color[2]
    marked = plot_accuracy({"one": np.array([0.5, 0.6])}, 2).data[0]
    assert marked.x == (2, 2)


# The page


@pytest.fixture(scope="module")
def page() -> Iterator[GradientPage]:
    made = GradientPage()
    made.follow(SMALL.to_query())
    assert made.join(120)
    yield made
    made.job.stop()
    assert made.join(120)


def test_the_first_screen_is_finished(page: GradientPage) -> None:
    assert field_insight(result(SMALL))[:30] in unescape(page.insight.value)
    assert len(page.climb.estimates) == STEPS + 1
    assert page.job.start.description == "Run again"
    assert "the classifier is right" in page.features.insight.value
    assert page.message.value == ""


def press(label: str) -> Callable[[GradientPage], Any]:
    return lambda page: page.controls.buttons[label].click()


MOVES: list[tuple[Callable[[GradientPage], Any], Callable[[GradientState], GradientState]]] = [
    (press("One step uphill"), lambda s: s.moved(1)),
    (press("One step downhill"), lambda s: s.moved(-1)),
    (lambda p: setattr(p.controls["noise"], "value", 0.7), lambda s: s.with_(noise=0.7)),
    (lambda p: setattr(p.controls["kept"], "value", 2), lambda s: s.with_(kept=2)),
    (press("New sample"), lambda s: s.next("seed")),
    (press("Reset the points"), lambda s: s.with_(moves=0)),
]


@pytest.mark.parametrize(("move", "update"), MOVES, ids=[f"{i:02}" for i in range(len(MOVES))])
def test_each_control_moves_the_state(
    page: GradientPage,
    move: Callable[[GradientPage], Any],
    update: Callable[[GradientState], GradientState],
) -> None:
    reached = update(page.controls.state)
    move(page)
    assert page.join(60)
    assert page.controls.state == reached
    assert page.query == reached.to_query()
    assert field_insight(result(reached))[:30] in unescape(page.insight.value)


def test_the_climb_can_be_paused_and_reset(page: GradientPage) -> None:
    job = page.job
    job.reset.click()
    assert (len(page.climb.estimates), job.start.description) == (1, "Run")
    job.start.click()
    job.start.click()
    assert job.start.description == "Resume"
    time.sleep(0.5)  # the step under way is the last
    paused = len(page.climb.estimates)
    time.sleep(0.5)
    assert len(page.climb.estimates) == paused < STEPS + 1
    job.start.click()
    assert job.join(120)
    assert len(page.climb.estimates) == STEPS + 1


def test_a_saved_network_is_climbed_if_it_is_smooth(
    page: GradientPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIST_EXPLORE_MODELS", str(tmp_path))
    smooth = load_checkpoint(models_directory() / SMOOTH)
    with torch.no_grad():
        for weights in smooth.network.parameters():
            weights.mul_(0.9)
    save_model(smooth, "my-smooth-net")
    before = result(page.controls.state).information
    page.follow(SMALL.to_query())
    offered = [name for _, name in page.controls["network"].options]
    assert {"my-smooth-net", SMOOTH} <= set(offered)
    assert PUBLISHED not in offered
    page.controls["network"].value = "my-smooth-net"
    assert page.join(60)
    assert result(page.controls.state).information != before
    assert "my-smooth-net" in page.share.value
    page.controls["network"].value = SMOOTH
    assert page.join(60)
    page.follow(page.controls.state.with_(network=PUBLISHED).to_query())
    assert "expected a network without nearest neighbours" in page.message.value
    page.follow(SMALL.to_query())
    assert page.join(60)


def test_bad_links_are_reported(page: GradientPage) -> None:
    page.follow("curve=loop")
    assert re.search("expected curve among", page.message.value)
    page.controls.reset.click()
    assert page.join(60)
    assert page.message.value == ""
    assert page.controls.state == GradientState()
