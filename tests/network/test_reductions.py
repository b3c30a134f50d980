"""Exact reductions leave mutual information as it is, and find the type of each side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mist_explore.network.discrete import contingency_table, discrete_estimates
from mist_explore.network.reductions import (
    FEW_VALUES,
    ROWS_PER_STATE,
    ROWS_PER_VALUE,
    reduce_sample,
)

Rows = NDArray[np.float64]
Codes = NDArray[np.int64]

seeds = st.integers(0, 10_000)

MAPS: dict[str, Callable[[Rows], Rows]] = {
    "sign": lambda c: -c,
    "scale": lambda c: 1e6 * c + 3,
    "exp": np.exp,
    "mirrored cube": lambda c: -(c**3),
    "rank": lambda c: np.argsort(np.argsort(c, 0), 0).astype(float),
}
"""Strictly monotone maps of a column."""


def normal(seed: int, n: int = 60, dim: int = 2) -> Rows:
    return np.random.default_rng(seed).normal(size=(n, dim))


def codes(seed: int, n: int = 200, states: int = 4) -> Codes:
    drawn = np.random.default_rng(seed).integers(0, states, n)
    return np.unique(drawn, return_inverse=True)[1].reshape(-1)


def one_hot(values: Codes) -> Rows:
    return (values[:, None] == np.arange(values.max() + 1)).astype(float)


def same_partition(a: Codes | None, b: Codes | None) -> bool:
    """Whether two columns of codes are equal up to their numbering."""
    if a is None or b is None:
        return a is b
    pairs = len(np.unique(np.stack([a, b]), axis=1).T)
    return pairs == len(np.unique(a)) == len(np.unique(b))


@pytest.mark.parametrize("change", MAPS)
@given(seed=seeds, places=st.permutations(range(3)))
def test_copies_up_to_sign_and_monotone_map_are_dropped(
    change: str, seed: int, places: list[int]
) -> None:
    x, y = normal(seed), normal(seed + 1, dim=1)
    with_copy = np.column_stack([x, MAPS[change](x[:, :1])])[:, places]
    reduced = reduce_sample(with_copy, y)
    assert reduced.x.columns.shape == (60, 2)
    assert any("that copies another one" in note for note in reduced.notes)
    kept = np.sort(np.abs(np.argsort(np.argsort(reduced.x.columns, 0), 0) - 29.5), 1)
    expected = np.sort(np.abs(np.argsort(np.argsort(x, 0), 0) - 29.5), 1)
    np.testing.assert_array_equal(kept, expected)


@given(seed=seeds, dim=st.integers(1, 4))
def test_columns_that_do_not_copy_one_another_stay(seed: int, dim: int) -> None:
    x, y = normal(seed, dim=dim), normal(seed + 1, dim=2)
    reduced = reduce_sample(x, y)
    np.testing.assert_array_equal(reduced.x.columns, x)
    np.testing.assert_array_equal(reduced.y.columns, y)
    assert not reduced.notes
    assert not reduced.warnings


def test_copies_across_the_sides_stay() -> None:
    x = normal(0)
    reduced = reduce_sample(x, x)
    assert reduced.x.columns.shape == reduced.y.columns.shape == (60, 2)


@given(seed=seeds, states=st.integers(2, 8))
def test_all_codings_of_one_variable_give_the_same_codes(seed: int, states: int) -> None:
    label, y = codes(seed, 300, states), normal(seed + 1, 300, 1)
    generator = np.random.default_rng(seed)
    renamed = generator.permutation(100)[label].astype(float)[:, None]
    text = np.unique([f"kind {v % 3}-{v}" for v in label], return_inverse=True)[1]
    codings = [
        label[:, None].astype(float),
        renamed,
        text.reshape(-1, 1).astype(float),
        one_hot(label),
        one_hot(label)[:, 1:],
        np.column_stack([label, renamed, one_hot(label)]),
        label[:, None] / 7,
    ]
    for coding in codings:
        varying = coding[:, np.ptp(coding, axis=0) > 0]
        found = reduce_sample(varying, y).x
        assert found.is_categorical
        assert same_partition(found.codes, label)
        assert found.counts is not None
        assert sorted(found.counts) == sorted(np.bincount(label))


@given(seed=seeds, share=st.sampled_from([0.02, 0.1, 1.0]))
def test_repeated_rows_of_continuous_data_are_collapsed_and_counted(
    seed: int, share: float
) -> None:
    x, y = normal(seed, 300), normal(seed + 1, 300, 1)
    generator = np.random.default_rng(seed)
    again = generator.choice(300, int(300 * share), replace=False)
    order = generator.permutation(300 + len(again))
    repeated = [np.vstack([side, side[again]])[order] for side in (x, y)]
    reduced = reduce_sample(*repeated)
    assert reduced.n_samples == 300
    (warning,) = reduced.warnings
    assert warning.startswith(f"{len(again)} of {300 + len(again)} rows repeat others")
    assert "from the 300 distinct rows" in warning
    together = np.hstack([reduced.x.columns, reduced.y.columns])
    np.testing.assert_array_equal(np.unique(together, axis=0), np.unique(np.hstack([x, y]), axis=0))


@given(seed=seeds, states=st.integers(2, 12), noise=st.sampled_from([0.0, 0.5, 1.0]))
def test_repeated_rows_of_discrete_data_stay(seed: int, states: int, noise: float) -> None:
    generator = np.random.default_rng(seed)
    x = codes(seed, 400, states)
    y = np.where(generator.random(400) < noise, generator.integers(0, states, 400), x)
    reduced = reduce_sample(x[:, None].astype(float), y[:, None].astype(float))
    assert reduced.n_samples == 400
    assert not reduced.warnings


@given(seed=seeds, states=st.integers(2, 5))
def test_repeated_rows_of_a_category_and_a_rounded_number_stay(seed: int, states: int) -> None:
    label, y = codes(seed, 400, states), np.round(normal(seed, 400, 1), 1)
    reduced = reduce_sample(label[:, None].astype(float), y)
    assert reduced.n_samples == 400
    assert same_partition(reduced.x.codes, label)
    assert not reduced.warnings


@given(seed=seeds, states=st.integers(2, 6), coding=st.sampled_from(["code", "one-hot", "twice"]))
def test_the_information_of_a_table_stays(seed: int, states: int, coding: str) -> None:
    generator = np.random.default_rng(seed)
    a = codes(seed, 500, states)
    b = (a + (generator.random(500) < 0.4) * generator.integers(0, states, 500)) % states
    b = np.unique(b, return_inverse=True)[1].reshape(-1)
    x = {
        "code": a[:, None].astype(float),
        "one-hot": one_hot(a),
        "twice": np.column_stack([a, -a]).astype(float),
    }[coding]
    reduced = reduce_sample(x, b[:, None].astype(float))
    assert reduced.x.codes is not None
    assert reduced.y.codes is not None
    found, expected = (
        discrete_estimates(contingency_table(*pair))[0]
        for pair in ((reduced.x.codes, reduced.y.codes), (a, b))
    )
    np.testing.assert_allclose(found, expected, atol=1e-9)


@given(seed=seeds)
def test_several_discrete_columns_become_one_variable(seed: int) -> None:
    a, b = codes(seed, 400, 3), codes(seed + 1, 400, 4)
    reduced = reduce_sample(np.column_stack([a, b]).astype(float), normal(seed, 400, 1))
    assert same_partition(reduced.x.codes, 4 * a + b)
    assert reduced.notes[0].startswith("x (2 columns) is one categorical variable with 12 states")


def test_a_side_is_categorical_from_enough_rows_a_state_on() -> None:
    for values, least in ((2 * FEW_VALUES, ROWS_PER_VALUE), (FEW_VALUES, ROWS_PER_STATE)):
        for rows, is_categorical in ((least, True), (least - 1, False)):
            x = np.repeat(np.arange(float(values)), rows)[:, None]
            reduced = reduce_sample(x, normal(0, len(x), 1))
            assert reduced.x.is_categorical is is_categorical


@given(
    seed=seeds,
    n=st.integers(30, 400),
    states=st.integers(2, 2 * FEW_VALUES),
    values=st.integers(2, 80),
    discrete=st.booleans(),
)
def test_the_encoding_of_a_category_changes_nothing(
    seed: int, n: int, states: int, values: int, discrete: bool
) -> None:
    rng = np.random.default_rng(seed)
    states = min(states, n // (ROWS_PER_STATE if states <= FEW_VALUES else ROWS_PER_VALUE))
    assume(states > 1)
    category = np.r_[np.arange(states), rng.integers(0, states, n - states)]
    number = np.floor((0.5 * category + rng.normal(size=n)) * values / 6)
    other = codes(seed, n, min(values, FEW_VALUES)) if discrete else number
    assume(np.ptp(other) > 0)
    # On few rows a long column of codes beside fewer values stays a number.
    assume(states <= FEW_VALUES or len(np.unique(other)) > states)
    y = other[:, None].astype(float)
    numbering = rng.permutation(states)
    encodings = (
        category[:, None].astype(float),
        numbering[category][:, None].astype(float),
        one_hot(category),
        one_hot(numbering[category]),
    )
    reduced = [reduce_sample(x, y) for x in encodings]
    first = reduced[0]
    for one in reduced[1:]:
        assert same_partition(first.x.codes, one.x.codes)
        assert same_partition(first.y.codes, one.y.codes)
        np.testing.assert_array_equal(first.y.columns, one.y.columns)


@pytest.mark.parametrize("distinct", [4, 5])
def test_columns_that_vary_in_repeated_rows_alone_do_not_fail(distinct: int) -> None:
    x = np.repeat(np.arange(float(distinct)), 3)[:, None]
    reduced = reduce_sample(x, x + 0.5)
    assert reduced.n_samples in (distinct, len(x))
    for side in (reduced.x, reduced.y):
        assert np.ptp(side.columns, axis=0).min() > 0


@given(seed=seeds, rounded=st.booleans())
def test_order_of_rows_and_sides_change_nothing(seed: int, rounded: bool) -> None:
    x, y = normal(seed, 120, 3), normal(seed + 1, 120, 1)
    x[:, 2] = -(x[:, 0] ** 3)
    if rounded:
        x, y = np.round(x), np.round(y)
    order = np.random.default_rng(seed).permutation(120)
    one, other = reduce_sample(x, y), reduce_sample(y[order], x[order])
    assert one.n_samples == other.n_samples
    assert one.x.columns.shape == other.y.columns.shape
    assert one.warnings == other.warnings
    if one.n_samples == 120:
        kept = None if one.x.codes is None else one.x.codes[order]
        assert same_partition(kept, other.y.codes)


@pytest.mark.parametrize(("states", "times"), [(2, 3), (3, 2), (4, 2), (5, 1), (8, 1)])
@given(seed=seeds)
@settings(max_examples=10)
def test_states_that_can_be_exchanged_do_not_make_the_order_of_rows_count(
    seed: int, states: int, times: int
) -> None:
    """Every state has the same values equally often, so that none can be distinguished."""
    repeats = np.array([2 * times] + [times] * (FEW_VALUES + 1)) * states
    number = np.repeat(np.arange(len(repeats), dtype=float), repeats)[:, None]
    category = np.tile(np.arange(float(states)), len(number) // states)[:, None]
    rows = np.random.default_rng(seed).permutation(len(number))
    for x, y in ((number, category), (category, number)):
        known, found = reduce_sample(x, y), reduce_sample(x[rows], y[rows])
        assert any("broken at random" in note for note in known.notes)
        before, after = (
            np.unique(np.hstack([r.x.columns, r.y.columns]), axis=0) for r in (known, found)
        )
        np.testing.assert_array_equal(after, before)
