"""Attention over the rows of a pair, and over the pairs of a dataset."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["Block", "ColumnAttention", "RowAttention"]


class RowAttention(nn.Module):
    """Each token attends to its own n rows; the cost is linear in n.

    The rows themselves are keys and values: what a head would project is folded into its query
    and into its answer, so that no row is touched by a matrix.
    """

    def __init__(self, width: int, row_width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, heads * row_width)
        self.answer = nn.Linear(heads * row_width, width)

    def forward(self, tokens: Tensor, rows: Tensor) -> Tensor:
        """Read rows `(B, T, n, row_width)` into tokens `(B, T, width)`."""
        pairs = tokens.shape[:2]
        query = self.query(tokens).view(-1, 1, self.heads, rows.shape[-1])
        keys = rows.view(-1, 1, *rows.shape[-2:])
        answer = functional.scaled_dot_product_attention(query, keys, keys)
        return self.answer(answer.reshape(*pairs, -1))


class ColumnAttention(nn.Module):
    """Multi-head self-attention among the tokens; the order of the tokens does not matter."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.answer = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Mix tokens `(B, T, width)`."""
        qkv = self.query_key_value(tokens).unflatten(-1, (3, self.heads, -1))
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (B, heads, T, width / heads) each
        mixed = functional.scaled_dot_product_attention(q, k, v)
        return self.answer(mixed.transpose(1, 2).flatten(-2))


class Block(nn.Module):
    """Rows, then columns, then each token by itself; every step is added to the tokens.

    The last token stands for the whole dataset; it has no rows.
    """

    def __init__(self, width: int, row_width: int, heads: int) -> None:
        super().__init__()
        self.norm_rows = nn.LayerNorm(width)
        self.norm_columns = nn.LayerNorm(width)
        self.norm_token = nn.LayerNorm(width)
        self.rows = RowAttention(width, row_width, heads)
        self.columns = ColumnAttention(width, heads)
        self.token = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )

    def forward(self, tokens: Tensor, rows: Tensor) -> Tensor:
        """Update tokens `(B, T + 1, width)` from rows `(B, T, n, row_width)`."""
        pairs, dataset = tokens[:, :-1], tokens[:, -1:]
        pairs = pairs + self.rows(self.norm_rows(pairs), rows)
        tokens = torch.cat([pairs, dataset], 1)
        tokens = tokens + self.columns(self.norm_columns(tokens))
        return tokens + self.token(self.norm_token(tokens))
