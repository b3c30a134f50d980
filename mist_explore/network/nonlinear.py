r"""Canonical correlation analysis of functions of the columns: dependence that bends.

Each column z is joined by its Hermite polynomials \((z^2 - 1)/\sqrt2\) and \((z^3 - 3z)/\sqrt6\),
orthonormal where z is normal. A linear map of all of them that correlates with one of the other
side sees even functions, radii and sums of bent columns, where that of the columns sees nothing.

Source: alternating conditional expectations (Breiman & Friedman 1985), here in a fixed basis.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mist_explore.network.canonical import canonical_weights
from mist_explore.network.scores import normal_scores, standardised

__all__ = ["LEADING", "N_NONLINEAR", "nonlinear_analysis"]

LEADING = 3
N_NONLINEAR = LEADING + 1
_NO_CORRELATION = 1e-6


def nonlinear_analysis(z_x: Tensor, z_y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Analyse normal scores `(B, dim_x, n)` and `(B, dim_y, n)`.

    Returns:
        The MI of the leading pairs and of all pairs if they were Gaussian, `(B, N_NONLINEAR)`,
        and the leading variates of X and of Y as normal scores, each `(B, LEADING, n)`.

    Example:
        >>> z = normal_scores(torch.randn(1, 1, 500, generator=torch.Generator().manual_seed(0)))
        >>> information, u, v = nonlinear_analysis(z, z.square())
        >>> bool(information[0, 0] > 1), tuple(u.shape)
        (True, (1, 3, 500))
    """
    a, b, n = _expanded(z_x), _expanded(z_y), z_x.shape[-1]
    dim = a.shape[1] + b.shape[1]
    shrinkage = dim / (n + dim)
    weight_a, rho, weight_b = canonical_weights(a, b, shrinkage)
    information = -0.5 * torch.log1p(-rho.clamp(max=1 - 1e-6).square())
    # Variates without any correlation are an arbitrary choice among many: they are set to 0.
    real = (rho.square() / (rho.square() + _NO_CORRELATION))[:, :LEADING, None]
    u, v = (
        real * normal_scores(standardised(w[..., :LEADING].mT @ side).round(decimals=6))
        for w, side in ((weight_a, a), (weight_b, b))
    )
    total = information.sum(-1, keepdim=True)
    return torch.cat([information[:, :LEADING], total], -1), u, v


def _expanded(z: Tensor) -> Tensor:
    """The columns and their Hermite polynomials of degree 2 and 3, `(B, 3 dim, n)`."""
    square = z.square()
    return standardised(
        torch.cat([z, (square - 1) / math.sqrt(2), z * (square - 3) / math.sqrt(6)], 1)
    )
