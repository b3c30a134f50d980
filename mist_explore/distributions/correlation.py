"""Correlation matrices of the published distributions; every argument may carry leading batch axes.

Source: Czyz et al., "Beyond Normal: On the Evaluation of Mutual Information Estimators" (2023),
appendix on the Gaussian latent-variable parametrisation.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = [
    "correlation_of",
    "dense_correlation",
    "latent_correlation",
    "log_det",
    "sparse_correlation",
]


def dense_correlation(correlation: Tensor | float, dim_x: int, dim_y: int) -> Tensor:
    """The matrix with `correlation` everywhere off its diagonal.

    Args:
        correlation: shape `(...)`.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.

    Returns:
        float64 of shape `(..., dim_x + dim_y, dim_x + dim_y)`.

    Example:
        >>> dense_correlation(0.5, 1, 1)
        tensor([[1.0000, 0.5000],
                [0.5000, 1.0000]], dtype=torch.float64)
    """
    identity = torch.eye(dim_x + dim_y, dtype=torch.float64)
    r = _double(correlation)[..., None, None]
    return r * (1 - identity) + identity


def latent_correlation(
    alpha: Tensor | float,
    lambda_: Tensor | float,
    beta: Tensor | float,
    eta: Tensor | float,
    n_pairs: Tensor | int,
    dim_x: int,
    dim_y: int,
) -> Tensor:
    r"""The correlation matrix of the Gaussian latent-variable model.

    One latent variable (weight `alpha`) enters every column, one for each side (`beta`) every
    column of that side, one for each of the first `n_pairs` pairs (`lambda_`) the columns
    \(X_i\) and \(Y_i\); the other columns get further noise (`eta`), and all of them unit
    noise. The covariance is normalised to a correlation.

    Args:
        alpha: weight of the common variable, shape `(...)`.
        lambda_: weight of the variable of a pair.
        beta: weight of the variable of a side.
        eta: weight of the noise of the columns that do not interact.
        n_pairs: how many pairs interact, integers of shape `(...)`.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.

    Returns:
        float64 of shape `(..., dim_x + dim_y, dim_x + dim_y)`.

    Example:
        >>> latent_correlation(0, 2, 0, 2, 1, dim_x=1, dim_y=1)
        tensor([[1.0000, 0.8000],
                [0.8000, 1.0000]], dtype=torch.float64)
    """
    k = min(dim_x, dim_y)
    position = torch.cat([torch.arange(dim_x), torch.arange(dim_y)])
    side = torch.cat([torch.zeros(dim_x), torch.ones(dim_y)])
    same_side = (side[:, None] == side[None, :]).double()
    paired = position < torch.as_tensor(n_pairs).clamp(max=k)[..., None]  # (..., dim)
    weights = (alpha, lambda_, beta, eta)
    all_, pair, within, own = (_double(w)[..., None].square() for w in weights)
    covariance = all_[..., None] + within[..., None] * same_side
    covariance = covariance + torch.diag_embed(1 + torch.where(paired, pair, own))
    crossed = (position[:, None] == position[None, :]) & (side[:, None] != side[None, :])
    covariance = covariance + pair[..., None] * (crossed & paired[..., None])
    return correlation_of(covariance)


def sparse_correlation(
    strength: Tensor | float, n_pairs: Tensor | int, dim_x: int, dim_y: int
) -> Tensor:
    r"""The first `n_pairs` pairs correlate by \(s^2 / (1 + s^2)\), all else is independent.

    Args:
        strength: s, shape `(...)`.
        n_pairs: how many pairs interact, integers of shape `(...)`.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.

    Returns:
        float64 of shape `(..., dim_x + dim_y, dim_x + dim_y)`.

    Example:
        >>> sparse_correlation(2.0, 1, 2, 1)
        tensor([[1.0000, 0.0000, 0.8000],
                [0.0000, 1.0000, 0.0000],
                [0.8000, 0.0000, 1.0000]], dtype=torch.float64)
    """
    return latent_correlation(0, strength, 0, strength, n_pairs, dim_x, dim_y)


def correlation_of(covariance: Tensor) -> Tensor:
    """The correlation matrices of covariance matrices `(..., dim, dim)`, exactly 1 on the diagonal.

    Example:
        >>> correlation_of(torch.tensor([[4.0, 1.0], [1.0, 1.0]]))
        tensor([[1.0000, 0.5000],
                [0.5000, 1.0000]])
    """
    scale = covariance.diagonal(dim1=-2, dim2=-1).rsqrt()
    correlation = covariance * scale[..., None] * scale[..., None, :]
    diagonal = torch.eye(covariance.shape[-1], dtype=torch.bool)
    return torch.where(diagonal, torch.ones((), dtype=correlation.dtype), correlation)


def log_det(matrix: Tensor) -> Tensor:
    """The log-determinant of symmetric positive definite matrices, of shape `(...)`."""
    return 2 * torch.linalg.cholesky(matrix).diagonal(dim1=-2, dim2=-1).log().sum(-1)


def _double(value: Tensor | float) -> Tensor:
    return torch.as_tensor(value, dtype=torch.float64)
