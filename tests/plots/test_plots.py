"""Figures show what they are given, in colours that can be distinguished."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.estimate import LEVELS, BaseEstimate, Estimate
from mist_explore.plots import (
    DARK,
    LIGHT,
    MARKS,
    Palette,
    mark_of,
    plot_explanation,
    plot_fan,
    plot_sample,
    shown,
)
from mist_explore.plots.fan import BANDS
from mist_explore.plots.sample import MOST_POINTS
from mist_explore.sample import Sample

TEXT_CONTRAST = 4.5


def learned(center: float = 0.4, spread: float = 0.1) -> Estimate:
    quantiles = [center + spread * (2 * level - 1) for level in LEVELS]
    return Estimate(LEVELS, quantiles, estimator="mist-qr")


def point(value: float) -> Estimate:
    return Estimate((0.5,), (value,), estimator="gaussian-copula")


def lines(figure: go.Figure) -> Iterable[list[float]]:
    traces = (trace for trace in figure.select_traces({"type": "scatter", "mode": "lines"}))
    return ([x for x in trace.x if x is not None] for trace in traces)


def markers(figure: go.Figure) -> list[float]:
    traces = figure.select_traces({"type": "scatter", "mode": "markers"})
    return [x for trace in traces for x in trace.x]


def words(figure: go.Figure) -> str:
    return " ".join(annotation.text for annotation in figure.layout.annotations)


@given(st.floats(0, 20), st.floats(0, 3), st.floats(0, 20), st.floats(0, 20))
def test_fan_shows_median_bands_and_truth(
    center: float, spread: float, copula: float, truth: float
) -> None:
    estimate = learned(center, spread)
    figure = plot_fan({"mist-qr": estimate, "gaussian-copula": point(copula)}, truth, level=0.8)
    bars = [trace for trace in figure.data if trace.type == "bar" and len(trace.x)]
    drawn = [(trace.base[0], trace.base[0] + trace.x[0]) for trace in bars]
    assert np.allclose(drawn, [estimate.interval(band) for band in BANDS])
    assert markers(figure) == [estimate.median, copula]
    assert [truth, truth] in list(lines(figure))
    assert sorted({x for line in lines(figure) for x in line} - {truth}) == sorted(
        set(estimate.interval(0.8)) - {truth}
    )
    low, high = figure.layout.xaxis.range
    assert low <= 0
    assert high >= max(truth, copula, estimate.interval(0.95)[1])


def test_fan_names_truth_and_provenance() -> None:
    reported = words(plot_fan({"mist-qr": learned()}, 0.41334, "numerical, within 0.01"))
    assert "0.41" in reported
    assert "numerical, within 0.01" in reported


def test_fan_without_truth_draws_no_line_for_it() -> None:
    figure = plot_fan({"gaussian-copula": point(0.3)})
    assert not [line for line in lines(figure) if line]
    assert "true" not in words(figure)


@pytest.mark.parametrize(
    "estimates",
    [
        {"mist-qr": learned(), "gaussian-copula": point(0.2)},
        {"mist-qr": None, "gaussian-copula": point(0.2)},
        {"mist-qr": learned(), "gaussian-copula": None},
    ],
)
def test_fan_keeps_its_structure_so_that_it_can_be_redrawn(
    estimates: dict[str, Estimate | None],
) -> None:
    first = plot_fan({"mist-qr": learned(), "gaussian-copula": point(0.3)}, 0.5)
    other = plot_fan(estimates)
    assert [set(trace) for trace in first.data] == [set(trace) for trace in other.data]
    assert len(first.layout.annotations) == len(other.layout.annotations)


def test_fan_states_which_estimator_failed() -> None:
    assert "MIST-QR, learned: no estimate" in words(plot_fan({"mist-qr": None}, 0.3))


def test_fan_wants_estimates_in_the_same_units() -> None:
    with pytest.raises(ValueError, match="same units"):
        plot_fan({"mist-qr": learned(), "gaussian-copula": point(0.2).to("bits")})
    with pytest.raises(ValueError, match="at least one"):
        plot_fan({})


@given(st.integers(4, 60), st.integers(0, 2), st.integers(0, 1))
def test_scatter_shows_the_columns_that_are_asked_for(n: int, column_x: int, column_y: int) -> None:
    generator = np.random.default_rng(n)
    sample = Sample(generator.normal(size=(n, 3)), generator.normal(size=(n, 2)))
    figure = plot_sample(sample, column_x, column_y)
    assert np.array_equal(figure.data[0].x, sample.x[:, column_x])
    assert np.array_equal(figure.data[0].y, sample.y[:, column_y])
    assert figure.layout.xaxis.title.text == f"X, column {column_x + 1} of 3"
    assert figure.layout.yaxis.title.text == f"Y, column {column_y + 1} of 2"


@given(st.integers(0, 20))
def test_scatter_counts_the_points_outside_its_frame(seed: int) -> None:
    cauchy = np.random.default_rng(seed).standard_cauchy((200, 2))
    figure = plot_sample(Sample(cauchy[:, 0], cauchy[:, 1]))
    (low_x, high_x), (low_y, high_y) = figure.layout.xaxis.range, figure.layout.yaxis.range
    inside = (low_x <= cauchy[:, 0]) & (cauchy[:, 0] <= high_x)
    inside &= (low_y <= cauchy[:, 1]) & (cauchy[:, 1] <= high_y)
    outside = int((~inside).sum())
    assert outside > 0
    assert f"{outside} point" in words(figure)


def test_scatter_of_many_rows_draws_some_and_shows_it() -> None:
    rows = np.random.default_rng(0).normal(size=(6_000, 2))
    figure = plot_sample(Sample(rows[:, 0], rows[:, 1]))
    assert len(figure.data[0].x) == MOST_POINTS
    assert figure.data[0].type == "scatter"
    assert "first 2,000 of 6,000 rows" in words(figure)


def test_scatter_of_a_constant_column_has_a_frame() -> None:
    low, high = plot_sample(Sample([1, 1, 1, 1], [1, 2, 3, 4])).layout.xaxis.range
    assert low < 1 < high


def test_scatter_wants_columns_that_exist() -> None:
    with pytest.raises(ValueError, match="column of y from 0 to 0; got 1"):
        plot_sample(Sample([1, 2, 3, 4], [1, 2, 3, 4]), 0, 1)


def luminance(color: str) -> float:
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_every_colour_can_be_read_on_its_paper(palette: Palette) -> None:
    for name, color in palette.named().items():
        if name not in {"paper", "rule"}:
            assert contrast(color, palette.paper) >= TEXT_CONTRAST, name


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_no_two_names_share_a_colour(palette: Palette) -> None:
    assert len(set(palette.named().values())) == len(palette.named())


def test_estimators_differ_in_symbol_and_those_of_one_colour_in_dash() -> None:
    for one, other in combinations(MARKS.values(), 2):
        assert one.symbol != other.symbol
        assert (one.color, one.dash) != (other.color, other.dash)
    assert MARKS["mist-qr"].color != MARKS["gaussian-copula"].color


@given(st.text(min_size=1))
def test_every_estimator_has_a_mark_in_the_palette(name: str) -> None:
    assert mark_of(name) == mark_of(name)
    assert mark_of(name).color in LIGHT.named().values()


@given(st.floats(0, 100))
def test_numbers_are_shown_to_the_hundredth_or_finer(value: float) -> None:
    assert abs(float(shown(value)) - value) <= 0.00501


@given(
    st.lists(st.tuples(st.floats(0, 12), st.floats(0.001, 1)), min_size=1, max_size=20),
    st.none() | st.floats(0, 12),
)
def test_explanation_shows_the_heaviest_base_estimates_at_their_values(
    base: list[tuple[float, float]], truth: float | None
) -> None:
    whole = sum(weight for _, weight in base)
    explanation = sorted(
        (BaseEstimate(f"estimate {i}", v, w / whole) for i, (v, w) in enumerate(base)),
        key=lambda one: -one.weight,
    )
    estimate = replace(learned(), explanation=tuple(explanation))
    figure = plot_explanation(estimate, truth)
    (dots,) = figure.select_traces({"mode": "markers"})
    assert list(dots.x) == [one.value for one in explanation[:8]]
    assert list(dots.marker.size) == sorted(dots.marker.size, reverse=True)
    assert ([truth, truth] in list(lines(figure))) == (truth is not None)
    reported = words(figure)
    assert all(f"{one.name}: {shown(one.value)}" in reported for one in explanation[:8])
    low, high = figure.layout.xaxis.range
    assert low <= 0
    assert high >= max(dots.x)


def test_explanation_of_an_estimate_without_base_estimates_is_refused() -> None:
    with pytest.raises(ValueError, match="expected an estimate with base estimates"):
        plot_explanation(learned())
