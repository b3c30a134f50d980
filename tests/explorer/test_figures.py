"""The figures of the home, information and estimate pages, and how a page redraws them."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mist_explore.estimate import LEVELS, Estimate
from mist_explore.explorer.figure import FigureView
from mist_explore.plots import (
    LIGHT,
    plot_conditional,
    plot_fan,
    plot_pointwise,
    plot_pointwise_map,
    plot_sampling_distribution,
)
from mist_explore.sample import Sample

SAMPLE = Sample(np.arange(40.0), np.arange(40.0) ** 2)


# Redrawing


@pytest.mark.parametrize("before", range(1, 6))
def test_a_figure_takes_more_and_fewer_traces(before: int) -> None:
    def figure(count: int) -> object:
        names = ("mist-qr", "gaussian-copula", "ksg", "mine", "histogram")[:count]
        return plot_fan({name: Estimate((0.5,), (0.1 * count,)) for name in names}, 0.3)

    view = FigureView(figure(before))
    for count in (1, before, 2, before, 3, before, 4, before, 5):
        view.show(figure(count))
        wanted = figure(count).to_plotly_json()  # type: ignore[attr-defined]
        shown = view.widget.to_plotly_json()
        assert len(shown["data"]) == len(wanted["data"])
        for ours, theirs in zip(shown["data"], wanted["data"], strict=True):
            assert ours["type"] == theirs["type"]
            assert list(ours.get("x", ())) == list(theirs.get("x", ()))
        assert shown["layout"]["height"] == wanted["layout"]["height"]
        assert len(shown["layout"]["annotations"]) == len(wanted["layout"]["annotations"])


def test_what_the_next_figure_lacks_does_not_stay() -> None:
    labelled = go.Figure(go.Scatter(x=[1], y=[2], marker={"size": 9}, name="one"))
    labelled.add_annotation(text="here", x=1, y=2)
    labelled.update_xaxes(tickvals=[1, 2], title_text="rows")
    plain = go.Figure(go.Scatter(x=[3], y=[4]))
    view = FigureView(labelled)
    for figure in (plain, labelled, plain):
        view.show(figure)
        shown, wanted = view.widget, go.FigureWidget(figure)
        assert len(shown.layout.annotations) == len(wanted.layout.annotations)
        assert shown.layout.xaxis.to_plotly_json() == wanted.layout.xaxis.to_plotly_json()
        assert shown.data[0].marker == wanted.data[0].marker
        assert shown.data[0].name == wanted.data[0].name


def test_a_pinned_result_stays_in_grey_behind_later_ones() -> None:
    def figure(value: float, *names: str) -> go.Figure:
        return plot_fan({name: Estimate((0.5,), (value,)) for name in names}, 0.3)

    first, later = figure(0.9, "ksg"), figure(0.2, "ksg", "mist-qr")
    view = FigureView(first)
    view.pin(True)
    view.show(later)
    shown = view.widget.data
    assert len(shown) == len(later.data) + len(first.data)
    ghost = shown[len(later.data) + 6]
    assert (list(ghost.x), ghost.marker.color) == ([0.9], LIGHT.muted)
    assert view.widget.layout.xaxis.range[1] == first.layout.xaxis.range[1]
    view.pin(False)
    assert len(view.widget.data) == len(later.data)
    assert list(view.widget.data[6].x) == [0.2]


def test_a_figure_keeps_the_height_it_was_drawn_for() -> None:
    view = FigureView(plot_fan({"ksg": None}, 0.3, height=280))
    assert "mist-height-280" in view.widget._dom_classes
    view.show(plot_fan({"ksg": None}, 0.3, height=400))
    assert [one for one in view.widget._dom_classes if "height" in one] == ["mist-height-400"]


# The slice


def test_a_slice_marks_the_known_rows_and_where_their_y_lies() -> None:
    known = (SAMPLE.x[:, 0] >= 10) & (SAMPLE.x[:, 0] < 15)
    others, marked, everything, inside = plot_conditional(SAMPLE, known).data
    assert sorted([*others.x, *marked.x]) == list(range(40))
    assert list(marked.x) == [10, 11, 12, 13, 14]
    assert sum(inside.x) == pytest.approx(1)
    assert sum(everything.x) == pytest.approx(1, abs=0.1)
    reached = np.asarray(inside.y)[np.asarray(inside.x) > 0]
    half = everything.width[0] / 2
    assert reached.min() - half <= 100
    assert reached.max() + half >= 14**2


@pytest.mark.parametrize("known", [np.zeros(40, bool), np.ones(7, bool)], ids=["none", "short"])
def test_a_slice_needs_a_mark_for_each_row(known: NDArray[np.bool_]) -> None:
    with pytest.raises(ValueError, match="expected a mark for each of 40 rows"):
        plot_conditional(SAMPLE, known)


# Pointwise values


@settings(max_examples=10)
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60))
def test_the_area_under_the_curve_is_the_mean(values: list[float]) -> None:
    joint = np.array(values)
    positive, negative, *_ = plot_pointwise(joint, np.array([-1.0]), 0.4).data
    area = np.mean(positive.y) + np.mean(negative.y)
    assert area == pytest.approx(joint.mean(), abs=1e-9)
    assert (np.asarray(positive.y) >= 0).all()
    assert (np.asarray(negative.y) <= 0).all()


def test_pairs_that_never_come_together_stay_drawable() -> None:
    figure = plot_pointwise(np.array([0.1, 0.5]), np.array([-np.inf, 0.2]), 0.3)
    assert all(np.isfinite(np.asarray(trace.y, float)).all() for trace in figure.data)
    values = np.full((2, 2), -np.inf)
    grid = np.array([0.0, 1.0])
    assert np.isfinite(np.asarray(plot_pointwise_map(SAMPLE, grid, grid, values).data[0].z)).all()


def test_a_map_of_another_shape_than_its_grid_is_refused() -> None:
    grid = np.array([0.0, 1.0])
    with pytest.raises(ValueError, match=r"expected values of shape \(2, 2\); got \(3, 2\)"):
        plot_pointwise_map(SAMPLE, grid, grid, np.zeros((3, 2)))


# Sample after sample


def test_answers_pile_up_in_the_row_of_their_estimator() -> None:
    figure = plot_sampling_distribution(
        {"ksg": [0.1, 0.1, 0.4], "mist-qr": []}, truth=0.3, units="bits"
    )
    truth, dots, mean, none, _ = figure.data
    assert set(truth.x) == {0.3}
    assert list(dots.x) == [0.1, 0.1, 0.4]
    assert dots.y[1] > dots.y[0] == dots.y[2]
    assert list(mean.x) == pytest.approx([0.2])
    assert len(none.x) == 0
    assert "bits" in figure.layout.xaxis.title.text
    with pytest.raises(ValueError, match="expected at least one estimator"):
        plot_sampling_distribution({}, truth=0.3)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=200))
def test_piles_stay_in_their_row(answers: list[float]) -> None:
    figure = plot_sampling_distribution({"ksg": answers, "mine": answers}, truth=1.0)
    first, second = np.asarray(figure.data[1].y), np.asarray(figure.data[3].y)
    assert first.min() > second.max()
    low, high = figure.layout.yaxis.range
    assert low < second.min()
    assert first.max() < high


def test_an_interval_from_resampling_is_drawn_like_any_other() -> None:
    quantiles = np.linspace(0.1, 0.5, len(LEVELS)).tolist()
    figure = plot_fan({"ksg": Estimate(LEVELS, quantiles, estimator="ksg")}, 0.3)
    assert len(figure.data[1].x) == 1
