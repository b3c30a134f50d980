"""The home page without a browser."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from mist_explore.explorer.home import HomePage, HomeState, result
from mist_explore.explorer.home.compute import as_python, distribution
from mist_explore.explorer.home.settings import SHAPES
from mist_explore.explorer.home.views import LITTLE, cards_html, insight
from mist_explore.explorer.pages import PAGES, address
from mist_explore.plots import shown


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("shape=star", "expected shape among ring, line"),
        ("dependence=2", "expected dependence to be a number from 0.0 to 1.0; got 2"),
        ("seed=0.5", "expected seed to be a whole number"),
        ("colour=red", "expected names among shape"),
    ],
)
def test_a_broken_link_states_what_is_wrong(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        HomeState.from_query(query)


@pytest.mark.parametrize("shape", SHAPES)
def test_more_dependence_is_more_information(shape: str) -> None:
    values = [result(HomeState(shape, d)).information for d in (0.0, 0.4, 0.7, 1.0)]
    assert values == sorted(values)
    assert values[0] < LITTLE
    assert values[-1] > 0.4


@pytest.mark.parametrize("shape", SHAPES)
def test_information_at_each_x_is_on_average_the_mutual_information(shape: str) -> None:
    here = [
        result(HomeState(shape, 0.9, known=known)).here
        for known in np.linspace(0, 1, 17).round(9).tolist()
    ]
    assert np.mean(here) == pytest.approx(result(HomeState(shape, 0.9)).information, abs=0.12)


def test_the_first_screen_shows_what_correlation_misses() -> None:
    answer = result(HomeState())
    assert abs(answer.correlation) < 0.1
    assert answer.information > 0.3
    assert "misses this entirely" in insight(answer)
    assert shown(answer.information) in insight(answer)


def test_independence_is_in_the_words() -> None:
    assert "nearly independent" in insight(result(HomeState("line", 0.0)))


def test_the_same_state_gives_the_same_result_in_python(
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = HomeState("curve", 0.5, 0.3, 4)
    exec(as_python(state), {})
    answer = result(state)
    reported = f"{answer.information} {answer.here} {answer.correlation}"
    assert capsys.readouterr().out.strip() == reported


def test_the_known_rows_are_neighbours() -> None:
    answer = result(HomeState(known=0.9))
    x = answer.sample.x[:, 0]
    inside = (x >= x[answer.known].min()) & (x <= x[answer.known].max())
    assert np.array_equal(inside, answer.known)


def test_a_ring_has_the_information_of_its_pointwise_values() -> None:
    joint = distribution(HomeState())
    x, y = joint.draw(20_000, torch.Generator().manual_seed(5))
    mean = float(joint.pointwise_mutual_information(x, y).mean())
    assert mean == pytest.approx(float(joint.mutual_information), abs=0.03)
    assert mean / math.log(2) > 0.3


def test_controls_move_the_figure_and_a_link_is_followed() -> None:
    page = HomePage()
    page.controls["dependence"].value = 0.3
    assert page.join(60)
    assert page.query == HomeState(dependence=0.3).to_query()
    page.controls.buttons["New sample"].click()
    page.controls["shape"].value = "line"
    page.controls["known"].value = 0.25
    assert page.join(60)
    state = HomeState("line", 0.3, 0.25, 1)
    assert page.query == state.to_query()
    assert shown(result(state).information) in page.numbers.value
    page.follow("shape=star")
    assert "expected shape among" in page.message.value
    page.follow(HomeState().to_query())
    assert page.message.value == ""
    assert page.controls["dependence"].value == HomeState().dependence


def test_cards_lead_to_every_other_page() -> None:
    html = cards_html()
    for name, page in PAGES.items():
        assert (f'href="{address(name)}"' in html) == (name != "home")
        assert (page.summary in html) == (name != "home")
    assert html.count("<svg") == len(PAGES) - 1


def test_a_query_is_asked_for_when_the_page_is_made() -> None:
    box = HomePage.opened(lambda: "shape=line")
    assert any("shape=line" in str(getattr(child, "value", "")) for child in _all(box))


def _all(box: object) -> list[object]:
    children = getattr(box, "children", ())
    return [box, *(found for child in children for found in _all(child))]
