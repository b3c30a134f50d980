"""The page about mutual information without a browser."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.estimators import KSG
from mist_explore.explorer.mutual_information import InformationPage, InformationState, result
from mist_explore.explorer.mutual_information.compute import (
    PAIRS,
    as_python,
    binned_information,
    distribution,
    steps,
)
from mist_explore.explorer.mutual_information.settings import FAMILY_NAMES
from mist_explore.explorer.mutual_information.views import (
    gallery_insight,
    pointwise_insight,
    steps_html,
    steps_insight,
)
from mist_explore.plots import shown, signed

NATS = st.floats(0.0, 3.0)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("family=labels", "expected family among normal-dense"),
        ("strength=99", "expected separation to be a number from 0 to 8; got 99"),
        ("bins=1", "expected bins to be a whole number from 2 to 32; got 1"),
        ("units=hartleys", "expected units among nats, bits"),
        ("noise=much", "expected noise to be a number; got 'much'"),
    ],
)
def test_a_broken_link_states_what_is_wrong(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        InformationState.from_query(query)


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_the_mean_of_the_pointwise_values_is_the_mutual_information(family: str) -> None:
    answer = result(InformationState().with_(family=family, n_samples=2_000))
    spread = float(answer.joint.std()) / math.sqrt(len(answer.joint))
    assert answer.joint.mean() == pytest.approx(answer.truth, abs=5 * spread + 0.02)
    assert answer.product.mean() < 0
    assert answer.map.shape == (len(answer.grid_y), len(answer.grid_x))
    assert not np.isnan(answer.map).any()


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_words_hold_the_numbers(family: str) -> None:
    answer = result(InformationState().with_(family=family))
    assert shown(answer.truth) in pointwise_insight(answer)
    assert shown(answer.truth) in gallery_insight(answer)
    assert f"{np.mean(answer.joint > 0):.0%} of the rows" in pointwise_insight(answer)
    mean = answer.product.mean()
    shuffled = f"the mean is {signed(mean)}." if np.isfinite(mean) else "some pairs can never occur"
    assert f"With the rows of Y shuffled {shuffled}" in pointwise_insight(answer)
    in_bits = result(InformationState().with_(family=family, units="bits"))
    assert shown(answer.truth / math.log(2)) in steps_insight(in_bits)


def test_every_cloud_of_the_gallery_has_the_information_of_the_distribution() -> None:
    answer = result(InformationState(family="normal-dense", strength=0.7))
    estimates = []
    for cloud in answer.clouds:
        assert cloud.sample is not None, cloud.label
        estimates.append(KSG().estimate(cloud.sample.x, cloud.sample.y).median)
    assert np.mean(estimates) == pytest.approx(answer.truth, abs=0.08)
    assert np.max(np.abs(np.array(estimates) - answer.truth)) < 0.25


def test_a_distribution_that_informs_too_much_for_a_kind_leaves_it_out_and_shows_it() -> None:
    answer = result(InformationState(family="normal-dense", strength=0.95))
    missing = [cloud.label for cloud in answer.clouds if cloud.sample is None]
    assert "clusters" in missing
    assert "a Gaussian cloud" not in missing
    assert f"cannot carry that: {', '.join(missing)}." in gallery_insight(answer)


# Processing


@given(NATS, st.floats(0, 3), st.integers(2, 32))
def test_maps_keep_information_and_processing_never_raises_it(
    information: float, noise: float, bins: int
) -> None:
    done = steps(information, noise, bins)
    values = [step.information for step in done]
    assert all(step.information == information for step in done if step.keeps)
    assert all(after <= before + 1e-12 for before, after in pairwise(values))
    assert values[-1] >= 0


@given(st.floats(0.0, 0.999), st.integers(2, 32))
def test_bins_keep_less_than_all_and_more_bins_keep_more(correlation: float, bins: int) -> None:
    value = binned_information(correlation, bins)
    assert 0 <= value <= -0.5 * math.log(1 - correlation**2) + 1e-12
    assert value <= math.log(bins)
    # Every bin of the one is two bins of the other.
    assert value <= binned_information(correlation, 2 * bins) + 1e-12


def test_many_bins_keep_nearly_all() -> None:
    assert binned_information(0.8, 2_000) == pytest.approx(-0.5 * math.log(0.36), abs=1e-4)


def test_two_bins_agree_with_counting() -> None:
    # I(X; sign Y) = ln 2 - E H(Phi(rho X / sqrt(1 - rho^2))), by simulation.
    generator = np.random.default_rng(0)
    x, y = generator.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], 400_000).T
    cells = np.digitize(x, np.linspace(-2.5, 2.5, 41))
    table = np.histogram2d(cells, y > 0, bins=(42, 2))[0] / len(x)
    expected = table.sum(1, keepdims=True) * table.sum(0)
    inside = table > 0
    counted = float((table[inside] * np.log(table[inside] / expected[inside])).sum())
    assert binned_information(0.7, 2) == pytest.approx(counted, abs=0.003)


def test_noise_is_the_gaussian_closed_form() -> None:
    kept = next(step for step in steps(1.0, 0.6, 4) if not step.keeps)
    squared = 1 - math.exp(-2 * 1.0 / PAIRS)
    assert kept.information == pytest.approx(-0.5 * PAIRS * math.log(1 - squared / 1.36))


def test_the_table_of_steps_shows_every_value() -> None:
    done = steps(0.8, 0.5, 4)
    html = steps_html(done, "nats")
    assert html.count('class="mist-loses"') == sum(not step.keeps for step in done)
    assert all(f"<td>{shown(step.information)}</td>" in html for step in done)


# The page


def test_the_same_state_gives_the_same_numbers_in_python(
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = InformationState().with_(family="path", seed=3, noise=1.0)
    exec(as_python(state), {})
    answer = result(state)
    assert capsys.readouterr().out.startswith(f"{answer.truth} {answer.joint.mean()}")


def test_controls_move_the_page_and_reset_restores_it() -> None:
    page = InformationPage()
    first = page.share.value
    page.controls["family"].value = "normal-dense"
    page.controls["strength"].children[0].value = 0.8
    page.controls.buttons["New sample"].click()
    page.controls["noise"].value = 1.0
    page.controls["bins"].value = 8
    page.controls["units"].value = "bits"
    assert page.join(60)
    reached = InformationState(
        "normal-dense", 0.8, n_samples=500, seed=1, noise=1.0, bins=8, units="bits"
    )
    assert reached.to_query().replace("&", "&amp;") in page.share.value
    assert shown(float(distribution(reached).mutual_information) / math.log(2)) in page.steps.value
    page.controls.reset.click()
    assert page.join(60)
    assert page.share.value == first
    page.follow("bins=99")
    assert "expected bins" in page.message.value
