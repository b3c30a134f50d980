"""The search for the worst case: seeded, within its ranges, and confirmed on fresh datasets."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mist_explore.evaluation import (
    Case,
    EvaluatedCase,
    Search,
    SearchProgress,
    Summary,
    WorstCase,
    iter_worst_case,
    worst_case,
)
from mist_explore.evaluation.failure_search import N_COORDINATES
from mist_explore.metrics import Mean
from mist_explore.progress import finished

SMALL = Search(
    "ksg",
    family=("normal-2pair", "student-2pair"),
    n_samples=(20, 60),
    dim=(1, 4),
    information=(0.0, 3.0),
    flow=(0.0, 0.0),
    budget=12,
    replicates=2,
    fresh=8,
)


@pytest.fixture(scope="module")
def found() -> WorstCase:
    return worst_case(SMALL)


@given(arrays(np.float64, N_COORDINATES, elements=st.floats(0, 1)))
@settings(max_examples=50)
def test_every_point_of_the_cube_is_a_case_within_the_ranges(point: np.ndarray) -> None:
    case = SMALL.case(point)
    assert case.family in SMALL.family
    for axis in ("n_samples", "dim", "information", "flow"):
        low, high = getattr(SMALL, axis)
        assert low <= getattr(case, axis) <= high
    assert (case.df is None) == (case.family == "normal-2pair")
    assert case.df is None or SMALL.df[0] <= case.df <= SMALL.df[1]


def test_ends_of_the_cube_are_the_ends_of_the_ranges() -> None:
    first, last = (SMALL.case(np.full(N_COORDINATES, end)) for end in (0.0, 1.0))
    assert first == Case("normal-2pair", 20, 1, 0.0, None, 0.0)
    assert last == Case("student-2pair", 60, 4, 3.0, 10.0, 0.0)


def test_a_search_finds_where_neighbours_fail(found: WorstCase) -> None:
    # KSG is far too low where the information is high on many columns.
    worst, confirmed = found.worst, found.confirmed
    assert worst is not None
    assert confirmed is not None
    assert confirmed.bias is not None
    assert worst.case.information is not None
    assert worst.case.information > 1.5
    assert confirmed.bias.value < -0.7
    assert len(found.cases) == SMALL.budget
    assert len(found.fresh) == SMALL.fresh


def test_fresh_datasets_are_none_that_the_search_has_seen(found: WorstCase) -> None:
    seeds = {trial.seed for trial in found.fresh}
    assert len(seeds) == SMALL.fresh
    assert max(seeds) < 2**31
    worst = found.worst
    assert worst is not None
    assert {trial.case for trial in found.fresh} == {worst.case}


def test_the_same_seed_finds_the_same_and_another_one_tries_others(found: WorstCase) -> None:
    again = worst_case(SMALL)
    assert [evaluated.case for evaluated in again.cases] == [
        evaluated.case for evaluated in found.cases
    ]
    assert [t.median for t in again.fresh] == [t.median for t in found.fresh]
    first = next(iter_worst_case(replace(SMALL, seed=1))).evaluated
    assert first is not None
    assert first.case != found.cases[0].case


def test_progress_counts_datasets() -> None:
    records: list[SearchProgress] = []
    finished(iter_worst_case(replace(SMALL, budget=3, fresh=2)), records.append)
    assert [record.step for record in records] == [2, 4, 6, 7, 8]
    assert {record.total for record in records} == {8}
    assert [record.evaluated is None for record in records] == [False, False, False, True, True]


def evaluated(bias: float | None, coverage: float | None) -> EvaluatedCase:
    means = [None if value is None else Mean(value, 0.1, 4) for value in (bias, coverage)]
    return EvaluatedCase(Case(), Summary(1.0, means[0], means[1], 0.0, ""))


def test_objective_orders_cases() -> None:
    by_bias = sorted(
        [evaluated(-2, 1), evaluated(1, 0), evaluated(None, None)],
        key=lambda p: p.objective("bias"),
    )
    assert [p.summary.bias and p.summary.bias.value for p in by_bias] == [None, 1, -2]
    by_coverage = sorted(
        [evaluated(-2, 0.5), evaluated(1, 0), evaluated(0.1, 0.5), evaluated(None, None)],
        key=lambda p: p.objective("coverage"),
    )
    assert [p.summary.bias and p.summary.bias.value for p in by_coverage] == [None, 0.1, -2, 1]


def test_a_search_without_any_estimate_finds_nothing() -> None:
    nowhere = replace(SMALL, information=(15.0, 15.0), budget=2)
    result = worst_case(nowhere)
    assert result.worst is None
    assert result.confirmed is None
    assert all("expected a mutual information" in p.summary.error for p in result.cases)


def test_coverage_needs_intervals() -> None:
    with pytest.raises(ValueError, match="ksg gives one value: search for its bias"):
        worst_case(replace(SMALL, measure="coverage"))
    result = worst_case(replace(SMALL, estimator="mist-qr", measure="coverage", budget=2))
    assert result.confirmed is not None
    assert result.confirmed.coverage is not None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measure": "luck"}, "expected a measure among ('bias', 'coverage'); got 'luck'"),
        ({"dim": (3, 2)}, "expected dim from low to high; got 3 to 2"),
        ({"dim": (0, 2)}, "expected at least one column each of X and Y; got 0"),
        ({"flow": (0.0, 2.0)}, "expected a strength of the flow in [0, 1]; got 2.0"),
        ({"family": ()}, "expected a family and positive degrees of freedom; got 0 families"),
        ({"family": ("cauchy",)}, "expected a family among normal-dense"),
        ({"df": (0.0, 2.0)}, "0.0 degrees of freedom"),
        ({"budget": 0}, "expected budget of at least 1; got 0"),
    ],
)
def test_an_impossible_search_states_what_was_expected(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        replace(SMALL, **change)  # type: ignore[arg-type]


def test_a_search_survives_json() -> None:
    assert Search.from_json(SMALL.to_json()) == SMALL
