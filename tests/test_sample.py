"""`Sample` is where the arrays of a user are checked: what it takes, the messages for the rest."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from mist_explore.sample import MINIMUM_ROWS, Sample, tied_share

finite = st.floats(-1e6, 1e6)
GOOD = [1.0, 2.0, 3.0, 4.0]


@st.composite
def sides(draw: st.DrawFn) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n = draw(st.integers(MINIMUM_ROWS, 12))
    dim_x, dim_y = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    x = draw(arrays(np.float64, (n, dim_x), elements=finite))
    y = draw(arrays(np.float64, (n, dim_y), elements=finite))
    return x, y


@given(sides())
def test_keeps_the_numbers_and_their_shape(
    both: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    x, y = both
    sample = Sample(x, y)
    assert (sample.n_samples, sample.dim_x, sample.dim_y) == (len(x), x.shape[1], y.shape[1])
    np.testing.assert_array_equal(sample.x, x)
    np.testing.assert_array_equal(sample.y, y)


def test_is_a_value_apart_from_its_source() -> None:
    source = np.array(GOOD)
    sample = Sample(source, source)
    source[0] = 99.0
    assert sample.x[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        sample.x[0, 0] = 99.0
    with pytest.raises(FrozenInstanceError):
        sample.x = source  # type: ignore[misc]


@pytest.mark.parametrize(
    "values",
    [[True, False, True, True], [1, 2, 3, 4], np.arange(4, dtype=np.float32), ["1", "2", "3", "4"]],
)
def test_takes_whatever_holds_numbers(values: object) -> None:
    assert Sample(values, GOOD).x.dtype == np.float64  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("x", "y", "line"),
    [
        (["a", "b", "c", "d"], GOOD, r"expected numbers in x; got values of type <U1"),
        (GOOD, [1, None, {}, 2], r"expected numbers in y; got values of type object"),
        (
            [1.0, np.nan, 3.0, np.nan],
            GOOD,
            r"expected finite numbers in x; got nan in row 2, column 1 \(2 such values\)",
        ),
        (
            GOOD,
            [[1, 2], [3, 4], [5, -np.inf], [7, 8]],
            r"expected finite numbers in y; got -inf in row 3, column 2 \(1 such values\)",
        ),
        (GOOD, GOOD + GOOD, r"expected x and y with the same number of rows; got 4 and 8"),
        (GOOD[:3], GOOD[:3], r"expected at least 4 rows; got 3"),
        (5.0, GOOD, r"expected x of shape \(n_samples, dim_x\) .*; got shape \(\)"),
        (np.zeros((4, 0)), GOOD, r"with at least one column; got shape \(4, 0\)"),
        (GOOD, np.zeros((4, 1, 1)), r"expected y of shape .*; got shape \(4, 1, 1\)"),
    ],
)
def test_states_what_is_wrong(x: object, y: object, line: str) -> None:
    with pytest.raises(ValueError, match=line):
        Sample(x, y)  # type: ignore[arg-type]


@given(sides(), st.integers(1, 3))
def test_constant_columns_are_dropped_and_counted(
    both: tuple[NDArray[np.float64], NDArray[np.float64]], added: int
) -> None:
    varying = np.arange(len(both[0]), dtype=np.float64)[:, None]
    x = np.hstack([varying, np.full((len(varying), added), 7.0)])
    sample, warnings = Sample(x, varying).without_constant_columns()
    np.testing.assert_array_equal(sample.x, varying)
    assert len(warnings) == 1
    assert warnings[0].startswith(f"dropped {added} constant column")


def test_a_sample_without_constant_columns_stays_itself() -> None:
    sample = Sample(GOOD, GOOD)
    assert sample.without_constant_columns() == (sample, ())


@pytest.mark.parametrize(("x", "y", "side"), [([1, 1, 1, 1], GOOD, "x"), (GOOD, [0] * 4, "y")])
def test_a_wholly_constant_side_is_an_error(x: list[float], y: list[float], side: str) -> None:
    line = f"expected a column of {side} that varies; got only constant columns"
    with pytest.raises(ValueError, match=line):
        Sample(x, y).without_constant_columns()


@given(arrays(np.float64, st.integers(1, 30), elements=st.integers(0, 9)), st.integers(0, 99))
def test_ties_are_values_that_occur_again_in_any_order(
    column: NDArray[np.float64], seed: int
) -> None:
    values = column.tolist()
    expected = sum(values.count(value) > 1 for value in values) / len(values)
    assert tied_share(column) == pytest.approx(expected)
    assert tied_share(np.random.default_rng(seed).permutation(column)) == tied_share(column)
