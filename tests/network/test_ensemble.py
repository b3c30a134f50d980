"""Members weigh base estimates around a backbone that stays as it is, on cached features."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from mist_explore.estimate import LEVELS
from mist_explore.meta import Component, MetaDistribution
from mist_explore.network import (
    NetworkConfig,
    StackedEnsemble,
    StackFeatures,
    load_checkpoint,
    stacking,
)
from mist_explore.network.combined import (
    N_CONDITIONS,
    Combined,
    calibration_factors,
    free_share,
    mixture,
    rescaled,
)
from mist_explore.network.discrete import entropy_with_error
from mist_explore.network.ensemble import BELOW_ZERO, joined
from mist_explore.network.extended import EXTENDED_ESTIMATES
from mist_explore.network.linear import LINEAR_ESTIMATES
from mist_explore.network.member import N_HEADS, Member
from mist_explore.network.stacking import (
    BACKBONE_LEVELS,
    BASE_ESTIMATES,
    ENTROPY_ERRORS,
    N_BACKBONE,
    N_ESTIMATES,
    N_STATISTICS,
    TYPES,
)
from mist_explore.progress import Cancellation
from mist_explore.resources import models_directory
from mist_explore.training import RECIPES, Recipe, feature_cache, iter_train
from mist_explore.training.calibration import Answers, calibrate, held_out_rows
from mist_explore.training.data_loader import Example
from mist_explore.training.run import Run

META = MetaDistribution(
    (
        Component("normal-dense"),
        Component("additive-noise", "wigglify"),
        Component("labels"),
        Component("tables"),
    ),
    (20, 120),
    (1, 3),
)
RECIPE = Recipe(
    meta=META,
    network=NetworkConfig(members=4, backbones=2, extended=True),
    steps=8,
    batches=2,
    batch_size=16,
    max_cells=600,
    warmup=2,
    relative=True,
    cached=12,
    backbone="mist-smooth/broad+mist-smooth",
)
BOTH = replace(RECIPE, more=(replace(META, components=META.components[2:]),), more_cached=(4,))
"""With the features of a second meta-distribution."""

MIDDLE = LEVELS.index(0.5)
TOLERANCE = 1e-3  # nats

seeds = st.integers(0, 10_000)


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_cache, "PART", 4)


@pytest.fixture(scope="module")
def network() -> StackedEnsemble:
    """Members that have all learned something at random, with a random calibration."""
    network = Run.begun(RECIPE).network
    assert isinstance(network, StackedEnsemble)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for parameter in network.members.parameters():
            torch.nn.init.normal_(parameter, std=0.05)
        for member in each_member(network):
            member.out.bias.data.view(N_HEADS, -1)[:, len(member.base)] = 50.0  # the shift
        network.gate.normal_(std=0.3)
        network.slopes.normal_(std=0.3)
        network.steps.normal_(std=0.3)
    network.fit_standardizer(features(network, 10))
    return network.eval()


def each_member(network: StackedEnsemble) -> Iterator[Member]:
    for members in network.members:
        assert isinstance(members, torch.nn.ModuleList)
        for member in members:
            assert isinstance(member, Member)
            yield member


def features(network: StackedEnsemble, n_batches: int = 3) -> StackFeatures:
    batches = [
        feature_cache.cached_batch(RECIPE, feature_cache.MAIN, index) for index in range(n_batches)
    ]
    return joined([network.features(b.x, b.y) for b in batches])


def weights(directory: Path) -> dict[str, Tensor]:
    return load_checkpoint(directory).network.state_dict()


def columns(seed: int, n: int, kind: str) -> tuple[Tensor, Tensor]:
    """A sample of one type, `(n, 2)` and `(n, 1)`."""
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(n, 2))
    y = np.sin(2 * x[:, :1]) + x[:, 1:] + generator.standard_t(3, size=(n, 1))
    if kind in ("mixed", "discrete"):
        y = np.digitize(y, [-1, 0, 1]).astype(float)
    if kind == "discrete":
        x = np.digitize(x[:, :1], [-0.5, 0.5]).astype(float)
    return torch.from_numpy(x), torch.from_numpy(y)


def test_all_three_types_occur(network: StackedEnsemble) -> None:
    types = features(network, 12).types
    assert types.unique().tolist() == [0, 1, 2]


def test_features_do_not_depend_on_the_rest_of_the_batch(network: StackedEnsemble) -> None:
    for index in range(4):
        batch = feature_cache.cached_batch(RECIPE, feature_cache.MAIN, index)
        together = network.features(batch.x, batch.y)
        for i in range(len(batch.x)):
            alone = network.features(batch.x[i : i + 1], batch.y[i : i + 1])
            for f in fields(StackFeatures):
                one, other = getattr(together, f.name)[i], getattr(alone, f.name)[0]
                torch.testing.assert_close(one, other, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("kind", TYPES)
@given(seed=seeds, half=st.integers(60, 150))
@settings(max_examples=8)
def test_no_symmetry_of_mutual_information_changes_an_answer(
    network: StackedEnsemble, kind: str, seed: int, half: int
) -> None:
    n = 2 * half  # of an odd number the middle rank has no mirrored bin
    x, y = columns(seed, n, kind)
    rows = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    known = network.features(x[None], y[None])
    assert TYPES[int(known.types)] == kind
    expected = network(known)
    changed = {
        "rows": (x[rows], y[rows]),
        "columns": (x.flip(1), y),
        "sign": (-x, y),
        "copy": (torch.cat([x, -(x[:, :1] ** 3)], 1), y),
        "sides": (y, x),
    }
    n_statistics = N_STATISTICS[int(known.types)]
    for name, (u, v) in changed.items():
        found = network.features(u[None].contiguous(), v[None].contiguous())
        assert torch.equal(found.types, known.types), name
        assert float((found.base - known.base).abs().max()) < 10 * TOLERANCE, name
        assert float((found.numbers - known.numbers).abs()[:, :n_statistics].max()) < 0.2, name
        torch.testing.assert_close(network(found), expected, atol=TOLERANCE, rtol=TOLERANCE)


@pytest.mark.parametrize("kind", ["continuous", "mixed"])
def test_of_many_rows_the_mean_over_random_parts_is_read(
    network: StackedEnsemble, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stacking, "MAX_ROWS", 100)
    monkeypatch.setattr(stacking, "ROWS_OF_A_PART", 200)
    several, single = [], []
    for seed in range(12):
        x, y = columns(seed, 650, kind)
        rows = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
        found = network.features(x[None], y[None])
        other = network.features(x[None, rows], y[None, rows])
        torch.testing.assert_close(found.base, other.base, atol=TOLERANCE, rtol=TOLERANCE)
        several.append(found.base[0])
        monkeypatch.setattr(stacking, "MOST_PARTS", 1)
        single.append(network.features(x[None], y[None]).base[0])
        monkeypatch.setattr(stacking, "MOST_PARTS", 8)
    # Three parts of 650 rows: a third of the variance of one.
    spread_several, spread_single = (torch.stack(v).std(0).mean() for v in (several, single))
    assert 0.4 < float(spread_several / spread_single) < 0.8


@pytest.mark.parametrize("dim_x", [1, 2])
@pytest.mark.parametrize("kind", TYPES)
@given(seed=seeds, half=st.integers(60, 150))
@settings(max_examples=8)
def test_monotone_maps_change_canonical_pairs_of_values_alone(
    network: StackedEnsemble, kind: str, dim_x: int, seed: int, half: int
) -> None:
    x, y = columns(seed, 2 * half, kind)
    x = x[:, :dim_x]
    known = network.features(x[None], y[None])
    found = network.features((x * x * x)[None], (5 * y * y.abs() + 2)[None])
    places = torch.arange(len(BASE_ESTIMATES["continuous"]))
    first = len(places) - len(EXTENDED_ESTIMATES)
    linear = (places >= first) & (places < first + len(LINEAR_ESTIMATES))
    apart = (found.base - known.base).abs().amax(0)[: len(places)]
    assert float(apart[~linear].max()) < 10 * TOLERANCE
    if dim_x == 1 or kind != "continuous":
        assert float(apart.max()) < 10 * TOLERANCE
        torch.testing.assert_close(network(found), network(known), atol=TOLERANCE, rtol=TOLERANCE)


def test_only_the_free_heads_leave_the_range_of_the_base_estimates(
    network: StackedEnsemble,
) -> None:
    inputs = features(network, 12)
    medians = network._members(inputs)[0].detach()[..., MIDDLE]
    for t, kind in enumerate(TYPES):
        rows = inputs.types == t
        base = inputs.base[rows][:, : len(BASE_ESTIMATES[kind])]
        low, high = base.amin(1) - 1e-5, base.amax(1) + 1e-5
        for bound, free in medians[..., rows]:
            assert bool(((bound >= low) & (bound <= high)).all())
            assert bool(((free < low) | (free > high)).any())


def test_an_ensemble_of_one_backbone_opens_as_it_was_saved(network: StackedEnsemble) -> None:
    config = replace(network.config, backbones=1, extended=False)
    old, new = StackedEnsemble(config), StackedEnsemble(config)
    state = {
        name.replace("backbones.0.", "backbone."): tensor
        for name, tensor in old.state_dict().items()
    }
    assert any(name.startswith("backbone.") for name in state)
    new.load_state_dict(state, strict=True)
    assert all(torch.equal(new.state_dict()[name], t) for name, t in old.state_dict().items())
    assert new.n_numbers < network.n_numbers


def test_every_second_member_does_not_read_the_embedding(network: StackedEnsemble) -> None:
    inputs = features(network, 12)
    other = replace(inputs, numbers=inputs.numbers.clone())
    width = sum(b.n_embedding for b in network.networks)
    other.numbers[:, N_STATISTICS[0] + 2 * N_BACKBONE :][:, :width] += 1
    continuous = inputs.types == 0
    before, after = (network._members(f)[0][:, :, continuous] for f in (inputs, other))
    unmoved = [bool(torch.equal(b, a)) for b, a in zip(before, after, strict=True)]
    assert unmoved == [False, True, False, True]


@pytest.mark.parametrize("last_alone", [0, 1, 2])
def test_the_last_members_read_the_last_backbone_alone(
    network: StackedEnsemble, last_alone: int
) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        ensemble = StackedEnsemble(replace(network.config, last_alone=last_alone)).eval()
        for parameter in ensemble.members.parameters():
            torch.nn.init.normal_(parameter, std=0.05)
    inputs = features(network, 12)
    continuous = inputs.types == 0
    inputs = inputs[continuous]
    n_embedding = network.networks[0].n_embedding
    estimates = N_ESTIMATES[0]
    last_layers = N_STATISTICS[0] + 2 * N_BACKBONE
    moved = []
    for k in range(2):
        other = replace(inputs, numbers=inputs.numbers.clone(), base=inputs.base.clone())
        other.numbers[:, N_STATISTICS[0] + k * N_BACKBONE :][:, :N_BACKBONE] += 1
        other.numbers[:, last_layers + k * n_embedding :][:, :n_embedding] += 1
        other.base[:, estimates + k * len(BACKBONE_LEVELS) :][:, : len(BACKBONE_LEVELS)] += 1
        pairs = zip(ensemble._members(inputs)[0], ensemble._members(other)[0], strict=True)
        moved.append([not torch.equal(before, after) for before, after in pairs])
    assert moved == [[i < 4 - last_alone for i in range(4)], [True] * 4]


def test_gating_weights_sum_to_1_over_the_base_estimates_of_the_type(
    network: StackedEnsemble,
) -> None:
    inputs = features(network, 12)
    found = network.gating_weights(network.combine(inputs))
    torch.testing.assert_close(found.sum(1), torch.ones(len(found)))
    assert (found >= 0).all()
    for weight, t in zip(found, inputs.types.tolist(), strict=True):
        assert (weight[len(BASE_ESTIMATES[TYPES[t]]) :] == 0).all()


def test_the_answer_is_the_gated_mean_of_the_mixtures_of_heads_about_its_median(
    network: StackedEnsemble,
) -> None:
    inputs = features(network, 12)
    members = network._members(inputs)[0]
    assert members.shape == (4, N_HEADS, len(inputs.types), len(LEVELS))
    assert (members.diff(dim=-1) >= 0).all()
    combined, answer = network.combine(inputs), network(inputs)
    bound, free = mixture(members, torch.tensor(LEVELS))
    torch.testing.assert_close(combined.quantiles, torch.stack([bound, free], 1))
    share = free_share(combined, network.gate[inputs.types])
    assert ((share > 0) & (share < 1)).all()
    median = (1 - share) * bound[:, MIDDLE] + share * free[:, MIDDLE]
    torch.testing.assert_close(answer[:, MIDDLE], torch.minimum(median, inputs.bound))
    assert (answer.diff(dim=-1) >= 0).all()


def test_the_gate_gives_the_answer_to_the_heads_that_err_less() -> None:
    """Free heads are right where the members agree, and those within the range elsewhere."""
    g = torch.Generator().manual_seed(0)
    n, levels = 2_000, torch.tensor(LEVELS)
    truth = 1 + torch.rand(n, generator=g)
    apart = torch.rand(n, generator=g) * 2
    spread = 0.1 * torch.special.ndtri(levels.double()).float()
    noise = 0.1 * torch.randn(2, n, generator=g)
    bound = truth + noise[0] + torch.where(apart < 1, 0.5, 0.0)
    free = truth + noise[1] - torch.where(apart < 1, 0.0, 0.5)
    conditions = torch.zeros(n, N_CONDITIONS)
    conditions[:, 0], conditions[:, 1] = 1, apart
    combined = Combined(
        torch.stack([bound, free], 1)[..., None] + spread,
        torch.zeros(n, N_HEADS, 1),
        conditions,
        torch.zeros(n),
        torch.zeros(n),
        torch.zeros(n, dtype=torch.long),
        torch.full((n,), torch.inf),
    )
    rows = torch.arange(n)
    network = Run.begun(RECIPE).network
    assert isinstance(network, StackedEnsemble)
    calibrate(network, Answers(combined, truth, 0.1 + 0 * truth, rows, rows, rows % 2 == 0))
    share = free_share(combined, network.gate[combined.types])
    assert float(share[apart < 0.5].min()) > 0.7
    assert float(share[apart > 1.5].max()) < 0.3
    error = (network.calibrated(combined)[:, MIDDLE] - truth).abs().mean()
    either = ((combined.quantiles[:, :, MIDDLE] - truth[:, None]).abs()).mean(0).min()
    assert float(error) < 0.6 * float(either)


@given(seed=seeds, scale=st.sampled_from([0.1, 1.0, 10.0]))
def test_calibrated_quantiles_never_cross_and_keep_the_median(seed: int, scale: float) -> None:
    g = torch.Generator().manual_seed(seed)
    quantiles = torch.randn(5, len(LEVELS), generator=g).sort(-1).values
    slopes = scale * torch.randn(5, 2, N_CONDITIONS, generator=g)
    steps = scale * torch.randn(5, len(LEVELS) - 1, generator=g)
    conditions = scale * torch.rand(5, N_CONDITIONS, generator=g)
    factors = calibration_factors(slopes, steps, conditions, MIDDLE)
    assert factors.shape == steps.shape
    assert (factors > 0).all()
    found = rescaled(quantiles, factors, MIDDLE)
    assert (found.diff(dim=-1) >= 0).all()
    torch.testing.assert_close(found[:, MIDDLE], quantiles[:, MIDDLE])
    same = rescaled(quantiles, torch.ones_like(steps), MIDDLE)
    torch.testing.assert_close(same, quantiles, atol=1e-5, rtol=1e-5)


def test_each_condition_widens_the_side_of_its_slope(network: StackedEnsemble) -> None:
    known = network.combine(features(network))
    known = replace(known, bound=torch.full_like(known.bound, torch.inf))
    plain = replace(known, conditions=torch.zeros_like(known.conditions))
    before = (network.slopes.clone(), network.steps.clone(), network.gate.clone())
    try:
        network.gate.zero_()
        network.steps.zero_()
        for side in (0, 1):
            for condition in range(N_CONDITIONS):
                network.slopes.zero_()
                network.slopes[:, side, condition] = 0.5
                one = plain.conditions.clone()
                one[:, condition] = 1
                wide = network.calibrated(replace(plain, conditions=one))
                free = free_share(plain, network.gate[plain.types])[:, None, None]
                mixed = (plain.quantiles * torch.cat([1 - free, free], 1)).sum(1)
                ratio = (wide - wide[:, [MIDDLE]]) / (mixed - mixed[:, [MIDDLE]])
                outer = ratio[:, [0, -1]].float()
                expected = torch.ones(2)
                expected[side] = np.exp(0.5)
                torch.testing.assert_close(outer, expected.expand_as(outer), atol=1e-3, rtol=1e-3)
    finally:
        network.slopes.copy_(before[0])
        network.steps.copy_(before[1])
        network.gate.copy_(before[2])


def test_disagreement_of_members_is_a_condition_and_widens_the_mixture(
    network: StackedEnsemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = features(network)
    members, gates = network._members(inputs)
    agreed = members[:1].expand_as(members)
    found: list[Combined] = []
    for apart in (0.0, 1.0):
        moved = agreed + apart * torch.tensor([-1.0, -1.0, 1.0, 1.0])[:, None, None, None]
        monkeypatch.setattr(network, "_members", lambda _, m=moved: (m, gates))
        found.append(network.combine(inputs))
    torch.testing.assert_close(found[0].quantiles, agreed[0].transpose(0, 1), atol=1e-3, rtol=1e-3)
    same, moved = ((f.quantiles[..., -1] - f.quantiles[..., 0]) for f in found)
    assert (moved > same + 1).all()
    assert (found[0].conditions[:, 1] == 0).all()
    assert (found[1].conditions[:, 1] > 0).all()


def test_no_quantile_exceeds_the_entropy_of_a_discrete_side(network: StackedEnsemble) -> None:
    for kind in ("mixed", "discrete"):
        x, y = columns(0, 200, kind)
        inputs = network.features(x[None], y[None])
        counts = [
            np.unique(side, return_counts=True)[1].astype(float)
            for side in ((x.numpy(), y.numpy()) if kind == "discrete" else (y.numpy(),))
        ]
        bounds = [h + ENTROPY_ERRORS * e for h, e in map(entropy_with_error, counts)]
        assert float(inputs.bound) == pytest.approx(min(bounds), rel=1e-5)
        far = replace(inputs, base=inputs.base + 100)
        assert float(network(far).detach().max()) <= float(inputs.bound)
    x, y = columns(0, 200, "continuous")
    assert network.features(x[None], y[None]).bound.isinf().all()


def test_the_ood_score_is_a_share_and_high_far_away(network: StackedEnsemble) -> None:
    inputs = features(network, 12)
    score = network.ood_score(inputs)
    assert ((score >= 0) & (score <= 1)).all()
    far = replace(inputs, numbers=torch.where(inputs.numbers > 0, 1e3, -1e3))
    assert (network.ood_score(far) >= score).all()
    known = network.distances.isfinite().any(1)[inputs.types]
    assert known.sum() > 10
    assert network.ood_score(far)[known].min() > 0.5
    blank = Run.begun(RECIPE).network
    assert isinstance(blank, StackedEnsemble)
    assert (blank.ood_score(inputs) == 0).all()


def test_quantiles_below_0_cost_little_in_training(network: StackedEnsemble) -> None:
    inputs = features(network)
    low = replace(inputs, base=torch.full_like(inputs.base, -20.0))
    members = network._members(low)[0].flatten(0, 1)
    assert (members < 0).any()
    for module in network.train().modules():
        if isinstance(module, torch.nn.Dropout):
            module.eval()
    learned = network(low)
    network.eval()
    torch.testing.assert_close(learned, members.clamp(min=0) + BELOW_ZERO * members.clamp(max=0))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run."""
    directory = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feature_cache, "PART", 4)
        for _ in iter_train(RECIPE, directory, n_held_out=2):
            pass
    return directory


def test_training_leaves_the_backbones_alone_and_teaches_the_members(whole: Path) -> None:
    shipped = [load_checkpoint(models_directory() / name) for name in RECIPE.backbones]
    trained = load_checkpoint(whole)
    assert isinstance(trained.network, StackedEnsemble)
    for one, backbone in zip(shipped, trained.network.networks, strict=True):
        for name, weight in one.network.state_dict().items():
            assert torch.equal(backbone.state_dict()[name], weight)
    new = Run.begun(RECIPE).network.state_dict()
    changed = trained.network.state_dict()
    cached = feature_cache.read(whole / feature_cache.folder_name(RECIPE), RECIPE)
    learned = cached.features.types[~held_out_rows(cached)].unique().tolist()
    assert len(learned) > 1
    for t in range(len(TYPES)):
        name = f"members.{t}.0.out.weight"
        assert torch.equal(changed[name], new[name]) == (t not in learned)
    sha256 = "+".join(one.sha256 for one in shipped)
    assert trained.training["began_from"] == {"name": RECIPE.backbone, "sha256": sha256}


def test_stopped_while_computing_or_learning_it_ends_in_the_same_weights(
    whole: Path, tmp_path: Path
) -> None:
    computed, stops, finished = 0.0, [], False
    while not finished:
        cancellation = Cancellation()
        for progress in iter_train(
            RECIPE, tmp_path, n_held_out=2, cancellation=cancellation, record_every=1
        ):
            share = progress.metrics.get("features")
            if share is None or share > computed:
                computed = share or computed
                cancellation.set()
        stops.append(progress.step)
        finished = progress.step == RECIPE.steps
    assert stops[:3] == [0, 0, 0]
    assert sorted(set(stops)) == stops[2:]
    assert len(stops) > 5
    one, other = weights(whole), weights(tmp_path)
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("recipe", [RECIPE, BOTH], ids=["one", "two meta-distributions"])
def test_two_processes_compute_the_features_of_one(
    tmp_path: Path, network: StackedEnsemble, recipe: Recipe
) -> None:
    steps = [
        len(list(feature_cache.compute(recipe, network, tmp_path / "two", rank, 2)))
        for rank in (0, 1)
    ]
    assert steps[0] == steps[1]  # neither process waits for ever at the end
    list(feature_cache.compute(recipe, network, tmp_path / "one"))
    one, two = (feature_cache.read(tmp_path / name, recipe) for name in ("one", "two"))
    assert torch.equal(one.mutual_information, two.mutual_information)
    assert torch.equal(one.component, two.component)
    for f in fields(StackFeatures):
        assert torch.equal(getattr(one.features, f.name), getattr(two.features, f.name))
    assert len(one) == len(one.features.types)
    assert one.features.numbers.isfinite().all()
    known = feature_cache.components_of(recipe)
    assert ((one.component[:, 0] >= 0) & (one.component < len(known)).all(1)).all()


def test_every_dataset_comes_once_before_one_comes_again() -> None:
    n = 3 * RECIPE.batch_size
    cached = feature_cache.Cached(
        StackFeatures(
            numbers=torch.arange(n)[:, None].float(),
            base=torch.zeros(n, 1),
            unit=torch.ones(n),
            types=torch.zeros(n, dtype=torch.long),
            bound=torch.ones(n),
        ),
        torch.zeros(n),
        torch.zeros(n, 2, dtype=torch.long),
    )
    seen = [numbers_of(batch) for batch in feature_cache.shuffled(cached, RECIPE, 0)]
    rounds = [torch.cat(seen[i : i + 3]) for i in (0, 3, 6, 9)]
    assert all(torch.equal(r.sort().values, torch.arange(n).float()) for r in rounds)
    assert not torch.equal(rounds[0], rounds[1])


def numbers_of(batch: Example) -> Tensor:
    assert isinstance(batch.features, StackFeatures)
    return batch.features.numbers[:, 0]


def test_an_ensemble_needs_a_backbone_and_nothing_else_does() -> None:
    with pytest.raises(ValueError, match=r"expected the name of a backbone.* for 4 members"):
        replace(RECIPE, backbone="")
    with pytest.raises(ValueError, match=r"got backbone='mist-smooth' for 0 members"):
        Recipe(backbone="mist-smooth")
    with pytest.raises(ValueError, match=r"names of 2 backbones.* got backbone='mist-smooth'"):
        replace(RECIPE, backbone="mist-smooth")
    with pytest.raises(ValueError, match="expected a positive number of batches for each"):
        replace(RECIPE, more_cached=(3,))
    with pytest.raises(ValueError, match="expected cached features to calibrate on folds"):
        replace(RECIPE, cached=0, folds=(("labels",),))


def test_features_of_another_meta_distribution_lie_elsewhere() -> None:
    narrow = replace(RECIPE, meta=replace(RECIPE.meta, n_samples=(10, 20)))
    names = {feature_cache.folder_name(recipe) for recipe in (RECIPE, narrow, BOTH)}
    assert len(names) == 3
    assert feature_cache.folder_name(RECIPE) == feature_cache.folder_name(
        replace(RECIPE, steps=99, cached=99)
    )
    assert RECIPES["mist-qr"].backbones == ("mist-smooth/broad", "mist-smooth")
