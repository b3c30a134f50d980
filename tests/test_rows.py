"""Rows as they come: every entry point reads frames, gaps, dates and categories the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

import mist_explore as mx
from mist_explore.estimators import ESTIMATORS, PUBLISHED, GaussianCopula
from mist_explore.estimators.observations import observe
from mist_explore.estimators.sample_estimator import SampleEstimator
from mist_explore.evaluation import compare, information_scores, permutation_test
from mist_explore.preparation import prepare_sides
from mist_explore.sample import Sample

N = 60
RNG = np.random.default_rng(0)
NUMBERS = RNG.normal(size=N)
Y = NUMBERS + RNG.normal(size=N)
DAYS = pd.Timestamp("2024-01-01") + pd.to_timedelta(RNG.permutation(N), unit="D")

GAPS = np.where(np.arange(N) % 9 == 0, np.nan, NUMBERS)

SIDES: dict[str, Any] = {
    "frame": pd.DataFrame({"a": NUMBERS, "b": NUMBERS**2}),
    "gaps": GAPS,
    "masked": np.ma.masked_where(np.isnan(GAPS), NUMBERS),
    "pd.NA": pd.Series(RNG.permutation(N), dtype="Int64").mask(np.isnan(GAPS)),
    "dates": DAYS.to_numpy(),
    "NaT": pd.Series(DAYS).mask(np.isnan(GAPS)),
    "zone": pd.Series(DAYS.tz_localize("Asia/Tokyo")),
    "period": pd.Series(DAYS.to_period("D")),
    "durations": pd.Series(DAYS).diff().fillna(pd.Timedelta(hours=5)),
    "category": pd.Categorical(np.where(NUMBERS > 0, "u", np.where(Y > 0, "v", "w"))),
    "texts": np.where(NUMBERS > 0, "u", "v").tolist(),
    "objects": [None if np.isnan(v) else v for v in GAPS],
    "sparse": csr_array(np.where(NUMBERS > 0, NUMBERS, 0)[:, None]),
    "large": 2**60 + RNG.permutation(N),
    "records": pd.DataFrame({"a": NUMBERS, "b": Y**2}).to_records(index=False),
    "mapping": {"a": NUMBERS, "b": np.where(Y > 0, "u", "v")},
    "index": pd.Index(NUMBERS),
}
"""Sides as users have them."""


@pytest.mark.parametrize("name", [name for name in ESTIMATORS if name != PUBLISHED])
def test_every_estimator_has_the_one_front_door(name: str) -> None:
    assert isinstance(mx.load(name), SampleEstimator)
    assert isinstance(mx.load("bootstrap-ksg"), SampleEstimator)


@pytest.mark.parametrize("kind", SIDES)
@pytest.mark.parametrize("swapped", [False, True], ids=["x", "y"])
def test_an_estimate_is_that_of_the_prepared_sample(kind: str, swapped: bool) -> None:
    sides = (Y, SIDES[kind]) if swapped else (SIDES[kind], Y)
    ready = prepare_sides(*sides)
    for name in ("gaussian-copula", "mixed-ksg"):
        model = mx.load(name)
        assert isinstance(model, SampleEstimator)
        found = model.estimate(*sides)
        expected = model.estimate_samples([ready.sample])[0]
        assert found.quantiles == expected.quantiles
        assert found.n_samples == ready.sample.n_samples
        if kind not in ("sparse", "index"):
            assert found.notes[: len(ready.notes)] == ready.notes


@pytest.mark.parametrize("kind", SIDES)
def test_comparison_and_test_take_the_same_rows(kind: str) -> None:
    x = SIDES[kind]
    ready = prepare_sides(x, Y)
    compared = compare(x, Y, ["gaussian-copula"])
    (answer,) = compared.outcomes
    assert answer.estimate == GaussianCopula().estimate(x, Y)
    assert compared.n_samples == ready.sample.n_samples
    tested = permutation_test(x, Y, permutations=9)
    assert tested.observed == pytest.approx(
        permutation_test(ready.sample.x, ready.sample.y, permutations=9).observed
    )
    if kind not in ("sparse", "index"):
        assert compared.notes == ready.notes
        assert tested.notes == ready.notes


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), kind=st.sampled_from(["f8", "f4", "i8", "u1", "?"]))
def test_clean_arrays_are_taken_as_they_are(seed: int, kind: str) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(scale=9, size=(30, 2)).round(0 if kind != "f8" else 9)
    x = (abs(x) if kind in ("u1", "?") else x).astype(kind)
    y = generator.normal(size=30)
    given_rows = observe(x, y)
    np.testing.assert_array_equal(given_rows.sample.x, Sample(x, y).x)
    assert given_rows.notes == ()
    np.testing.assert_array_equal(observe(x.tolist(), y).sample.x, given_rows.sample.x)


def test_the_shipped_network_answers_a_frame_as_its_columns() -> None:
    frame = pd.DataFrame({"a": GAPS, "when": DAYS})
    found = mx.load().estimate(frame, pd.Series(Y, name="y"))
    rows = ~np.isnan(GAPS)
    days = (DAYS - DAYS.min()).days.to_numpy()
    expected = mx.load().estimate(np.column_stack([GAPS, days])[rows], Y[rows])
    assert found.quantiles == expected.quantiles
    assert found.notes[0] == "7 of 60 rows have a gap in a chosen column and are left out"
    assert "when: dates became days since 2024-01-01" in found.notes


def test_options_are_those_of_prepare_everywhere() -> None:
    codes = np.arange(N) % 4
    marked = np.where(codes == 0, -999, NUMBERS)
    filled = np.where(codes == 0, np.nanmedian(NUMBERS[codes != 0]), NUMBERS)
    options: dict[str, Any] = {"gap_values": [-999], "missing": "median"}
    model = GaussianCopula()
    expected = model.estimate(filled, Y)
    assert model.estimate(marked, Y, **options).quantiles == expected.quantiles
    (answer,) = compare(marked, Y, [model], **options).outcomes
    assert answer.median == expected.median
    assert information_scores(marked[:, None], Y, model, **options)[0] == expected.median
    assert permutation_test(marked, Y, permutations=9, **options).observed == pytest.approx(
        permutation_test(filled, Y, permutations=9).observed
    )
    declared = model.estimate(codes, Y, categories=["x"])
    assert declared.dim_x == 4
    assert model.estimate(codes, Y, categories=["x"], encoding="codes").dim_x == 1


def test_scores_of_a_frame_are_those_of_its_columns() -> None:
    frame = pd.DataFrame(
        {"numbers": NUMBERS, "gaps": GAPS, "kind": np.where(Y > 0, "u", "v"), "flat": "one"}
    )
    scores = information_scores(frame, Y, GaussianCopula())
    assert scores.shape == (4,)
    for name, score in zip(frame, scores, strict=True):
        if name == "flat":
            assert score == 0
        else:
            assert score == pytest.approx(GaussianCopula().estimate(frame[name], Y).median)
    when = information_scores(NUMBERS[:, None], DAYS, GaussianCopula())
    assert when[0] == pytest.approx(GaussianCopula().estimate(NUMBERS, DAYS).median)


class Polars:
    """A frame of another library, which converts to pandas as those of polars do."""

    def to_pandas(self) -> pd.DataFrame:
        return pd.DataFrame({"a": GAPS})


def test_frames_of_other_libraries_go_through_pandas() -> None:
    side: Any = Polars()
    found = GaussianCopula().estimate(side, Y)
    assert found == GaussianCopula().estimate(pd.DataFrame({"a": GAPS}), Y)


CALLS: dict[str, Callable[..., object]] = {
    "estimate": GaussianCopula().estimate,
    "compare": lambda x, y, **options: compare(x, y, ["gaussian-copula"], **options),
    "permutation_test": lambda x, y, **options: permutation_test(x, y, permutations=9, **options),
}

REFUSED: dict[str, tuple[Any, str]] = {
    "complex": (NUMBERS + 1j, "take their real and imaginary parts as two columns"),
    "complex objects": ([1j, *NUMBERS[1:]], "take their real and imaginary parts as two columns"),
    "ragged": ([[1], [2, 3]] * (N // 2), "got lists of different lengths"),
    "free text": ([f"note on {i}" for i in range(N)], r"categories=\['x'\] \(--categorical x\)"),
    "no values": (np.full(N, np.nan), "expected values in column 'x'; it has none"),
    "few values": (
        np.where(np.arange(N) < 3, NUMBERS, np.nan),
        r"got 3 of 60: .* missing='median' \(--missing median\)",
    ),
    "constant": (np.full(N, "a"), "expected a column of X that varies"),
    "another length": (NUMBERS[1:], "the same number of rows; got 59 and 60"),
    "three axes": (np.zeros((N, 2, 2)), r"x.*got shape \(60, 2, 2\)"),
    "a sample": (Sample(NUMBERS, Y), "expected rows of x; got a Sample: give its x and its y"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kind", REFUSED)
def test_a_refusal_names_what_helps(call: str, kind: str) -> None:
    side, message = REFUSED[kind]
    with pytest.raises(ValueError, match=message):
        CALLS[call](side, Y)


BAD_OPTIONS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"missing": "magic"}, "expected missing among drop, median; got 'magic'"),
    ({"encoding": "magic"}, "expected categories among one-hot, codes; got 'magic'"),
    ({"categories": ["z"]}, "expected categories among the columns x, y; got 'z'"),
    ({"weights": [1, 2]}, "expected one value of weights for each of 60 rows; got 2 values"),
    ({"weights": -np.ones(N)}, r"expected weights of at least 0; got -1.0 in row 1"),
    ({"weights": GAPS**2}, r"expected weights of at least 0; got nan in row 1"),
    ({"weights": np.arange(N) < 3}, "expected at least 4 rows with a positive weight; got 3"),
    ({"groups": np.zeros(N)}, "expected at least two groups; got one"),
    ({"groups": [None, *range(N - 1)]}, "expected a group for every row; got a gap in row 1"),
)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("options", "message"), BAD_OPTIONS)
def test_impossible_options_are_refused_everywhere(
    call: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        CALLS[call](NUMBERS, Y, **options)


@pytest.mark.parametrize("call", CALLS)
def test_a_misspelt_option_is_refused(call: str) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'mising'"):
        CALLS[call](NUMBERS, Y, mising="drop")
