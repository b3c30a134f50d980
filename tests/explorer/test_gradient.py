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
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.estimators import PUBLISHED, SMOOTH, save_model
from mist_explore.explorer.gradient import FIRST_SCREEN, GradientPage, GradientState
from mist_explore.explorer.gradient.compute import (
    STEP,
    STEPS,
    Climb,
    climb,
    climb_distribution,
    field,
)
from mist_explore.explorer.gradient.notice import climb_notice, field_notice, selection_notice
from mist_explore.explorer.gradient.selection import selection
from mist_explore.explorer.gradient.share import as_python
from mist_explore.explorer.gradient.state import BOUNDS, CURVE_LABELS, FEATURES, TABLES
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


@given(
    curve=st.sampled_from(list(CURVE_LABELS)),
    noise=st.floats(*BOUNDS["noise"]),
    dim=st.integers(2, 8),
    seed=st.integers(0, 2**31 - 1),
    moves=st.integers(-30, 30),
    kept=st.integers(1, 13),
)
def test_a_state_survives_its_link(**fields: Any) -> None:
    state = GradientState(**fields)
    assert GradientState.from_query(state.to_query()) == state


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("curve=loop", "expected curve among", id="curve"),
        pytest.param("n=9", "expected names among curve", id="name"),
        pytest.param("dim=1", "a whole number from 2 to 8; got 1", id="bound"),
        pytest.param("table=penguins&kept=9", "at most 5, the features of penguins", id="features"),
    ],
)
def test_a_broken_link_says_what_is_wrong(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GradientState.from_query(query)


def test_steps_go_as_far_as_the_page_goes() -> None:
    top, bottom = SMALL.with_moves(30), SMALL.with_moves(-30)
    assert top.uphill() == top
    assert bottom.downhill() == bottom
    assert SMALL.uphill().downhill() == SMALL
    assert SMALL.with_moves(4).with_curve("step").moves == 0


# Points with arrows


def test_points_move_along_their_arrows() -> None:
    start, up, down = (field(SMALL.with_moves(moves)) for moves in (0, 1, -1))
    length = np.hypot(start.by_x, start.by_y)
    for moved, sign in ((up, 1), (down, -1)):
        step = np.hstack([moved.sample.x - start.sample.x, moved.sample.y - start.sample.y])
        assert np.hypot(*step.T).max() == pytest.approx(STEP)
        np.testing.assert_allclose(step[:, :1], sign * STEP * start.by_x / length.max(), atol=1e-12)
        assert moved.before == start.information
    assert up.information > start.information > down.information
    assert up.expected == pytest.approx(-float(down.expected or 0))


def test_words_about_the_points_agree_with_the_numbers() -> None:
    start, up = field(SMALL), field(SMALL.with_moves(1))
    assert f"{start.information:.3f} nats" in field_notice(start)
    assert up.expected is not None
    words = field_notice(up)
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
        pytest.param(1.0, STEPS, 0.5, "all but the best one", id="found"),
        pytest.param(0.5, 3, 0.5, "After 3 of 40 steps", id="on the way"),
        pytest.param(0.0, STEPS, 0.0, "hardly sees this kind of dependence", id="blind"),
        pytest.param(0.5, STEPS, 0.6, "too rough to climb further", id="rough"),
    ],
)
def test_words_about_the_climb_follow_the_numbers(
    alignment: float, steps: int, value: float, words: str
) -> None:
    found = climbed(SMALL, 0)
    turned = np.array([alignment, np.sqrt(1 - alignment**2)])
    told = replace(
        found,
        estimates=(value,) * (steps + 1),
        unseen=(value,) * (steps + 1),
        best=np.array([1.0, 0.0]),
        direction=turned,
        truth=0.7,
    )
    assert words in climb_notice(told)
    assert shown(value) in climb_notice(told)


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
    words = selection_notice(found, 2)
    assert found.names[int(found.scores.argmax())] in words
    assert f"{found.accuracy['F-test'][1]:.0%}" in words


def test_python_lines_reproduce_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    state = replace(SMALL, kept=2)
    exec(compile(as_python(state), "<lines>", "exec"), {})
    first, second, third = capsys.readouterr().out.splitlines()
    assert float(first.split()[0]) == pytest.approx(field(state).information, abs=1e-6)
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
    made = GradientPage(SMALL)
    assert made.join(120)
    yield made
    made.climbing.job.cancel()
    assert made.join(120)


def test_the_first_screen_is_finished(page: GradientPage) -> None:
    assert field_notice(field(SMALL))[:30] in unescape(page.notice.value)
    assert len(page.climbing.shown.estimates) == STEPS + 1
    assert page.climbing.run.description == "Run again"
    assert "the classifier is right" in page.features.words
    assert page.live.message.value == ""


MOVES: list[tuple[Callable[[GradientPage], Any], Callable[[GradientState], GradientState]]] = [
    (lambda p: p.controls.uphill.click(), GradientState.uphill),
    (lambda p: p.controls.downhill.click(), GradientState.downhill),
    (lambda p: setattr(p.controls.noise, "value", 0.7), lambda s: s.with_noise(0.7)),
    (lambda p: setattr(p.controls.kept, "value", 2), lambda s: s.with_kept(2)),
    (lambda p: p.controls.new_sample.click(), GradientState.with_new_sample),
    (lambda p: p.controls.back.click(), lambda s: s.with_moves(0)),
]


@pytest.mark.parametrize(("move", "update"), MOVES, ids=[f"{i:02}" for i in range(len(MOVES))])
def test_each_control_moves_the_state(
    page: GradientPage,
    move: Callable[[GradientPage], Any],
    update: Callable[[GradientState], GradientState],
) -> None:
    reached = update(page.controls.state)
    move(page)
    assert page.live.join(60)
    assert page.controls.state == reached
    assert f'data-state="{reached.to_query().replace("&", "&amp;")}"' in page.share.value
    assert field_notice(field(reached))[:30] in unescape(page.notice.value)


def test_the_climb_can_be_paused_and_reset(page: GradientPage) -> None:
    climbing = page.climbing
    climbing.reset.click()
    assert (len(climbing.shown.estimates), climbing.run.description) == (1, "Run")
    climbing.run.click()
    climbing.run.click()
    assert climbing.run.description == "Go on"
    time.sleep(0.5)  # the step under way is the last
    paused = len(climbing.shown.estimates)
    time.sleep(0.5)
    assert len(climbing.shown.estimates) == paused < STEPS + 1
    climbing.run.click()
    assert climbing.job.join(120)
    assert len(climbing.shown.estimates) == STEPS + 1


def test_a_saved_network_is_climbed_if_it_is_smooth(
    page: GradientPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIST_EXPLORE_MODELS", str(tmp_path))
    smooth = load_checkpoint(models_directory() / SMOOTH)
    with torch.no_grad():
        for weights in smooth.network.parameters():
            weights.mul_(0.9)
    save_model(smooth, "my-smooth-net")
    before = field(page.controls.state).information
    page.follow("")
    offered = [name for _, name in page.controls.network.options]
    assert {"my-smooth-net", SMOOTH} <= set(offered)
    assert PUBLISHED not in offered
    page.controls.network.value = "my-smooth-net"
    assert page.live.join(60)
    assert field(page.controls.state).information != before
    assert "my-smooth-net" in page.share.value
    page.controls.network.value = SMOOTH
    assert page.live.join(60)
    page.follow(page.controls.state.with_network(PUBLISHED).to_query())
    assert "expected a network without nearest neighbours" in page.live.message.value
    page.controls.reset.click()
    assert page.live.join(60)


def test_bad_links_are_told(page: GradientPage) -> None:
    page.follow("curve=loop")
    assert re.search("expected curve among", page.live.message.value)
    page.controls.reset.click()
    assert page.live.join(60)
    assert page.live.message.value == ""
    assert page.controls.state == FIRST_SCREEN
