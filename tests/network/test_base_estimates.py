"""Base estimates by type: right in the limit, and what they are averaged over is random."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm

from mist_explore.estimators import KSG, LNC, MatchedKSG, PlugIn, Ross
from mist_explore.network.canonical import canonical_analysis
from mist_explore.network.class_conditional import (
    MIXED_ESTIMATES,
    N_MIXED,
    mixed_estimates,
    ross_information,
)
from mist_explore.network.continuous import (
    CONTINUOUS_ESTIMATES,
    N_CONTINUOUS,
    continuous_estimates,
)
from mist_explore.network.discrete import (
    DISCRETE_ESTIMATES,
    N_DISCRETE,
    contingency_table,
    discrete_estimates,
    entropy_with_error,
)
from mist_explore.network.knn import (
    KS,
    MAX_ROWS,
    N_NEIGHBOUR,
    N_PAIR,
    USUAL_K,
    neighbour_information,
    pair_information,
)
from mist_explore.network.matching import N_MATCHED, equal_frequency_bins, matching
from mist_explore.network.random_order import random_order
from mist_explore.network.scores import normal_scores

Rows = NDArray[np.float64]
Codes = NDArray[np.int64]

PLUG_IN, MILLER_MADOW, GRASSBERGER, CHAO_SHEN, SHRINKAGE, CHI_SQUARED, SMALLER = range(7)

seeds = st.integers(0, 10_000)


def scores(*columns: Rows) -> Rows:
    return normal_scores(torch.from_numpy(np.stack(columns))).numpy()


def dense(codes: Codes) -> Codes:
    return np.unique(codes, return_inverse=True)[1].reshape(-1)


def entropy(counts: Rows) -> float:
    p = counts[counts > 0] / counts.sum()
    return float(-(p * np.log(p)).sum())


def of_table(a: Codes, b: Codes) -> Rows:
    return discrete_estimates(contingency_table(dense(a), dense(b)))[0]


# Two categorical variables


@given(seed=seeds, n=st.integers(20, 400), states=st.tuples(st.integers(2, 9), st.integers(2, 9)))
def test_the_plug_in_is_made_of_entropies(seed: int, n: int, states: tuple[int, int]) -> None:
    generator = np.random.default_rng(seed)
    a, b = (dense(generator.integers(0, k, n)) for k in states)
    h_a, h_b = (np.bincount(side).astype(float) for side in (a, b))
    h_ab = np.unique(a * 100 + b, return_counts=True)[1].astype(float)
    plug_in = entropy(h_a) + entropy(h_b) - entropy(h_ab)
    correction = (len(h_a) + len(h_b) - len(h_ab) - 1) / (2 * n)
    found = of_table(a, b)
    assert found[PLUG_IN] == pytest.approx(plug_in, abs=1e-9)
    assert found[MILLER_MADOW] == pytest.approx(max(plug_in + correction, 0), abs=1e-9)
    smaller = min(entropy_with_error(h)[0] for h in (h_a, h_b))
    assert found[SMALLER] == pytest.approx(smaller)


@given(seed=seeds, states=st.integers(2, 12))
def test_one_to_one_codes_have_their_entropy(seed: int, states: int) -> None:
    generator = np.random.default_rng(seed)
    a = dense(generator.integers(0, states, 2_000))
    found = of_table(a, generator.permutation(states)[a])
    truth = entropy(np.bincount(a).astype(float))
    for index in (PLUG_IN, MILLER_MADOW, GRASSBERGER, CHAO_SHEN, SMALLER):
        assert found[index] == pytest.approx(truth, abs=0.02), DISCRETE_ESTIMATES[index]


def test_independent_columns_have_none_and_the_corrections_are_less_biased() -> None:
    found = []
    for seed in range(100):
        generator = np.random.default_rng(seed)
        found.append(of_table(generator.integers(0, 8, 300), generator.integers(0, 8, 300)))
    mean = np.mean(found, 0)
    assert mean[PLUG_IN] == pytest.approx(49 / 600, rel=0.1)
    for index in (MILLER_MADOW, GRASSBERGER, CHAO_SHEN, SHRINKAGE, CHI_SQUARED):
        assert mean[index] < 0.4 * mean[PLUG_IN], DISCRETE_ESTIMATES[index]


def test_the_entropy_of_an_undersampled_table_is_corrected_in_order() -> None:
    """ln 100 = 4.605 from 150 rows: less and less is missing."""
    values = []
    for seed in range(60):
        a = np.random.default_rng(seed).integers(0, 100, 150)
        values.append(of_table(a, a)[[PLUG_IN, MILLER_MADOW, GRASSBERGER, CHAO_SHEN]])
    plug_in, miller_madow, grassberger, chao_shen = np.abs(np.mean(values, 0) - math.log(100))
    assert plug_in > miller_madow > grassberger > 0
    assert chao_shen < miller_madow


@given(seed=seeds, n=st.integers(10, 300), states=st.integers(2, 10))
def test_numbers_of_a_table_do_not_know_its_sides_or_numbering(
    seed: int, n: int, states: int
) -> None:
    generator = np.random.default_rng(seed)
    a, b = (dense(generator.integers(0, states, n)) for _ in range(2))
    if a.max() == 0 or b.max() == 0:
        return
    renamed = generator.permutation(a.max() + 1)[a]
    expected = discrete_estimates(contingency_table(a, b))
    assert expected[0].shape == (len(DISCRETE_ESTIMATES),)
    assert expected[1].shape == (N_DISCRETE,)
    assert np.isfinite(expected[1]).all()
    assert expected[2] > 0
    assert (expected[0] >= 0).all()
    for one, other in ((b, a), (renamed, b)):
        for found, known in zip(
            discrete_estimates(contingency_table(one, other)), expected, strict=True
        ):
            np.testing.assert_allclose(np.asarray(found), np.asarray(known), atol=1e-7)


@given(seed=seeds, share=st.floats(0.0, 1.0))
def test_shrinkage_lies_between_independence_and_the_plug_in(seed: int, share: float) -> None:
    generator = np.random.default_rng(seed)
    a = generator.integers(0, 4, 200)
    b = np.where(generator.random(200) < share, a, generator.integers(0, 4, 200))
    found = of_table(a, b)
    assert -1e-9 <= found[SHRINKAGE] <= found[PLUG_IN] + 1e-9


def test_the_corrections_of_the_registered_plug_in() -> None:
    generator = np.random.default_rng(0)
    a = generator.integers(0, 5, 200)
    b = (a + generator.integers(0, 3, 200)) % 5
    values = [
        PlugIn(c).estimate(a, b).median
        for c in ("none", "miller-madow", "grassberger", "chao-shen")
    ]
    np.testing.assert_allclose(values, of_table(a, b)[:4])


# A categorical variable and numbers


def gaussian_classes(distance: float, classes: int) -> float:
    """I(C; Z) of classes of equal weight with means 0, d, 2d, … and variance 1."""
    grid = np.linspace(-10, distance * classes + 10, 20_001)
    densities = norm.pdf(grid[:, None], distance * np.arange(classes))
    mixture = densities.mean(1)
    h = -np.trapezoid(mixture * np.log(mixture), grid)
    return float(h - 0.5 * math.log(2 * math.pi * math.e))


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize(("distance", "classes"), [(0.0, 3), (1.0, 2), (2.0, 4), (4.0, 3)])
def test_ross_is_right_for_gaussian_classes(distance: float, classes: int, k: int) -> None:
    values = []
    for seed in range(8):
        generator = np.random.default_rng(seed)
        label = generator.integers(0, classes, 1_000)
        z = generator.normal(size=1_000) + distance * label
        values.append(Ross(k).estimate(label, z).median)
    assert np.mean(values) == pytest.approx(gaussian_classes(distance, classes), abs=0.03)


@given(seed=seeds, dim=st.integers(2, 3))
@settings(max_examples=10)
def test_ross_in_space_is_ross_in_line_where_columns_add_nothing(seed: int, dim: int) -> None:
    generator = np.random.default_rng(seed)
    label = dense(generator.integers(0, 3, 250))
    z = scores(generator.normal(size=250) + label)
    order = random_order(z)
    line = ross_information(label, z, order)
    space = ross_information(label, np.repeat(z, dim, 0), order)
    np.testing.assert_allclose(space.mean(0), line.mean(0), atol=0.05)


def test_a_rounded_number_that_is_independent_of_classes_has_no_information() -> None:
    """The old fault: ties shared a block, and made up 0.6 to 1 nat."""
    generator = np.random.default_rng(0)
    label, numbers = generator.integers(0, 8, 5_000), np.round(generator.normal(size=5_000), 1)
    z = scores(numbers)
    # Of m coinciding rows of a class m - 1 are counted, and all of the other classes: -1 / m.
    assert abs(ross_information(label, z, random_order(z)).mean(0)).max() < 0.15
    assert PlugIn().estimate(label, numbers).median < 0.02  # 71 states: it is categorical


@given(seed=seeds, n=st.integers(20, 300), dim=st.integers(1, 4), classes=st.integers(2, 5))
@settings(max_examples=20)
def test_mixed_estimates_are_finite_and_named(seed: int, n: int, dim: int, classes: int) -> None:
    generator = np.random.default_rng(seed)
    label = dense(generator.integers(0, classes, n))
    if label.max() == 0:
        return
    z = scores(*(generator.normal(size=n) + (j == 0) * label for j in range(dim)))
    estimates, numbers, unit = mixed_estimates(label, z, random_order(z))
    assert estimates.shape == (len(MIXED_ESTIMATES),)
    assert numbers.shape == (N_MIXED,)
    assert np.isfinite(estimates).all()
    assert np.isfinite(numbers).all()
    assert unit > 0


# Nearest neighbours


@given(seed=seeds, exchanged=st.integers(1, 10))
def test_rows_that_hold_the_values_of_others_in_other_columns_have_one_order(
    seed: int, exchanged: int
) -> None:
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(2, 20))
    z = np.hstack([z, z[::-1, :exchanged]])
    first = z[:, random_order(z)]
    moved = z[:, rng.permutation(z.shape[1])]
    np.testing.assert_array_equal(moved[:, random_order(moved)], first)
    np.testing.assert_array_equal(z[:, random_order(z[::-1])], first)


@given(seed=seeds, n=st.integers(12, 200), dim=st.integers(2, 5), ties=st.booleans())
def test_the_random_order_is_one_of_the_set_of_rows(
    seed: int, n: int, dim: int, ties: bool
) -> None:
    generator = np.random.default_rng(seed)
    columns = generator.normal(size=(dim, n))
    z = scores(*(np.round(columns) if ties else columns))
    first = z[:, random_order(z)]
    assert sorted(random_order(z)) == list(range(n))
    rows, places = generator.permutation(n), generator.permutation(dim)
    signs = generator.choice([-1.0, 1.0], dim)[:, None]
    moved = z[:, rows]
    np.testing.assert_array_equal(moved[:, random_order(moved)], first)
    np.testing.assert_array_equal(z[:, random_order(z[places])], first)
    np.testing.assert_allclose(z[:, random_order(signs * z)], first, atol=1e-9)


def test_equal_rows_are_split_at_random() -> None:
    """The old fault: equal rows shared a block, and a block held one or two of ten codes."""
    codes = np.random.default_rng(0).integers(0, 10, 5_000)
    z = scores(codes.astype(float), codes.astype(float))
    order = random_order(z)
    for part in np.array_split(codes[order], 10):
        counts = np.bincount(part, minlength=10)
        assert counts.min() > 20
        assert counts.max() < 85
    information = neighbour_information(z[:1], z[1:], order)
    np.testing.assert_allclose(information[: len(KS) + 2], math.log(10), atol=0.06)
    in_pair = pair_information(z[0], z[1], order, len(codes))
    np.testing.assert_allclose(in_pair[: len(KS)], math.log(10), atol=0.06)


def bent(seed: int, n: int, dim: int = 1) -> tuple[Rows, Rows]:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(n, dim))
    return x, np.sin(2 * x) + 0.3 * generator.normal(size=(n, dim))


@given(seed=seeds, dim=st.integers(1, 3))
@settings(max_examples=10)
def test_neighbour_information_of_all_rows_is_ksg(seed: int, dim: int) -> None:
    x, y = bent(seed, 500, dim)
    z = scores(*x.T, *y.T)
    order = random_order(z)
    found = neighbour_information(z[:dim], z[dim:], order)
    assert found.shape == (N_NEIGHBOUR,)
    for k, value in zip(KS, found, strict=False):
        expected = KSG(1, k).estimate(z[:dim].T, z[dim:].T).median
        assert max(value, 0) == pytest.approx(expected, abs=0.02)
    if dim == 1:
        in_pair = pair_information(z[0], z[1], order, 500)
        assert in_pair.shape == (N_PAIR,)
        np.testing.assert_allclose(in_pair[: len(KS)], found[: len(KS)], atol=0.02)


def test_parts_are_nested_and_their_values_are_ksg_of_the_part() -> None:
    x, y = bent(0, 400)
    z = scores(*x.T, *y.T)
    order = random_order(z)
    found = neighbour_information(z[:1], z[1:], order)
    quarter, half = (z[:, order[:size]] for size in (100, 200))
    for part, value, tolerance in (
        (quarter, found[len(KS) + 1], 1e-6),
        (half, found[len(KS)], 0.1),  # of all rows of the quarter against the half
    ):
        expected = neighbour_information(part[:1], part[1:], np.arange(part.shape[1]))[USUAL_K]
        assert value == pytest.approx(expected, abs=tolerance)


def test_more_rows_help() -> None:
    """Fine waves: 1.3 nats that few rows cannot show."""
    x, noise = np.random.default_rng(0).normal(size=(2, 5_000))
    z = scores(x, np.sin(20 * x) + 0.15 * noise)
    values = []
    for n in (300, 1_000, 5_000):
        part = scores(*z[:, :n])
        values.append(pair_information(part[0], part[1], random_order(part), n)[USUAL_K])
    assert values[0] < values[1] < values[2]
    assert values[2] > 1


def test_the_cost_of_many_rows_is_bounded() -> None:
    z = scores(*np.random.default_rng(0).normal(size=(2, MAX_ROWS + 5_000)))
    found = pair_information(z[0], z[1], random_order(z), MAX_ROWS)
    assert np.abs(found[: len(KS)]).max() < 0.05


@pytest.mark.parametrize("threshold", [0.25, 1.0])
def test_the_correction_for_non_uniformity_is_not_negative(threshold: float) -> None:
    x, noise = np.random.default_rng(0).normal(size=(2, 1_000))
    corrections = []
    for width in (10.0, 1.0, 0.1):
        z = scores(x, x + width * noise)
        found = pair_information(z[0], z[1], random_order(z), 1_000, threshold=threshold)
        corrections.append(found[len(KS)])
    assert 0 <= corrections[0] <= corrections[2]
    assert corrections[0] < (0.02 if threshold < 1 else 0.12)
    assert LNC(ratio=threshold).estimate(x, x + 0.1 * noise).median == pytest.approx(
        0.5 * math.log(101), abs=0.25
    )


# Matching

SHAPES: dict[str, Callable[[Rows], Rows]] = {
    "line": lambda x: x,
    "even": lambda x: x**2,
    "wave": lambda x: np.sin(3 * x),
    "magnitude": lambda x: np.where(np.abs(x) > 0.7, 1.0, -1.0),
}


@pytest.mark.parametrize("name", SHAPES)
@given(seed=seeds, dim=st.integers(1, 6))
@settings(max_examples=8)
def test_partners_are_found_whatever_the_shape(name: str, seed: int, dim: int) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(400, dim))
    y = SHAPES[name](x) + 0.1 * generator.normal(size=(400, dim))
    places = generator.permutation(dim)
    z = scores(*x.T, *y[:, places].T)
    found = matching(norm.cdf(z), dim, random_order(z))
    assert sorted(found.pairs[:, 0]) == sorted(found.pairs[:, 1]) == list(range(dim))
    assert all(places[j] == i for i, j in found.pairs)
    assert found.significant.all()
    assert found.numbers.shape == (N_MATCHED,)


@given(seed=seeds, dim_x=st.integers(1, 9), dim_y=st.integers(1, 9))
@settings(max_examples=15)
def test_each_column_is_matched_once_and_chance_is_not_significant(
    seed: int, dim_x: int, dim_y: int
) -> None:
    u = np.random.default_rng(seed).random((dim_x + dim_y, 300))
    found = matching(u, dim_x, np.arange(300))
    assert len(found.pairs) == min(dim_x, dim_y)
    for column in found.pairs.T:
        assert len(set(column.tolist())) == len(column)
    assert found.significant.mean() <= 0.5 or len(found.pairs) == 1
    assert np.isfinite(found.numbers).all()


def test_matched_pairs_add_up() -> None:
    x, noise = np.random.default_rng(0).normal(size=(2, 1_000, 6))
    truth = 6 * 0.5 * math.log(1 + 1 / 0.3**2)
    assert MatchedKSG().estimate(x, (x + 0.3 * noise)[:, ::-1]).median == pytest.approx(
        truth, rel=0.03
    )
    assert KSG().estimate(x, x + 0.3 * noise).median < 0.7 * truth


@given(seed=seeds, m=st.sampled_from([3, 6, 12, 24]))
def test_mirrored_ranks_are_in_mirrored_bins(seed: int, m: int) -> None:
    u = (np.random.default_rng(seed).permutation(240) + 0.5) / 240
    bins = equal_frequency_bins(u, m)
    np.testing.assert_array_equal(m - 1 - bins, equal_frequency_bins(1 - u, m))
    assert set(np.bincount(bins)) == {240 // m}


# Numbers on both sides


@given(seed=seeds, n=st.integers(4, 150), dim_x=st.integers(1, 4), dim_y=st.integers(1, 4))
@settings(max_examples=25)
def test_continuous_estimates_are_finite_and_named(
    seed: int, n: int, dim_x: int, dim_y: int
) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(n, dim_x))
    y = generator.normal(size=(n, dim_y)) + np.sin(x[:, :1])
    z = torch.from_numpy(scores(*x.T, *y.T))
    canonical = canonical_analysis(z[None, :dim_x], z[None, dim_x:], z[None] @ z[None].mT / n)
    estimates, numbers = continuous_estimates(z, dim_x, canonical, random_order(z.numpy()))
    assert estimates.shape == (len(CONTINUOUS_ESTIMATES),)
    assert numbers.shape == (N_CONTINUOUS,)
    assert np.isfinite(estimates).all()
    assert np.isfinite(numbers).all()
    assert (estimates >= 0).all()


@pytest.mark.parametrize("correlation", [0.0, 0.6, 0.9])
def test_continuous_estimates_are_near_the_truth_of_a_gaussian_pair(correlation: float) -> None:
    x, noise = np.random.default_rng(0).normal(size=(2, 2_000))
    y = correlation * x + (1 - correlation**2) ** 0.5 * noise
    z = torch.from_numpy(scores(x, y))
    canonical = canonical_analysis(z[None, :1], z[None, 1:], z[None] @ z[None].mT / 2_000)
    estimates, _ = continuous_estimates(z, 1, canonical, random_order(z.numpy()))
    near = dict(zip(CONTINUOUS_ESTIMATES, estimates, strict=True))
    truth = -0.5 * math.log(1 - correlation**2)
    for name in ("Gaussian copula", "KSG, all columns", "KSG, dependent pairs"):
        assert near[name] == pytest.approx(truth, abs=0.06), name
