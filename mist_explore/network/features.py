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
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from mist_explore.network.canonical import (
    N_CLOSED_FORMS,
    N_SPECTRUM,
    Canonical,
    canonical_analysis,
    spectrum,
)
from mist_explore.network.pairs import log_spread, moments, partners, radii, sign_free_rows
from mist_explore.network.scores import Scores, normal_scores

__all__ = [
    "N_KINDS",
    "N_SCALAR",
    "N_SUMMARY",
    "Analysis",
    "Features",
    "analyse",
    "features_of_analysis",
    "featurise",
]

N_SCALAR = 2 + N_CLOSED_FORMS
N_KINDS = 3
CANONICAL, COLUMN, RADIAL = range(N_KINDS)
N_SUMMARY = 2 * N_CLOSED_FORMS + 4 + N_SPECTRUM


@dataclass(frozen=True)
class Features:
    """What the network reads of a batch of B datasets of one shape, as T tokens.

    Args:
        rows: sign-free coordinates of the n rows of each pair, `(B, T, n, N_ROW)`.
        moments: cross-moments of cosines of the copula, `(B, T, N_MOMENTS, N_MOMENTS)`.
        scalars: numbers about each token, `(B, T, N_SCALAR)`.
        kinds: canonical, column or radial, integers `(T,)`.
        closed_forms: Gaussian-copula MI at each shrinkage in nats, `(B, N_CLOSED_FORMS)`.
        summary: numbers about the dataset, `(B, N_SUMMARY)`.
        unit: the natural scale of the estimation error in nats, `(B,)`.
    """

    rows: Tensor
    moments: Tensor
    scalars: Tensor
    kinds: Tensor
    closed_forms: Tensor
    summary: Tensor
    unit: Tensor

    @property
    def fingerprint(self) -> Tensor:
        """All numbers about the dataset as a whole, of like sizes, `(B, N_SUMMARY)`."""
        return self.summary

    def to(
        self, *, device: torch.device | None = None, dtype: torch.dtype | None = None
    ) -> Features:
        """The same features on another device or in another floating-point type."""
        moved = {}
        for f in fields(self):
            value: Tensor = getattr(self, f.name)
            moved[f.name] = value.to(device, dtype if value.is_floating_point() else None)
        return Features(**moved)


@dataclass(frozen=True)
class Analysis:
    """What a batch of datasets of one shape is reduced to before it becomes tokens.

    Args:
        z: normal scores of the columns of X and then of Y, `(B, dim, n)`.
        dim_x: the number of columns of X.
        correlation: their correlations, `(B, dim, dim)`.
        canonical: their canonical analysis.
    """

    z: Tensor
    dim_x: int
    correlation: Tensor
    canonical: Canonical

    @property
    def summary(self) -> Tensor:
        """Numbers about each dataset as a whole, of like sizes, `(B, N_SUMMARY)`."""
        batch, dim, n = self.z.shape
        k, closed_forms = min(self.dim_x, dim - self.dim_x), self.canonical.closed_forms
        size = self.z.new_tensor([math.log(n), math.log(k), math.log(dim), math.log(dim / n)]) / 3
        parts = [torch.log1p(closed_forms), closed_forms / k, size.expand(batch, -1)]
        return torch.cat([*parts, spectrum(self.correlation, self.dim_x)], -1)

    @property
    def unit(self) -> Tensor:
        """The natural scale of the estimation error of each dataset in nats, `(B,)`."""
        dim, n = self.z.shape[1:]
        k, shrunk = min(self.dim_x, dim - self.dim_x), self.canonical.closed_forms[:, -1]
        return ((shrunk + k / 10) * dim / n).sqrt()


def analyse(x: Tensor, y: Tensor, scores: Scores = normal_scores) -> Analysis:
    """Compute normal scores and canonical variates of `(B, n, dim_x)` and `(B, n, dim_y)`."""
    dim_x = x.shape[2]
    z = scores(torch.cat([x, y], -1).mT.contiguous())  # (B, dim, n)
    r = z @ z.mT / x.shape[1]
    return Analysis(z, dim_x, r, canonical_analysis(z[:, :dim_x], z[:, dim_x:], r))


def featurise(x: Tensor, y: Tensor, *, scores: Scores = normal_scores) -> Features:
    """Return the features of a batch of datasets, in the floating-point type of `x`.

    Args:
        x: `(B, n, dim_x)`, no column constant.
        y: `(B, n, dim_y)`, no column constant.
        scores: how columns become normal scores; with `soft_scores` the features are
            differentiable.

    Example:
        >>> g = torch.Generator().manual_seed(0)
        >>> f = featurise(torch.randn(2, 50, 3, generator=g), torch.randn(2, 50, 1, generator=g))
        >>> tuple(f.rows.shape), f.kinds.tolist()
        ((2, 7, 50, 3), [0, 1, 1, 1, 1, 2, 2])
    """
    return features_of_analysis(analyse(x, y, scores), scores)


def features_of_analysis(analysis: Analysis, scores: Scores = normal_scores) -> Features:
    """Return the features of datasets that are analysed already."""
    z, dim_x, r, canonical = (
        analysis.z,
        analysis.dim_x,
        analysis.correlation,
        analysis.canonical,
    )
    dim, n = z.shape[1:]
    k = min(dim_x, dim - dim_x)
    z_x, z_y = z[:, :dim_x], z[:, dim_x:]
    u, v = canonical.u, canonical.v

    partner = partners(z, dim_x)
    radii_z, radii_uv = radii(z_x, z_y, scores), radii(u, v, scores)
    a = [u, z, radii_z[0], radii_uv[0]]
    b = [v, torch.gather(z, 1, partner[..., None].expand(-1, -1, n)), radii_z[1], radii_uv[1]]
    kinds = [CANONICAL] * k + [COLUMN] * dim + [RADIAL] * 2
    tokens_a, tokens_b = torch.cat(a, 1), torch.cat(b, 1)  # (B, T, n)
    correlation = (tokens_a * tokens_b).mean(-1)
    spread = torch.cat([*log_spread(z_x, z_y), *log_spread(u, v)], 1)
    return Features(
        rows=sign_free_rows(tokens_a, tokens_b, correlation),
        moments=moments(tokens_a, tokens_b),
        scalars=_scalars(correlation, canonical, r[:, :dim_x, dim_x:], spread, n),
        kinds=torch.tensor(kinds, device=z.device),
        closed_forms=canonical.closed_forms,
        summary=analysis.summary,
        unit=analysis.unit,
    )


def _scalars(
    correlation: Tensor, canonical: Canonical, r_xy: Tensor, spread: Tensor, n: int
) -> Tensor:
    """Numbers about each token, `(B, T, N_SCALAR)`: two that all have, the rest by kind."""
    k, dim = canonical.u.shape[1], canonical.explained.shape[1]
    with_others = torch.cat([r_xy.square().mean(-1), r_xy.square().mean(-2)], 1)  # (B, dim)
    scalars = correlation.new_zeros(*correlation.shape, N_SCALAR)
    scalars[..., 0] = -0.5 * torch.log1p(-(0.999 * correlation).square())
    scalars[..., 1] = torch.tanh(math.sqrt(n) * correlation.abs() / 4)
    scalars[:, :k, 2:] = canonical.pairs.mT
    scalars[:, k : k + dim, 2] = with_others * math.sqrt(n)
    scalars[:, k : k + dim, 3] = -0.5 * torch.log1p(-canonical.explained)
    scalars[:, k + dim : k + dim + 2, 2] = spread[:, 0::2]
    scalars[:, k + dim : k + dim + 2, 3] = spread[:, 1::2]
    return scalars
