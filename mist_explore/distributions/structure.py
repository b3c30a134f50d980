"""Random numbers of a distribution, which depend on its structure seed and a name alone.

So a family stays a function of a few numbers, however many random matrices it is made of, and a
distribution is the same alone and in a batch.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mist_explore.distributions.family import Parameter
from mist_explore.seeding import as_generator, derive_seed

__all__ = ["STRUCTURE_SEED", "normal", "part", "uniform"]

STRUCTURE_SEED = Parameter(
    "structure_seed", "random structure", 0, 9_999, 0, (0, 9_999), integer=True, formerly="shape"
)


def uniform(structure_seed: Tensor, name: str, *size: int) -> Tensor:
    """Numbers uniform on [0, 1), float64 of shape `(..., *size)` for seeds of shape `(...)`.

    Example:
        >>> one, two = uniform(torch.tensor([3, 4]), "angle", 5)
        >>> torch.equal(two, uniform(torch.tensor(4), "angle", 5)), torch.equal(one, two)
        (True, False)
    """
    return _drawn(torch.rand, structure_seed, name, size)


def normal(structure_seed: Tensor, name: str, *size: int) -> Tensor:
    """Standard normal numbers, float64 of shape `(..., *size)` for seeds of shape `(...)`."""
    return _drawn(torch.randn, structure_seed, name, size)


def part(structure_seed: Tensor, count: int) -> Tensor:
    """Seeds of `count` parts of each distribution, of shape `(..., count)`."""
    return structure_seed[..., None] * count + torch.arange(count)


def _drawn(
    draw: Callable[..., Tensor], structure_seed: Tensor, name: str, size: tuple[int, ...]
) -> Tensor:
    rows = [
        draw(*size, generator=as_generator(derive_seed(seed, name, size)), dtype=torch.float64)
        for seed in structure_seed.flatten().tolist()
    ]
    return torch.stack(rows).reshape(*structure_seed.shape, *size)
