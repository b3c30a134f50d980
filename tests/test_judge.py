"""Judges weigh a trunk that stays as it is, on evidence that is drawn once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mist_explore.estimate import LEVELS
from mist_explore.meta import broad
from mist_explore.network import (
    Evidence,
    JudgedNetwork,
    NetworkConfig,
    load_checkpoint,
)
from mist_explore.network.judge import AGREED, BELOW_ZERO, FARTHEST, Judge
from mist_explore.progress import Cancellation
from mist_explore.resources import models_directory
from mist_explore.training import RECIPES, Recipe, drawn, train
from mist_explore.training.feed import Example
from mist_explore.training.run import Run

RECIPE = Recipe(
    meta=replace(broad(), n_samples=(10, 60), dims=(1, 3)),
    network=NetworkConfig(judges=4),
    steps=8,
    batches=2,
    batch_size=16,
    max_cells=300,
    warmup=2,
    relative=True,
    drawn=12,
    trunk="mist-smooth",
)


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "PART", 4)


@pytest.fixture(scope="module")
def network() -> JudgedNetwork:
    """New judges, who have all learned something at random."""
    network = Run.begun(RECIPE).network
    assert isinstance(network, JudgedNetwork)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for judge in network.judges:
            for parameter in judge.parameters():
                torch.nn.init.normal_(parameter, std=0.1)
            assert isinstance(judge, Judge)
            judge.out.bias.data[judge.sizes[0]] = 50.0  # what those add who may
    return network


def evidence(network: JudgedNetwork, n_batches: int = 3) -> Evidence:
    batches = [drawn.drawn_batch(RECIPE, index) for index in range(n_batches)]
    features = drawn.joined([drawn.told(network, batch) for batch in batches]).features
    assert isinstance(features, Evidence)
    return features


def weights(directory: Path) -> dict[str, torch.Tensor]:
    return load_checkpoint(directory).network.state_dict()


def each_says(network: JudgedNetwork, told: Evidence) -> torch.Tensor:
    """The quantiles of each judge, without what is dropped out in training."""
    network.eval()
    numbers = ((told.numbers - network.mean) / network.deviation).clamp(-FARTHEST, FARTHEST)
    return torch.stack([judge(numbers, told.forms, told.unit) for judge in network.judges])


def test_the_answer_is_the_mean_of_what_each_judge_says_about_its_median(
    network: JudgedNetwork,
) -> None:
    told = evidence(network)
    each = each_says(network, told)
    assert each.shape == (4, len(told.unit), len(LEVELS))
    assert (each.diff(dim=-1) > 0).all()
    assert not torch.allclose(each[0], each[1])
    answer, mean, middle = network(told), each.mean(0), LEVELS.index(0.5)
    assert (answer.diff(dim=-1) > 0).all()
    torch.testing.assert_close(answer[:, middle], mean[:, middle])
    stretch = (answer - answer[:, [middle]]) / (mean - mean[:, [middle]])
    known = [i for i in range(len(LEVELS)) if i != middle]
    torch.testing.assert_close(stretch[:, known], stretch[:, :1].expand(-1, len(known)))


def test_intervals_are_wider_where_judges_disagree(network: JudgedNetwork) -> None:
    told = evidence(network)
    middle = LEVELS.index(0.5)
    each = each_says(network, told)
    agreed = each[:1].expand_as(each)
    apart = agreed + torch.tensor([-1.0, -1.0, 1.0, 1.0])[:, None, None]
    same, wide = (network.weighed(said) for said in (agreed, apart))
    torch.testing.assert_close(same[:, middle], wide[:, middle])
    mean = each[0]
    torch.testing.assert_close(
        same - same[:, [middle]], AGREED * (mean - mean[:, [middle]]), atol=1e-4, rtol=1e-4
    )
    assert (wide[:, -1] - wide[:, 0] > same[:, -1] - same[:, 0]).all()


def test_what_lies_below_0_costs_little_in_training(network: JudgedNetwork) -> None:
    told = evidence(network)
    low = replace(told, forms=torch.zeros_like(told.forms), unit=torch.full_like(told.unit, 2.0))
    each = each_says(network, low)
    assert (each < 0).any()
    for module in network.train().modules():
        if isinstance(module, torch.nn.Dropout):
            module.eval()
    learned = network(low)
    network.eval()
    torch.testing.assert_close(learned, each.clamp(min=0) + BELOW_ZERO * each.clamp(max=0))


def test_judges_that_add_nothing_stay_within_the_candidates(network: JudgedNetwork) -> None:
    told = evidence(network)
    medians = each_says(network, told)[..., LEVELS.index(0.5)]
    low, high = told.forms.amin(1) - 1e-5, told.forms.amax(1) + 1e-5
    within = (low <= medians) & (medians <= high)
    assert within[2:].all()
    assert not within[:2].all()


def test_every_second_judge_is_not_told_the_last_layer_of_the_trunk(network: JudgedNetwork) -> None:
    network.eval()
    told = evidence(network)
    other = told.numbers.clone()
    other[:, -network.trunk.n_said :] += 1
    before, after = (
        torch.stack([j(n, told.forms, told.unit) for j in network.judges])
        for n in (told.numbers, other)
    )
    unmoved = [bool(torch.equal(b, a)) for b, a in zip(before, after, strict=True)]
    assert unmoved == [False, True, False, True]


def test_evidence_does_not_depend_on_who_else_is_in_the_batch(network: JudgedNetwork) -> None:
    batch = drawn.drawn_batch(RECIPE, 1)
    assert len(batch.x) > 1
    together = drawn.told(network, batch).features
    alone = drawn.told(network, replace(batch, x=batch.x[:1], y=batch.y[:1])).features
    assert isinstance(together, Evidence)
    assert isinstance(alone, Evidence)
    torch.testing.assert_close(together.numbers[:1], alone.numbers, atol=1e-3, rtol=1e-3)


def test_training_leaves_the_trunk_alone_and_teaches_the_judges(tmp_path: Path) -> None:
    for _ in train(RECIPE, tmp_path, n_held_out=2):
        pass
    shipped = load_checkpoint(models_directory() / RECIPE.trunk)
    trained = load_checkpoint(tmp_path)
    assert isinstance(trained.network, JudgedNetwork)
    for name, weight in shipped.network.state_dict().items():
        assert torch.equal(trained.network.trunk.state_dict()[name], weight)
    new = Run.begun(RECIPE).network.state_dict()
    assert not torch.equal(
        trained.network.state_dict()["judges.0.out.weight"], new["judges.0.out.weight"]
    )
    assert trained.training["began_from"] == {"name": RECIPE.trunk, "sha256": shipped.sha256}


def test_stopped_while_drawing_or_learning_it_ends_in_the_same_weights(tmp_path: Path) -> None:
    for _ in train(RECIPE, tmp_path / "whole", n_held_out=2):
        pass
    drawn_so_far, stops = 0.0, []
    finished = False
    while not finished:
        cancellation = Cancellation()
        for progress in train(
            RECIPE, tmp_path / "parts", n_held_out=2, cancellation=cancellation, record_every=1
        ):
            share = progress.metrics.get("drawn")
            if share is None or share > drawn_so_far:
                drawn_so_far = share or drawn_so_far
                cancellation.set()
        stops.append(progress.step)
        finished = progress.step == RECIPE.steps
    assert stops[:3] == [0, 0, 0]
    assert sorted(set(stops)) == stops[2:]
    assert len(stops) > 5
    whole, parts = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_two_processes_share_out_what_is_drawn(tmp_path: Path, network: JudgedNetwork) -> None:
    steps = [len(list(drawn.draw(RECIPE, network, tmp_path / "two", rank, 2))) for rank in (0, 1)]
    assert steps[0] == steps[1]  # nobody waits for ever at the end
    list(drawn.draw(RECIPE, network, tmp_path / "one"))
    one, two = (drawn.read(tmp_path / name, RECIPE) for name in ("one", "two"))
    assert torch.equal(one.mutual_information, two.mutual_information)
    assert isinstance(one.features, Evidence)
    assert isinstance(two.features, Evidence)
    assert torch.equal(one.features.numbers, two.features.numbers)


def test_every_dataset_comes_once_before_one_comes_again(tmp_path: Path) -> None:
    n = 3 * RECIPE.batch_size
    known = Example(
        Evidence(torch.arange(n)[:, None].float(), torch.zeros(n, 1), torch.ones(n)), torch.zeros(n)
    )
    seen = []
    for batch in drawn.shuffled(known, RECIPE, 0):
        assert isinstance(batch.features, Evidence)
        seen.append(batch.features.numbers[:, 0])
    rounds = [torch.cat(seen[i : i + 3]) for i in (0, 3, 6, 9)]
    assert all(torch.equal(r.sort().values, torch.arange(n).float()) for r in rounds)
    assert not torch.equal(rounds[0], rounds[1])


def test_judges_without_a_trunk_and_a_trunk_without_judges_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected the name of a trunk for judges.*4 judges"):
        replace(RECIPE, trunk="")
    with pytest.raises(ValueError, match=r"got trunk='mist-smooth' for 0 judges"):
        Recipe(trunk="mist-smooth")


def test_evidence_of_another_meta_distribution_lies_elsewhere() -> None:
    narrow = replace(RECIPE, meta=replace(RECIPE.meta, n_samples=(10, 20)))
    assert drawn.folder_name(RECIPE) != drawn.folder_name(narrow)
    assert drawn.folder_name(RECIPE) == drawn.folder_name(replace(RECIPE, steps=99, drawn=99))
    assert RECIPES["mist-qr"].trunk == "mist-smooth"
