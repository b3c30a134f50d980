"""The meta-distribution draws what it claims, from its seed alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mist_explore.distributions import BROAD, FAMILIES, split
from mist_explore.meta import Batch, Component, MetaDistribution, broad, flowed, published, training
from mist_explore.transforms import TRANSFORMS


def test_the_published_meta_distribution_is_as_published() -> None:
    meta = published()
    assert len(meta.components) == 16
    assert meta == MetaDistribution(meta.components, (10, 500), (2, 32), equal_dims=1.0)
    ranges = {(f.name, p.name): p.drawn for f in FAMILIES.values() for p in f.parameters}
    published_ranges = {
        ("normal-dense", "correlation"): (0, 0.5),
        ("student-sparse", "strength"): (0.1, 5),
        ("student-dense", "df"): (1, 10),
        ("additive-noise", "epsilon"): (0.1, 2),
        ("normal-lvm", "alpha"): (0, 1),
        ("normal-lvm", "lambda_"): (0.1, 3),
        ("normal-lvm", "beta"): (0, 1.5),
        ("normal-lvm", "eta"): (0.1, 5),
    }
    assert published_ranges.items() <= ranges.items()


def test_the_broad_meta_distribution_holds_every_family() -> None:
    meta = broad()
    families = {c.family for c in meta.components}
    assert families >= {f.name for f in BROAD}
    assert {c.transform for c in meta.components} >= {"spiral", "swiss-roll", "linear", "flow"}
    chance = {c.family: 0.0 for c in meta.components}
    for component in meta.components:
        chance[component.family] += component.weight
    assert 0.02 < chance["independent"] / sum(chance.values()) < 0.06
    assert (meta.n_samples, meta.dims) == ((10, 5_000), (1, 50))


@pytest.mark.parametrize("meta", [training(), broad()], ids=["training", "broad"])
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**60), size=st.integers(1, 8))
def test_a_batch_lies_in_the_ranges_and_depends_on_the_seed_alone(
    meta: MetaDistribution, seed: int, size: int
) -> None:
    batch, again = (
        meta.batch(size, seed, max_cells=20_000),
        meta.batch(size, seed, max_cells=20_000),
    )
    b, n, dim_x = batch.x.shape
    assert 1 <= b <= size
    assert b == 1 or b * n * (dim_x + batch.y.shape[2]) <= 20_000
    assert meta.n_samples[0] <= n <= meta.n_samples[1]
    assert all(meta.dims[0] <= d <= meta.dims[1] for d in (dim_x, batch.y.shape[2]))
    if batch.component.dims is not None:
        assert max(dim_x, batch.y.shape[2]) <= batch.component.dims[1]
    assert batch.component in meta.components
    assert batch.x.isfinite().all()
    assert batch.y.isfinite().all()
    assert (batch.mutual_information >= 0).all()
    assert torch.equal(batch.x, again.x)
    assert torch.equal(batch.mutual_information, again.mutual_information)


def test_shapes_components_and_dims_are_drawn_as_stated() -> None:
    meta = MetaDistribution(
        (Component("normal-dense", weight=3), Component("additive-noise", "asinh")),
        n_samples=(4, 40),
        dims=(1, 4),
        equal_dims=0.6,
        log_n_samples=1.0,
    )
    batches = [meta.batch(1, seed) for seed in range(600)]
    n = torch.tensor([b.x.shape[1] for b in batches], dtype=torch.float64)
    dense = torch.tensor([b.component.family == "normal-dense" for b in batches]).double()
    equal = torch.tensor([b.x.shape[2] == b.y.shape[2] for b in batches]).double()
    assert {int(v) for v in n} >= {4, 5, 40}
    assert abs(float((n < 13).double().mean()) - 0.5) < 0.08  # half of a log-uniform draw
    assert abs(float(dense.mean()) - 0.75) < 0.08
    assert abs(float(equal.mean()) - (0.6 + 0.4 / 4)) < 0.08


def test_stacks_swaps_and_small_dims_are_drawn_as_stated() -> None:
    first = Component("normal-dense", ranges={"correlation": (0.9, 0.9)})
    second = Component("tables", dims=(3, 5))
    meta = MetaDistribution(
        (first, second), (10, 10), (1, 9), equal_dims=0.0, log_dims=1.0, stacked=0.5, swapped=0.5
    )
    batches = [meta.batch(2, seed) for seed in range(400)]
    wide = [b for b in batches if min(b.x.shape[2], b.y.shape[2]) > 1]
    stacked = torch.tensor([b.beside is not None for b in wide]).double()
    assert abs(float(stacked.mean()) - 0.5) < 0.1
    assert all(b.beside is None for b in batches if min(b.x.shape[2], b.y.shape[2]) == 1)
    dims = torch.tensor([b.x.shape[2] for b in batches if b.component == first])
    assert abs(float((dims < 3).double().mean()) - 0.477) < 0.12  # log 3 / log 10
    assert all(3 <= b.x.shape[2] <= 5 for b in batches if b.component == second)
    both = next(b for b in wide if b.beside == b.component == first)
    halves = zip(split(both.x.shape[2], 2), split(both.y.shape[2], 2), strict=True)
    expected = sum(
        float(FAMILIES["normal-dense"].distribution(*half, correlation=0.9).mutual_information)
        for half in halves
    )
    torch.testing.assert_close(both.mutual_information, torch.full((2,), expected))


def test_swapped_sides_trade_places() -> None:
    component = Component("labels", ranges={"n_classes": (3, 3)})
    meta = MetaDistribution((component,), (50, 50), (1, 1), swapped=0.5)
    discrete = [
        [bool((side == side.round()).all()) for side in (b.x, b.y)]
        for b in (meta.batch(2, seed) for seed in range(40))
    ]
    assert [True, False] in discrete
    assert [False, True] in discrete


def test_a_map_that_merges_values_in_floating_point_is_left_out() -> None:
    steep = Component("program", "normal-cdf", ranges={"strength": (100, 200)})
    plain = replace(steep, transform="base")
    merged = MetaDistribution((steep,), (400, 400), (1, 1))
    base = MetaDistribution((plain,), (400, 400), (1, 1))
    for seed in range(10):
        got, expected = merged.batch(1, seed), base.batch(1, seed)
        saturated = torch.special.ndtr(expected.y).unique().numel() < 0.9 * len(expected.y.unique())
        assert saturated == bool((got.y == expected.y).all())
    gentle = MetaDistribution((Component("normal-dense", "normal-cdf"),), (400, 400), (1, 1))
    x = gentle.batch(1, 0).x
    assert 0 < x.min() < x.max() < 1  # kept where it merges none


def test_a_flow_has_a_strength_of_its_range_and_keeps_the_truth() -> None:
    def batch(seed: int, transform: str, strength: tuple[float, float] = (1, 1)) -> Batch:
        component = Component("normal-2pair", transform, strength=strength)
        return MetaDistribution((component,), (100, 100), (3, 3)).batch(2, seed)

    distances = []
    for seed in range(20):
        # Ranges that hold more than 1 take one random number: all three bend the same rows.
        still, bent, whole = (batch(seed, "flow", s) for s in ((0, 0), (0, 1), (1 - 1e-9, 1)))
        assert bool((bent.mutual_information == batch(seed, "base").mutual_information).all())
        size = [float((b.x - still.x).square().mean()) for b in (bent, whole)]
        distances.append(size[0] / size[1])
    assert min(distances) < 0.2 < 0.6 < max(distances) < 1.0 + 1e-6
    assert len({round(d, 6) for d in distances}) == 20
    with pytest.raises(ValueError, match="strength in \\[0, 1\\] for a flow, and 1 for other"):
        Component("normal-2pair", "linear", strength=(0.5, 1.0))
    with pytest.raises(ValueError, match=r"got 0\.5 to 1\.5"):
        Component("normal-2pair", "flow", strength=(0.5, 1.5))
    assert all(c.strength == (0.0, 1.0) and c.transform == "flow" for c in flowed().components)


def test_dims_are_drawn_until_the_transform_fits() -> None:
    meta = MetaDistribution(
        (Component("normal-dense", "spiral"), Component("normal-dense", "swiss-roll")),
        (10, 10),
        (1, 4),
        equal_dims=0.3,
    )
    for seed in range(60):
        batch = meta.batch(1, seed)
        assert batch.x.shape[2] >= 2  # two columns turn, or one is rolled up into two
        if batch.component.transform == "spiral":
            assert batch.y.shape[2] >= 3


@given(
    st.lists(
        st.builds(
            Component,
            st.sampled_from(sorted(FAMILIES)),
            st.sampled_from(sorted(TRANSFORMS)),
            st.floats(0.1, 5),
        ),
        min_size=1,
        max_size=4,
    ),
    st.tuples(st.integers(4, 50), st.integers(50, 900)),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_json_round_trip(
    components: list[Component], n_samples: tuple[int, int], equal_dims: float, log: float
) -> None:
    meta = MetaDistribution(tuple(components), n_samples, (1, 9), equal_dims, log)
    assert MetaDistribution.from_json(meta.to_json()) == meta


def test_ranges_replace_those_of_the_family() -> None:
    component = Component("normal-dense", ranges={"correlation": (0.9, 0.9)})
    batch = MetaDistribution((component,), dims=(2, 2)).batch(3, seed=0)
    distribution = FAMILIES["normal-dense"].distribution(2, 2, correlation=0.9)
    expected = distribution.mutual_information.float().expand(3)
    torch.testing.assert_close(batch.mutual_information, expected)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"family": "normal"}, "expected a family among .*; got 'normal'"),
        ({"transform": "twist"}, "expected a transform among .*; got 'twist'"),
        ({"ranges": {"rho": [0, 1]}}, "expected a parameter of normal-dense among .*; got 'rho'"),
        ({"ranges": {"correlation": [0.5, 0]}}, "expected a range of correlation from low to high"),
        ({"weight": 0}, "expected a positive weight; got 0"),
        ({"dims": [0, 3]}, "expected whole dims of at least 1; got 0 to 3"),
        ({"dims": [40, 60]}, "expected dims that normal-dense with base can take; got 40 to 32"),
        (
            {"transform": "spiral", "dims": [1, 2]},
            "dims that normal-dense with spiral can take; got 2 to 2",
        ),
        ({"wieght": 1}, "expected keys of Component among .*; got 'wieght'"),
    ],
)
def test_a_wrong_component_is_an_error(change: dict[str, object], message: str) -> None:
    raw = {"components": [{"family": "normal-dense", **change}]}
    with pytest.raises(ValueError, match=message):
        MetaDistribution.from_json(json.dumps(raw))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_samples": [2, 10]}, "expected whole n_samples of at least 4; got 2 to 10"),
        ({"dims": [0, 3]}, "expected whole dims of at least 1; got 0 to 3"),
        ({"dims": [5, 3]}, "expected a range of dims from low to high; got 5 to 3"),
        ({"equal_dims": 1.5}, r"expected a share equal_dims in \[0, 1\]; got 1.5"),
        ({"n": 3}, "expected keys of MetaDistribution among .*; got 'n'"),
    ],
)
def test_a_wrong_range_is_an_error(change: dict[str, object], message: str) -> None:
    raw = {"components": [{"family": "normal-dense"}], **change}
    with pytest.raises(ValueError, match=message):
        MetaDistribution.from_json(json.dumps(raw))
    with pytest.raises(ValueError, match="expected at least one component; got none"):
        MetaDistribution(())
