r"""The parameter-free front end: from a sample to features that have the symmetries of MI.

Mutual information does not change under monotone maps of a column, a change of sign, a change of
order of the columns of a side, or an exchange of the sides. So each column becomes normal scores
of its ranks, and the dependence is looked at pair by pair. A pair \((a, b)\) is a token:

- *canonical* pairs: the variates that canonical correlation analysis finds, k = min(dim_x, dim_y);
- *column* pairs: each column with its most dependent partner on the other side (rotation would
  destroy independent non-Gaussian pairs);
- *radial* pairs: the row norms of the two sides (they reveal dependence in the tails).

Of each pair the network sees its n rows and its table of cross-moments, both in a form that does
not know the signs. Shrunk Gaussian-copula closed forms stand beside them.

Sources: Hotelling (1936) for canonical correlations; Ma & Sun (2011) for the copula view of MI.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor

__all__ = ["N_CLOSED_FORMS", "N_GLOBAL", "N_MOMENTS", "N_ROW", "N_SCALAR", "Features", "featurise"]

SHRINKAGES = (0.003, 0.02, 0.1, 0.3)
"""How much of the identity is mixed into the correlations; one more adapts to n and dims."""

N_CLOSED_FORMS = len(SHRINKAGES) + 1
N_MOMENTS = 8
N_ROW = 3
N_SCALAR = 2 + N_CLOSED_FORMS
N_GLOBAL = 2 * N_CLOSED_FORMS + 10
_N_SCORE = 3
_TIE_BREAK = 1e-6
_NO_CORRELATION = 1e-10
CANONICAL, COLUMN, RADIAL = 0, 1, 2


@dataclass(frozen=True)
class Features:
    """What the network reads of a batch of B datasets of one shape, as T tokens.

    Args:
        rows: sign-free coordinates of the n rows of each pair, `(B, T, n, N_ROW)`.
        moments: cross-moments of cosines of the copula, `(B, T, N_MOMENTS, N_MOMENTS)`.
        scalars: numbers about each token, `(B, T, N_SCALAR)`.
        kinds: canonical, column or radial, integers `(T,)`.
        closed_forms: Gaussian-copula MI at each shrinkage in nats, `(B, N_CLOSED_FORMS)`.
        summary: numbers about the dataset, `(B, N_GLOBAL)`.
        unit: the natural scale of the estimation error in nats, `(B,)`.
    """

    rows: Tensor
    moments: Tensor
    scalars: Tensor
    kinds: Tensor
    closed_forms: Tensor
    summary: Tensor
    unit: Tensor

    def to(
        self, *, device: torch.device | None = None, dtype: torch.dtype | None = None
    ) -> Features:
        """The same features on another device or in another floating-point type."""
        moved = {}
        for f in fields(self):
            value: Tensor = getattr(self, f.name)
            moved[f.name] = value.to(device, dtype if value.is_floating_point() else None)
        return Features(**moved)


@torch.no_grad()
def featurise(x: Tensor, y: Tensor) -> Features:
    """The features of a batch of datasets, in the floating-point type of `x`.

    Args:
        x: `(B, n, dim_x)`, no column constant.
        y: `(B, n, dim_y)`, no column constant.

    Example:
        >>> g = torch.Generator().manual_seed(0)
        >>> f = featurise(torch.randn(2, 50, 3, generator=g), torch.randn(2, 50, 1, generator=g))
        >>> tuple(f.rows.shape), f.kinds.tolist()
        ((2, 7, 50, 3), [0, 1, 1, 1, 1, 2, 2])
    """
    n, dim_x, dim_y = x.shape[1], x.shape[2], y.shape[2]
    k, dim = min(dim_x, dim_y), dim_x + dim_y
    z = normal_scores(torch.cat([x, y], -1).mT.contiguous())  # (B, dim, n)
    z_x, z_y = z[:, :dim_x], z[:, dim_x:]
    r = z @ z.mT / n
    r_xy = r[:, :dim_x, dim_x:]

    shrinkages = (*SHRINKAGES, dim / (n + dim))
    rho_squared, u, v, explained = _canonical(r, z_x, z_y, shrinkages)
    closed = -0.5 * torch.log1p(-rho_squared)  # (B, shrinkage, k): MI of each canonical pair
    closed_forms = closed.sum(-1)
    closed_forms[:, 0] = _corrected(closed_forms[:, 0], closed_forms[:, -1], n, dim_x, dim_y)

    partners = _partners(z, dim_x)  # (B, dim)
    partner = torch.gather(z, 1, partners[..., None].expand(-1, -1, n))
    radius_raw = _radii(z_x, z_y)
    radius_canonical = _radii(u, v)
    a = torch.cat([u, z, radius_raw[0], radius_canonical[0]], 1)  # (B, T, n)
    b = torch.cat([v, partner, radius_raw[1], radius_canonical[1]], 1)
    kinds = torch.tensor([CANONICAL] * k + [COLUMN] * dim + [RADIAL] * 2, device=x.device)

    correlation = (a * b).mean(-1)
    linear = -0.5 * torch.log1p(-(0.999 * correlation).square())
    own = torch.cat([r_xy.square().mean(-1), r_xy.square().mean(-2)], 1)  # (B, dim)
    log_radii = torch.cat([*_log_spread(z_x, z_y), *_log_spread(u, v)], 1)  # (B, 4)
    scalars = x.new_zeros(*a.shape[:2], N_SCALAR)
    scalars[..., 0] = linear
    scalars[..., 1] = torch.tanh(math.sqrt(n) * correlation.abs() / 4)
    scalars[:, :k, 2:] = closed.mT
    scalars[:, k : k + dim, 2] = own * math.sqrt(n)
    scalars[:, k : k + dim, 3] = -0.5 * torch.log1p(-explained)
    scalars[:, k + dim :, 2] = log_radii[:, 0::2]
    scalars[:, k + dim :, 3] = log_radii[:, 1::2]

    size = x.new_tensor([math.log(n), math.log(k), math.log(dim), math.log(dim / n)]) / 3
    summary = torch.cat(
        [torch.log1p(closed_forms), closed_forms / k, size.expand(len(x), -1), _spectrum(r, dim_x)],
        -1,
    )
    unit = ((closed_forms[:, -1] + k / 10) * dim / n).sqrt()
    return Features(
        rows=_sign_free_rows(a, b, correlation),
        moments=_moments(a, b),
        scalars=scalars,
        kinds=kinds,
        closed_forms=closed_forms,
        summary=summary,
        unit=unit,
    )


def normal_scores(values: Tensor) -> Tensor:
    r"""\(\Phi^{-1}((\text{mid-rank} - \tfrac12) / n)\) along the last axis, of unit variance.

    Example:
        >>> normal_scores(torch.tensor([3.0, 3.0, 10.0, -1.0])).round(decimals=3)
        tensor([ 0.0000,  0.0000,  1.4140, -1.4140])
    """
    n = values.shape[-1]
    ordered, order = values.sort(-1)
    rank = torch.arange(n, device=values.device, dtype=values.dtype).expand_as(values)
    repeats = ordered[..., 1:] == ordered[..., :-1]
    if repeats.any():
        # A run of equal values shares the mean of its first and its last rank.
        edge = torch.ones_like(repeats[..., :1])
        starts = torch.cat([edge, ~repeats], -1)
        ends = torch.cat([~repeats, edge], -1)
        first = torch.where(starts, rank, -1).cummax(-1).values
        last = torch.where(ends, rank, n).flip(-1).cummin(-1).values.flip(-1)
        rank = (first + last) / 2
    score = torch.special.ndtri((rank + 0.5) / n)
    score = score - score.mean(-1, keepdim=True)
    score = score / score.square().mean(-1, keepdim=True).sqrt().clamp(min=1e-6)
    return torch.empty_like(score).scatter_(-1, order, score)


def _canonical(
    r: Tensor, z_x: Tensor, z_y: Tensor, shrinkages: tuple[float, ...]
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Canonical correlation analysis of shrunk correlations.

    Returns:
        The squared canonical correlations `(B, shrinkage, k)`, the variates u and v `(B, k, n)`
        at the last shrinkage, and the share of each column that the other side explains `(B, dim)`.
    """
    d = z_x.shape[1]
    s = r.new_tensor(shrinkages)[:, None]
    value_x, vector_x = torch.linalg.eigh(r[:, :d, :d])
    value_y, vector_y = torch.linalg.eigh(r[:, d:, d:])
    shrunk_x = (1 - s) * value_x.clamp(min=0)[:, None] + s  # (B, shrinkage, dim_x)
    shrunk_y = (1 - s) * value_y.clamp(min=0)[:, None] + s
    half_x = vector_x.mT @ r[:, :d, d:]  # (B, dim_x, dim_y)
    half_y = vector_y.mT @ r[:, d:, :d]
    cross = (half_x @ vector_y)[:, None] * (1 - s[..., None])
    cross = cross * shrunk_x.rsqrt()[..., None] * shrunk_y.rsqrt()[..., None, :]
    gram = cross @ cross.mT if d <= z_y.shape[1] else cross.mT @ cross
    rho_squared = torch.linalg.eigvalsh(gram).flip(-1).clamp(0, 1 - 1e-6)

    left, _, right = torch.linalg.svd(cross[:, -1], full_matrices=False)
    weight_x = vector_x @ (shrunk_x[:, -1].rsqrt()[..., None] * left)
    weight_y = vector_y @ (shrunk_y[:, -1].rsqrt()[..., None] * right.mT)
    # Variates without any correlation are an arbitrary choice among many: they are set to 0.
    real = (rho_squared[:, -1] / (rho_squared[:, -1] + _NO_CORRELATION))[..., None]
    u, v = real * _standardised(weight_x.mT @ z_x), real * _standardised(weight_y.mT @ z_y)

    last = (1 - s[-1]) ** 2
    by_y = (half_y.square() / shrunk_y[:, -1][..., None]).sum(-2)  # (B, dim_x)
    by_x = (half_x.square() / shrunk_x[:, -1][..., None]).sum(-2)
    explained = (last * torch.cat([by_y, by_x], 1)).clamp(0, 1 - 1e-6)
    return rho_squared, u, v, explained


def _corrected(plug_in: Tensor, shrunk: Tensor, n: int, dim_x: int, dim_y: int) -> Tensor:
    r"""The Gaussian plug-in without its bias, where there are more rows than columns.

    The bias is that of log-determinants of Wishart matrices,
    \(\tfrac12 [\sum_{i \le d_x} + \sum_{i \le d_y} - \sum_{i \le d_x + d_y}] \psi((n - i) / 2)\)
    (Goodman 1963; Ince et al. 2017); with fewer rows the shrunk value stands in.
    """
    dim = dim_x + dim_y
    if n < dim + 3:
        return shrunk
    psi = torch.special.digamma((n - torch.arange(1, dim + 1, device=plug_in.device).double()) / 2)
    bias = 0.5 * (psi[:dim_x].sum() + psi[:dim_y].sum() - psi.sum())
    return (plug_in - bias).clamp(min=0)


def _spectrum(r: Tensor, dim_x: int) -> Tensor:
    """How dependence spreads over the columns: what few rows can tell of its structure, `(B, 6)`.

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


def _partners(z: Tensor, dim_x: int) -> Tensor:
    """For each column the most dependent column of the other side, `(B, dim)`.

    The score is the sum of the squared cross-moments of the first cosines of the copula: it sees
    even and other nonlinear dependence too, and no sign.
    """
    batch, dim, n = z.shape
    waves = _cosines(z)[:, :, 1 : _N_SCORE + 1]  # (B, dim, score, n)
    w_x = waves[:, :dim_x].reshape(batch, -1, n)
    w_y = waves[:, dim_x:].reshape(batch, -1, n)
    table = (w_x @ w_y.mT / n).square().view(batch, dim_x, _N_SCORE, dim - dim_x, _N_SCORE)
    score = table.sum((2, 4))  # (B, dim_x, dim_y)
    # Few rows give tied scores: the partner that is also the best for others wins, not the first.
    for_x = score + _TIE_BREAK * score.sum(1, keepdim=True)
    for_y = score + _TIE_BREAK * score.sum(2, keepdim=True)
    return torch.cat([dim_x + for_x.argmax(2), for_y.argmax(1)], 1)


def _radii(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Normal scores of the row norms of two sides, each `(B, 1, n)`.

    Norms are rounded, so that those which are equal by symmetry stay tied.
    """
    return (
        normal_scores(a.square().sum(1, keepdim=True).round(decimals=5)),
        normal_scores(b.square().sum(1, keepdim=True).round(decimals=5)),
    )


def _log_spread(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and absolute difference of the spread of the log row norms of two sides, `(B, 1)`."""
    spread = [
        side.square().mean(1, keepdim=True).clamp(min=1e-6).log().std(-1) * math.sqrt(side.shape[1])
        for side in (a, b)
    ]
    return (spread[0] + spread[1]) / 2, (spread[0] - spread[1]).abs()


def _sign_free_rows(a: Tensor, b: Tensor, correlation: Tensor) -> Tensor:
    r"""Coordinates of rows that know neither the signs nor the order of a pair, `(B, T, n, 3)`.

    With the soft sign \(s = \tanh(\sqrt n\, r)\): \(p = \sqrt{(a^2 + b^2) / 2 + s a b}\),
    \(q = \sqrt{(a^2 + b^2) / 2 - s a b}\) and \(\ln(q^2 + 10^{-3})\): along, across, and how close.
    """
    soft_sign = torch.tanh(math.sqrt(a.shape[-1]) * correlation)[..., None]
    half, product = (a.square() + b.square()) / 2, soft_sign * a * b
    along, across = (half + product).clamp(min=0), (half - product).clamp(min=0)
    return torch.stack([along.sqrt(), across.sqrt(), (across + 1e-3).log() / 4], -1)


def _moments(a: Tensor, b: Tensor) -> Tensor:
    r"""\(\frac1n \sum_t \phi_i(a_t) \phi_j(b_t)\), the copula density in a cosine basis."""
    return _cosines(a) @ _cosines(b).mT / a.shape[-1]


def _cosines(z: Tensor) -> Tensor:
    r"""\(1, \sqrt2 \cos(\pi j \Phi(z))\): orthonormal if z is normal; `(..., N_MOMENTS, n)`."""
    first = torch.cos(math.pi * torch.special.ndtr(z))
    waves = [torch.ones_like(first), first]
    while len(waves) < N_MOMENTS:
        waves.append(2 * first * waves[-1] - waves[-2])
    return torch.stack([waves[0], *(math.sqrt(2) * w for w in waves[1:])], -2)


def _standardised(rows: Tensor) -> Tensor:
    rows = rows - rows.mean(-1, keepdim=True)
    return rows / rows.square().mean(-1, keepdim=True).sqrt().clamp(min=1e-6)
