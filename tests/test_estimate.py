"""`Estimate`: a monotone quantile function, nested intervals, units that round-trip."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mist_explore
from mist_explore.estimate import LEVELS, Estimate

values = st.lists(st.floats(-2.0, 50.0), min_size=len(LEVELS), max_size=len(LEVELS))
estimates = values.map(lambda drawn: Estimate(LEVELS, sorted(drawn)))
inside = st.floats(LEVELS[0], LEVELS[-1])
central = st.floats(0.001, 0.99)


def test_the_grid_is_symmetric_and_holds_the_median() -> None:
    assert 0.5 in LEVELS
    assert tuple(round(1 - level, 3) for level in reversed(LEVELS)) == LEVELS


@given(estimates, inside, inside)
def test_quantiles_never_cross(estimate: Estimate, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert estimate.quantile(low) <= estimate.quantile(high)


@given(estimates)
def test_the_grid_is_answered_exactly(estimate: Estimate) -> None:
    assert [estimate.quantile(level) for level in LEVELS] == list(estimate.quantiles)
    assert estimate.median == estimate.quantile(0.5)


@given(estimates)
def test_mutual_information_is_never_negative(estimate: Estimate) -> None:
    assert min(estimate.quantiles) >= 0


@given(estimates, central, central)
def test_a_wider_interval_holds_a_narrower_one(
    estimate: Estimate, one: float, other: float
) -> None:
    narrow, wide = (estimate.interval(level) for level in sorted((one, other)))
    assert wide[0] <= narrow[0] <= estimate.median <= narrow[1] <= wide[1]


@given(estimates, central)
def test_units_round_trip(estimate: Estimate, level: float) -> None:
    bits = estimate.to("bits")
    assert bits.units == "bits"
    assert bits.median == pytest.approx(estimate.median / math.log(2))
    assert bits.to("nats").quantiles == pytest.approx(estimate.quantiles)
    assert bits.interval(level) == pytest.approx(
        tuple(bound / math.log(2) for bound in estimate.interval(level))
    )
    assert estimate.to("nats") == estimate


def test_a_point_estimate_has_a_median_and_no_interval() -> None:
    point = Estimate([0.5], [0.3], estimator="gaussian-copula")
    assert point.is_point
    assert point.median == point.quantile(0.5) == 0.3
    for question in (lambda: point.interval(0.9), lambda: point.quantile(0.25)):
        with pytest.raises(ValueError, match=r"gaussian-copula gives one value.*bootstrap"):
            question()


@pytest.mark.parametrize(
    ("levels", "quantiles", "line"),
    [
        ((0.1, 0.5), (1.0,), "expected one quantile for each level; got 1 for 2 levels"),
        ((), (), "expected one quantile for each level; got 0 for 0 levels"),
        ((0.0, 0.5), (1.0, 2.0), r"expected levels that increase inside \(0, 1\)"),
        ((0.5, 0.5), (1.0, 2.0), r"expected levels that increase inside \(0, 1\)"),
        ((0.1, 0.5), (2.0, 1.0), "expected finite quantiles that never decrease"),
        ((0.1, 0.5), (1.0, math.nan), "expected finite quantiles that never decrease"),
    ],
)
def test_what_is_no_quantile_function_is_refused(
    levels: tuple[float, ...], quantiles: tuple[float, ...], line: str
) -> None:
    with pytest.raises(ValueError, match=line):
        Estimate(levels, quantiles)


@pytest.mark.parametrize("level", [-0.1, 0.0, 1.0, 1.5, math.nan])
def test_an_interval_level_lies_between_0_and_1(level: float) -> None:
    estimate = Estimate(LEVELS, range(len(LEVELS)))
    with pytest.raises(ValueError, match=r"expected an interval level in \(0, 1\)"):
        estimate.interval(level)


def test_what_lies_beyond_the_grid_is_refused() -> None:
    estimate = Estimate(LEVELS, range(len(LEVELS)))
    with pytest.raises(
        ValueError, match=r"expected an interval level of at most 0\.99; got 0\.995"
    ):
        estimate.interval(0.995)
    for tau in (0.001, 0.999, math.nan):
        with pytest.raises(ValueError, match=r"expected a quantile level from 0\.005 to 0\.995"):
            estimate.quantile(tau)


def test_unknown_units_are_refused() -> None:
    line = r"expected units among \['bits', 'nats'\]; got 'bans'"
    with pytest.raises(ValueError, match=line):
        Estimate([0.5], [1.0], units="bans")
    with pytest.raises(ValueError, match=line):
        Estimate([0.5], [1.0]).to("bans")


@given(estimates)
def test_repr_is_one_short_line_with_the_numbers(estimate: Estimate) -> None:
    made = replace(
        estimate, estimator="mist-qr", n_samples=300, dim_x=3, dim_y=2, warnings=("a", "b")
    )
    low, high = estimate.interval(0.9)
    assert repr(made) == (
        f"{estimate.median:.3g} nats, 90 % interval {low:.3g} to {high:.3g}, n = 300, "
        "3 + 2 columns, mist-qr, 2 warnings"
    )
    assert repr(Estimate((0.5,), (0.25,))) == "0.25 nats"


def test_completion_offers_the_public_names() -> None:
    assert set(mist_explore.__all__) <= set(dir(mist_explore))
    for name in mist_explore.__all__:
        assert getattr(mist_explore, name).__doc__


def test_a_loaded_network_has_a_short_repr() -> None:
    shown = repr(mist_explore.load("mist-smooth"))
    assert len(shown) < 200
    assert "mist-smooth" in shown
