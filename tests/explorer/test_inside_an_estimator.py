"""The page on the inside of an estimator, without a browser."""

from __future__ import annotations

import csv
import io
import re
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from mist_explore.estimators import load
from mist_explore.estimators.learned import LEAST_WEIGHT
from mist_explore.explorer.inside_an_estimator import EstimatorsPage, EstimatorsState, result
from mist_explore.explorer.inside_an_estimator.compute import OTHERS, EstimatorsResult, as_python
from mist_explore.explorer.inside_an_estimator.views import (
    LEVEL,
    as_files,
    correlations,
    expected_count,
    formula_html,
    ksg_insight,
    learned_insight,
    numbers_html,
    path_figures,
    point_figure,
)
from mist_explore.explorer.mutual_information.settings import FAMILY_NAMES
from mist_explore.plots import shown, signed

SECONDS = 60
FIRST = EstimatorsState()
STATES = [
    FIRST.with_(family=family, n_samples=n, neighbours=k, seed=seed)
    for seed, (family, (n, k)) in enumerate(product(FAMILY_NAMES, ((25, 1), (50, 5), (200, 20))))
]
PLACES = (0.0, 0.2, 0.5, 0.77, 1.0)


def number(text: str) -> float:
    """A number with the minus sign of pages."""
    return float(text.replace("\N{MINUS SIGN}", "-"))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("family=labels", "expected family among normal-dense"),
        ("k=0", "expected neighbours to be a whole number from 1 to 20; got 0"),
        ("point=2", "expected point to be a number from 0.0 to 1.0; got 2"),
        ("n_samples=5", "expected n_samples to be a whole number from 25 to 500; got 5"),
    ],
)
def test_a_broken_link_has_its_reason(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        EstimatorsState.from_query(query)


def test_a_point_stays_through_the_link_and_its_neighbours_follow_in_order() -> None:
    for n in (25, 200, 500):
        state = FIRST.with_(n_samples=n)
        for place in range(n):
            assert EstimatorsState.from_query(state.at(place).to_query()).place == place
        assert state.at(0).moved(-1).place == n - 1
        assert state.at(n - 1).moved(1).place == 0


@pytest.mark.parametrize("state", STATES[::4])
def test_the_average_of_the_terms_is_the_estimate_of_the_registry(state: EstimatorsState) -> None:
    answer = result(state.with_(neighbours=3))
    x, y = answer.sample.x, answer.sample.y
    estimate = load("ksg").estimate(x, y, rows_independent=True)
    assert estimate.median == answer.ksg.median == max(float(answer.anatomy.terms.mean()), 0.0)
    learned = load().estimate(x, y, rows_independent=True)
    assert learned.quantiles == answer.learned.quantiles
    assert learned.explanation == answer.learned.explanation


def test_the_strips_of_a_point_hold_the_points_that_are_counted() -> None:
    answer = result(FIRST)
    anatomy = answer.anatomy
    x, y = (side[:, 0] for side in anatomy.sides)
    for row in range(0, FIRST.n_samples, 17):
        radius = anatomy.radii[row]
        near_x, near_y = (np.abs(side - side[row]) < radius for side in (x, y))
        assert near_x.sum() == anatomy.counts[0][row]
        assert near_y.sum() == anatomy.counts[1][row]
        assert (near_x & near_y).sum() == FIRST.neighbours  # itself, and all but the last
        figure = point_figure(result(answer.at(row)))
        colors = np.array(figure.data[0].marker.color)
        assert len(set(colors[anatomy.neighbours[row]])) == 1
        square = figure.data[3]
        assert max(square.x) - min(square.x) == pytest.approx(2 * radius)
        assert max(square.y) - min(square.y) == pytest.approx(2 * radius)


def test_the_formula_adds_up() -> None:
    for state in STATES[::3]:
        for point in PLACES:
            answer = result(state.with_(point=point))
            text = re.sub(r"<[^>]+>", "", formula_html(answer)).partition("all")[0]
            *_, parts, total = text.split(" = ")
            found = re.fullmatch(
                r"(\S+) \+ (\S+) \N{MINUS SIGN} \(?(\S+?)\)? \N{MINUS SIGN} \(?(\S+?)\)?", parts
            )
            assert found is not None
            k, n, x, y = map(number, found.groups())
            assert k + n - x - y == pytest.approx(number(total), abs=0.021)
            assert number(total) == pytest.approx(answer.anatomy.terms[answer.row], abs=0.0051)
            assert total.strip() in numbers_html(answer)


@pytest.mark.parametrize("state", STATES)
def test_the_sentence_on_a_point_is_true_by_its_numbers(state: EstimatorsState) -> None:
    for point in PLACES:
        answer = result(state.with_(point=point))
        text = ksg_insight(answer)
        n_x, n_y = (int(counts[answer.row]) - 1 for counts in answer.anatomy.counts)
        term = float(answer.anatomy.terms[answer.row])
        assert f"{n_x} other points inside, its horizontal one {n_y}." in text
        found = re.search(
            r"expect about ([\d.]+) in .* there are (\w+), .* is (\w+), (\S+)\. The", text
        )
        if found is None:
            assert signed(term) == "0.00"
            continue
        expected, more, sign, value = found.groups()
        assert float(expected) == pytest.approx(
            expected_count(state.neighbours, state.n_samples, n_x), abs=0.51
        )
        assert (more == "fewer") == (n_y < float(expected)) == (sign == "positive")
        assert number(value) == pytest.approx(term, abs=0.0051)
        assert (number(value) > 0) == (sign == "positive")


@pytest.mark.parametrize("state", STATES)
def test_the_sentence_on_the_average_is_true_by_its_numbers(state: EstimatorsState) -> None:
    answer = result(state)
    text, value, truth = ksg_insight(answer), answer.ksg.median, answer.truth
    mean, error = answer.others.mean(), answer.others.std(ddof=1) / OTHERS**0.5
    assert ("(counted as 0)" in text) == (answer.anatomy.terms.mean() < 0)
    if off := re.search(r"KSG, ([\d.]+) too (high|low) for the true value, ([\d.]+)\. On", text):
        gap, side, there = off.groups()
        assert (side == "high") == (value > truth)
        assert float(gap) == pytest.approx(abs(float(shown(value)) - float(there)))
    else:
        assert f"equal to the true value, {shown(truth)}" in text
    assert f"around {shown(mean)}" in text
    if "a bias" in text:
        assert abs(mean - truth) > 2 * error
        assert f"too {'high' if mean > truth else 'low'}: a bias" in text
        hidden = (value - truth) * (mean - truth) < 0 or shown(value) == shown(truth)
        assert ("hides by chance" in text) == hidden
    else:
        assert "no bias to be seen" in text
        assert abs(mean - truth) <= 2 * max(error, 0.005) or shown(mean) == shown(truth)


@pytest.mark.parametrize("state", STATES[::2])
def test_the_path_of_a_sample_has_the_numbers_of_the_estimate(state: EstimatorsState) -> None:
    answer = result(state)
    estimate, text = answer.learned, learned_insight(answer)
    weights = [one.weight for one in estimate.explanation]
    left_out = 1 - sum(weights)
    assert min(weights) >= LEAST_WEIGHT
    assert -1e-6 <= left_out < 0.2
    assert f"together {sum(weights):.0%}" in text
    assert f"{len(weights)} base estimates have a weight of at least {LEAST_WEIGHT:.0%}" in text
    assert estimate.explanation[0].name in text
    low, high = estimate.interval(LEVEL)
    assert ("contains the true value" in text) == (low <= answer.truth <= high)
    assert ("misses the true value" in text) == (not low <= answer.truth <= high)
    scores, distances, explained, fan = path_figures(answer)
    shown_weights = explained.data[-1].customdata
    assert [one[1] for one in shown_weights] == weights[: len(shown_weights)]
    assert fan.data[-1].x == (estimate.median,)
    assert explained.layout.xaxis.range == fan.layout.xaxis.range
    assert scores.data[1].x[0] == answer.scores[0][answer.row]
    assert distances.data[1].y[0] == answer.distances[1][answer.row]


def test_scores_are_those_of_ranks_and_distances_show_a_common_spread() -> None:
    answer = result(FIRST.with_(family="student-identity", n_samples=500))
    ranks, middle = correlations(answer)
    assert abs(ranks) < 0.15 < middle
    x, y = answer.sample.x[:, 0], answer.sample.y[:, 0]
    for values, scores in zip((x, y), answer.scores, strict=True):
        np.testing.assert_array_equal(values.argsort(), scores.argsort())


def test_python_gives_the_numbers_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    answer = result(FIRST.with_(family="clusters", n_samples=50, point=0.25, seed=4))
    exec(compile(as_python(answer.state), "shared", "exec"), {})
    first, ksg, learned, *base, truth = capsys.readouterr().out.splitlines()
    n_x, n_y, term, average = map(float, first.split())
    assert [n_x + 1, n_y + 1] == [counts[answer.row] for counts in answer.anatomy.counts]
    assert (term, average) == (answer.anatomy.terms[answer.row], answer.anatomy.terms.mean())
    assert float(ksg) == answer.ksg.median
    assert float(learned.split()[0]) == answer.learned.median
    assert len(base) == len(answer.learned.explanation)
    assert float(truth) == answer.truth


def test_files_hold_the_terms_and_the_base_estimates() -> None:
    answer = result(FIRST)
    content = str(as_files(answer)[0][1])
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == FIRST.n_samples
    assert np.mean([float(row["term"]) for row in rows]) == pytest.approx(answer.ksg.median)


def test_a_click_the_buttons_and_the_slider_choose_a_point() -> None:
    page = EstimatorsPage()
    page._clicked(None, SimpleNamespace(point_inds=[7]), None)
    assert page.join(SECONDS)
    assert page.answer.row == 7
    assert page.controls.state == page.state
    page.controls.buttons["Next point"].click()
    assert page.join(SECONDS)
    x = page.answer.sample.x[:, 0]
    assert x[page.answer.row] == x[x > x[7]].min()
    page.controls.buttons["Previous point"].click()
    page.controls["neighbours"].value = 6
    assert page.join(SECONDS)
    assert page.answer.row == 7
    assert len(page.answer.anatomy.neighbours[7]) == 6
    assert page.query == page.state.to_query()
    assert _sentence(page.answer) in page.insight.value
    page.follow("k=99")
    assert "expected neighbours to be a whole number from 1 to 20; got 99" in page.message.value
    numbers = page.quantities_at(page.query)
    assert numbers["term"].value == page.answer.anatomy.terms[7]
    assert numbers["ksg"].value == page.answer.ksg.median
    page.controls.reset.click()
    assert page.join(SECONDS)
    assert page.state == FIRST
    assert page.message.value == ""


def _sentence(answer: EstimatorsResult) -> str:
    return ksg_insight(answer).partition(".")[0]
