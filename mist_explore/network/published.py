r"""The network `mist-paper`: the published architecture, with nothing of the symmetries of MI.

A set transformer over rows. The columns of X and Y stand side by side, raw, filled up with zeros
to 64; rows are tokens; the level \(\tau\) joins what is pooled from them before the head. So the
network does not know where X ends and Y begins, a change of units changes its answer, and its
quantiles may cross: `mist-qr` is built to do better on each, and this network is there to see it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from mist_explore.network.config import NetworkConfig

__all__ = ["MOST_COLUMNS", "PUBLISHED_DATASETS", "PublishedNetwork", "padded_rows"]

MOST_COLUMNS = 64
PUBLISHED_DATASETS = 30 * 625_000
"""Datasets that the published training saw, each of the 625,000 thirty times."""

N_SEEDS = 10
_LARGEST = 1e12
"""Beyond it, float32 has no room for the squares that layer norm takes."""


def padded_rows(x: Tensor, y: Tensor) -> Tensor:
    """X and Y side by side, filled up with zeros, `(B, n, 64)`.

    Raises:
        ValueError: if they have more than 64 columns together; the published code cuts them off.

    Example:
        >>> padded_rows(torch.ones(1, 5, 2), torch.ones(1, 5, 3)).sum(-1)[0, 0]
        tensor(5.)
    """
    n_columns = x.shape[-1] + y.shape[-1]
    if n_columns > MOST_COLUMNS:
        raise ValueError(
            f"expected at most {MOST_COLUMNS} columns of x and y together; got {n_columns}: "
            "the published architecture reads no more, the default estimator does"
        )
    rows = functional.pad(torch.cat([x, y], -1), (0, MOST_COLUMNS - n_columns))
    return rows.clamp(-_LARGEST, _LARGEST)


class PublishedNetwork(nn.Module):
    """Rows to tokens, self-attention, induced self-attention, pooling by attention, head.

    All sizes but the 64 columns and the 10 seeds follow from the width, in the published
    proportions; published are width 256, 16 heads and 2 blocks of each kind. There is no dropout:
    every dataset is seen once.

    Args:
        config: its width, heads, blocks (of each kind) and levels.

    Source: MIST, arXiv 2511.18945; Lee et al., "Set Transformer" (ICML 2019, arXiv 1810.00825).

    Example:
        >>> network = PublishedNetwork(NetworkConfig(16, heads=2)).eval()
        >>> rows = padded_rows(torch.zeros(3, 20, 2), torch.ones(3, 20, 2))
        >>> tuple(network(rows).shape)
        (3, 25)
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        width, heads = config.width, config.heads
        self.embed = nn.Sequential(
            nn.Linear(MOST_COLUMNS, 2 * width),
            nn.GELU(),
            nn.LayerNorm(2 * width),
            nn.Linear(2 * width, width),
        )
        self.rows = nn.ModuleList(
            Attention(width, heads, inner=width) for _ in range(config.blocks)
        )
        self.induced = nn.ModuleList(
            Induced(width, heads, n_points=max(1, width // 8)) for _ in range(config.blocks)
        )
        self.seeds = nn.Parameter(torch.randn(N_SEEDS, width) * width**-0.5)
        self.pool = Attention(width, heads, inner=width)
        self.among_seeds = Attention(width, heads, inner=width)
        self.seed = nn.Parameter(torch.randn(1, width) * width**-0.5)
        self.last_pool = Attention(width, heads, inner=width)
        self.pooled = nn.Linear(width, width)
        self.head = nn.Sequential(
            nn.Linear(width + 1, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, 1),
        )
        self.register_buffer("levels", torch.tensor(config.levels), persistent=False)
        self.levels: Tensor

    def forward(self, rows: Tensor) -> Tensor:
        """Quantiles in nats at `config.levels` from rows `(B, n, 64)`: `(B, levels)`.

        In training they may cross. In evaluation they are sorted (Chernozhukov et al. 2010).
        """
        tokens = self.embed(rows)  # (B, n, width)
        for attention in self.rows:
            tokens = attention(tokens, tokens)
        for induced in self.induced:
            tokens = induced(tokens)
        seeds = self.pool(self.seeds.expand(len(rows), -1, -1), tokens)
        seeds = self.among_seeds(seeds, seeds)
        pooled = self.pooled(self.last_pool(self.seed.expand(len(rows), -1, -1), seeds))
        n_levels = len(self.levels)
        level = self.levels.to(pooled.dtype)[:, None].expand(len(rows), -1, 1)
        quantiles = self.head(torch.cat([pooled.expand(-1, n_levels, -1), level], -1))[..., 0]
        return quantiles if self.training else quantiles.sort(-1).values


class Attention(nn.Module):
    """The queries read the tokens, then each by itself; a norm after each step."""

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.answer = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.token = nn.Sequential(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, width))
        self.norm_token = nn.LayerNorm(width)

    def forward(self, queries: Tensor, tokens: Tensor) -> Tensor:
        """From queries `(B, m, width)` and tokens `(B, n, width)` to `(B, m, width)`."""
        q = self.query(queries).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        key_value = self.key_value(tokens).unflatten(-1, (2, self.heads, -1))
        k, v = key_value.permute(2, 0, 3, 1, 4)  # (B, heads, n, width / heads) each
        read = functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(-2)
        queries = self.norm(queries + self.answer(read))
        return self.norm_token(queries + self.token(queries))


class Induced(nn.Module):
    """Self-attention by way of a few learned points, at a cost linear in the rows."""

    def __init__(self, width: int, heads: int, n_points: int) -> None:
        super().__init__()
        self.points = nn.Parameter(torch.randn(n_points, width) * width**-0.5)
        self.gather = Attention(width, heads, inner=4 * width)
        self.spread = Attention(width, heads, inner=4 * width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Mix tokens `(B, n, width)`."""
        return self.spread(tokens, self.gather(self.points.expand(len(tokens), -1, -1), tokens))
