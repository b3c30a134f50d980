"""Rows of a distribution, without maps that lose their information in floating point."""

from __future__ import annotations

import torch
from torch import Tensor

from mist_explore.interfaces import JointDistribution
from mist_explore.transforms import TransformedDistribution

__all__ = ["drawn", "n_distinct"]

DISTINCT = 0.98
"""The share of its distinct values that a column keeps under a map, at least."""


def drawn(
    distribution: JointDistribution, n: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Draw rows, those of the base where a map merges values in floating point.

    Such a map is not injective on the rows (the normal distribution function is 1 from 5.4 on in
    float32), so that the truth would not be theirs.
    """
    if not isinstance(distribution, TransformedDistribution):
        return distribution.draw(n, generator, torch.float32)
    x, y = distribution.base.draw(n, generator, torch.float32)
    mapped = distribution.transform_x.forward(x), distribution.transform_y.forward(y)
    return (x, y) if _merged(x, mapped[0]) or _merged(y, mapped[1]) else mapped


def _merged(before: Tensor, after: Tensor) -> bool:
    """Whether a column of a side `(B, n, dim)` lost distinct values."""
    counts = [n_distinct(rows).sort(-1).values for rows in (before, after)]
    if before.shape[-1] != after.shape[-1]:
        counts = [c[..., :1] for c in counts]
    return bool((counts[1] < DISTINCT * counts[0]).any())


def n_distinct(rows: Tensor) -> Tensor:
    """Return the number of distinct values of each column of `(B, n, dim)`, `(B, dim)`.

    Example:
        >>> n_distinct(torch.tensor([[[1.0], [2.0], [1.0]]]))
        tensor([[2]])
    """
    return 1 + (rows.sort(-2).values.diff(dim=-2) != 0).sum(-2)
