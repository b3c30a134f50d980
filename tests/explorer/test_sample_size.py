"""The page on the number of rows without a browser: its curves, its words, its widgets."""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mist_explore.evaluation import Case, Grid, Sweep, Trial, rows_needed, sweep
from mist_explore.explorer.recorded import is_stale
from mist_explore.explorer.sample_size import (
    SampleSizePage,
    SampleSizeState,
    known,
)
from mist_explore.explorer.sample_size import page as page_module
from mist_explore.explorer.sample_size.compute import (
    Curves,
    as_command,
    as_python,
    by_columns,
    shipped_sweep,
)
from mist_explore.explorer.sample_size.settings import RECORDED
from mist_explore.explorer.sample_size.views import as_csv, columns_html, figures, insight
from mist_explore.plots import mark_of

SECONDS = 120
NAMES = RECORDED.estimators


def curves(errors: dict[str, dict[int, list[float]]]) -> Curves:
    """Trials with these errors, by estimator and number of rows, around a true value of 1 nat."""
    grid = Grid(n_samples=(50, 500, 5_000), information=(1.0,), estimators=tuple(errors))
    trials = tuple(
        Trial(Case(n_samples=n), number, 0, name, 1.0, 1.0 + error)
        for name, found in errors.items()
        for n, some in found.items()
        for number, error in enumerate(some)
    )
    return Curves(grid, trials)


# Rows needed


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.floats(0.001, 2), min_size=1, max_size=6), min_size=1, max_size=6),
    st.floats(0.01, 1),
)
def test_rows_needed_lie_where_the_mean_error_falls_to_the_wanted_one(
    values: list[list[float]], error: float
) -> None:
    sizes = [50 * 2**i for i in range(len(values))]
    found = dict(zip(sizes, values, strict=True))
    rows = rows_needed(found, error)
    assert rows is not None
    means = [np.mean(some) for some in values]
    enough = [n for n, mean in zip(sizes, means, strict=True) if mean > error]
    if not enough:
        assert rows.rows == sizes[0]
        assert "at most" in str(rows)
    elif enough[-1] == sizes[-1]:
        assert math.isinf(rows.rows)
        assert f"more than {sizes[-1]:,}" in str(rows)
    else:
        assert enough[-1] <= rows.rows <= 2 * enough[-1]
    assert rows.low <= rows.high
    assert rows_needed(found, error) == rows


def test_errors_that_fall_with_the_square_root_need_four_times_the_rows_for_half() -> None:
    found = {n: [3 / math.sqrt(n)] * 3 for n in (100, 400, 1_600, 6_400)}
    one, half = rows_needed(found, 0.2), rows_needed(found, 0.1)
    assert one is not None
    assert half is not None
    assert one.rows == pytest.approx(225)
    assert half.rows == pytest.approx(4 * one.rows)
    assert (one.low, one.high) == pytest.approx((225, 225))
    assert rows_needed({}, 0.1) is None
    with pytest.raises(ValueError, match="expected a positive error; got 0"):
        rows_needed(found, 0.0)


# Words


ERRORS = st.fixed_dictionaries(
    {
        name: st.fixed_dictionaries(
            {n: st.lists(st.floats(-1, 1), min_size=3, max_size=5) for n in (50, 500, 5_000)}
        )
        for name in NAMES
    }
)


@settings(max_examples=40)
@given(ERRORS, st.sampled_from((0.02, 0.1, 0.5)))
def test_words_follow_from_the_errors(errors: Any, error: float) -> None:
    found = curves(errors)
    text = insight(found, error)
    needed = found.needed(error)
    for name, rows in needed.items():
        assert f"{mark_of(name).short} needs {rows.number} rows" in text
        stuck = re.search(f"On 5,000 rows {re.escape(mark_of(name).short)} is still off", text)
        assert bool(stuck) == (np.abs(errors[name][5_000]).mean() > error)
    if "beyond sampling error" in text:
        best = min(needed, key=lambda name: needed[name].rows)
        assert f"{mark_of(best).short} needs the fewest" in text
        assert all(needed[best].high < needed[n].low for n in needed if n != best)
    for count, total in re.findall(r"too (?:low|high) in (\d) of (\d)", text):
        assert 2 * int(count) >= int(total)


def test_an_estimator_without_estimates_is_left_out_of_the_words() -> None:
    text = insight(curves({"ksg": {50: [0.1, 0.2], 500: [0.0, 0.01]}, "mist-qr": {}}), 0.1)
    assert "KSG needs" in text
    assert "MIST" not in text
    assert insight(curves({"ksg": {}}), 0.1) == ""


# What is shipped


def test_the_first_screen_is_recorded_with_the_shipped_weights() -> None:
    assert not is_stale(shipped_sweep().weights), "the network has changed: run `make sample-size`"
    answer = known(SampleSizeState())
    assert answer.complete
    table = by_columns(SampleSizeState())
    assert tuple(table) == RECORDED.dim
    html = columns_html(table, 0.1)
    for dim, found in table.items():
        assert f"{dim} + {dim}" in html
        for rows in found.needed(0.1).values():
            assert f"<b>{rows.number}</b>" in html
    assert by_columns(SampleSizeState(information=0.7)) == {}


def test_nearest_neighbours_need_more_rows_with_more_columns() -> None:
    few, many = (known(SampleSizeState(dim=dim)).needed(0.1)["ksg"] for dim in (1, 8))
    assert few.high < many.low


def test_a_recorded_trial_is_what_is_measured_today() -> None:
    trials = [t for t in shipped_sweep().trials if t.replicate == 0]
    kept = [t for t in trials if t.case == Case("student-2pair", 50, 3, 1.0)]
    grid = Grid(
        family=("student-2pair",), n_samples=(50,), information=(1.0,), estimators=NAMES,
        replicates=1,
    )  # fmt: skip
    for one, other in zip(kept, sweep(grid).trials, strict=True):
        assert (one.seed, one.estimator) == (other.seed, other.estimator)
        assert one.median == pytest.approx(other.median, rel=1e-3, abs=1e-4)


def test_figures_mark_the_rows_that_are_needed() -> None:
    found = curves({"ksg": {50: [0.4, -0.4], 500: [0.1, 0.1], 5_000: [0.01, 0.01, -0.01]}})
    errors, widths = figures(found, 0.2)
    assert list(errors.data[0].y) == [0.2, 0.2]
    assert errors.data[1].x[0] == pytest.approx(found.needed(0.2)["ksg"].rows)
    np.testing.assert_allclose(errors.data[2].y, [0.4, 0.1, 0.01])
    assert [trace.name for trace in widths.data] == ["KSG, spread"]
    assert list(widths.data[0].x) == [5_000]


def test_texts_and_table_name_every_setting() -> None:
    state = SampleSizeState(dim=2, information=0.7, error=0.04, seed=3, replicates=2)
    python, command = as_python(state), as_command(state)
    assert repr(state.grid.n_samples) in python
    assert "replicates=2" in python
    assert "seed=3" in python
    assert python.rstrip().endswith("0.04))")
    assert "--dims 2 --information 0.7" in command
    assert "--replicates 2 --seed 3" in command
    lines = as_csv(curves({"ksg": {50: [0.1]}})).splitlines()
    assert lines[1] == "50,0,0,ksg,1.0,1.1,,"


# Widgets


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleSizePage]:
    def few(grid: Grid, cancellation: Any) -> Generator[Curves, None, Curves]:
        measured: Sweep = sweep(Grid(n_samples=(50,), estimators=("ksg",), replicates=2))
        yield Curves(grid, measured.trials)
        return Curves(grid, measured.trials)

    monkeypatch.setattr(page_module, "measure", few)
    page = SampleSizePage()
    yield page
    assert page.join(SECONDS)


def test_another_error_keeps_the_curves_and_another_distribution_is_measured(
    page: SampleSizePage,
) -> None:
    first = page.grown
    assert first.complete
    page.controls["error"].value = 0.2
    assert page.join(SECONDS)
    assert page.grown is first
    assert page.figures.views[0].widget.data[0].y == (0.2, 0.2)
    assert "0.20 nats" in page.insight.value
    page.controls["dim"].value = 2
    assert page.join(SECONDS)
    assert page.grown.grid.dim == (2,)
    assert len(page.grown.trials) == 2
    page.controls["dim"].value = 8
    assert page.join(SECONDS)
    assert page.grown.complete
    assert page.job.mode == "idle"
    page.controls.reset.click()
    assert page.join(SECONDS)
    assert page.grown.trials == first.trials


def test_a_value_out_of_reach_becomes_a_message(page: SampleSizePage) -> None:
    page.want(SampleSizeState(family="path", dim=1, information=3.0))
    assert page.join(SECONDS)
    assert "expected a mutual information from" in page.message.value
    assert page.grown.complete
