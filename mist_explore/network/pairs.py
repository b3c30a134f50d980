"""Pairs of columns seen without their signs: partners, radii, rows, tables of moments."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mist_explore.network.scores import Scores, normal_scores

__all__ = ["N_MOMENTS", "N_ROW", "log_spread", "moments", "partners", "radii", "sign_free_rows"]

N_MOMENTS = 8
N_ROW = 3
_N_SCORE = 3
_TIE_BREAK = 1e-6


def partners(z: Tensor, dim_x: int) -> Tensor:
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


def radii(a: Tensor, b: Tensor, scores: Scores = normal_scores) -> tuple[Tensor, Tensor]:
    """Normal scores of the row norms of two sides, each `(B, 1, n)`.

    Norms are rounded, so that those which are equal by symmetry stay tied.
    """
    return scores(_rounded_norms(a)), scores(_rounded_norms(b))


def _rounded_norms(side: Tensor) -> Tensor:
    norms = side.square().sum(1, keepdim=True)
    # Rounded exactly, with the gradient of what was not rounded: the last part is 0.
    return norms.detach().round(decimals=5) + (norms - norms.detach())


def log_spread(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and absolute difference of the spread of the log row norms of two sides, `(B, 1)`."""
    spread = [
        side.square().mean(1, keepdim=True).clamp(min=1e-6).log().std(-1) * math.sqrt(side.shape[1])
        for side in (a, b)
    ]
    return (spread[0] + spread[1]) / 2, (spread[0] - spread[1]).abs()


def sign_free_rows(a: Tensor, b: Tensor, correlation: Tensor) -> Tensor:
    r"""Coordinates of rows that know neither the signs nor the order of a pair, `(B, T, n, 3)`.

    With the soft sign \(s = \tanh(\sqrt n\, r)\): \(p = \sqrt{(a^2 + b^2) / 2 + s a b}\),
    \(q = \sqrt{(a^2 + b^2) / 2 - s a b}\) and \(\ln(q^2 + 10^{-3})\): along, across, and how close.
    """
    soft_sign = torch.tanh(math.sqrt(a.shape[-1]) * correlation)[..., None]
    half, product = (a.square() + b.square()) / 2, soft_sign * a * b
    along, across = (half + product).clamp(min=0), (half - product).clamp(min=0)
    # A root has no slope at 0, where two tied rows or equal columns would need it.
    roots = [part.clamp(min=1e-12).sqrt() for part in (along, across)]
    return torch.stack([*roots, (across + 1e-3).log() / 4], -1)


def moments(a: Tensor, b: Tensor) -> Tensor:
    r"""\(\frac1n \sum_t \phi_i(a_t) \phi_j(b_t)\), the copula density in a cosine basis."""
    return _cosines(a) @ _cosines(b).mT / a.shape[-1]


def _cosines(z: Tensor) -> Tensor:
    r"""\(1, \sqrt2 \cos(\pi j \Phi(z))\): orthonormal if z is normal; `(..., N_MOMENTS, n)`."""
    first = torch.cos(math.pi * torch.special.ndtr(z))
    waves = [torch.ones_like(first), first]
    while len(waves) < N_MOMENTS:
        waves.append(2 * first * waves[-1] - waves[-2])
    return torch.stack([waves[0], *(math.sqrt(2) * w for w in waves[1:])], -2)
