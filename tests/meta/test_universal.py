"""Families of random structure, changes that keep MI, and the meta-distribution of them all."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from mist_explore.distributions import (
    FAMILIES,
    UNIVERSAL,
    Axis,
    Clumped,
    Family,
    Gaussian,
    HiddenVariable,
    Program,
    Table,
    dense_correlation,
)
from mist_explore.distributions.batched import Batched
from mist_explore.distributions.densities import DENSITIES, random_density
from mist_explore.distributions.functions import FUNCTIONS, random_function, standardized
from mist_explore.distributions.noise import NOISES
from mist_explore.distributions.table import MARGINS, NoiseColumns
from mist_explore.meta import Component, MetaDistribution, broad, long, published, universal
from mist_explore.meta.nuisances import copied, mapped, one_hot, padded, permuted
from mist_explore.network.scores import normal_scores
from mist_explore.seeding import as_generator

SEEDS = st.integers(0, 9_999)
DIMS = st.tuples(st.integers(1, 5), st.integers(1, 5))
every_family = pytest.mark.parametrize("family", UNIVERSAL, ids=lambda f: f.name)


def plug_in(x: Tensor, y: Tensor) -> float:
    """The mutual information of the frequencies of rows."""
    counts = []
    for rows in (x, y, torch.cat([x, y], -1)):
        _, count = rows.unique(dim=0, return_counts=True)
        counts.append(float(torch.special.entr(count.double() / len(x)).sum()))
    return counts[0] + counts[1] - counts[2]


# Families


@every_family
@settings(max_examples=12)
@given(dims=DIMS, structure_seed=SEEDS, data=st.data())
def test_no_strength_is_no_information(
    family: Family, dims: tuple[int, int], structure_seed: int, data: st.DataObject
) -> None:
    values: dict[str, Any] = {family.parameters[0].name: 0.0, "structure_seed": structure_seed}
    for p in family.parameters[1:-1]:
        if p.integer and p.name not in values:
            values[p.name] = data.draw(st.integers(int(p.low), int(p.high)))
    distribution = family.distribution(*dims, **values)
    error = float(distribution.mutual_information_error)
    assert float(distribution.mutual_information) == pytest.approx(0, abs=1e-9 + 5 * error)


@every_family
@settings(max_examples=10)
@given(structure_seed=SEEDS, data=st.data())
def test_information_grows_with_strength(
    family: Family, structure_seed: int, data: st.DataObject
) -> None:
    strength = family.parameters[0]
    if family.name not in {"grid", "grid-cube", "grid-codes", "mixed", "program"}:
        return
    low, high = sorted(data.draw(st.tuples(*[st.floats(0, strength.high)] * 2)))
    weak, strong = (
        family.distribution(3, 3, **{strength.name: s, "structure_seed": structure_seed})
        for s in (low, high)
    )
    assert float(weak.mutual_information) <= float(strong.mutual_information) + 0.01


@every_family
def test_shapes_give_different_distributions(family: Family) -> None:
    one, other = (
        family.distribution(2, 3, structure_seed=s).draw(40, as_generator(0)) for s in (1, 2)
    )
    assert not torch.equal(torch.cat(one, -1), torch.cat(other, -1))


@every_family
def test_wide_sides_hold_noise_beyond_the_blocks(family: Family) -> None:
    distribution = family.random(7, 9, 6, as_generator(0))
    x, y = distribution.draw(30, as_generator(1))
    assert (x.shape, y.shape) == ((6, 30, 7), (6, 30, 9))
    assert bool((distribution.mutual_information >= 0).all())


def test_a_batch_needs_its_members() -> None:
    with pytest.raises(ValueError, match="expected members to fill a batch of shape"):
        Batched((NoiseColumns(1, 1),), (2,))


def test_batches_keep_two_axes() -> None:
    pair = Table(torch.eye(2).double() / 2, (Axis(2),), (Axis(2),))
    distribution = Batched((pair,) * 6, (2, 3))
    x, y = distribution.draw(5, as_generator(0))
    assert x.shape == y.shape == (2, 3, 5, 1)
    assert distribution.pointwise_mutual_information(x, y).shape == (2, 3, 5)


# Grids


@settings(max_examples=15)
@given(structure_seed=SEEDS, kind=st.integers(0, 4), levels=st.integers(2, 9))
def test_codes_have_the_information_of_their_frequencies(
    structure_seed: int, kind: int, levels: int
) -> None:
    n = 20_000
    distribution = FAMILIES["grid-codes"].distribution(
        2, 1, structure_seed=structure_seed, kind=kind, levels=levels, n_pairs=1
    )
    x, y = distribution.draw(n, as_generator(structure_seed))
    bias = levels**3 / n
    assert plug_in(x, y) == pytest.approx(float(distribution.mutual_information), abs=0.03 + bias)
    assert torch.equal(x, x.round())
    assert torch.equal(y, y.round())


def test_codes_in_half_noise_have_the_information_of_the_channel() -> None:
    distribution = FAMILIES["grid-codes"].distribution(1, 1, kind=1, levels=10, strength=0.5)
    same, other = 0.5 + 0.05, 0.05
    expected = math.log(10) + same * math.log(same) + 9 * other * math.log(other)
    assert float(distribution.mutual_information) == pytest.approx(expected)


def test_sums_modulo_are_invisible_to_each_column() -> None:
    distribution = FAMILIES["grid-codes"].distribution(2, 1, kind=3, levels=2, strength=1.0)
    x, y = distribution.draw(8_000, as_generator(0))
    assert float(distribution.mutual_information) == pytest.approx(math.log(2))
    assert plug_in(x[:, :1], y) < 0.01
    assert plug_in(x, y) == pytest.approx(math.log(2), abs=0.01)


@given(structure_seed=SEEDS, imbalance=st.floats(1, 1_000))
@settings(max_examples=10)
def test_imbalance_is_as_stated(structure_seed: int, imbalance: float) -> None:
    distribution = FAMILIES["grid-codes"].distribution(
        1, 1, kind=1, imbalance=imbalance, structure_seed=structure_seed
    )
    assert isinstance(distribution, Table)
    weights = distribution.probabilities.sum(1)
    assert float(weights.max() / weights.min()) == pytest.approx(imbalance)


@pytest.mark.parametrize("kind", range(len(DENSITIES)))
@pytest.mark.parametrize("sizes", [(20, 30), (8, 9, 7), (5, 5, 5, 5)])
def test_densities_are_densities(kind: int, sizes: tuple[int, ...]) -> None:
    for seed in range(4):
        density = random_density(np.random.default_rng(seed), kind, sizes)
        assert density.shape == sizes
        assert density.min() > 0
        assert density.sum() == pytest.approx(1)


@pytest.mark.parametrize("margin", MARGINS)
def test_values_of_an_axis_lie_in_their_cells(margin: str) -> None:
    axis = Axis(50, margin)
    cells = torch.arange(50).repeat(40)
    assert torch.equal(axis.cells(axis.values(cells, as_generator(0))), cells)


def test_continuous_grids_have_the_information_of_their_cells() -> None:
    distribution = FAMILIES["grid"].distribution(1, 1, kind=3, structure_seed=4, strength=1.0)
    assert isinstance(distribution, Table)
    x, y = distribution.draw(60_000, as_generator(0))
    cells = [
        axis.cells(side)
        for axis, side in zip((*distribution.axes_x, *distribution.axes_y), (x, y), strict=True)
    ]
    counts = (distribution.probabilities.shape[0] - 1) * (distribution.probabilities.shape[1] - 1)
    expected = float(distribution.mutual_information) + counts / 120_000
    assert plug_in(*cells) == pytest.approx(expected, abs=0.05)


# Programs


@pytest.mark.parametrize("kind", sorted(FUNCTIONS))
def test_functions_take_several_inputs(kind: str) -> None:
    x = np.random.default_rng(0).normal(size=(50, 3))
    values = random_function(np.random.default_rng(1), 3, kind)(x)
    assert values.shape == (50,)
    assert np.isfinite(values).all()
    scores = standardized(values)
    assert abs(scores.mean()) < 1e-9


@pytest.mark.parametrize("noise", range(len(NOISES)), ids=list(NOISES))
@pytest.mark.parametrize("strength", [0.5, 5.0, 50.0])
def test_programs_against_integration(noise: int, strength: float) -> None:
    distribution = FAMILIES["program"].distribution(
        1, 1, noise=noise, strength=strength, structure_seed=7
    )
    assert isinstance(distribution, Program)
    error = float(distribution.mutual_information_error)
    assert error < 0.01
    rows = distribution.draw(20_000, as_generator(noise))
    pointwise = distribution.pointwise_mutual_information(*rows)
    deviation = float(pointwise.std()) / math.sqrt(20_000)
    assert float(pointwise.mean()) == pytest.approx(
        float(distribution.mutual_information), abs=4 * deviation + error
    )


@pytest.mark.parametrize("noise", range(len(NOISES)), ids=list(NOISES))
def test_noises_have_their_density(noise: int) -> None:
    kind = tuple(NOISES.values())[noise]
    z = np.linspace(-200, 200, 400_001)
    density = np.exp(kind.log_density(z))
    assert float(density.sum() * (z[1] - z[0])) == pytest.approx(1, abs=1e-3)
    drawn = kind.draw(20_000, as_generator(0)).numpy()
    inside = float(density[abs(z) < 0.7].sum() * (z[1] - z[0]))
    assert float((abs(drawn) < 0.7).mean()) == pytest.approx(inside, abs=0.02)


@pytest.mark.parametrize("kind", range(4))
def test_counts_of_programs_are_whole_numbers(kind: int) -> None:
    distribution = FAMILIES["program-counts"].distribution(2, 2, kind=kind, structure_seed=3)
    _, y = distribution.draw(200, as_generator(0))
    assert torch.equal(y, y.round())


# Hidden variables and mixed types


@pytest.mark.parametrize("kind", range(4))
@pytest.mark.parametrize("strength", [0.5, 4.0])
def test_hidden_variables_know_their_error(kind: int, strength: float) -> None:
    distribution = FAMILIES["latent"].distribution(
        3, 2, kind=kind, strength=strength, structure_seed=11
    )
    block = getattr(distribution, "parts", (distribution,))[0]
    assert isinstance(block, HiddenVariable)
    x, y = distribution.draw(60_000, as_generator(1))
    pointwise = distribution.pointwise_mutual_information(x, y)
    deviation = float(pointwise.std()) / math.sqrt(60_000)
    error = math.hypot(deviation, float(distribution.mutual_information_error))
    assert float(pointwise.mean()) == pytest.approx(
        float(distribution.mutual_information), abs=4 * error
    )


def test_flags_of_hardly_any_probability_carry_hardly_any_information() -> None:
    pair = Gaussian(dense_correlation(torch.tensor(0.0, dtype=torch.float64), 1, 1), 1)
    flags = torch.tensor([[1, 0], [0, 1e-200]], dtype=torch.float64)
    assert float(Clumped(pair, flags, positive=False).mutual_information) < 1e-190


@given(first=st.floats(0, 0.9), second=st.floats(0, 0.9), rho=st.floats(-0.99, 0.99))
@settings(max_examples=10)
def test_independent_clumps_are_an_erasure(first: float, second: float, rho: float) -> None:
    sides = [torch.tensor([1 - p, p], dtype=torch.float64) for p in (first, second)]
    pair = Gaussian(dense_correlation(torch.tensor(rho, dtype=torch.float64), 1, 1), 1)
    distribution = Clumped(pair, torch.outer(*sides), positive=True)
    expected = (1 - first) * (1 - second) * -0.5 * math.log1p(-(rho**2))
    assert float(distribution.mutual_information) == pytest.approx(expected, abs=1e-9)
    x, _ = distribution.draw(2_000, as_generator(0))
    assert float((x == 0).double().mean()) == pytest.approx(first, abs=0.06)


# Nuisances


@given(seed=SEEDS, dim=st.integers(1, 5), most=st.integers(5, 9))
@settings(max_examples=20)
def test_joined_columns_keep_the_others(seed: int, dim: int, most: int) -> None:
    rows = torch.randn(2, 30, dim, generator=as_generator(seed))
    for joined in (copied(rows, as_generator(seed), most), padded(rows, as_generator(seed), most)):
        assert torch.equal(joined[..., :dim], rows)
        assert joined.shape[-1] <= most
        assert bool(joined.isfinite().all())
    turned = permuted(rows, as_generator(seed))
    assert torch.equal(turned.sort(-1).values, rows.sort(-1).values)


def test_indicators_stand_for_codes_of_all_datasets() -> None:
    codes = torch.tensor([0.0, 1, 2, 3]).repeat(2, 5)[..., None]
    numbers = torch.randn(2, 20, 1, generator=as_generator(0))
    rows = torch.cat([codes, numbers], -1)
    indicators = one_hot(rows, most=5)
    assert indicators.shape == (2, 20, 5)
    assert torch.equal(indicators[..., :4].sum(-1), torch.ones(2, 20))
    assert torch.equal(indicators[..., :4].argmax(-1).float(), codes[..., 0])
    assert torch.equal(one_hot(rows, most=4), rows)
    other = rows.clone()
    other[1, other[1, :, 0] == 3, 0] = 2
    assert torch.equal(one_hot(other, most=9), other)


@pytest.mark.parametrize("nuisance", ["one_hot", "copied", "padded", "permuted"])
def test_nuisances_leave_the_truth_alone(nuisance: str) -> None:
    codes = Component("grid-codes", ranges={"levels": (3, 3), "imbalance": (1, 1)})
    components = (codes,)
    plain = MetaDistribution(components, (50, 60), (1, 6))
    changed = MetaDistribution(components, (50, 60), (1, 6), **{nuisance: 1.0})
    different = 0
    for seed in range(20):
        one, other = (meta.batch(3, seed, max_cells=3_000) for meta in (plain, changed))
        size = len(other.x)
        assert torch.equal(one.mutual_information[:size], other.mutual_information)
        assert other.x.shape[-1] <= 6
        assert size == 1 or other.x.numel() + other.y.numel() <= 3_000
        different += not torch.equal(one.x[:size], other.x)
    assert different > 5


@given(seed=SEEDS, dim=st.integers(1, 4), scale=st.sampled_from([1e-3, 1.0, 1e4]))
@settings(max_examples=25)
def test_increasing_maps_keep_the_order_of_rows_and_codes(
    seed: int, dim: int, scale: float
) -> None:
    generator = as_generator(seed)
    tails = torch.rand(2, 200, 1, generator=generator)
    rows = scale * torch.randn(2, 200, dim, generator=generator) / tails
    codes = torch.randint(3, (2, 200, 1), generator=generator).float()
    found = mapped(torch.cat([rows, codes], -1), generator)
    assert torch.equal(found[..., :dim].argsort(1), rows.argsort(1))
    assert torch.equal(found[..., dim:], codes)
    assert bool(found.isfinite().all())


def test_a_share_of_datasets_goes_through_increasing_maps_at_last() -> None:
    plain = replace(broad(), permuted=0.5)
    batches = [
        [meta.batch(2, seed, max_cells=3_000) for meta in (plain, replace(plain, mapped=0.35))]
        for seed in range(60)
    ]
    changed = 0
    for one, other in batches:
        assert torch.equal(one.mutual_information, other.mutual_information)
        for before, after in ((one.x, other.x), (one.y, other.y)):
            torch.testing.assert_close(
                normal_scores(before.double().mT), normal_scores(after.double().mT)
            )
        changed += not (torch.equal(one.x, other.x) and torch.equal(one.y, other.y))
    assert 10 <= changed <= 30


def fingerprint(meta: MetaDistribution) -> str:
    digest = hashlib.sha256()
    for seed in range(12):
        batch = meta.batch(2, seed, max_cells=4_000)
        digest.update(str((batch.x.shape, batch.y.shape, batch.component.family)).encode())
        digest.update(batch.x[0, :3].double().mul(1e3).round().numpy().tobytes())
    return digest.hexdigest()[:16]


@pytest.mark.parametrize(
    ("meta", "expected"), [(published(), "03b35c8e75a044a5"), (broad(), "0d34db4474697035")]
)
def test_older_meta_distributions_keep_their_datasets(
    meta: MetaDistribution, expected: str
) -> None:
    assert fingerprint(meta) == expected


# The meta-distribution


def test_universal_holds_every_family_and_survives_json() -> None:
    meta = universal()
    assert {c.family for c in meta.components} == set(FAMILIES)
    assert "chain" in {c.transform for c in meta.components}
    assert MetaDistribution.from_json(meta.to_json()) == meta
    assert (meta.n_samples, meta.dims) == ((10, 10_000), (1, 50))


@settings(max_examples=25)
@given(seed=st.integers(0, 2**60), size=st.integers(1, 4))
def test_batches_of_universal_lie_in_their_ranges(seed: int, size: int) -> None:
    meta = universal()
    batch, again = (meta.batch(size, seed, max_cells=20_000) for _ in range(2))
    b, n, dim_x = batch.x.shape
    assert b == 1 or b * n * (dim_x + batch.y.shape[2]) <= 20_000
    assert meta.n_samples[0] <= n <= meta.n_samples[1]
    if batch.component.n_samples is not None:
        assert n >= batch.component.n_samples[0]
    assert max(dim_x, batch.y.shape[2]) <= meta.dims[1]
    assert bool(batch.x.isfinite().all())
    assert bool(batch.y.isfinite().all())
    assert bool((batch.mutual_information >= 0).all())
    assert torch.equal(batch.x, again.x)
    assert torch.equal(batch.mutual_information, again.mutual_information)


def test_long_holds_many_rows_of_few_columns() -> None:
    """Programs may round, so that a side or two are discrete."""
    meta, distinct = long(), []
    for seed in range(12):
        batch = meta.batch(1, seed, max_cells=30_000)
        for side in (batch.x, batch.y):
            assert 3_000 <= side.shape[1] <= 10_000
            assert 2 <= side.shape[2] <= 10
            most = max(len(column.unique()) for column in side[0].T)
            distinct.append(most > 0.9 * side.shape[1])
    assert np.mean(distinct) > 0.8


def test_information_is_spread_up_to_ten_nats() -> None:
    meta = universal()
    batches = [meta.batch(1, seed, max_cells=4_000) for seed in range(400)]
    truths = torch.cat([batch.mutual_information for batch in batches])
    for low, high, least in ((-1, 1e-9, 0.08), (1e-9, 1, 0.12), (1, 3, 0.12), (3, 10, 0.12)):
        assert float(((truths > low) & (truths <= high)).double().mean()) > least


def test_rows_of_a_component_must_lie_in_those_of_the_meta_distribution() -> None:
    component = Component("normal-dense", n_samples=(600, 700))
    with pytest.raises(ValueError, match="expected n_samples of normal-dense within"):
        MetaDistribution((component,), (10, 500))
