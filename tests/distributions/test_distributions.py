"""Properties of every family in the registry."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from torch import Tensor

from mist_explore.distributions import (
    FAMILIES,
    AdditiveNoise,
    Family,
    Gaussian,
    Parameter,
    Stack,
    Student,
    Table,
    latent_correlation,
)
from mist_explore.interfaces import JointDistribution
from mist_explore.meta import Component
from mist_explore.seeding import as_generator

DIMS = st.tuples(st.integers(1, 6), st.integers(1, 6))
SEEDS = st.integers(0, 2**32)
every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())


def values_of(parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.integer:
        return st.integers(int(parameter.low), int(min(parameter.high, 8)))
    return st.floats(parameter.low, parameter.high)


@st.composite
def distributions(draw: st.DrawFn, family: Family) -> JointDistribution:
    """Any distribution of the family that a user may choose."""
    values = {p.name: draw(values_of(p)) for p in family.parameters}
    return family.distribution(*draw(DIMS), **values)


def drawn_with(
    family: Family, dims: tuple[int, int], batch: int, seed: int
) -> tuple[JointDistribution, dict[str, Tensor]]:
    """A batch of random distributions, and the parameters that it was built from."""
    drawn: dict[str, Tensor] = {}

    def record(dim_x: int, dim_y: int, **tensors: Tensor) -> JointDistribution:
        drawn.update(tensors)
        return family.build(dim_x, dim_y, **tensors)

    return replace(family, build=record).random(*dims, batch, as_generator(seed)), drawn


def on_support(distribution: JointDistribution, x: Tensor, y: Tensor) -> Tensor:
    """Which rows the joint distribution can give."""
    if not isinstance(distribution, AdditiveNoise):
        return torch.ones(len(x), dtype=torch.bool)
    k = min(distribution.dim_x, distribution.dim_y)
    return ((y[:, :k] - x[:, :k]).abs() <= distribution.epsilon[:k]).all(-1)


def pointwise_spread(distribution: JointDistribution, pointwise: Tensor) -> float:
    """The standard deviation of pointwise values, exact on grids: no draw may hit a rare cell."""
    parts = distribution.parts if isinstance(distribution, Stack) else (distribution,)
    exact = []
    for part in parts:
        if isinstance(part, Table):
            p = part.probabilities
            cells = torch.where(p > 0, (p / (p.sum(1, keepdim=True) * p.sum(0))).log(), 0)
            exact.append(float((p * (cells - part.mutual_information).square()).sum().sqrt()))
    return max(float(pointwise.std()), math.hypot(*exact))


@every_family
class TestEveryFamily:
    @given(data=st.data(), seed=SEEDS)
    def test_closed_form_is_the_mean_of_the_pointwise_values(
        self, family: Family, data: st.DataObject, seed: int
    ) -> None:
        distribution, n = data.draw(distributions(family)), 2000
        pointwise = distribution.pointwise_mutual_information(
            *distribution.draw(n, as_generator(seed))
        )
        error = math.hypot(
            pointwise_spread(distribution, pointwise) / math.sqrt(n),
            float(distribution.mutual_information_error),
        )
        truth = float(distribution.mutual_information)
        assert float(pointwise.mean()) == pytest.approx(truth, abs=5 * error + 1e-9)

    @given(data=st.data(), seed=SEEDS)
    def test_pointwise_values_are_the_log_density_ratio_of_the_draws(
        self, family: Family, data: st.DataObject, seed: int
    ) -> None:
        # For the ratio r of the joint density to the product of the marginals,
        # E_joint[1 / (1 + r)] = E_product[r / (1 + r)]; a wrong constant breaks it.
        distribution, n = data.draw(distributions(family)), 2000
        x, y = distribution.draw(n, as_generator(seed))
        z = y.roll(1, dims=0)
        left = torch.sigmoid(-distribution.pointwise_mutual_information(x, y))
        ratio = torch.sigmoid(distribution.pointwise_mutual_information(x, z))
        right = torch.where(on_support(distribution, x, z), ratio, 0)
        # Where one rare row carries a side, its spread means nothing: the floor is 20 rows.
        error = math.sqrt(float(left.var() + right.var()) / n) + 4 / n
        assert float(left.mean()) == pytest.approx(float(right.mean()), abs=5 * error)

    @given(data=st.data())
    def test_mutual_information_is_finite_and_not_negative(
        self, family: Family, data: st.DataObject
    ) -> None:
        distribution = data.draw(distributions(family))
        assert distribution.mutual_information.shape == ()
        assert distribution.mutual_information.dtype == torch.float64
        assert -1e-12 <= float(distribution.mutual_information) < math.inf
        assert distribution.mutual_information_error.shape == ()
        assert 0 <= float(distribution.mutual_information_error) < 0.01

    @given(data=st.data(), dims=DIMS)
    def test_swap_of_the_sides(
        self, family: Family, data: st.DataObject, dims: tuple[int, int]
    ) -> None:
        values = {p.name: data.draw(values_of(p)) for p in family.parameters}
        forth, back = (
            family.distribution(*dims, **values),
            family.distribution(*dims[::-1], **values),
        )
        assert (forth.dim_x, forth.dim_y) == dims
        assert (back.dim_x, back.dim_y) == dims[::-1]
        if "structure_seed" in values:  # X and Y differ in more than their columns
            return
        assert float(forth.mutual_information) == pytest.approx(
            float(back.mutual_information), rel=1e-9, abs=1e-9
        )

    @settings(max_examples=15)
    @given(dims=DIMS, seed=SEEDS)
    def test_a_batch_of_distributions_is_its_distributions_one_by_one(
        self, family: Family, dims: tuple[int, int], seed: int
    ) -> None:
        batch, drawn = drawn_with(family, dims, 3, seed)
        x, y = batch.draw(20, as_generator(seed))
        assert x.shape == (3, 20, dims[0])
        assert y.shape == (3, 20, dims[1])
        pointwise = batch.pointwise_mutual_information(x, y)
        assert batch.mutual_information.shape == batch.mutual_information_error.shape == (3,)
        for i in range(3):
            alone = family.build(*dims, **{name: values[i] for name, values in drawn.items()})
            torch.testing.assert_close(pointwise[i], alone.pointwise_mutual_information(x[i], y[i]))
            # Means over draws are over other draws in a batch.
            error = float(batch.mutual_information_error[i] + alone.mutual_information_error)
            assert float(batch.mutual_information[i]) == pytest.approx(
                float(alone.mutual_information), abs=5 * error + 1e-9
            )

    def test_draws_of_a_batch_follow_each_distribution(self, family: Family) -> None:
        n = 4000
        batch = family.random(2, 3, 4, as_generator(1))
        pointwise = batch.pointwise_mutual_information(*batch.draw(n, as_generator(2)))
        error = torch.hypot(pointwise.std(-1) / math.sqrt(n), batch.mutual_information_error)
        far = (pointwise.mean(-1) - batch.mutual_information).abs() / (error + 1e-9)
        assert float(far.max()) < 5

    @given(dims=DIMS, seed=SEEDS)
    def test_random_distributions_lie_in_their_ranges(
        self, family: Family, dims: tuple[int, int], seed: int
    ) -> None:
        _, drawn = drawn_with(family, dims, 8, seed)
        for p in family.parameters:
            low, high = p.drawn
            if p.integer:
                high = min(dims) if math.isinf(high) else high
                assert drawn[p.name].dtype == torch.int64
            assert drawn[p.name].shape == ((8, max(dims)) if p.per_column else (8,))
            assert low <= float(drawn[p.name].min()) <= float(drawn[p.name].max()) <= high

    @given(dims=DIMS, seed=SEEDS)
    def test_same_seed_same_sample(self, family: Family, dims: tuple[int, int], seed: int) -> None:
        distribution = family.distribution(*dims)
        first, again, other = (
            distribution.sample(20, seed),
            distribution.sample(20, seed),
            distribution.sample(20, seed + 1),
        )
        np.testing.assert_array_equal(first.x, again.x)
        np.testing.assert_array_equal(first.y, again.y)
        assert (first.x != other.x).any()
        assert (first.y != other.y).any()
        assert (first.dim_x, first.dim_y) == dims

    def test_torch_s_global_generator_is_left_alone(self, family: Family) -> None:
        before = torch.random.get_rng_state()
        family.random(2, 2, 4, as_generator(0)).draw(10, as_generator(1))
        family.distribution(2, 2).sample(10, seed=0)
        assert torch.equal(before, torch.random.get_rng_state())

    def test_draws_have_the_asked_precision(self, family: Family) -> None:
        distributions_ = family.random(3, 2, 5, as_generator(0))
        for dtype in (torch.float32, torch.float64):
            x, y = distributions_.draw(50, as_generator(1), dtype)
            assert x.dtype == y.dtype == dtype
            assert bool(torch.isfinite(x).all() and torch.isfinite(y).all())
        assert distributions_.mutual_information.dtype == torch.float64

    def test_defaults_are_dependent_and_inside_the_bounds(self, family: Family) -> None:
        assert family.label
        assert (float(family.distribution(2, 3).mutual_information) > 0.05) == (
            family.name != "independent"
        )
        for p in family.parameters:
            assert p.label
            assert p.checked(p.default) == p.default
            assert p.low <= p.drawn[0] < p.drawn[1]

    def test_unknown_parameters_are_named(self, family: Family) -> None:
        with pytest.raises(ValueError, match=rf"expected parameters of {family.name} .*got wrong"):
            family.distribution(2, 2, wrong=1.0)

    def test_values_out_of_bounds_are_named(self, family: Family) -> None:
        for p in family.parameters:
            for value in (p.low - 1, p.high + 1, math.nan):
                with pytest.raises(ValueError, match=rf"expected {p.name} to be .* from .*; got"):
                    family.distribution(2, 2, **{p.name: value})
            if p.integer:
                with pytest.raises(ValueError, match=rf"{p.name} to be a whole number .*got 1\.5"):
                    family.distribution(2, 2, **{p.name: 1.5})

    def test_dimensions_below_one_are_refused(self, family: Family) -> None:
        with pytest.raises(ValueError, match="at least one column each of X and Y; got dim_x=0"):
            family.distribution(0, 2)
        with pytest.raises(ValueError, match=r"at least one column each of X and Y.*dim_y=0"):
            family.random(1, 0, 3, as_generator(0))

    def test_a_batch_of_distributions_gives_no_single_sample(self, family: Family) -> None:
        with pytest.raises(
            ValueError, match=r"expected one distribution; got a batch of shape \(3,\)"
        ):
            family.random(2, 2, 3, as_generator(0)).sample(10, seed=0)


@pytest.mark.parametrize("name", ["normal-dense", "normal-2pair", "normal-sparse"])
@given(dims=DIMS)
def test_without_strength_the_sides_are_independent(name: str, dims: tuple[int, int]) -> None:
    family = FAMILIES[name]
    none: dict[str, Any] = {family.parameters[0].name: 0.0}
    distribution = family.distribution(*dims, **none)
    assert float(distribution.mutual_information) == pytest.approx(0, abs=1e-12)
    pointwise = distribution.pointwise_mutual_information(*distribution.draw(50, as_generator(0)))
    torch.testing.assert_close(pointwise, torch.zeros_like(pointwise))


@given(dims=DIMS)
def test_without_shared_variables_the_latent_model_is_independent(dims: tuple[int, int]) -> None:
    distribution = FAMILIES["normal-lvm"].distribution(*dims, lambda_=0.0, alpha=0.0, beta=1.0)
    assert float(distribution.mutual_information) == pytest.approx(0, abs=1e-12)


@given(dims=DIMS)
def test_student_loses_its_tail_dependence_with_df(dims: tuple[int, int]) -> None:
    family = FAMILIES["student-dense"]
    truths = [
        float(family.distribution(*dims, correlation=0.0, df=df).mutual_information)
        for df in (1, 5, 100)
    ]
    assert truths[0] > truths[1] > truths[2] > 0
    assert truths[2] < 0.01 * dims[0] * dims[1]


@pytest.mark.parametrize(
    "name", ["normal-dense", "normal-2pair", "normal-sparse", "student-dense", "student-2pair"]
)
@given(data=st.data(), dims=DIMS)
def test_mutual_information_grows_with_strength(
    name: str, data: st.DataObject, dims: tuple[int, int]
) -> None:
    family = FAMILIES[name]
    strength = family.parameters[0]
    low, high = sorted(data.draw(st.tuples(values_of(strength), values_of(strength))))
    assume(high > low + 1e-3)
    weak, strong = (family.distribution(*dims, **{strength.name: v}) for v in (low, high))
    assert float(weak.mutual_information) < float(strong.mutual_information)


def conditioned(seed: int, dim: int) -> Tensor:
    """A random correlation matrix."""
    factor = torch.randn(dim, 2 * dim, generator=as_generator(seed), dtype=torch.float64)
    covariance = factor @ factor.mT
    scale = covariance.diagonal().rsqrt()
    return covariance * scale[:, None] * scale[None, :]


@given(dims=DIMS, seed=SEEDS)
def test_gaussian_against_scipy(dims: tuple[int, int], seed: int) -> None:
    k, correlation = dims[0], conditioned(seed, sum(dims))
    distribution, s = Gaussian(correlation, k), correlation.numpy()
    x, y = distribution.draw(20, as_generator(seed))
    log_density = stats.multivariate_normal.logpdf
    expected = (
        log_density(torch.cat([x, y], -1).numpy(), cov=s)
        - log_density(x.numpy(), cov=s[:k, :k])
        - log_density(y.numpy(), cov=s[k:, k:])
    )
    pointwise = distribution.pointwise_mutual_information(x, y).numpy()
    np.testing.assert_allclose(pointwise, expected, rtol=1e-8, atol=1e-8)


@given(dims=DIMS, seed=SEEDS, df=st.floats(0.5, 100))
def test_student_against_scipy(dims: tuple[int, int], seed: int, df: float) -> None:
    k, dispersion = dims[0], conditioned(seed, sum(dims))
    distribution, s = (
        Student(dispersion, torch.tensor(df, dtype=torch.float64), k),
        dispersion.numpy(),
    )
    x, y = distribution.draw(20, as_generator(seed))
    log_density: Any = stats.multivariate_t.logpdf  # its stubs know no fractional df
    expected = (
        log_density(torch.cat([x, y], -1).numpy(), shape=s, df=df)
        - log_density(x.numpy(), shape=s[:k, :k], df=df)
        - log_density(y.numpy(), shape=s[k:, k:], df=df)
    )
    pointwise = distribution.pointwise_mutual_information(x, y).numpy()
    np.testing.assert_allclose(pointwise, expected, rtol=1e-7, atol=1e-7)


@given(dims=DIMS, seed=SEEDS, df=st.floats(0.5, 100))
def test_closed_forms_against_scipy_s_entropies(
    dims: tuple[int, int], seed: int, df: float
) -> None:
    k, matrix = dims[0], conditioned(seed, sum(dims))
    s = matrix.numpy()
    gaussian, student = (
        Gaussian(matrix, k),
        Student(matrix, torch.tensor(df, dtype=torch.float64), k),
    )

    def information(entropy: Any, **options: float) -> float:
        x, y, both = (entropy(None, m, **options) for m in (s[:k, :k], s[k:, k:], s))
        return float(x + y - both)

    normal, t = stats.multivariate_normal.entropy, stats.multivariate_t.entropy
    assert float(gaussian.mutual_information) == pytest.approx(information(normal), abs=1e-9)
    assert float(student.mutual_information) == pytest.approx(information(t, df=df), abs=1e-9)


@given(df=st.floats(1, 30), seed=SEEDS)
def test_student_columns_follow_the_student_distribution(df: float, seed: int) -> None:
    distribution = FAMILIES["student-dense"].distribution(1, 1, df=df)
    x, _ = distribution.draw(2000, as_generator(seed))
    assert stats.kstest(x[:, 0].numpy(), stats.t(df).cdf).pvalue > 1e-6


@given(dims=DIMS, seed=SEEDS)
def test_gaussian_draws_have_the_stated_correlation(dims: tuple[int, int], seed: int) -> None:
    correlation = conditioned(seed, sum(dims))
    x, y = Gaussian(correlation, dims[0]).draw(4000, as_generator(seed))
    rows = torch.cat([x, y], -1)
    # The standard error of a covariance of unit normals is at most sqrt(2 / n).
    assert float((rows.mT @ rows / 4000 - correlation).abs().max()) < 5.5 * math.sqrt(2 / 4000)


@given(epsilon=st.floats(0.02, 10))
def test_additive_noise_against_numerical_integration(epsilon: float) -> None:
    # I(X; Y) = h(Y) - h(Y | X); the density of Y is a trapezium.
    width = 2 * epsilon
    y = np.linspace(-epsilon, 1 + epsilon, 200_001)
    density = (np.minimum(y + epsilon, 1) - np.maximum(y - epsilon, 0)) / width
    with np.errstate(divide="ignore", invalid="ignore"):
        integrand = np.where(density > 1e-15, -density * np.log(density), 0)
    expected = float(np.trapezoid(integrand, y)) - math.log(width)
    distribution = FAMILIES["additive-noise"].distribution(1, 1, epsilon=epsilon)
    assert float(distribution.mutual_information) == pytest.approx(expected, abs=1e-5)
    many = FAMILIES["additive-noise"].distribution(2, 3, epsilon=epsilon)
    assert float(many.mutual_information) == pytest.approx(2 * expected, abs=2e-5)


@given(data=st.data(), dims=DIMS)
def test_latent_correlation_is_the_covariance_of_the_stated_variables(
    data: st.DataObject, dims: tuple[int, int]
) -> None:
    # The loadings of the model, column by column, against the matrix in closed form.
    alpha, lambda_, beta, eta = data.draw(st.tuples(*[st.floats(0, 3)] * 4))
    n_pairs = data.draw(st.integers(1, 8))
    k = min(n_pairs, *dims)
    loadings = []
    for side, dim in enumerate(dims):
        for i in range(dim):
            row = np.zeros(3 + k + 2 * sum(dims))
            column = i if side == 0 else dims[0] + i
            row[0], row[1 + side] = alpha, beta
            if i < k:
                row[3 + i] = lambda_
            else:
                row[3 + k + column] = eta
            row[3 + k + sum(dims) + column] = 1
            loadings.append(row / np.linalg.norm(row))
    expected = np.array(loadings) @ np.array(loadings).T
    weights = torch.tensor([alpha, lambda_, beta, eta], dtype=torch.float64)
    stated = latent_correlation(
        weights[0], weights[1], weights[2], weights[3], torch.tensor(n_pairs), *dims
    )
    np.testing.assert_allclose(stated.numpy(), expected, rtol=1e-12, atol=1e-12)


@given(strength=st.floats(0.1, 5), pairs=st.integers(1, 3))
def test_sparse_pairs_add_their_information(strength: float, pairs: int) -> None:
    distribution = FAMILIES["normal-sparse"].distribution(3, 4, strength=strength, n_pairs=pairs)
    rho = strength**2 / (1 + strength**2)
    expected = -0.5 * pairs * math.log1p(-(rho**2))
    assert float(distribution.mutual_information) == pytest.approx(expected)


def test_a_parameter_is_known_by_its_former_name() -> None:
    family = FAMILIES["copula-pairs"]
    one, other = (family.distribution(2, 2, **{name: 3}) for name in ("structure_seed", "shape"))
    assert torch.equal(one.draw(5, as_generator(0))[0], other.draw(5, as_generator(0))[0])
    component = Component("copula-pairs", ranges={"shape": (1, 2)})
    assert component == Component("copula-pairs", ranges={"structure_seed": (1, 2)})
