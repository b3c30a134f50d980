"""Correlation matrices with a random canonical spectrum and random mixing of each side."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mist_explore.distributions.correlation import correlation_of
from mist_explore.distributions.structure import normal, uniform

__all__ = ["mixing", "spectral_correlation"]


def spectral_correlation(
    strength: Tensor, structure_seed: Tensor, dim_x: int, dim_y: int
) -> Tensor:
    r"""A correlation matrix whose largest canonical correlation is `strength`.

    Canonical pairs with correlations \(\rho_i = \rho\,u_i^p\), where u is uniform, \(u_1 = 1\)
    and \(p \in [0, 8]\) makes the spectrum flat or sparse; then X = A U and Y = B V by `mixing`.
    Their information is \(-\tfrac12 \sum_i \ln(1 - \rho_i^2)\).

    Args:
        strength: the largest canonical correlation in [0, 1), shape `(...)`.
        structure_seed: integers of shape `(...)`.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.

    Returns:
        float64 of shape `(..., dim_x + dim_y, dim_x + dim_y)`.

    Example:
        >>> matrix = spectral_correlation(torch.tensor(0.6), torch.tensor(1), 2, 3)
        >>> matrix.shape, bool((matrix.diagonal() == 1).all())
        (torch.Size([5, 5]), True)
    """
    k = min(dim_x, dim_y)
    decay = 8 * uniform(structure_seed, "decay", 1).square()
    rho = strength[..., None] * uniform(structure_seed, "spectrum", k) ** decay
    rho[..., 0] = strength
    a, b = mixing(structure_seed, "x", dim_x), mixing(structure_seed, "y", dim_y)
    cross = (a[..., :k] * rho[..., None, :]) @ b[..., :k].mT
    covariance = torch.cat(
        [torch.cat([a @ a.mT, cross], -1), torch.cat([cross.mT, b @ b.mT], -1)], -2
    )
    return correlation_of(covariance)


def mixing(structure_seed: Tensor, name: str, dim: int, stretch: float = 3.0) -> Tensor:
    r"""Random invertible matrices of shape `(..., dim, dim)`.

    Three in four are \(A = U\,\mathrm{diag}(s)\,V^\top\) with random orthogonal U and V and
    singular values log-uniform on [1 / stretch, stretch]; the others only change the order and
    the signs of the columns.
    """
    left = torch.linalg.qr(normal(structure_seed, f"{name} left", dim, dim)).Q
    right = torch.linalg.qr(normal(structure_seed, f"{name} right", dim, dim)).Q
    scales = uniform(structure_seed, f"{name} scales", dim)
    mixed = left * ((2 * scales - 1) * math.log(stretch)).exp()[..., None, :] @ right.mT
    order = torch.nn.functional.one_hot(scales.argsort(-1), dim).double()
    signs = torch.where(left[..., 0, :] < 0, -1.0, 1.0).double()
    plain = order * signs[..., None, :]
    return torch.where(uniform(structure_seed, f"{name} plain", 1, 1) < 0.25, plain, mixed)
