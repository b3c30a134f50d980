"""The page on intervals without a browser: its datasets, its words, its widgets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mist_explore.estimate import Estimate
from mist_explore.evaluation import Case, Grid, RandomCase, Repetition, Repetitions, repetitions
from mist_explore.explorer.intervals import IntervalsPage, IntervalsState, compute, known
from mist_explore.explorer.intervals.compute import (
    NAMES,
    Draws,
    as_command,
    as_python,
    drawing,
    estimators,
    recorded_weights,
    source,
)
from mist_explore.explorer.intervals.settings import SOURCES
from mist_explore.explorer.intervals.views import FEW, alt_text, as_csv, figures, insight
from mist_explore.explorer.recorded import is_stale
from mist_explore.explorer.verdict import coverage_words
from mist_explore.meta import published
from mist_explore.progress import Cancellation

SECONDS = 120
SMALL = IntervalsState(n_samples=50, n_datasets=10, family="normal-2pair", dim=1)


def draws(values: list[tuple[float, float, float, float]], kind: str = "same") -> Draws:
    """Datasets with true values, and the same medians and ends of intervals of both estimators."""
    rows = []
    for truth, low, median, high in values:
        levels = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
        ends = [low] * 4 + [median] + [high] * 4
        rows.append(Repetition(truth, dict.fromkeys(NAMES, Estimate(levels, ends))))
    return Draws(IntervalsState(source=kind, n_datasets=200), Repetitions(tuple(rows)))


# Datasets


def test_datasets_of_one_distribution_are_those_of_a_sweep() -> None:
    case = Case("normal-2pair", 50, 1, 0.5)
    found = repetitions(case, {}, 2, seed=3)
    seeds = [Grid(seed=3).seed_of(case, number) for number in range(2)]
    assert len(set(seeds)) == 2
    np.testing.assert_allclose(found.truths, [0.5, 0.5], atol=1e-4)


def test_distributions_drawn_anew_have_the_wanted_shape_and_depend_on_the_seed_alone() -> None:
    random = RandomCase(published(), 60, (2, 3))
    shapes, truths = set(), []
    for seed in range(12):
        sample, truth = random.draw(seed)
        again, same = random.draw(seed)
        np.testing.assert_array_equal(sample.x, again.x)
        assert truth == same
        assert sample.n_samples == 60
        shapes |= {sample.dim_x, sample.dim_y}
        truths.append(truth)
    assert shapes == {2, 3}
    assert len(set(truths)) > 6
    for n, dims in ((60, (40, 50)), (5_000, (2, 3))):
        with pytest.raises(ValueError, match=re.escape("expected rows in (10, 500)")):
            RandomCase(published(), n, dims)


def test_a_paused_drawing_goes_on_as_if_it_had_not_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compute, "PACE", 0.0)
    *_, whole = drawing(Draws(SMALL.experiment), 4, Cancellation())
    stop = Cancellation()
    job = drawing(Draws(SMALL.experiment), 4, stop)
    parts = [next(job), next(job), next(job)]
    stop.set()
    assert [len(part.found) for part in (*parts, *job)] == [0, 1, 2]
    *_, rest = drawing(parts[-1], 4, Cancellation())
    for name in NAMES:
        np.testing.assert_array_equal(rest.found.intervals(name), whole.found.intervals(name))


# What is shipped


@pytest.mark.parametrize("kind", SOURCES)
def test_the_recording_is_what_is_drawn_today(kind: str) -> None:
    assert not is_stale(recorded_weights()), "the network has changed: run `make intervals`"
    state = IntervalsState(source=kind)
    kept = known(state)
    assert kept.complete
    now = repetitions(source(state.experiment), estimators(), 2, seed=state.seed)
    for one, other in zip(now.datasets, kept.found.datasets, strict=False):
        assert one.truth == pytest.approx(other.truth)
        for name in NAMES:
            a, b = one.estimates[name], other.estimates[name]
            assert a is not None
            assert b is not None
            assert a.interval(0.9) == pytest.approx(b.interval(0.9), rel=1e-3, abs=1e-4)


def test_over_distributions_the_network_keeps_its_promise_and_resampling_does_not() -> None:
    found = known(IntervalsState(source="other")).found
    words = [coverage_words(found.contained(name), 0.9) for name in NAMES]
    assert words == ["as intended, within sampling error", "too narrow"]


# Words


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(0, 3), *[st.floats(0, 4)] * 3).map(lambda v: (v[0], *sorted(v[1:]))),
        max_size=70,
    ),
    st.sampled_from(tuple(SOURCES)),
    st.sampled_from((0.5, 0.8, 0.9, 0.95)),
)
def test_words_follow_from_the_intervals(
    values: list[tuple[float, float, float, float]], kind: str, level: float
) -> None:
    drawn = draws(values, kind)
    hits = [low <= truth <= high for truth, low, _, high in values]
    text = " ".join(insight(drawn, level))
    if not hits:
        assert "Press Run" in text
        return
    assert f"{sum(hits)} of {len(hits)}" in text
    assert ("Other" in SOURCES[kind]) == ("from another distribution" in text)
    if len(hits) < FEW:
        assert "uncertain" in text
        return
    rating = coverage_words(hits, level)
    assert ("within sampling error" in text) == (rating == "as intended, within sampling error")
    assert (f"fewer than {level:.0%} by more than chance" in text) == (rating == "too narrow")
    assert (f"more than {level:.0%} by more than chance" in text) == (rating == "wider than needed")
    assert ("Resampling measures" in text) == (rating == "too narrow")
    assert ("not for each" in text) == (kind == "same" and "by more than chance" in text)
    for size, side in re.findall(r"medians are ([\d.]+) nats too (high|low)", text):
        mean = np.mean([median - truth for truth, _, median, _ in values])
        assert abs(float(size) - abs(mean)) < 0.006
        assert (mean > 0) == (side == "high")
    assert f"in {len(hits) - sum(hits)} of {len(hits)} datasets" in alt_text(drawn, level)


def test_misses_are_marked_by_more_than_colour() -> None:
    drawn = draws([(0.5, 0.1, 0.3, 0.6), (0.5, 0.6, 0.7, 0.9)])
    figure, _ = figures(drawn, 0.9)
    points = {t.marker.symbol: list(t.x) for t in figure.data if t.mode == "markers" and len(t.x)}
    assert points == {"circle": [1], "x": [2]}
    line, *_ = (trace for trace in figure.data if trace.mode == "lines")
    assert list(line.y) == [0.5, 0.5]
    assert list(figure.data[-1].y) == [1.0, 0.5]


def test_a_table_has_every_interval() -> None:
    lines = as_csv(draws([(0.5, 0.1, 0.3, 0.6)] * 3), 0.9).splitlines()
    assert len(lines) == 4
    assert lines[1] == "1,0.5,0.3,0.1,0.6,0.3,0.1,0.6"


@pytest.mark.parametrize("kind", SOURCES)
def test_python_of_a_view_gives_its_numbers(
    kind: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute, "PACE", 0.0)
    state = SMALL.with_(source=kind, level="50", seed=2)
    exec(compile(as_python(state), "shared", "exec"), {})
    *_, last = drawing(Draws(state.experiment), 10, Cancellation())
    expected = [f"{n} {last.found.contained(n, 0.5).sum()} of 10" for n in NAMES]
    assert capsys.readouterr().out.splitlines() == expected
    assert bool(as_command(state)) == (kind == "same")


# Widgets


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[IntervalsPage]:
    monkeypatch.setattr(compute, "PACE", 0.0)
    page = IntervalsPage()
    yield page
    page.job.clear()
    assert page.join(SECONDS)


def test_first_screen_is_finished_and_the_level_keeps_its_datasets(page: IntervalsPage) -> None:
    drawn = page.grown
    assert drawn.complete
    assert page.job.mode == "idle"
    page.controls["level"].value = "50"
    assert page.join(SECONDS)
    assert page.grown is drawn
    assert unescape(page.insight.value).count(f"{drawn.found.contained(NAMES[0], 0.5).sum()} of 50")
    page.controls["source"].value = "other"
    assert page.join(SECONDS)
    assert page.grown.complete
    assert page.controls["family"].disabled
    assert "level=50" in page.query
    page.controls.reset.click()
    assert page.join(SECONDS)
    assert page.state == IntervalsState()


def test_one_dataset_after_the_other(page: IntervalsPage) -> None:
    page.want(SMALL)
    assert page.join(SECONDS)
    assert len(page.grown.found) == SMALL.n_datasets
    first = page.grown.found.truths
    page.clear.click()
    assert len(page.grown.found) == 0
    for count in (1, 2):
        page.next.click()
        assert page.join(SECONDS)
        assert len(page.grown.found) == count
    assert not page.next.disabled
    page.job.start.click()
    assert page.next.disabled
    assert page.join(SECONDS)
    np.testing.assert_array_equal(page.grown.found.truths, first)


def test_a_value_out_of_reach_becomes_a_message_and_the_datasets_stay(page: IntervalsPage) -> None:
    drawn = page.grown
    page.want(IntervalsState(family="path", dim=1, information=3.0))
    assert page.join(SECONDS)
    assert "expected a mutual information from" in page.message.value
    assert page.grown is drawn
