"""Whatever a table holds, the shipped networks answer a finite number and state what is odd."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

import mist_explore as mx
from mist_explore.estimators import DEFAULT, SMOOTH, LearnedEstimator
from mist_explore.sample import Sample

Side = NDArray[np.float64]

SHIPPED = (DEFAULT, SMOOTH)


@pytest.fixture(scope="module", params=SHIPPED)
def model(request: pytest.FixtureRequest) -> LearnedEstimator:
    model = mx.load(request.param)
    assert isinstance(model, LearnedEstimator)
    return model


def columns(kind: str, n: int, dim: int, rng: np.random.Generator) -> Side:
    """Columns of a kind that real tables hold."""
    normal = rng.standard_normal((n, dim))
    match kind:
        case "numbers":
            return normal
        case "rounded":
            return normal.round(1)
        case "labels":
            return rng.integers(0, 3, (n, dim)).astype(float)
        case "mostly zero":
            return np.where(rng.random((n, dim)) < 0.8, 0, normal)
        case "twins":
            return np.repeat(normal[:, :1], dim, axis=1)
        case "huge":
            return normal * 1e150
        case _:
            return np.exp(20 * normal)


KINDS = ("numbers", "rounded", "labels", "mostly zero", "twins", "huge", "skewed")


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    kinds=st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS)),
    n=st.sampled_from((4, 5, 9, 30, 200)),
    dims=st.tuples(st.sampled_from((1, 2, 7)), st.sampled_from((1, 2, 7))),
    related=st.booleans(),
)
def test_any_columns_get_ordered_finite_quantiles(
    model: LearnedEstimator,
    seed: int,
    kinds: tuple[str, str],
    n: int,
    dims: tuple[int, int],
    related: bool,
) -> None:
    rng = np.random.default_rng(seed)
    x, y = columns(kinds[0], n, dims[0], rng), columns(kinds[1], n, dims[1], rng)
    if related:
        y[:, 0] = x[:, 0]
    for side in (x, y):  # a wholly constant side is an error, and tested elsewhere
        side[0] += 1 if np.ptp(side, axis=0).max() == 0 else 0
    quantiles = np.array(model.estimate(x, y).quantiles)
    assert np.isfinite(quantiles).all()
    assert (quantiles >= 0).all()
    assert (np.diff(quantiles) >= 0).all()


@pytest.mark.parametrize("dims", [(1, 200), (200, 200)], ids=str)
@pytest.mark.parametrize("n", [4, 60])
def test_up_to_two_hundred_columns_a_side(
    model: LearnedEstimator, n: int, dims: tuple[int, int]
) -> None:
    rng = np.random.default_rng(0)
    estimate = model.estimate(rng.standard_normal((n, dims[0])), rng.standard_normal((n, dims[1])))
    assert np.isfinite(estimate.quantiles).all()
    assert any("200 columns" in warning for warning in estimate.warnings)


def test_constant_columns_are_dropped_and_a_constant_side_is_an_error(
    model: LearnedEstimator,
) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((100, 2)), rng.standard_normal((100, 1))
    with_constant = np.column_stack([x[:, 0], np.ones(100), x[:, 1]])
    found, expected = model.estimate(with_constant, y), model.estimate(x, y)
    assert found.quantiles == pytest.approx(expected.quantiles)
    assert any("constant" in warning for warning in found.warnings)
    with pytest.raises(ValueError, match="constant"):
        model.estimate(np.ones((100, 1)), y)


@pytest.mark.parametrize("f", [np.tanh, lambda x: x**2], ids=["monotone", "even"])
@pytest.mark.parametrize("n", [50, 1_000])
def test_a_function_of_x_is_flagged(
    model: LearnedEstimator, n: int, f: Callable[[Side], Side]
) -> None:
    x = np.random.default_rng(0).standard_normal((n, 1))
    warnings = model.estimate(x, f(x)).warnings
    assert any("as if Y were a function of X" in warning for warning in warnings)


def test_strong_dependence_is_not_taken_for_a_function(model: LearnedEstimator) -> None:
    sample = mx.FAMILIES["normal-dense"].distribution(1, 1, correlation=0.95).sample(500, seed=0)
    warnings = model.estimate(sample.x, sample.y).warnings
    assert not any("function" in warning for warning in warnings)


def test_what_a_function_of_x_holds_grows_with_the_rows() -> None:
    x = np.random.default_rng(0).standard_normal((2_000, 1))
    few, many = (mx.load(DEFAULT).estimate(x[:n], np.tanh(x[:n])) for n in (30, 2_000))
    assert many.median > few.median


# Arrays that are no plain numbers: right, or refused with what to do


LARGE = 2**53

ODD: dict[str, tuple[object, str]] = {
    "masked": (np.ma.masked_equal(np.arange(6.0), 0), "1 that are masked: mist"),
    "dates": (np.arange(6).astype("datetime64[D]"), "got values of type datetime64"),
    "durations": (np.arange(6).astype("timedelta64[s]"), "got values of type timedelta64"),
    "not a time": (pd.Series([pd.NaT, *pd.date_range("2024", periods=5)]), "type datetime64"),
    "zone": (pd.Series(pd.date_range("2024", periods=6, tz="UTC")), "numbers in x; got values"),
    "period": (pd.Series(pd.period_range("2024", periods=6, freq="M")), "such as '2024-01'"),
    "complex": (np.arange(6) + 1j, "got complex ones: take their real and imaginary parts"),
    "complex objects": (np.array([1j, 2, 3, 4, 5, 6], dtype=object), "got complex ones"),
    "missing": (
        pd.Series(pd.array([1, None, 3, 4, 5, 6], dtype="Int64")),
        "nan in row 2, column 1 .*: mist_explore.prep",
    ),
    "category": (pd.Series(pd.Categorical(list("abcabc"))), "such as 'a': mist_explore.prepare"),
    "ragged": ([[1], [2, 3], [4], [5], [6], [7]], "got lists of different lengths"),
    "large": (np.arange(6) + LARGE, "expected whole numbers up to 2\\^53 in x"),
    "larger": ([2**70 + i for i in range(6)], "expected whole numbers up to 2\\^53 in x"),
    "records": (np.zeros(6, dtype=[("a", float)]), "got values of type"),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_number_is_refused_with_what_to_do(kind: str) -> None:
    values, message = ODD[kind]
    y = np.random.default_rng(0).normal(size=6)
    with pytest.raises(ValueError, match=message):
        Sample(values, y)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=message.replace(" in x", " in y")):
        Sample(y, values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [
        np.ma.masked_equal(np.arange(6.0), 9),
        csr_array(np.arange(6.0)[:, None]),
        pd.Series(pd.array([0, 1, 2, 3, 4, 5], dtype="Int64")),
        pd.Series(pd.arrays.SparseArray([0, 1.0, 2, 3, 4, 5])),
        [str(i) for i in range(6)],
        [0, True, 2.0, 3, 4, 5],
        pd.DataFrame({"a": range(6)}),
    ],
    ids=["masked", "sparse", "Int64", "Sparse", "text", "objects", "frame"],
)
def test_other_ways_to_hold_numbers_are_read_right(values: object) -> None:
    sample = Sample(values, np.arange(6.0) ** 2)  # type: ignore[arg-type]
    np.testing.assert_array_equal(sample.x[:, 0], [0, 1, 2, 3, 4, 5])
