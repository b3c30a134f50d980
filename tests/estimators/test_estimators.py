"""Every estimator of the registry: right on an easy distribution, clear about bad input."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma
from scipy.stats import multivariate_normal, norm

from mist_explore.distributions import FAMILIES
from mist_explore.estimators import (
    DEFAULT,
    ESTIMATORS,
    FAST,
    KSG,
    LNC,
    PUBLISHED,
    SMOOTH,
    Bootstrap,
    Critic,
    Gaussian,
    GaussianCopula,
    Histogram,
    KernelDensity,
    MatchedKSG,
    MixedKSG,
    PlugIn,
    Ross,
    load,
)
from mist_explore.estimators.neighbours import TREE_COLUMNS, count_near, nearest
from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample

Rows = np.ndarray

DISCRETE = ("plug-in", "ross")
"""They expect discrete sides: two, or one."""

CLOSED_FORM = [name for name in FAST if name not in (DEFAULT, SMOOTH)]
RELIABLE = [name for name in ESTIMATORS if name not in (PUBLISHED, *DISCRETE)]
ONE_COLUMN = ("histogram", "kernel-density", "lnc")
TOLERANCE = 0.08
ROUNDING = 1e-9

seeds = st.integers(0, 2**31)


def quick(name: str) -> Estimator:
    """The estimator; a critic trains for fewer steps than it would."""
    estimator = load(name)
    return replace(estimator, steps=100, batch=64) if isinstance(estimator, Critic) else estimator


def pair(seed: int, n: int = 60, dim: int = 1) -> tuple[Rows, Rows]:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(n, dim))
    return x, x + generator.normal(size=(n, dim))


def made_for(name: str, x: Rows, y: Rows) -> tuple[Rows, Rows]:
    """The rows with as many discrete sides as the estimator expects, the others as they are."""
    return (
        np.clip(np.round(x[:, :1]), -1, 1) if name in DISCRETE else x,
        np.clip(np.round(y[:, :1]), -1, 1) if name == "plug-in" else y,
    )


def sides(sample: Sample) -> tuple[Rows, Rows]:
    return sample.x, sample.y


def value(estimator: Estimator, x: Rows, y: Rows) -> float:
    return estimator.estimate(x, y).median


@pytest.fixture(scope="module")
def easy() -> Sample:
    return FAMILIES["normal-dense"].distribution(1, 1, correlation=0.6).sample(1_500, seed=0)


@pytest.mark.parametrize("name", RELIABLE)
def test_near_the_closed_form_of_an_easy_gaussian(name: str, easy: Sample) -> None:
    estimate = quick(name).estimate(easy.x, easy.y)
    assert estimate.median == pytest.approx(-0.5 * math.log(1 - 0.6**2), abs=TOLERANCE)
    assert (estimate.estimator, estimate.n_samples) == (name, 1_500)
    assert (estimate.dim_x, estimate.dim_y, estimate.units) == (1, 1, "nats")


@pytest.mark.parametrize("name", RELIABLE)
def test_near_zero_under_independence(name: str) -> None:
    sample = FAMILIES["normal-dense"].distribution(1, 1, correlation=0.0).sample(1_500, seed=1)
    assert 0 <= value(quick(name), sample.x, sample.y) < TOLERANCE


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1.0, 2.0, 3.0, math.nan], [1, 2, 3, 4], "4 rows without a gap .*; got 3 of 4"),
        ([1, 2, 3, 4], [1, 2, 3], "the same number of rows; got 4 and 3"),
        ([1, 2, 3], [1, 2, 3], "expected at least 4 rows; got 3"),
        ([1, 2, 3, 4, 5], [7, 7, 7, 7, 7], "expected a column of y that varies"),
        (["a", "b", "c", "d"], [1, 2, 3, 4], "expected numbers, dates or .* in column 'x'"),
    ],
)
def test_input_that_no_estimator_takes_is_reported(
    name: str, x: list[float], y: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        load(name).estimate(x, y)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize(("n", "dim_x", "dim_y"), [(4, 1, 1), (30, 2, 1), (12, 9, 7), (60, 1, 3)])
def test_answers_or_states_why_not_whatever_the_shape(
    name: str, n: int, dim_x: int, dim_y: int
) -> None:
    generator = np.random.default_rng(n)
    x, y = generator.normal(size=(n, dim_x)), generator.normal(size=(n, dim_y))
    if name in ONE_COLUMN and dim_x + dim_y > 2:
        with pytest.raises(
            ValueError, match=f"expected one column each of X and Y .* {dim_x} and {dim_y}"
        ):
            load(name).estimate(x, y)
    elif name in DISCRETE:
        with pytest.raises(ValueError, match=r"discrete sides?, of at least 5 rows a state, for"):
            load(name).estimate(x, y)
    else:
        assert math.isfinite(value(quick(name), x, y))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_constant_column_is_dropped_with_a_warning(name: str) -> None:
    x, y = made_for(name, *pair(0))
    estimate = quick(name).estimate(np.column_stack([np.full(len(x), 7.0), x]), y)
    assert estimate.warnings[0] == "dropped 1 constant column of x (number 1)"
    assert estimate.median == value(quick(name), x, y)


@pytest.mark.parametrize("name", CLOSED_FORM)
@given(seed=seeds, integers=st.booleans())
@settings(max_examples=15)
def test_order_of_rows_sides_signs_and_units_change_nothing(
    name: str, seed: int, integers: bool
) -> None:
    x, y = pair(seed)
    if integers:
        x, y = np.round(2 * x), np.round(2 * y)
    x, y = made_for(name, x, y)
    estimator = load(name)
    found = pytest.approx(value(estimator, x, y), abs=ROUNDING)
    order = np.random.default_rng(seed).permutation(len(x))
    assert value(estimator, x[order], y[order]) == found
    assert value(estimator, y, x) == found
    assert value(estimator, 1e-170 * x, 3e170 * y) == found
    if name != "histogram":  # its halves are closed on one side: a reflection moves ties
        assert value(estimator, x, -y) == found


@pytest.mark.parametrize(
    "name", [name for name in CLOSED_FORM if name not in (*ONE_COLUMN, *DISCRETE)]
)
@given(seed=seeds, dim=st.integers(2, 5))
@settings(max_examples=15)
def test_order_of_columns_changes_nothing(name: str, seed: int, dim: int) -> None:
    x, y = pair(seed, dim=dim)
    found = pytest.approx(value(load(name), x, y), abs=ROUNDING)
    assert value(load(name), x[:, ::-1], np.roll(y, 1, axis=1)) == found


@pytest.mark.parametrize("name", CLOSED_FORM)
def test_finite_on_ties(name: str) -> None:
    generator = np.random.default_rng(0)
    coins, dice = generator.integers(0, 2, 80), generator.integers(0, 6, 80)
    noise, heavy = generator.normal(size=80), generator.standard_cauchy(80) ** 3
    for x, y in ((coins, dice), (coins, coins + noise), (np.minimum(noise, 0), heavy)):
        discrete = sum(len(np.unique(side)) <= 6 for side in (x, y))
        if name in DISCRETE and discrete != (2 if name == "plug-in" else 1):
            with pytest.raises(ValueError, match=r"expected (one )?discrete"):
                load(name).estimate(x, y)
        else:
            assert 0 <= value(load(name), x, y) < 2


@pytest.mark.parametrize("name", CLOSED_FORM)
def test_large_or_refused_where_y_copies_x(name: str) -> None:
    x, _ = pair(0, 200)
    if name in DISCRETE:
        with pytest.raises(ValueError, match="rows a state"):
            load(name).estimate(x, -x)
    elif name in ("kernel-density", "lnc"):
        with pytest.raises(ValueError, match=r"neither determines the other .* use ksg"):
            load(name).estimate(x, -x)
    else:
        assert 2 < value(load(name), x, -x) < 25


@pytest.mark.parametrize(
    ("family", "dim_x", "dim_y", "settings"),
    [
        ("normal-dense", 2, 3, {"correlation": 0.5}),
        ("normal-sparse", 8, 8, {"strength": 2.0}),
        ("normal-2pair", 25, 20, {"strength": 2.0}),
    ],
)
def test_the_gaussian_is_unbiased_on_gaussians(
    family: str, dim_x: int, dim_y: int, settings: dict[str, float]
) -> None:
    distribution = FAMILIES[family].distribution(dim_x, dim_y, **settings)
    found = [value(Gaussian(), *sides(distribution.sample(60, seed))) for seed in range(150)]
    error = np.std(found) / math.sqrt(len(found))
    assert np.mean(found) == pytest.approx(
        float(distribution.mutual_information), abs=4 * float(error)
    )


def test_heavy_tails_mislead_the_gaussian_and_not_its_copula() -> None:
    x, y = pair(3, 500)
    cubed = GaussianCopula().estimate(x**5, y**5).median
    assert cubed == pytest.approx(value(Gaussian(), x, y), abs=0.05)
    assert value(Gaussian(), x**5, y**5) < 0.7 * cubed


def test_few_rows_are_shrunk_and_warned_of() -> None:
    for estimator in (Gaussian(), GaussianCopula()):
        estimate = estimator.estimate(*pair(0, n=10, dim=6))
        assert estimate.warnings == ("10 rows for 12 columns: the shrinkage decides the value",)
    assert not Gaussian().estimate(*pair(0, n=13, dim=6)).warnings


def brute_force_ksg(x: Rows, y: Rows, k: int, variant: int) -> float:
    """Equations 8 and 9 of Kraskov et al., row by row."""
    x, y = x / x.std(axis=0), y / y.std(axis=0)
    n, total = len(x), 0.0
    for i in range(n):
        apart_x, apart_y = (np.abs(side - side[i]).max(axis=1) for side in (x, y))
        order = [j for j in np.argsort(np.maximum(apart_x, apart_y)) if j != i][:k]
        others = np.arange(n) != i
        if variant == 1:
            radius = max(apart_x[order[-1]], apart_y[order[-1]])
            n_x, n_y = (int((a[others] < radius).sum()) for a in (apart_x, apart_y))
            total += digamma(n_x + 1) + digamma(n_y + 1)
        else:
            n_x, n_y = (int((a[others] <= a[order].max()).sum()) for a in (apart_x, apart_y))
            total += digamma(n_x) + digamma(n_y) + 1 / k
    return max(0.0, float(digamma(k) + digamma(n) - total / n))


@given(seeds, st.sampled_from([1, 2]), st.integers(1, 6), st.integers(1, 5))
@settings(max_examples=30)
def test_ksg_is_its_equations(seed: int, variant: int, k: int, dim: int) -> None:
    x, y = pair(seed, 40, dim)
    assert value(KSG(variant, k), x, y) == pytest.approx(
        brute_force_ksg(x, y, k, variant), abs=ROUNDING
    )


@given(seeds, st.integers(1, TREE_COLUMNS + 2))
@settings(max_examples=20)
def test_trees_and_all_pairs_count_alike(seed: int, dim: int) -> None:
    rows = np.random.default_rng(seed).integers(0, 6, (50, dim)).astype(float)
    radii = nearest(rows, 4)[0][:, -1]
    apart = np.abs(rows[:, None] - rows).max(axis=2)
    np.testing.assert_array_equal(count_near(rows, radii), (apart <= radii[:, None]).sum(axis=1))
    np.testing.assert_array_equal(nearest(rows, 4)[0], np.sort(apart, axis=1)[:, 1:5])


@given(seeds, st.integers(1, 4), st.integers(1, 6))
@settings(max_examples=20)
def test_mixed_ksg_is_ksg_on_continuous_columns(seed: int, dim: int, k: int) -> None:
    x, y = pair(seed, dim=dim)
    assert value(MixedKSG(k), x, y) == pytest.approx(value(KSG(1, k), x, y), abs=ROUNDING)


def brute_force_mixed_ksg(x: Rows, y: Rows, k: int) -> float:
    """Algorithm 1 of Gao et al. as the authors' code counts, row by row, with psi(n) for ln n."""
    x, y = ((side - side.mean(axis=0)) / side.std(axis=0) for side in (x, y))
    n, total = len(x), 0.0
    for i in range(n):
        apart_x, apart_y = (np.abs(side - side[i]).max(axis=1) for side in (x, y))
        apart = np.maximum(apart_x, apart_y)
        radius = np.sort(apart)[k]  # the row itself comes first
        if radius == 0:
            near, n_x, n_y = (int((a == 0).sum()) for a in (apart, apart_x, apart_y))
        else:
            near, (n_x, n_y) = k, (int((a < radius - 1e-12).sum()) for a in (apart_x, apart_y))
        total += digamma(near) - digamma(n_x) - digamma(n_y)
    return max(0.0, float(digamma(n) + total / n))


@given(seeds, st.integers(1, 5), st.sampled_from(["labels", "one side", "zero-inflated"]))
@settings(max_examples=30)
def test_mixed_ksg_is_its_algorithm(seed: int, k: int, kind: str) -> None:
    x, y = pair(seed, 40, 2)
    if kind == "zero-inflated":
        x, y = np.maximum(x, 0), np.maximum(y, 0)
    else:
        x, y = np.round(x), np.round(y) if kind == "labels" else y
    found = value(MixedKSG(k), x, y)
    assert found == pytest.approx(brute_force_mixed_ksg(x, y, k), abs=ROUNDING)


@pytest.mark.parametrize("m", [2, 5, 10])
def test_mixed_ksg_on_a_label_and_a_number(m: int) -> None:
    # Gao et al., section 4: X uniform on 0..m-1, Y uniform on [X, X + 2].
    generator = np.random.default_rng(m)
    x = generator.integers(0, m, 3_000)
    y = x + generator.uniform(0, 2, 3_000)
    truth = math.log(m) - (m - 1) * math.log(2) / m
    assert value(MixedKSG(), x, y) == pytest.approx(truth, abs=0.03)


def test_mixed_ksg_on_labels() -> None:
    generator = np.random.default_rng(0)
    x = generator.integers(0, 4, 3_000)
    y = np.where(generator.random(3_000) < 0.6, x, generator.integers(0, 4, 3_000))
    same, other = 0.7 / 4, 0.1 / 4
    truth = 4 * same * math.log(16 * same) + 12 * other * math.log(16 * other)
    assert value(MixedKSG(), x, y) == pytest.approx(truth, abs=0.04)
    assert value(MixedKSG(), x, generator.permutation(y)) < 0.01


def test_ksg_warns_of_ties_and_names_what_takes_them() -> None:
    x, y = pair(0)
    assert not KSG().estimate(x, y).warnings
    (warning,) = KSG().estimate(np.round(x), np.round(y)).warnings
    assert "tied distances" in warning
    assert "mixed-ksg" in warning


@pytest.mark.parametrize("estimator", [Histogram(), KernelDensity()])
def test_one_column_a_side_sees_what_correlation_does_not(estimator: Estimator) -> None:
    distribution = FAMILIES["student-dense"].distribution(1, 1, correlation=0.0, df=1)
    x, y = sides(distribution.sample(1_500, seed=0))
    assert value(Gaussian(), np.arctan(x), np.arctan(y)) < 0.02
    assert value(estimator, x, y) == pytest.approx(
        float(distribution.mutual_information), abs=TOLERANCE
    )
    assert value(estimator, np.exp(np.arctan(x)), np.arctan(y)) == value(estimator, x, y)


def test_the_histogram_of_labels_is_their_frequencies() -> None:
    labels = np.repeat([0.0, 1.0, 2.0, 3.0], 25)
    assert value(Histogram(), labels, labels**2) == pytest.approx(math.log(4))


def test_the_kernel_density_is_its_formula() -> None:
    x, y = pair(0, 30)
    z = norm.ppf(np.column_stack([np.argsort(np.argsort(c.ravel())) + 1 for c in (x, y)]) / 31)
    kernel = np.cov(z.T) * 30 ** (-1 / 3)
    apart = z[:, None] - z
    both = multivariate_normal([0, 0], kernel).pdf(apart).mean(axis=1)
    one, other = (
        norm(scale=math.sqrt(kernel[i, i])).pdf(apart[..., i]).mean(axis=1) for i in (0, 1)
    )
    assert value(KernelDensity(), x, y) == pytest.approx(np.log(both / one / other).mean())


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("name", CLOSED_FORM)
def test_resampling_puts_an_interval_around_any_estimator(name: str, replacement: bool) -> None:
    x, y = made_for(name, *pair(0))
    bootstrap = Bootstrap(load(name), n_resamples=19, replacement=replacement)
    estimate = bootstrap.estimate(x, y)
    assert estimate.estimator == f"bootstrap-{name}"
    assert estimate.median == value(load(name), x, y)
    low, high = estimate.interval(0.9)
    assert low < estimate.median < high
    assert (low == 0) or high - estimate.median == pytest.approx(estimate.median - low)
    order = np.random.default_rng(0).permutation(len(x))
    again = bootstrap.estimate(x[order], y[order])
    assert again.quantiles == pytest.approx(estimate.quantiles, abs=ROUNDING)
    assert replace(bootstrap, seed=1).estimate(x, y).quantiles != estimate.quantiles


def test_a_name_can_put_the_bootstrap_around_an_estimator() -> None:
    assert load("bootstrap-ksg-2") == Bootstrap(KSG(2))
    with pytest.raises(ValueError, match=r"expected an estimator among .* got 'kraskov'"):
        load("bootstrap-kraskov")


@pytest.mark.parametrize(("resamples", "widest"), [(19, 0.9), (39, 0.95), (199, 0.99)])
def test_no_level_is_claimed_that_the_resamples_do_not_reach(resamples: int, widest: float) -> None:
    estimate = Bootstrap(Gaussian(), resamples).estimate(*pair(0))
    assert round(1 - 2 * estimate.levels[0], 9) == widest
    assert np.allclose(np.add(estimate.levels, estimate.levels[::-1]), 1)


def test_half_samples_spread_as_samples_do() -> None:
    distribution = FAMILIES["normal-dense"].distribution(1, 1, correlation=0.6)
    samples = [sides(distribution.sample(200, seed)) for seed in range(60)]
    for estimator in (GaussianCopula(), KSG()):
        truth = 3.29 * np.std([value(estimator, *rows) for rows in samples])
        intervals = [Bootstrap(estimator, 59).estimate(*rows).interval(0.9) for rows in samples[:8]]
        assert np.mean([high - low for low, high in intervals]) == pytest.approx(truth, rel=0.35)


def test_repeated_rows_are_dependence_to_nearest_neighbours() -> None:
    x, _ = pair(0, 200)
    y = np.random.default_rng(5).normal(size=200)
    half, repeated = (
        Bootstrap(KSG(), 59, replacement=r).estimate(x, y).interval(0.9)[1] for r in (False, True)
    )
    assert repeated > 1.5 * half


def test_a_resample_in_which_a_side_is_constant_is_uninformative() -> None:
    x = np.zeros(40)
    x[3] = 1.0
    estimate = Bootstrap(MixedKSG(), 19).estimate(x, np.arange(40.0))
    assert np.isfinite(estimate.quantiles).all()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Gaussian(1.0), r"expected a shrinkage in \(0, 1\) or None; got 1.0"),
        (lambda: KSG(3), "expected variant 1 or 2; got 3"),
        (lambda: KSG(1, 0), "expected at least one neighbour; got 0"),
        (lambda: MixedKSG(-1), "expected at least one neighbour; got -1"),
        (lambda: Ross(2), r"expected n_neighbors among \(1, 3, 10\); got 2"),
        (lambda: MatchedKSG(0), r"expected n_neighbors among \(1, 3, 10\); got 0"),
        (lambda: LNC(5), r"expected n_neighbors among \(1, 3, 10\); got 5"),
        (lambda: LNC(ratio=0.0), r"expected a ratio in \(0, 1\]; got 0.0"),
        (lambda: PlugIn("jackknife"), "expected a correction among none, .*; got 'jackknife'"),
        (lambda: Histogram(0.0), r"expected a significance in \(0, 1\); got 0.0"),
        (lambda: Bootstrap(KSG(), 18), "expected at least 19 resamples, .*; got 18"),
        (lambda: load("kraskov"), "expected an estimator among"),
    ],
)
def test_settings_that_are_not_possible_are_reported(
    build: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (KSG(1, 7), "expected more than 7 rows for 7 neighbours; got 7"),
        (MixedKSG(8), "expected more than 8 rows for 8 neighbours; got 7"),
        (Bootstrap(Gaussian()), "expected at least 8 rows to resample; got 7"),
    ],
)
def test_too_few_rows_are_reported(estimator: Estimator, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        estimator.estimate(*pair(0, 7))
