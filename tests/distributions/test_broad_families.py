"""The broad families, against integrals, sums and densities computed in other ways."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from torch import Tensor

from mist_explore.distributions import (
    BROAD,
    FAMILIES,
    AdditiveNoise,
    ContingencyTables,
    CopulaPairs,
    Gaussian,
    GaussianMixture,
    Independent,
    Labels,
    MonteCarloDistribution,
    Regression,
    Stack,
    dense_correlation,
    spectral_correlation,
)
from mist_explore.distributions.archimedean import ARCHIMEDEAN
from mist_explore.distributions.independent import MARGINS
from mist_explore.distributions.regression import ACTIVATIONS
from mist_explore.distributions.structure import normal, part, uniform
from mist_explore.seeding import as_generator

SHAPES = st.integers(0, 9_999)
every_copula = pytest.mark.parametrize("kind", range(4), ids=[c.name for c in ARCHIMEDEAN])


def number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)


# Random shapes


def test_numbers_of_a_shape_depend_on_seed_name_and_size_alone() -> None:
    seeds = torch.tensor([[5, 6], [7, 5]])
    for draw in (uniform, normal):
        numbers = draw(seeds, "name", 4)
        assert numbers.shape == (2, 2, 4)
        assert torch.equal(numbers[0, 0], numbers[1, 1])
        assert not torch.equal(numbers[0, 0], numbers[0, 1])
        assert not torch.equal(numbers[0, 0], draw(torch.tensor(5), "other", 4))
    assert part(torch.arange(10), 3).flatten().unique().numel() == 30


@pytest.mark.parametrize("family", BROAD, ids=lambda f: f.name)
def test_shapes_give_different_distributions(family: object) -> None:
    name = getattr(family, "name", "")
    if name == "student-identity":
        assert "structure_seed" not in {p.name for p in FAMILIES[name].parameters}
        return
    one, other = (
        FAMILIES[name].distribution(2, 3, structure_seed=s).draw(40, as_generator(0))
        for s in (1, 2)
    )
    assert not torch.equal(torch.cat(one, -1), torch.cat(other, -1))


# Monte Carlo


@dataclass(frozen=True, eq=False)
class Sampled(MonteCarloDistribution):
    """A distribution that pretends not to know its mutual information."""

    distribution: Gaussian
    dim_x: int = 2
    dim_y: int = 3

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        return self.distribution.draw(n_samples, generator, dtype)

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        return self.distribution.pointwise_mutual_information(x, y)


def test_means_over_draws_agree_with_the_closed_form_and_know_their_error() -> None:
    distribution = Gaussian(dense_correlation(torch.linspace(0, 0.8, 12), 2, 3), 2)
    sampled = Sampled(distribution)
    error = sampled.mutual_information_error
    assert error.shape == (12,)
    assert float(error.max()) < 0.01
    distance = (sampled.mutual_information - distribution.mutual_information) / error
    assert float(distance.abs().max()) < 4
    assert torch.equal(sampled.mutual_information, Sampled(distribution).mutual_information)
    assert sampled.provenance == f"numerical ± {float(error.max()):.2g}"
    assert distribution.provenance == "closed form"
    assert torch.equal(distribution.mutual_information_error, torch.zeros(12, dtype=torch.float64))


# Spectra


@given(strength=st.floats(0, 0.99), structure_seed=SHAPES, dims=st.tuples(*[st.integers(1, 6)] * 2))
def test_the_spectrum_is_canonical(
    strength: float, structure_seed: int, dims: tuple[int, int]
) -> None:
    matrix = spectral_correlation(number(strength), torch.tensor(structure_seed), *dims)
    k = dims[0]
    white_x, white_y = (
        torch.linalg.inv(torch.linalg.cholesky(m)) for m in (matrix[:k, :k], matrix[k:, k:])
    )
    rho = torch.linalg.svdvals(white_x @ matrix[:k, k:] @ white_y.mT)
    assert float(rho[0]) == pytest.approx(strength, abs=1e-8)
    expected = -0.5 * torch.log1p(-rho.square()).sum()
    assert float(Gaussian(matrix, k).mutual_information) == pytest.approx(float(expected), abs=1e-7)


def test_spectra_have_both_signs_and_many_decays() -> None:
    matrices = spectral_correlation(
        torch.full((200,), 0.9, dtype=torch.float64), torch.arange(200), 4, 4
    )
    cross = matrices[:, :4, 4:]
    assert 0.3 < float((cross > 0).double().mean()) < 0.7
    information = Gaussian(matrices, 4).mutual_information
    assert float(information.max()) > 2 * float(information.min())


# Copulas


@every_copula
@given(strength=st.floats(0.05, 5))
@settings(max_examples=8)
def test_copulas_against_integration_over_the_square(kind: int, strength: float) -> None:
    pair = CopulaPairs(
        number(strength)[None], torch.tensor([kind]), torch.ones(2, 1).double(), 1, 1
    )
    # The grid is even in normal scores, where the density is smooth.
    z = torch.linspace(-6, 6, 601, dtype=torch.float64)
    x, y = torch.meshgrid(z, z, indexing="ij")
    information = pair.pointwise_mutual_information(x.reshape(-1, 1), y.reshape(-1, 1))
    weight = (-0.5 * z.square()).exp() * (z[1] - z[0]) / math.sqrt(2 * math.pi)
    density = information.exp().view(601, 601)
    columns = (density * weight).sum(-1)[100:-100]
    torch.testing.assert_close(columns, torch.ones_like(columns), rtol=0, atol=2e-3)
    total = (weight[:, None] * weight * density * information.view(601, 601)).sum()
    assert float(total) == pytest.approx(float(pair.mutual_information), abs=2e-3)


@given(strength=st.floats(0.01, 8))
def test_clayton_in_closed_form(strength: float) -> None:
    pair = CopulaPairs(number(strength)[None], torch.tensor([0]), torch.ones(2, 1).double(), 1, 1)
    expected = math.log1p(strength) - strength / (1 + strength)
    assert float(pair.mutual_information) == pytest.approx(expected, abs=1e-7)


@every_copula
def test_kendall_s_tau_grows_with_strength_and_is_as_stated(kind: int) -> None:
    strengths = (0.3, 2.0, 6.0)
    distribution = CopulaPairs(
        number(1.0) * torch.tensor(strengths),
        torch.full((3,), kind),
        torch.ones(2, 3).double(),
        3,
        3,
    )
    x, y = distribution.draw(4000, as_generator(0))
    taus = [float(stats.kendalltau(x[:, i], y[:, i]).statistic) for i in range(3)]
    assert taus[0] < taus[1] < taus[2]
    copula = ARCHIMEDEAN[kind]
    for tau, strength in zip(taus, strengths, strict=True):
        theta = copula.theta(number(strength))

        t = (torch.arange(100_000, dtype=torch.float64) + 0.5) / 100_000
        ratio = copula.phi(t, theta) / copula.log_slope(t, theta).exp()
        expected = 1 - 4 * float(ratio.mean())
        assert tau == pytest.approx(expected, abs=0.04)
        if copula.name in {"Clayton", "Gumbel"}:
            assert expected == pytest.approx(strength / (strength + 2), abs=1e-4)
    for rows in (x, y):
        assert stats.kstest(rows[:, 1].numpy(), stats.norm.cdf).pvalue > 1e-6


def test_pairs_have_each_copula_and_each_turn() -> None:
    distribution = FAMILIES["copula-pairs"].random(3, 4, 100, as_generator(0))
    assert isinstance(distribution, CopulaPairs)
    assert set(distribution.kinds.flatten().tolist()) == {0, 1, 2, 3}
    x, y = distribution.draw(500, as_generator(1))
    sign = (x[..., 0] * y[..., 0]).mean(-1)
    assert 0.3 < float((sign > 0).double().mean()) < 0.7


def test_kinds_that_are_no_copula_are_an_error() -> None:
    distribution = CopulaPairs(
        number(1.0)[None], torch.tensor([9]), torch.ones(2, 1).double(), 1, 1
    )
    with pytest.raises(ValueError, match="expected kinds from 0 to 3; got"):
        _ = distribution.mutual_information


# Mixtures and labels


def log_densities(distribution: GaussianMixture, rows: Tensor, columns: slice) -> np.ndarray:
    parts = [
        weight
        + stats.multivariate_normal.logpdf(rows.numpy(), mean[columns], cov[columns, columns])
        for weight, mean, cov in zip(
            distribution.log_weights.tolist(),
            distribution.means.numpy(),
            distribution.covariances.expand(len(distribution.means), -1, -1).numpy(),
            strict=True,
        )
    ]
    return np.asarray(special.logsumexp(np.array(parts), axis=0))


@pytest.mark.parametrize("name", ["clusters", "path"])
@given(structure_seed=SHAPES, dims=st.tuples(*[st.integers(1, 4)] * 2))
@settings(max_examples=10)
def test_mixtures_against_scipy(name: str, structure_seed: int, dims: tuple[int, int]) -> None:
    distribution = FAMILIES[name].distribution(*dims, structure_seed=structure_seed)
    assert isinstance(distribution, GaussianMixture)
    x, y = distribution.draw(30, as_generator(structure_seed))
    expected = (
        log_densities(distribution, torch.cat([x, y], -1), slice(None))
        - log_densities(distribution, x, slice(None, dims[0]))
        - log_densities(distribution, y, slice(dims[0], None))
    )
    pointwise = distribution.pointwise_mutual_information(x, y).numpy()
    np.testing.assert_allclose(pointwise, expected, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", ["clusters", "path"])
@pytest.mark.parametrize("structure_seed", range(3))
def test_mixtures_against_integration_over_the_plane(name: str, structure_seed: int) -> None:
    distribution = FAMILIES[name].distribution(1, 1, structure_seed=structure_seed)
    assert isinstance(distribution, GaussianMixture)
    x, y = torch.meshgrid(*[torch.linspace(-16, 16, 201, dtype=torch.float64)] * 2, indexing="ij")
    x, y = x.reshape(-1, 1), y.reshape(-1, 1)
    joint = torch.from_numpy(log_densities(distribution, torch.cat([x, y], -1), slice(None)))
    total = (joint.exp() * distribution.pointwise_mutual_information(x, y)).sum() * (32 / 200) ** 2
    error = float(distribution.mutual_information_error)
    assert float(distribution.mutual_information) == pytest.approx(float(total), abs=5 * error)


@pytest.mark.parametrize("structure_seed", range(6))
def test_labels_against_integration_over_the_line(structure_seed: int) -> None:
    distribution = FAMILIES["labels"].distribution(1, 1, structure_seed=structure_seed, n_classes=4)
    assert isinstance(distribution, Labels)
    x = np.linspace(-30, 30, 20_001)
    chances = distribution.log_weights.exp().numpy()
    deviations = distribution.covariances[:, 0, 0].sqrt().numpy()
    given_ = np.array(
        [
            stats.norm.pdf(x, m, s)
            for m, s in zip(distribution.means[:, 0].numpy(), deviations, strict=True)
        ]
    )
    marginal = chances @ given_
    with np.errstate(divide="ignore", invalid="ignore"):
        integrand = np.where(given_ > 0, given_ * np.log(given_ / marginal), 0)
    expected = float(chances @ np.trapezoid(integrand, x))
    error = float(distribution.mutual_information_error)
    assert float(distribution.mutual_information) == pytest.approx(expected, abs=5 * error)
    assert float(distribution.mutual_information) <= float(-(chances * np.log(chances)).sum())


@pytest.mark.parametrize("dims", [(2, 1), (1, 2), (2, 7)])
def test_labels_are_numbers_or_indicators_of_the_right_frequency(dims: tuple[int, int]) -> None:
    distribution = FAMILIES["labels"].random(*dims, 60, as_generator(0), {"n_classes": (2, 4)})
    assert isinstance(distribution, Labels)
    _, y = distribution.draw(3000, as_generator(1))
    first = y[..., 0]
    assert torch.equal(first, first.round())
    numbers = distribution.coded.sum(-1) == 1
    expected = (distribution.log_weights.exp() * distribution.codes[..., 0]).sum(-1)
    spread = 5 * 4 / math.sqrt(3000)
    assert float((first.mean(-1) - expected).abs().max()) < spread
    assert bool(numbers.any())
    assert bool((~numbers).any()) == (dims[1] > 1)


# Tables


@given(structure_seed=SHAPES, strength=st.floats(0, 4), name=st.sampled_from(["tables", "counts"]))
@settings(max_examples=20)
def test_tables_against_a_sum_over_cells(structure_seed: int, strength: float, name: str) -> None:
    distribution = FAMILIES[name].distribution(
        2, 1, structure_seed=structure_seed, strength=min(strength, 2.0)
    )
    assert isinstance(distribution, ContingencyTables)
    assert distribution.probabilities.shape[0] == 2
    table = distribution.probabilities[0].numpy()
    assert table.sum() == pytest.approx(1)
    product = np.outer(table.sum(1), table.sum(0))
    expected = stats.entropy(table.ravel(), product.ravel())
    assert float(distribution.mutual_information) == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize("name", ["tables", "counts"])
def test_draws_of_a_table_have_its_frequencies(name: str) -> None:
    distribution = FAMILIES[name].distribution(1, 1, structure_seed=3)
    assert isinstance(distribution, ContingencyTables)
    x, y = distribution.draw(20_000, as_generator(0))
    levels = distribution.probabilities.shape[-1]
    cells = np.bincount((x * levels + y).long().flatten().numpy(), minlength=levels**2)
    expected = 20_000 * distribution.probabilities.flatten().numpy()
    often = expected > 5
    assert not cells[expected == 0].any()
    rest = (cells[~often].sum(), expected[~often].sum())
    observed = np.append(cells[often], rest[0])
    stated = np.append(expected[often], rest[1])
    assert stats.chisquare(observed[stated > 0], stated[stated > 0]).pvalue > 1e-6


def test_counts_without_a_common_rate_are_independent() -> None:
    distribution = FAMILIES["counts"].distribution(3, 3, strength=0)
    assert float(distribution.mutual_information) == pytest.approx(0, abs=1e-12)


# Regression


@given(structure_seed=SHAPES, strength=st.floats(0.1, 10))
@settings(max_examples=15)
def test_regression_against_integration(structure_seed: int, strength: float) -> None:
    distribution = FAMILIES["regression"].distribution(
        1, 1, structure_seed=structure_seed, strength=strength
    )
    assert isinstance(distribution, Regression)
    x = (torch.arange(20_000, dtype=torch.float64)[:, None] + 0.5) / 10_000 - 1
    signal = distribution._signal(x).flatten().numpy()
    y = np.linspace(signal.min() - 9, signal.max() + 9, 600)
    counts, edges = np.histogram(signal, 800)
    middles = (edges[:-1] + edges[1:]) / 2
    density = stats.norm.pdf(y[:, None] - middles) @ (counts / 20_000)
    entropy = float(np.trapezoid(special.entr(density), y))
    expected = entropy - 0.5 * math.log(2 * math.pi * math.e)
    assert float(distribution.mutual_information) == pytest.approx(expected, abs=3e-3)
    assert signal.std() == pytest.approx(strength, rel=0.02)
    assert abs(signal.mean()) < 0.02 * strength


def test_errors_of_regression_are_as_large_as_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    from mist_explore.distributions import regression

    def distribution() -> Regression:
        random = FAMILIES["regression"].random(6, 2, 40, as_generator(0), {"n_inputs": (2, 3)})
        assert isinstance(random, Regression)
        return random

    coarse = distribution()
    error = coarse.mutual_information_error
    assert float(error.max()) < 0.015
    assert float(error.mean()) < 0.004
    information = coarse.mutual_information
    monkeypatch.setattr(regression, "POINTS", 8_192)
    regression._lattices.cache_clear()
    difference = information - distribution().mutual_information
    regression._lattices.cache_clear()
    assert float(difference.square().mean()) < 2 * float(error.square().mean())


def test_even_functions_have_no_correlation_and_yet_information() -> None:
    number_of_abs = ACTIVATIONS.index(torch.abs)
    one = torch.ones(1, 1, 3, dtype=torch.float64)
    distribution = Regression(
        number(3.0)[None],
        torch.zeros(1, 3, dtype=torch.int64),
        torch.cat([one, torch.zeros(1, 3, 3)], 1),
        torch.zeros(1, 4).double(),
        torch.ones(1, 4).double(),
        torch.tensor([number_of_abs]),
        dim_x=1,
    )
    x, y = distribution.draw(20_000, as_generator(0))
    assert abs(float(torch.corrcoef(torch.cat([x, y], -1).mT)[0, 1])) < 0.04
    assert float(distribution.mutual_information) > 0.5


def test_functions_read_as_many_columns_as_stated() -> None:
    distribution = FAMILIES["regression"].distribution(5, 3, n_inputs=2, structure_seed=2)
    assert isinstance(distribution, Regression)
    x = torch.zeros(6, 5, dtype=torch.float64)
    x[1:] += 0.5 * torch.eye(5, dtype=torch.float64)
    moved = (distribution._signal(x)[1:] - distribution._signal(x)[0]).abs() > 1e-9
    reads = torch.tensor([[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1]]).bool()
    assert not bool((moved.mT & ~reads).any())
    assert bool(moved.any(0).all())


# Side by side


def test_stacks_add_information_and_errors() -> None:
    noise = AdditiveNoise(torch.tensor([0.3, 0.4], dtype=torch.float64), 2, 1)
    clusters = FAMILIES["clusters"].distribution(1, 2, structure_seed=4)
    both = Stack((noise, clusters, clusters))
    assert (both.dim_x, both.dim_y) == (4, 5)
    assert float(both.mutual_information) == pytest.approx(
        float(noise.mutual_information) + 2 * float(clusters.mutual_information)
    )
    assert float(both.mutual_information_error) == pytest.approx(
        math.sqrt(2) * float(clusters.mutual_information_error)
    )
    x, y = both.draw(40, as_generator(0))
    expected = noise.pointwise_mutual_information(x[:, :2], y[:, :1])
    expected = expected + clusters.pointwise_mutual_information(x[:, 2:3], y[:, 1:3])
    expected = expected + clusters.pointwise_mutual_information(x[:, 3:], y[:, 3:])
    torch.testing.assert_close(both.pointwise_mutual_information(x, y), expected)
    with pytest.raises(ValueError, match="at least one distribution to stack; got none"):
        Stack(())


def test_one_pair_of_columns_stands_alone() -> None:
    parts = [len(FAMILIES["side-by-side"].distribution(d, 4).parts) for d in (1, 2, 3, 9)]  # type: ignore[attr-defined]
    assert parts == [1, 2, 3, 3]


# Independence


def test_independent_sides_share_nothing_but_columns_of_a_side_do() -> None:
    distribution = FAMILIES["independent"].random(
        4, 3, 200, as_generator(0), {"correlation": (0.9, 0.9)}
    )
    assert isinstance(distribution, Independent)
    assert set(distribution.margins.flatten().tolist()) == set(range(len(MARGINS)))
    assert float(distribution.mutual_information.abs().max()) == 0
    x, y = distribution.draw(300, as_generator(1))
    ranks = torch.cat([x, y], -1).argsort(1).argsort(1).double()
    ranks = (ranks - ranks.mean(1, keepdim=True)) / ranks.std(1, keepdim=True)
    correlation = ranks.mT @ ranks / 300
    assert float(correlation[:, :4, 4:].abs().max()) < 6 / math.sqrt(300)
    assert float(correlation[:, 0, 1].abs().mean()) > 0.3
