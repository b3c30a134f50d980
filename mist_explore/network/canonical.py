"""Canonical correlation analysis at several shrinkages, and the closed forms that it gives.

Sources: Hotelling (1936) for canonical correlations; Ma & Sun (2011) for the copula view of MI.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mist_explore.network.scores import standardised

__all__ = [
    "N_CLOSED_FORMS",
    "N_SPECTRUM",
    "Canonical",
    "canonical_analysis",
    "canonical_weights",
    "gaussian_plug_in",
    "spectrum",
    "wishart_bias",
]

SHRINKAGES = (0.003, 0.02, 0.1, 0.3)
"""How much of the identity is mixed into the correlations; one more adapts to n and dims."""

N_CLOSED_FORMS = len(SHRINKAGES) + 1
N_SPECTRUM = 6
_NO_CORRELATION = 1e-10


@dataclass(frozen=True)
class Canonical:
    """The canonical pairs of normal scores; k = min(dim_x, dim_y).

    Args:
        pairs: MI of each pair if Gaussian, at each shrinkage, `(B, N_CLOSED_FORMS, k)`.
        closed_forms: Gaussian-copula MI in nats, `(B, N_CLOSED_FORMS)`; the first without bias.
        u: variates of X at the adaptive shrinkage, `(B, k, n)`.
        v: variates of Y, `(B, k, n)`.
        explained: the share of each column that the other side explains, `(B, dim)`.
    """

    pairs: Tensor
    closed_forms: Tensor
    u: Tensor
    v: Tensor
    explained: Tensor


def canonical_analysis(z_x: Tensor, z_y: Tensor, correlation: Tensor) -> Canonical:
    """Analyse normal scores `(B, dim_x, n)` and `(B, dim_y, n)` with their correlations."""
    r, n, d, dim_y = correlation, z_x.shape[-1], z_x.shape[1], z_y.shape[1]
    dim = d + dim_y
    s = r.new_tensor((*SHRINKAGES, dim / (n + dim)))[:, None]
    value_x, vector_x = torch.linalg.eigh(r[:, :d, :d])
    value_y, vector_y = torch.linalg.eigh(r[:, d:, d:])
    shrunk_x = (1 - s) * value_x.clamp(min=0)[:, None] + s  # (B, shrinkage, dim_x)
    shrunk_y = (1 - s) * value_y.clamp(min=0)[:, None] + s
    half_x = vector_x.mT @ r[:, :d, d:]  # (B, dim_x, dim_y)
    half_y = vector_y.mT @ r[:, d:, :d]
    cross = (half_x @ vector_y)[:, None] * (1 - s[..., None])
    cross = cross * shrunk_x.rsqrt()[..., None] * shrunk_y.rsqrt()[..., None, :]
    gram = cross @ cross.mT if d <= dim_y else cross.mT @ cross
    rho_squared = torch.linalg.eigvalsh(gram).flip(-1).clamp(0, 1 - 1e-6)

    left, _, right = torch.linalg.svd(cross[:, -1], full_matrices=False)
    weight_x = vector_x @ (shrunk_x[:, -1].rsqrt()[..., None] * left)
    weight_y = vector_y @ (shrunk_y[:, -1].rsqrt()[..., None] * right.mT)
    # Variates without any correlation are an arbitrary choice among many: they are set to 0.
    real = (rho_squared[:, -1] / (rho_squared[:, -1] + _NO_CORRELATION))[..., None]
    u, v = real * standardised(weight_x.mT @ z_x), real * standardised(weight_y.mT @ z_y)

    last = (1 - s[-1]) ** 2
    by_y = (half_y.square() / shrunk_y[:, -1][..., None]).sum(-2)  # (B, dim_x)
    by_x = (half_x.square() / shrunk_x[:, -1][..., None]).sum(-2)
    explained = (last * torch.cat([by_y, by_x], 1)).clamp(0, 1 - 1e-6)
    pairs = -0.5 * torch.log1p(-rho_squared)
    closed_forms = pairs.sum(-1)
    closed_forms[:, 0] = _corrected(closed_forms[:, 0], closed_forms[:, -1], n, d, dim_y)
    return Canonical(pairs, closed_forms, u, v, explained)


def canonical_weights(a: Tensor, b: Tensor, shrinkage: float) -> tuple[Tensor, Tensor, Tensor]:
    """Return weights of the columns of two sides in their canonical pairs, and the correlations.

    Args:
        a: one side, of mean 0 and variance 1, `(..., dim_a, n)`.
        b: the other one, `(..., dim_b, n)`.
        shrinkage: how much of the identity is mixed into the correlations.

    Returns:
        Weights `(..., dim_a, k)`, correlations `(..., k)` and weights `(..., dim_b, k)`, of
        k = min(dim_a, dim_b) pairs, the most correlated first.
    """
    half_a, half_b = _factor(a, shrinkage), _factor(b, shrinkage)
    cross = (1 - shrinkage) * (a @ b.mT / a.shape[-1])
    cross = torch.linalg.solve_triangular(half_a, cross, upper=False)
    cross = torch.linalg.solve_triangular(half_b, cross.mT, upper=False).mT
    left, rho, right = torch.linalg.svd(cross, full_matrices=False)
    weight_a = torch.linalg.solve_triangular(half_a.mT, left, upper=True)
    weight_b = torch.linalg.solve_triangular(half_b.mT, right.mT, upper=True)
    return weight_a, rho, weight_b


def _factor(side: Tensor, shrinkage: float) -> Tensor:
    """The Cholesky factor of the shrunk correlations of a side."""
    r = (1 - shrinkage) * (side @ side.mT) / side.shape[-1]
    r.diagonal(dim1=-2, dim2=-1).add_(shrinkage)
    return torch.linalg.cholesky(r)


def spectrum(r: Tensor, dim_x: int) -> Tensor:
    """Return the spread of dependence over the columns, as far as the rows resolve it, `(B, 6)`.

    Mean squared correlations across and within sides, the share of the first eigenvalue of each
    side, and how near the cross-correlations are to rank one.
    """
    r_xy = r[:, :dim_x, dim_x:]
    within, first = [], []
    for block in (r[:, :dim_x, :dim_x], r[:, dim_x:, dim_x:]):
        d = block.shape[-1]
        within.append((block.square().sum((1, 2)) - d) / max(1, d * (d - 1)))
        first.append(torch.linalg.eigvalsh(block)[:, -1] / d)
    gram = r_xy @ r_xy.mT
    trace = gram.diagonal(dim1=-2, dim2=-1).sum(-1).clamp(min=1e-9)
    concentration = gram.square().sum((1, 2)).sqrt() / trace
    return torch.stack(
        [
            r_xy.square().mean((1, 2)),
            (within[0] + within[1]) / 2,
            (within[0] - within[1]).abs(),
            (first[0] + first[1]) / 2,
            (first[0] - first[1]).abs(),
            concentration,
        ],
        -1,
    )


def _corrected(plug_in: Tensor, shrunk: Tensor, n: int, dim_x: int, dim_y: int) -> Tensor:
    r"""The Gaussian plug-in without its bias, where there are more rows than columns.

    With fewer rows the shrunk value stands in.
    """
    if n < dim_x + dim_y + 3:
        return shrunk
    return (plug_in - wishart_bias(n, dim_x, dim_y)).clamp(min=0)


def gaussian_plug_in(correlations: NDArray[np.float64], dim_x: int) -> float:
    r"""Return \(\tfrac12 \ln (|R_x| |R_y| / |R|)\) in nats of correlations R, `(D, D)`.

    Example:
        >>> gaussian_plug_in(np.eye(5), 2)
        0.0
    """
    blocks = correlations[:dim_x, :dim_x], correlations[dim_x:, dim_x:], correlations
    log_x, log_y, log_all = (np.linalg.slogdet(block).logabsdet for block in blocks)
    return float(0.5 * (log_x + log_y - log_all))


def wishart_bias(n: int, dim_x: int, dim_y: int) -> Tensor:
    r"""Return the bias in nats of the Gaussian plug-in from n rows, a float64 scalar.

    .. math::
        \tfrac12 \Big[\sum_{i \le d_x} + \sum_{i \le d_y} - \sum_{i \le d_x + d_y}\Big]
        \psi\Big(\frac{n - i}{2}\Big)

    since \(E \ln |S|\) of a Wishart matrix S is a sum of digammas. There must be more rows than
    columns.

    Source: Goodman, "The distribution of the determinant of a complex Wishart distributed matrix"
    (1963); Misra, Singh & Demchuk, "Estimation of the entropy of a multivariate normal
    distribution" (2005); Ince et al., "A statistical framework for neuroimaging data analysis based
    on mutual information estimated via a Gaussian copula" (2017).

    Example:
        >>> round(float(wishart_bias(100, 2, 3)), 4)
        0.0313
    """
    psi = torch.special.digamma((n - torch.arange(1, dim_x + dim_y + 1).double()) / 2)
    return 0.5 * (psi[:dim_x].sum() + psi[:dim_y].sum() - psi.sum())
