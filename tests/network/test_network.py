"""The network keeps the symmetries of mutual information, whatever its weights."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from mist_explore.estimate import LEVELS
from mist_explore.network import (
    AnyNetwork,
    NetworkConfig,
    features_of,
    featurise,
    network_of,
    pinball_loss,
)
from mist_explore.network.scores import normal_scores

TOLERANCE = 1e-3  # nats


@pytest.fixture(scope="module", params=["smooth", "ensemble"])
def network(request: pytest.FixtureRequest) -> AnyNetwork:
    """A network with random weights everywhere, so that every path counts."""
    return random_network(4 if request.param == "ensemble" else 0)


@pytest.fixture(scope="module")
def smooth() -> AnyNetwork:
    """The network whose symmetries hold at every shape; `test_ensemble` has those of the other."""
    return random_network(0)


def random_network(members: int) -> AnyNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = network_of(NetworkConfig(32, 8, blocks=2, members=members))
        for parameter in net.parameters():
            torch.nn.init.normal_(parameter, std=0.15)
    return net.eval()


def quantiles(network: AnyNetwork, x: Tensor, y: Tensor) -> Tensor:
    return batch_quantiles(network, x[None], y[None])[0]


def batch_quantiles(network: AnyNetwork, x: Tensor, y: Tensor) -> Tensor:
    with torch.inference_mode():
        features = features_of(network, x, y)
        return network(features.to(dtype=torch.float32))


def rows(
    seed: int, n: int, dim_x: int, dim_y: int, nearly_degenerate: bool = False
) -> tuple[Tensor, Tensor]:
    """Dependent rows; nearly degenerate ones have two almost equal columns and a tiny third."""
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(n, dim_x, generator=g, dtype=torch.float64)
    y = torch.randn(n, dim_y, generator=g, dtype=torch.float64)
    k = min(dim_x, dim_y)
    y[:, :k] += x[:, :k] ** 2 * torch.linspace(0.2, 1, k, dtype=torch.float64) + 0.3 * x[:, :k]
    if nearly_degenerate:
        x = torch.cat(
            [x, x[:, :1] + 1e-6 * torch.randn(n, 1, generator=g).double(), 1e-9 * y[:, :1]], 1
        )
    return x, y


shapes = {
    "seed": st.integers(0, 10_000),
    "n": st.integers(4, 80),
    "dim_x": st.integers(1, 5),
    "dim_y": st.integers(1, 5),
    "nearly_degenerate": st.booleans(),
}


@settings(max_examples=25, deadline=None)
@given(**shapes)
def test_order_of_rows_and_of_columns_does_not_matter(
    smooth: AnyNetwork, seed: int, n: int, dim_x: int, dim_y: int, nearly_degenerate: bool
) -> None:
    x, y = rows(seed, n, dim_x, dim_y, nearly_degenerate)
    g = torch.Generator().manual_seed(seed + 1)
    order = torch.randperm(n, generator=g)
    x_columns, y_columns = (torch.randperm(side.shape[1], generator=g) for side in (x, y))
    expected = quantiles(smooth, x, y)
    permuted = quantiles(smooth, x[order][:, x_columns], y[order][:, y_columns])
    torch.testing.assert_close(permuted, expected, atol=TOLERANCE, rtol=TOLERANCE)


@settings(max_examples=25, deadline=None)
@given(**shapes)
def test_the_sides_can_be_exchanged(
    smooth: AnyNetwork, seed: int, n: int, dim_x: int, dim_y: int, nearly_degenerate: bool
) -> None:
    x, y = rows(seed, n, dim_x, dim_y, nearly_degenerate)
    torch.testing.assert_close(
        quantiles(smooth, y, x), quantiles(smooth, x, y), atol=TOLERANCE, rtol=TOLERANCE
    )


@settings(max_examples=25, deadline=None)
@given(**shapes)
def test_sign_scale_and_monotone_maps_of_a_column_do_not_matter(
    smooth: AnyNetwork, seed: int, n: int, dim_x: int, dim_y: int, nearly_degenerate: bool
) -> None:
    x, y = rows(seed, n, dim_x, dim_y, nearly_degenerate)
    mapped_x, mapped_y = x.clone(), y.clone()
    mapped_x[:, 0] = -1e3 * x[:, 0] + 7
    mapped_x[:, -1] = x[:, -1].abs().max() * torch.sinh(x[:, -1] / x[:, -1].abs().max())
    mapped_y[:, -1] = -torch.arcsinh(y[:, -1])
    torch.testing.assert_close(
        quantiles(smooth, mapped_x, mapped_y),
        quantiles(smooth, x, y),
        atol=TOLERANCE,
        rtol=TOLERANCE,
    )


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), other=st.integers(1, 5))
def test_other_datasets_in_the_batch_do_not_matter(
    network: AnyNetwork, seed: int, other: int
) -> None:
    x, y = rows(seed, 30, 3, 2)
    crowd = [rows(seed + i, 30, 3, 2) for i in range(other)]
    batch_x = torch.stack([x, *(c[0] for c in crowd)])
    batch_y = torch.stack([y, *(c[1] for c in crowd)])
    together = batch_quantiles(network, batch_x, batch_y)[0]
    torch.testing.assert_close(together, quantiles(network, x, y), atol=TOLERANCE, rtol=TOLERANCE)


@pytest.mark.parametrize(
    ("n", "dim_x", "dim_y"), [(4, 1, 1), (4, 30, 20), (10, 200, 1), (60, 3, 70)]
)
def test_every_shape_gives_finite_quantiles_that_never_cross(
    network: AnyNetwork, n: int, dim_x: int, dim_y: int
) -> None:
    answer = quantiles(network, *rows(0, n, dim_x, dim_y))
    assert answer.shape == (len(LEVELS),)
    assert answer.isfinite().all()
    assert (answer.diff() >= 0).all()


def test_odd_input_gives_finite_quantiles(network: AnyNetwork) -> None:
    x, y = rows(0, 50, 2, 2)
    for a, b in [
        (x, -x),  # the published network answers NaN here
        (x, x),
        (x.round(), y.round()),
        ((x > 0).double(), y),
        (x[:, [0, 0, 0]], y),
        (x * 1e300, y * 1e-300),
    ]:
        assert quantiles(network, a, b).isfinite().all()


def test_the_boundary_between_the_sides_counts(network: AnyNetwork) -> None:
    x, y = rows(3, 60, 2, 2)
    moved = quantiles(network, torch.cat([x, y[:, :1]], 1), y[:, 1:])
    assert not torch.allclose(moved, quantiles(network, x, y), atol=1e-2)


def test_an_untrained_network_begins_at_the_closed_forms() -> None:
    x, y = rows(0, 200, 3, 3)
    features = featurise(x[None], y[None])
    median = network_of(NetworkConfig())(features.to(dtype=torch.float32))[0, LEVELS.index(0.5)]
    torch.testing.assert_close(median.double(), features.closed_forms.mean(), atol=1e-4, rtol=1e-4)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=2, max_size=30))
def test_normal_scores_share_ties_and_keep_order(values: list[int]) -> None:
    z = torch.tensor(values, dtype=torch.float64)
    score = normal_scores(z)
    assert torch.equal(z[:, None] < z[None], score[:, None] < score[None] - 1e-12)
    torch.testing.assert_close(score, -normal_scores(-z))


@settings(max_examples=30, deadline=None)
@given(level=st.floats(0.05, 0.95), seed=st.integers(0, 1000))
def test_the_pinball_loss_is_least_at_the_quantile(level: float, seed: int) -> None:
    g = torch.Generator().manual_seed(seed)
    truth = torch.randn(501, generator=g, dtype=torch.float64)
    candidates = truth.sort().values
    levels = torch.tensor([level], dtype=torch.float64)
    loss = torch.stack([pinball_loss(q.expand(501, 1), truth, levels).mean() for q in candidates])
    best = candidates[loss.argmin()]
    assert abs(float((truth <= best).double().mean()) - level) < 2 / 501
