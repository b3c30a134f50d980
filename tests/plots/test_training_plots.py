"""Figures of training show what they are given: curves, lines beside them, and what misses."""

from __future__ import annotations

import itertools
import math

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.plots.critics import plot_critics
from mist_explore.plots.predictions import plot_predictions
from mist_explore.plots.style import mark_of
from mist_explore.plots.training import (
    MOST_STEPS,
    YOURS,
    plot_coverages,
    plot_errors,
    plot_losses,
    thinned,
)

NUMBERS = st.floats(0, 10)


def words(figure: go.Figure) -> str:
    return " ".join(annotation.text for annotation in figure.layout.annotations)


@given(st.lists(NUMBERS, min_size=1, max_size=30), NUMBERS, NUMBERS)
def test_errors_stand_beside_lines_that_do_not_learn(
    errors: list[float], ksg: float, copula: float
) -> None:
    steps = [10.0 * i for i in range(len(errors))]
    figure = plot_errors(steps, errors, {"ksg": ksg, "gaussian-copula": copula}, total=500)
    *lines, curve = figure.data
    assert [set(line.y) for line in lines] == [{ksg}, {copula}]
    assert all(list(line.x) == [0, 500] for line in lines)
    assert list(curve.y) == errors
    assert curve.line.color == YOURS.color
    assert "KSG" in words(figure)
    assert "Gaussian copula" in words(figure)
    low, high = figure.layout.yaxis.range
    assert low == 0
    assert high > max([*errors, ksg, copula])


@given(st.lists(NUMBERS, min_size=2, max_size=5))
def test_labels_of_lines_do_not_cover_each_other(errors: list[float]) -> None:
    references = {f"other-{i}": error for i, error in enumerate(errors)}
    figure = plot_errors([0], [1.0], references, total=10)
    top = figure.layout.yaxis.range[1]
    places = sorted(a.y for a in figure.layout.annotations)
    assert all(b - a > 0.07 * top for a, b in itertools.pairwise(places))
    assert all(a.y >= error for a, error in zip(figure.layout.annotations, errors, strict=True))


@given(st.integers(0, 5_000))
def test_long_curves_are_thinned_evenly_and_keep_their_end(length: int) -> None:
    kept = thinned(np.arange(length))
    assert len(kept) <= MOST_STEPS
    if length:
        assert kept[-1] == length - 1
        assert len(set(np.diff(kept))) <= 1


def test_both_losses_are_drawn_where_they_were_measured() -> None:
    figure = plot_losses([5, 10], [0.3, 0.2], [10], [0.25], total=50)
    training, held_out = figure.data
    assert (list(training.x), list(held_out.x)) == ([5, 10], [10])
    assert "held-out" in words(figure)
    assert list(plot_losses([], [], [], [], total=50).data[0].x) == []


@pytest.mark.parametrize("n", [16, 100, 400])
def test_the_band_of_coverage_is_what_chance_leaves(n: int) -> None:
    figure = plot_coverages([0, 10], [0.2, 0.9], n, total=10)
    band = sorted(set(figure.data[0].y))
    assert band[0] == pytest.approx(0.9 - 2 * math.sqrt(0.09 / n))
    assert band[-1] <= 1
    assert figure.layout.yaxis.range[0] < 0.2


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.floats(0, 1)), min_size=1, max_size=40))
def test_intervals_that_miss_are_distinguished(rows: list[tuple[float, float, float]]) -> None:
    truth, median, half = np.array(rows).T
    low, high = median - half, median + half
    figure = plot_predictions(truth, median, low, high)
    holding, missing = (trace for trace in figure.data if trace.mode == "markers")
    holds = (low <= truth) & (truth <= high)
    assert list(holding.x) == list(truth[holds])
    assert list(missing.y) == list(median[~holds])
    assert holding.marker.symbol != missing.marker.symbol


def test_each_critic_has_a_panel_with_truth_and_ceiling() -> None:
    curve = [(1.0, 0.5, 0.4), (2.0, 0.9, 0.7)]
    curves = {"mine": curve, "infonce": curve, "nwj": [], "smile": curve}
    figure = plot_critics(curves, 0.6, {"infonce": 2.0}, total=20)
    assert len({trace.xaxis for trace in figure.data}) == 4
    lines = {trace.xaxis: [] for trace in figure.data}  # type: ignore[var-annotated]
    for trace in figure.data:
        lines[trace.xaxis].append(list(trace.y))
    panels = list(lines.values())
    assert all(panel[0] == [0.6, 0.6] for panel in panels)
    assert [not np.isnan(panel[1]).any() for panel in panels] == [False, True, False, False]
    assert panels[0][2:] == [[0.5, 0.9], [0.4, 0.7]]
    assert mark_of("mine").short in words(figure)
