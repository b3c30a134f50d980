"""Pairs of columns joined by the classical Archimedean copulas."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.distributions.shape import uniform
from mist_explore.interfaces import JointDistribution

__all__ = ["ARCHIMEDEAN", "Archimedean", "CopulaPairs", "copula_pairs"]

WEAKEST = 1e-3
LEAST = 1e-15


class Archimedean(ABC):
    r"""A copula \(C(u, v) = \psi(\varphi(u) + \varphi(v))\) with \(\psi = \varphi^{-1}\).

    All tensors have one shape; `strength` is positive, and for Clayton and Gumbel Kendall's tau is
    strength / (strength + 2). Sources: Nelsen, "An Introduction to Copulas" (2006), chapter 4;
    Hofert, "Sampling Archimedean copulas" (2008) for the frailties.
    """

    name: str

    @abstractmethod
    def theta(self, strength: Tensor) -> Tensor:
        """The usual parameter of the copula."""

    @abstractmethod
    def phi(self, t: Tensor, theta: Tensor) -> Tensor:
        """The generator: decreasing from infinity at 0 to 0 at 1."""

    @abstractmethod
    def psi(self, s: Tensor, theta: Tensor) -> Tensor:
        """The inverse of the generator."""

    @abstractmethod
    def log_slope(self, t: Tensor, theta: Tensor) -> Tensor:
        """The logarithm of minus the generator's derivative."""

    @abstractmethod
    def log_curvature(self, t: Tensor, theta: Tensor) -> Tensor:
        """The logarithm of the generator's second derivative."""

    @abstractmethod
    def frailty(self, theta: Tensor, generator: torch.Generator) -> Tensor:
        """Draws of the positive variable whose Laplace transform is psi."""


class _Clayton(Archimedean):
    """Dependence in the lower tail."""

    name = "Clayton"

    def theta(self, strength: Tensor) -> Tensor:
        return strength

    def phi(self, t: Tensor, theta: Tensor) -> Tensor:
        return torch.expm1(-theta * t.log()) / theta

    def psi(self, s: Tensor, theta: Tensor) -> Tensor:
        return torch.exp(-torch.log1p(theta * s) / theta)

    def log_slope(self, t: Tensor, theta: Tensor) -> Tensor:
        return -(theta + 1) * t.log()

    def log_curvature(self, t: Tensor, theta: Tensor) -> Tensor:
        return torch.log1p(theta) - (theta + 2) * t.log()

    def frailty(self, theta: Tensor, generator: torch.Generator) -> Tensor:
        return theta * _gamma(1 / theta, generator)


class _Frank(Archimedean):
    """Dependence without tails, the same in both directions."""

    name = "Frank"

    def theta(self, strength: Tensor) -> Tensor:
        return 3 * strength

    def phi(self, t: Tensor, theta: Tensor) -> Tensor:
        return -(torch.expm1(-theta * t) / torch.expm1(-theta)).log()

    def psi(self, s: Tensor, theta: Tensor) -> Tensor:
        return -torch.log1p(torch.exp(-s) * torch.expm1(-theta)) / theta

    def log_slope(self, t: Tensor, theta: Tensor) -> Tensor:
        return theta.log() - torch.expm1(theta * t).log()

    def log_curvature(self, t: Tensor, theta: Tensor) -> Tensor:
        return 2 * theta.log() + theta * t - 2 * torch.expm1(theta * t).log()

    def frailty(self, theta: Tensor, generator: torch.Generator) -> Tensor:
        # The logarithmic law by Kemp's method (1981).
        p = -torch.expm1(-theta * _positive_uniform(theta, generator))
        return (1 + _positive_uniform(theta, generator).log() / p.log()).floor()


class _Gumbel(Archimedean):
    """Dependence in the upper tail, of extreme values."""

    name = "Gumbel"

    def theta(self, strength: Tensor) -> Tensor:
        return 1 + strength / 2

    def phi(self, t: Tensor, theta: Tensor) -> Tensor:
        return (-t.log()) ** theta

    def psi(self, s: Tensor, theta: Tensor) -> Tensor:
        return torch.exp(-(s ** (1 / theta)))

    def log_slope(self, t: Tensor, theta: Tensor) -> Tensor:
        log_t = t.log()
        return theta.log() + (theta - 1) * (-log_t).log() - log_t

    def log_curvature(self, t: Tensor, theta: Tensor) -> Tensor:
        log_t = t.log()
        return theta.log() + (theta - 2) * (-log_t).log() + (theta - 1 - log_t).log() - 2 * log_t

    def frailty(self, theta: Tensor, generator: torch.Generator) -> Tensor:
        # The positive stable law by Kanter's method (1975).
        alpha = 1 / theta
        angle = math.pi * _positive_uniform(theta, generator)
        waiting = -_positive_uniform(theta, generator).log()
        return (
            (alpha * angle).sin()
            / angle.sin() ** theta
            * (((1 - alpha) * angle).sin() / waiting) ** (theta - 1)
        )


class _Joe(Archimedean):
    """Strong dependence in the upper tail alone."""

    name = "Joe"

    def theta(self, strength: Tensor) -> Tensor:
        return 1 + 0.75 * strength

    def phi(self, t: Tensor, theta: Tensor) -> Tensor:
        return -_log_rest(theta * torch.log1p(-t))

    def psi(self, s: Tensor, theta: Tensor) -> Tensor:
        return -torch.expm1((-torch.expm1(-s)).log() / theta)

    def log_slope(self, t: Tensor, theta: Tensor) -> Tensor:
        log_q = torch.log1p(-t)
        return theta.log() + (theta - 1) * log_q - _log_rest(theta * log_q)

    def log_curvature(self, t: Tensor, theta: Tensor) -> Tensor:
        log_q = torch.log1p(-t)
        return (
            theta.log()
            + (theta - 2) * log_q
            + (theta - 1 + (theta * log_q).exp()).log()
            - 2 * _log_rest(theta * log_q)
        )

    def frailty(self, theta: Tensor, generator: torch.Generator) -> Tensor:
        # The Sibuya law: a geometric one whose chance of success follows Beta(1/theta, 1-1/theta).
        one, other = _gamma(1 / theta, generator), _gamma(1 - 1 / theta, generator)
        log_failure = torch.log1p(-(one / (one + other))).clamp(max=-LEAST)
        return (_positive_uniform(theta, generator).log() / log_failure).ceil().clamp(min=1)


ARCHIMEDEAN: tuple[Archimedean, ...] = (_Clayton(), _Frank(), _Gumbel(), _Joe())
"""The copulas that a pair can have, by the number in `CopulaPairs.kinds`."""


@dataclass(frozen=True, eq=False)
class CopulaPairs(JointDistribution):
    r"""Independent pairs \((X_i, Y_i)\) with normal columns, each with a copula of its own.

    With the density c of a copula and \(T = C(U, V)\), whose density is
    \(\varphi \varphi'' / \varphi'^2\),

    .. math:: I = E[\ln c(U, V)]
        = E\left[\ln \frac{\varphi''(T)}{-\varphi'(T)^3}\right] + 2 E[\ln(-\varphi'(U))],

    two integrals over (0, 1), worked out to 1e-7. What one side has beyond min(dim_x, dim_y)
    columns is independent noise.

    Args:
        strength: float64 of shape `(..., k)`, k = min(dim_x, dim_y); values below 0.001 count
            as 0.001.
        kinds: numbers in `ARCHIMEDEAN`, of shape `(..., k)`.
        signs: 1 or -1 of shape `(..., 2, k)`: which columns of X and of Y are turned round.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.

    Source: Nelsen, "An Introduction to Copulas" (2006), section 4.3.

    Example:
        >>> strength, kind = torch.tensor([2.0], dtype=torch.float64), torch.tensor([0])
        >>> pair = CopulaPairs(strength, kind, torch.ones(2, 1), 1, 1)
        >>> round(float(pair.mutual_information), 5), round(math.log(3) - 2 / 3, 5)
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
        return self._by_kind(self._informations, self._theta[..., None]).squeeze(-1).sum(-1)

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

        def log_density(copula: Archimedean, theta: Tensor, u: Tensor, v: Tensor) -> Tensor:
            t = copula.psi(copula.phi(u, theta) + copula.phi(v, theta), theta)
            t = t.clamp(1e-300, 1 - 1e-16)
            return (
                copula.log_curvature(t, theta)
                - 3 * copula.log_slope(t, theta)
                + copula.log_slope(u, theta)
                + copula.log_slope(v, theta)
            )

        theta = self._theta[..., None].expand(u.shape)
        return self._by_kind(log_density, theta, u, v).sum(-2)

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

    @staticmethod
    def _informations(copula: Archimedean, theta: Tensor) -> Tensor:
        # The double exponential rule: its nodes crowd where the logarithms diverge.
        w = torch.linspace(-2.9, 2.9, 141, dtype=torch.float64)
        t = torch.sigmoid(math.pi * w.sinh())
        weight = (w[1] - w[0]) * math.pi * w.cosh() * t * torch.sigmoid(-math.pi * w.sinh())
        slope, curvature = copula.log_slope(t, theta), copula.log_curvature(t, theta)
        kendall = (copula.phi(t, theta).log() + curvature - 2 * slope).exp()
        integrand = kendall * (curvature - 3 * slope) + 2 * slope
        return (weight * integrand).sum(-1, keepdim=True)


def copula_pairs(
    dim_x: int, dim_y: int, strength: Tensor, n_pairs: Tensor, shape: Tensor
) -> CopulaPairs:
    """Pairs with random copulas, turned round at random; those beyond `n_pairs` are weakest.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: shape `(..., at least min(dim_x, dim_y))`.
        n_pairs: how many pairs interact, integers of shape `(...)`.
        shape: the seeds of the laws, integers of shape `(...)`.
    """
    k = min(dim_x, dim_y)
    chance = uniform(shape, "copulas", 3, k)
    interacting = torch.arange(k) < n_pairs[..., None]
    return CopulaPairs(
        torch.where(interacting, strength[..., :k], 0.0),
        (len(ARCHIMEDEAN) * chance[..., 0, :]).long(),
        torch.where(chance[..., 1:, :] < 0.5, -1.0, 1.0).double(),
        dim_x,
        dim_y,
    )


def _log_rest(log_p: Tensor) -> Tensor:
    """log(1 - p) without loss of digits near either end."""
    return torch.where(log_p > -math.log(2), (-torch.expm1(log_p)).log(), torch.log1p(-log_p.exp()))


def _positive_uniform(like: Tensor, generator: torch.Generator) -> Tensor:
    return 1 - torch.rand(like.shape, generator=generator, dtype=like.dtype)


def _gamma(shape: Tensor, generator: torch.Generator) -> Tensor:
    # torch.distributions.Gamma takes no generator; this is the sampler beneath it.
    drawn = torch._standard_gamma(shape.contiguous(), generator=generator)
    return drawn.clamp(min=torch.finfo(shape.dtype).tiny)
