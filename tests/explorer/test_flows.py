"""The flows page without a browser: its settings, its numbers, its widgets."""

from __future__ import annotations

import re
from collections.abc import Iterator

import ipywidgets as widgets
import numpy as np
import pytest

from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.flows import FlowsPage, FlowsState, compute, result
from mist_explore.explorer.flows.compute import (
    STRENGTHS,
    SensitivityCurve,
    as_python,
    distribution,
    estimator_names,
    finished,
    sensitivity_curve,
)
from mist_explore.explorer.flows.settings import FAMILY_NAMES
from mist_explore.explorer.flows.views import sensitivity_insight
from mist_explore.explorer.pages import address
from mist_explore.transforms import transformed

SECONDS = 60


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("strength=1.5", "expected strength to be a number from 0.0 to 1.0; got 1.5"),
        ("strength=nan", "expected strength to be a number from 0.0 to 1.0; got nan"),
        ("family=labels", "expected family among normal-2pair"),
        ("n_samples=3.5", "expected n_samples to be a whole number"),
        ("colour=red", "got colour"),
    ],
)
def test_a_broken_link_raises_its_reason(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        FlowsState.from_query(query)


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_truth_is_the_wanted_one_at_every_strength(family: str) -> None:
    for strength in (0.0, 0.4, 1.0):
        state = FlowsState(family=family, strength=strength, information=0.6)
        assert float(distribution(state).mutual_information) == pytest.approx(0.6, abs=1e-3)


def test_path_is_continuous_and_ends_at_the_flow_of_the_training() -> None:
    state = FlowsState(dim=3, n_samples=200)
    rows = [result(state.with_(strength=s)).sample.x for s in (0.6, 0.601, 1.0)]
    assert 0 < np.abs(rows[1] - rows[0]).max() < 0.05
    plain = distribution(state.path).base
    trained_on = transformed(plain, "flow", seed=state.flow_seed)
    np.testing.assert_array_equal(rows[2], trained_on.sample(200, seed=state.seed).x)


def test_rows_are_marked_by_what_the_other_side_was_before() -> None:
    straight, bent = (result(FlowsState(strength=s)) for s in (0.0, 1.0))
    for side in (0, 1):
        np.testing.assert_array_equal(straight.marked[side], bent.marked[side])
        assert straight.marked[side].mean() == 0.5


def test_grid_is_square_without_a_flow_and_bent_with_one() -> None:
    square, bent = (result(FlowsState(strength=s)).grids[0] for s in (0.0, 1.0))
    assert all(min(np.ptp(line, axis=0)) < 1e-9 for line in square)
    assert any(min(np.ptp(line, axis=0)) > 0.5 for line in bent)


def test_the_curve_grows_from_the_identity_to_the_whole_path() -> None:
    path = FlowsState(n_samples=60, family="normal-dense").path
    parts = list(sensitivity_curve(path))
    assert [part.places for part in parts] == list(range(1, len(STRENGTHS) + 1))
    assert parts[-1].estimates.keys() == set(estimator_names(FlowsState()))
    for name, values in finished(path).estimates.items():
        np.testing.assert_array_equal(values, parts[-1].estimates[name])


def test_insight_names_the_estimates_that_move_and_those_that_stay() -> None:
    values = {
        "ksg": np.array([[0.5, 0.52], [0.1, 0.12]]),
        "gaussian-copula": np.array([[0.5, 0.4], [0.42, 0.52]]),
    }
    text = sensitivity_insight(SensitivityCurve(FlowsState().path, 0.5, values))
    assert "the true value stays at 0.50 nats" in text
    assert re.search(r"falls from 0\.51 to 0\.11; Gaussian copula stays near 0\.47", text)
    assert "At strength 0.2 KSG is furthest off, 0.39 too low." in text
    wave = {"ksg": np.array([[0.5, 0.52], [0.1, 0.12], [0.5, 0.52]])}
    there_and_back = sensitivity_insight(SensitivityCurve(FlowsState().path, 0.5, wave))
    assert "KSG moves between 0.11 and 0.51" in there_and_back
    assert "none is off by more than chance" in there_and_back
    for places in (0, 1):
        part = {"ksg": np.full((places, 2), 0.5)}
        assert sensitivity_insight(SensitivityCurve(FlowsState().path, 0.5, part)) == ""


def test_python_of_a_view_gives_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    state = FlowsState(strength=0.35, family="student-dense", seed=4, flow_seed=2, n_samples=120)
    exec(compile(as_python(state), "shared", "exec"), {})
    printed = dict(line.split() for line in capsys.readouterr().out.splitlines())
    answer = result(state)
    assert float(printed["truth"]) == answer.truth
    for name, estimate in answer.estimates.items():
        assert estimate is not None
        assert float(printed[name]) == estimate.median


@pytest.fixture(scope="module", autouse=True)
def _few_samples() -> Iterator[None]:
    """Few samples at each strength."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compute, "SAMPLES", 2)
        compute._medians.cache_clear()
        yield
    compute._medians.cache_clear()


@pytest.fixture
def page() -> Iterator[FlowsPage]:
    page = FlowsPage()
    yield page
    assert page.join(SECONDS)


def test_strength_moves_the_planes_and_leaves_the_curves(page: FlowsPage) -> None:
    curves = [trace.y for trace in page.sensitivity.widget.data[2:]]
    grid = page.planes.views[0].widget.data[0].x
    page.controls["strength"].value = 0.2
    assert page.join(SECONDS)
    assert not np.array_equal(page.planes.views[0].widget.data[0].x, grid, equal_nan=True)
    assert page.sensitivity.widget.data[0].x == (0.2, 0.2)
    for before, trace in zip(curves, page.sensitivity.widget.data[2:], strict=True):
        np.testing.assert_array_equal(before, trace.y)
    assert page.job.mode == "idle"
    assert "strength=0.2" in page.share.value


def test_another_flow_works_the_curves_out_again(page: FlowsPage) -> None:
    page.controls.buttons["Another flow"].click()
    assert "mist-busy" in page.insight._dom_classes
    page.controls.buttons["Another flow"].click()
    assert page.join(SECONDS)
    assert not {"mist-busy", "mist-stale"} & {*page.insight._dom_classes}
    state = FlowsState(flow_seed=2)
    expected = finished(state.path)
    np.testing.assert_allclose(
        page.sensitivity.widget.data[3].y, np.median(expected.estimates[LEARNED], axis=1)
    )
    assert sensitivity_insight(expected)[:40] in page.insight.value
    page.controls.reset.click()
    assert page.join(SECONDS)
    assert page.controls.state == FlowsState()


def test_a_network_that_was_saved_since_takes_the_place_of_the_shipped_one(
    page: FlowsPage, saved_network: str
) -> None:
    page.follow("")
    page.controls["network"].value = saved_network
    assert page.join(120)
    assert "my-net" in page.numbers.value
    assert "my-net" in page.insight.value
    assert "network=my-net" in page.share.value
    page.controls.reset.click()
    assert page.join(120)


def test_a_value_out_of_reach_becomes_a_message_and_the_page_goes_on(page: FlowsPage) -> None:
    page.want(FlowsState(family="clusters", information=2.0, dim=2))
    assert page.join(SECONDS)
    assert "expected a mutual information from" in page.message.value
    page.controls.buttons["New sample"].click()
    assert page.join(SECONDS)
    assert page.message.value == ""


def test_page_follows_a_link_and_shows_the_error_of_a_bad_one() -> None:
    good = FlowsPage.opened(lambda: FlowsState(strength=0.1).to_query())
    assert any("strength=0.1" in text for text in _texts(good))
    bad = FlowsPage.opened(lambda: "strength=7")
    assert any("got 7" in text for text in _texts(bad))


def test_a_link_leads_to_flows_of_ones_own_data(page: FlowsPage) -> None:
    assert any(address("adapt") in text for text in _texts(page.widget) if "curves" in text)


def _texts(widget: widgets.Widget) -> Iterator[str]:
    yield str(getattr(widget, "value", ""))
    for child in getattr(widget, "children", ()):
        yield from _texts(child)
