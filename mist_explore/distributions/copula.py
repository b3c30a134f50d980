"""Pairs of columns joined by Archimedean copulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.distributions.archimedean import ARCHIMEDEAN, LEAST, Archimedean
from mist_explore.distributions.structure import uniform
from mist_explore.interfaces import JointDistribution

__all__ = ["CopulaPairs", "copula_pairs"]

WEAKEST = 1e-3


@dataclass(frozen=True, eq=False)
class CopulaPairs(JointDistribution):
    r"""Independent pairs \((X_i, Y_i)\) with normal columns, each with its own copula.

    The mutual information is the sum of those of the pairs (see `Archimedean.information`).
    Further columns, beyond min(dim_x, dim_y), are independent noise.

    Args:
        strength: float64 of shape `(..., k)`, k = min(dim_x, dim_y); values below 0.001 count
            as 0.001.
        kinds: numbers in `ARCHIMEDEAN`, of shape `(..., k)`.
        signs: 1 or -1 of shape `(..., 2, k)`: which columns of X and of Y are turned round.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.

    Example:
        >>> from math import log
        >>> strength, kind = torch.tensor([2.0], dtype=torch.float64), torch.tensor([0])
        >>> pair = CopulaPairs(strength, kind, torch.ones(2, 1), 1, 1)
        >>> round(float(pair.mutual_information), 5), round(log(3) - 2 / 3, 5)
        (0.43195, 0.43195)
    """

    strength: Tensor
    kinds: Tensor
    signs: Tensor
    dim_x: int
    dim_y: int

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `(...)`."""
        return self._by_kind(Archimedean.information, self._theta[..., None]).squeeze(-1).sum(-1)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(..., n, dim_x)` and `(..., n, dim_y)`."""
        *batch, k = self.strength.shape
        theta = self._theta[..., None].expand(*batch, k, n_samples)

        def pairs(copula: Archimedean, theta: Tensor) -> Tensor:
            # Marshall and Olkin (1988): independent given the frailty.
            waiting = torch.empty(2, *theta.shape, dtype=theta.dtype).exponential_(
                generator=generator
            )
            frailty = copula.frailty(theta, generator).clamp(min=torch.finfo(theta.dtype).tiny)
            return copula.psi(waiting / frailty, theta).movedim(0, -1)

        z = torch.special.ndtri(self._by_kind(pairs, theta).clamp(LEAST, 1 - LEAST))
        sides = self.signs[..., None] * z.movedim(-1, -3)  # (..., 2, k, n)
        x, y = sides.mT.to(dtype).unbind(-3)

        def widened(rows: Tensor, dim: int) -> Tensor:
            noise = torch.randn(*batch, n_samples, dim - k, generator=generator, dtype=dtype)
            return torch.cat([rows, noise], -1)

        return widened(x, self.dim_x), widened(y, self.dim_y)

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(x, y) / (p(x) p(y)) in nats, of shape `(..., n)`."""
        k = self.strength.shape[-1]
        z = self.signs[..., None] * torch.stack([x[..., :k], y[..., :k]], -3).double().mT
        u, v = torch.special.ndtr(z).clamp(LEAST, 1 - LEAST).unbind(-3)
        theta = self._theta[..., None].expand(u.shape)
        return self._by_kind(Archimedean.log_density, u, v, theta).sum(-2)

    @property
    def _theta(self) -> Tensor:
        strength = self.strength.clamp(min=WEAKEST)
        return self._by_kind(lambda copula, s: copula.theta(s), strength)

    def _by_kind(self, function: Callable[..., Tensor], *values: Tensor) -> Tensor:
        """Apply a function of (copula, *values) to the pairs, each with its own copula."""
        answer: Tensor | None = None
        for number, copula in enumerate(ARCHIMEDEAN):
            chosen = self.kinds == number
            if chosen.any():
                some = function(copula, *(v[chosen] for v in values))
                if answer is None:
                    answer = some.new_zeros(*self.kinds.shape, *some.shape[1:])
                answer[chosen] = some
        if answer is None:
            raise ValueError(f"expected kinds from 0 to {len(ARCHIMEDEAN) - 1}; got {self.kinds}")
        return answer


def copula_pairs(
    dim_x: int, dim_y: int, strength: Tensor, n_pairs: Tensor, structure_seed: Tensor
) -> CopulaPairs:
    """Pairs with random copulas, turned round at random; those beyond `n_pairs` are weakest.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: shape `(..., at least min(dim_x, dim_y))`.
        n_pairs: how many pairs interact, integers of shape `(...)`.
        structure_seed: integers of shape `(...)`.
    """
    k = min(dim_x, dim_y)
    chance = uniform(structure_seed, "copulas", 3, k)
    interacting = torch.arange(k) < n_pairs[..., None]
    return CopulaPairs(
        torch.where(interacting, strength[..., :k], 0.0),
        (len(ARCHIMEDEAN) * chance[..., 0, :]).long(),
        torch.where(chance[..., 1:, :] < 0.5, -1.0, 1.0).double(),
        dim_x,
        dim_y,
    )
