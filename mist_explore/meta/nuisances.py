"""Changes of the columns of drawn datasets that keep their mutual information."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mist_explore.meta.draws import n_distinct

__all__ = ["copied", "mapped", "one_hot", "padded", "permuted"]

MOST_LEVELS = 12

_MONOTONE: tuple[Callable[[Tensor], Tensor], ...] = (
    lambda z: z,
    lambda z: -2 * z,
    lambda z: z.clamp(-20, 20).exp(),
    lambda z: z + z.sign() * z.square(),
    torch.tanh,
)
_INCREASING: tuple[Callable[[Tensor], Tensor], ...] = (
    lambda z: z,
    torch.special.ndtr,
    torch.exp,
    torch.tanh,
    lambda z: z.sign() * z.abs() ** 0.4,
    lambda z: z.sign() * z.abs() ** 1.5,
    lambda z: z**3,
    lambda z: (4 * z).asinh(),
    lambda z: z + 0.45 * (2 * z).sin(),
)
_NOISE: tuple[Callable[[Tensor], Tensor], ...] = (
    lambda z: z,
    torch.special.ndtr,
    torch.exp,
    lambda z: (2 * z).round(),
    lambda z: (z > 0).to(z.dtype),
)


def copied(rows: Tensor, generator: torch.Generator, most: int) -> Tensor:
    """Join monotone functions of some of the columns to a side, which carry nothing new.

    Args:
        rows: a side of datasets, of shape `(batch, n, dim)`.
        generator: the source of randomness.
        most: the largest number of columns of the result.

    Example:
        >>> rows = torch.randn(2, 10, 3, generator=torch.Generator().manual_seed(0))
        >>> wide = copied(rows, torch.Generator().manual_seed(0), most=5)
        >>> torch.equal(wide[..., :3], rows), wide.shape[-1] in (4, 5)
        (True, True)
    """
    count = _count(rows.shape[-1], generator, most)
    columns = torch.randint(rows.shape[-1], (count,), generator=generator).tolist()
    scale = rows.abs().mean(1, keepdim=True).clamp(min=1e-6)
    added = [
        _chosen(_MONOTONE, generator)((rows / scale)[..., column : column + 1])
        for column in columns
    ]
    return torch.cat([rows, *added], -1)


def mapped(rows: Tensor, generator: torch.Generator) -> Tensor:
    """Send columns of distinct values through increasing maps, each its own or one for all.

    A column stays as it is where its map would merge values in floating point.

    Args:
        rows: a side of datasets, of shape `(batch, n, dim)`.
        generator: the source of randomness.

    Example:
        >>> rows = torch.randn(2, 10, 3, generator=torch.Generator().manual_seed(0))
        >>> found = mapped(rows, torch.Generator().manual_seed(3))
        >>> torch.equal(found, rows), torch.equal(found.argsort(1), rows.argsort(1))
        (False, True)
    """
    middle = rows.median(1, keepdim=True).values
    scale = 1.25 * (rows - middle).abs().mean(1, keepdim=True)
    z = (rows - middle) / scale.clamp(min=1e-6)
    alike = bool(torch.rand((), generator=generator) < 0.5)
    of_all = _chosen(_INCREASING, generator)
    columns = []
    for before, column in zip(rows.split(1, -1), z.split(1, -1), strict=True):
        after = (of_all if alike else _chosen(_INCREASING, generator))(column)
        distinct = all(bool((n_distinct(side) == side.shape[1]).all()) for side in (before, after))
        kept = distinct and bool(after.isfinite().all())
        columns.append(after if kept else before)
    return torch.cat(columns, -1)


def padded(rows: Tensor, generator: torch.Generator, most: int) -> Tensor:
    """Join columns of noise to a side, independent of everything.

    Args:
        rows: a side of datasets, of shape `(batch, n, dim)`.
        generator: the source of randomness.
        most: the largest number of columns of the result.

    Example:
        >>> padded(torch.zeros(1, 5, 2), torch.Generator().manual_seed(0), most=3).shape
        torch.Size([1, 5, 3])
    """
    shape = (*rows.shape[:-1], 1)
    added = [
        _chosen(_NOISE, generator)(torch.randn(shape, generator=generator, dtype=rows.dtype))
        for _ in range(_count(rows.shape[-1], generator, most))
    ]
    return torch.cat([rows, *added], -1)


def one_hot(rows: Tensor, most: int) -> Tensor:
    """Replace each column of few codes by one indicator column for each code.

    A column is replaced where all datasets of the batch hold the same 3 to 12 whole numbers in
    it and the result has at most `most` columns.

    Args:
        rows: a side of datasets, of shape `(batch, n, dim)`.
        most: the largest number of columns of the result.

    Example:
        >>> one_hot(torch.tensor([[[0.0], [2.0], [1.0]]]), most=5)
        tensor([[[1., 0., 0.],
                 [0., 0., 1.],
                 [0., 1., 0.]]])
    """
    columns, room = [], most - rows.shape[-1]
    for column in rows.split(1, -1):
        levels = _common_levels(column)
        if levels is None or len(levels) - 1 > room:
            columns.append(column)
        else:
            columns.append((column == levels).to(rows.dtype))
            room -= len(levels) - 1
    return torch.cat(columns, -1)


def permuted(rows: Tensor, generator: torch.Generator) -> Tensor:
    """Put the columns of a side in random order.

    Example:
        >>> permuted(torch.tensor([[[1.0, 2.0]]]), torch.Generator().manual_seed(0)).sum()
        tensor(3.)
    """
    return rows[..., torch.randperm(rows.shape[-1], generator=generator)]


def _count(dim: int, generator: torch.Generator, most: int) -> int:
    """Draw how many columns join `dim` ones: at most as many again, and at most two for one."""
    largest = min(max(2, dim), most - dim)
    if largest < 1:
        return 0
    return 1 + int(torch.randint(largest, (), generator=generator))


def _chosen(
    maps: tuple[Callable[[Tensor], Tensor], ...], generator: torch.Generator
) -> Callable[[Tensor], Tensor]:
    return maps[int(torch.randint(len(maps), (), generator=generator))]


def _common_levels(column: Tensor) -> Tensor | None:
    """Return the 3 to 12 whole numbers that every dataset `(batch, n, 1)` holds, if so."""
    if not torch.equal(column, column.round()):
        return None
    levels = column[0].unique()
    if not 3 <= len(levels) <= MOST_LEVELS:
        return None
    same = all(torch.equal(other.unique(), levels) for other in column[1:])
    return levels if same else None
