"""The network `mist-smooth`: quantiles of mutual information as a residual of closed forms."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from mist_explore.network.attention import Block
from mist_explore.network.canonical import N_CLOSED_FORMS
from mist_explore.network.config import NetworkConfig
from mist_explore.network.features import N_KINDS, N_SCALAR, N_SUMMARY, Features
from mist_explore.network.pairs import N_MOMENTS, N_ROW

__all__ = ["Network", "monotone", "stretched"]


class Moments(nn.Module):
    r"""A layer over tables of cross-moments that ignores the signs and the order of a pair.

    A change of sign of a or b turns the moment (i, j) by \((-1)^i\) or \((-1)^j\), an exchange
    transposes the table. The hidden layer is applied to all eight versions and averaged; since it
    is linear before its activation, its parts of equal parity are computed once.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(N_MOMENTS**2, width)
        self.mix = nn.Linear(width, width)

    def forward(self, table: Tensor) -> Tensor:
        """From tables `(..., N_MOMENTS, N_MOMENTS)` to `(..., width)`."""
        weight = self.hidden.weight.view(-1, N_MOMENTS, N_MOMENTS)
        versions = []
        for t in (table, table.mT):
            even_a, odd_a = (
                (
                    t[..., i::2, 0::2].flatten(-2) @ weight[:, i::2, 0::2].flatten(1).T,
                    t[..., i::2, 1::2].flatten(-2) @ weight[:, i::2, 1::2].flatten(1).T,
                )
                for i in (0, 1)
            )
            for sign in (1, -1):
                even_b, odd_b = even_a[0] + sign * odd_a[0], even_a[1] + sign * odd_a[1]
                versions += [even_b + odd_b, even_b - odd_b]
        hidden = torch.stack([functional.gelu(v + self.hidden.bias) for v in versions]).mean(0)
        return self.mix(hidden)


class Network(nn.Module):
    r"""Attention over rows and over columns of the features of a sample.

    Rows and tables of moments of each pair become tokens; blocks of two-dimensional attention
    mix them; and what comes out is

    .. math::
        q_{1/2} = \sum_s \pi_s G_s + \sum_t c_t + u\, m, \qquad
        q_\tau = q_{1/2} \pm u\, e^{w} \sum \mathrm{softplus}(\cdot)

    with the Gaussian-copula closed forms \(G_s\) at each shrinkage and the learned gating weights
    \(\pi\), a contribution \(c_t\) of every pair (MI adds over independent pairs), and the unit u
    that shrinks with n. The steps away from the median are positive: quantiles never cross.

    Source: MIST, arXiv 2511.18945 (supervised estimation, quantile loss), with the symmetries of
    MI built in.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        width, row_width = config.width, config.row_width
        self.row = nn.Sequential(
            nn.Linear(N_ROW, row_width), nn.ReLU(), nn.Linear(row_width, row_width)
        )
        self.moments = Moments(width)
        self.scalars = nn.Linear(N_SCALAR, width)
        self.kind = nn.Embedding(N_KINDS, width)
        self.n_embedding = 3 * width
        self.dataset = nn.Linear(N_SUMMARY, width)
        self.blocks = nn.ModuleList(
            Block(width, row_width, config.heads) for _ in range(config.blocks)
        )
        self.norm = nn.LayerNorm(width)
        self.contribution = nn.Linear(width, 1)
        self.sum = nn.Linear(width, width)
        self.head = nn.Sequential(nn.Linear(self.n_embedding, 2 * width), nn.GELU())
        n_steps = len(config.levels) - 1
        self.out = nn.Linear(2 * width, N_CLOSED_FORMS + 2 + n_steps)
        self._initialise()

    def _initialise(self) -> None:
        """Begin at the closed forms, with steps like those of a normal distribution."""
        nn.init.zeros_(self.contribution.weight)
        nn.init.zeros_(self.contribution.bias)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)
        score = torch.special.ndtri(torch.tensor(self.config.levels, dtype=torch.float64))
        with torch.no_grad():
            self.out.bias[N_CLOSED_FORMS + 2 :] = score.diff().expm1().log().float()

    def forward(self, features: Features) -> Tensor:
        """The quantiles in nats at `config.levels`, not clipped: `(B, levels)`."""
        return self.embed(features)[1]

    def embed(self, features: Features) -> tuple[Tensor, Tensor]:
        """Return the input of the head, `(B, n_embedding)`, and the quantiles `(B, levels)`."""
        tokens, rows = self._tokens(features)
        for block in self.blocks:
            tokens = block(tokens, rows)
        return self._quantiles(self.norm(tokens), features)

    def _tokens(self, features: Features) -> tuple[Tensor, Tensor]:
        """Tokens `(B, T + 1, width)`, the dataset's last, and rows `(B, T, n, row_width)`."""
        rows = self.row(features.rows)
        dataset = self.dataset(features.summary)[:, None]
        tokens = self.moments(features.moments) + self.scalars(features.scalars)
        tokens = tokens + self.kind(features.kinds) + dataset
        return torch.cat([tokens, dataset], 1), rows

    def _quantiles(self, tokens: Tensor, features: Features) -> tuple[Tensor, Tensor]:
        pairs, dataset = tokens[:, :-1], tokens[:, -1]
        total = self.sum(pairs).sum(1) / math.sqrt(pairs.shape[1])
        embedding = torch.cat([dataset, total, pairs.mean(1)], -1)
        out = self.out(self.head(embedding)).float()
        gate, middle, spread, steps = out.split(
            [N_CLOSED_FORMS, 1, 1, len(self.config.levels) - 1], -1
        )
        unit = features.unit[:, None]
        median = (gate.softmax(-1) * features.closed_forms).sum(-1, keepdim=True)
        median = median + self.contribution(pairs).float().sum(1) + unit * middle
        steps = functional.softplus(steps) * unit * spread.clamp(-6, 6).exp()
        return embedding, monotone(median, steps, self.config.levels.index(0.5))


def monotone(median: Tensor, steps: Tensor, middle: int) -> Tensor:
    """Quantiles that never cross, `(..., levels)`.

    Args:
        median: `(..., 1)`.
        steps: the positive steps from level to level, `(..., levels - 1)`.
        middle: the index of the median among the levels.

    Example:
        >>> monotone(torch.tensor([[5.0]]), torch.tensor([[1.0, 2.0]]), 1)
        tensor([[4., 5., 7.]])
    """
    below = steps[..., :middle].flip(-1).cumsum(-1).flip(-1)
    above = steps[..., middle:].cumsum(-1)
    return torch.cat([median - below, median, median + above], -1)


def stretched(quantiles: Tensor, factor: Tensor, middle: int) -> Tensor:
    """Scale quantiles `(B, levels)` about their median by factors `(B,)`.

    Example:
        >>> stretched(torch.tensor([[4.0, 5.0, 7.0]]), torch.tensor([2.0]), 1)
        tensor([[3., 5., 9.]])
    """
    median = quantiles[:, middle, None]
    return median + factor[:, None] * (quantiles - median)
