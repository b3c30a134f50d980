"""The published architecture: trained like ours, with the defects that it is there to show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from mist_explore.estimate import LEVELS
from mist_explore.estimators import LearnedEstimator
from mist_explore.meta import published
from mist_explore.network import (
    Checkpoint,
    NetworkConfig,
    PublishedNetwork,
    features_of,
    load_checkpoint,
    network_of,
)
from mist_explore.network.published import MOST_COLUMNS, padded_rows
from mist_explore.training import RECIPES, iter_train

CONFIG = NetworkConfig(16, heads=2, blocks=1, architecture="published")


@pytest.fixture(scope="module")
def network() -> PublishedNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = network_of(CONFIG)
    assert isinstance(net, PublishedNetwork)
    return net.eval()


@torch.inference_mode()
def quantiles(network: PublishedNetwork, x: Tensor, y: Tensor) -> Tensor:
    return network(features_of(network, x[None], y[None]).to(dtype=torch.float32))[0]


def rows(seed: int, n: int = 40, dim_x: int = 2, dim_y: int = 3) -> tuple[Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(n, dim_x, generator=g, dtype=torch.float64)
    return x, x[:, :1] + torch.randn(n, dim_y, generator=g, dtype=torch.float64)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 60))
def test_the_order_of_rows_does_not_matter(network: PublishedNetwork, seed: int, n: int) -> None:
    x, y = rows(seed, n)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(
        quantiles(network, x[order], y[order]), quantiles(network, x, y), atol=1e-4, rtol=1e-4
    )


@pytest.mark.parametrize(
    ("dim_x", "dim_y", "n"), [(1, 1, 4), (32, 32, 10), (1, 63, 5), (3, 2, 3_000)]
)
def test_every_shape_gives_finite_quantiles_that_never_cross(
    network: PublishedNetwork, dim_x: int, dim_y: int, n: int
) -> None:
    answer = quantiles(network, *rows(0, n, dim_x, dim_y))
    assert answer.shape == (len(LEVELS),)
    assert answer.isfinite().all()
    assert (answer.diff() >= 0).all()


def test_odd_input_gives_finite_quantiles(network: PublishedNetwork) -> None:
    x, _ = rows(0)
    for a, b in [(x, -x), (x * 1e300, x * 1e-300), (x.round(), x.round())]:
        assert quantiles(network, a, b).isfinite().all()


def test_more_columns_than_it_reads_are_an_error(network: PublishedNetwork) -> None:
    x, y = rows(0, dim_x=40, dim_y=30)
    model = LearnedEstimator(Checkpoint("paper", network, published()))
    with pytest.raises(ValueError, match=f"at most {MOST_COLUMNS} columns .* got 70: .* no more"):
        model.estimate(x.numpy(), y.numpy())
    constant = torch.cat([x[:, :20], torch.ones(40, 20)], 1)  # dropped, so that 50 are left
    assert np.isfinite(model.estimate(constant.numpy(), y.numpy()).quantiles).all()


def test_the_boundary_between_the_sides_is_lost_as_published() -> None:
    x, y = rows(3)
    moved = padded_rows(torch.cat([x, y[:, :1]], 1)[None], y[None, :, 1:])
    assert torch.equal(moved, padded_rows(x[None], y[None]))


def test_units_change_the_answer_as_published(network: PublishedNetwork) -> None:
    x, y = rows(3)
    assert not torch.allclose(quantiles(network, 100 * x, y), quantiles(network, x, y), atol=1e-2)


def test_quantiles_may_cross_in_training_only(network: PublishedNetwork) -> None:
    x, y = rows(3)
    features = padded_rows(x[None].float(), y[None].float())
    learning = network_of(CONFIG)
    learning.load_state_dict(network.state_dict())
    torch.testing.assert_close(learning(features).sort(-1).values, network(features))


def test_the_one_training_loop_trains_it(tmp_path: Path) -> None:
    recipe = replace(
        RECIPES["mist-paper"], network=CONFIG, steps=3, batches=1, batch_size=4, max_cells=2_000
    )
    for directory, pause in ((tmp_path / "whole", None), (tmp_path / "paused", 0.0)):
        for _ in range(1 if pause is None else recipe.steps):
            last = list(iter_train(recipe, directory, max_minutes=pause, n_held_out=1))
        assert last[-1].step == recipe.steps
    whole, paused = (load_checkpoint(tmp_path / name).network for name in ("whole", "paused"))
    assert isinstance(whole, PublishedNetwork)
    assert whole.config == CONFIG
    assert all(
        torch.equal(a, b) for a, b in zip(whole.parameters(), paused.parameters(), strict=True)
    )


def test_an_unknown_architecture_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"expected an architecture among .*; got 'deep'"):
        NetworkConfig.from_mapping({"architecture": "deep"})
