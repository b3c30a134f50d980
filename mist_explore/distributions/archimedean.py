"""Archimedean copulas of Clayton, Frank, Gumbel and Joe."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor

__all__ = ["ARCHIMEDEAN", "LEAST", "Archimedean"]

LEAST = 1e-15
"""Least distance of a number in (0, 1) from its ends."""


class Archimedean(ABC):
    r"""Copula \(C(u, v) = \psi(\varphi(u) + \varphi(v))\) with \(\psi = \varphi^{-1}\).

    All tensors have one shape; `strength` is positive, and for Clayton and Gumbel Kendall's tau is
    strength / (strength + 2).

    Source: Nelsen, "An Introduction to Copulas" (2006), chapter 4, section 4.3 for T = C(U, V);
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

    def log_density(self, u: Tensor, v: Tensor, theta: Tensor) -> Tensor:
        r"""\(\ln c(u, v)\), the pointwise information of the pair in nats."""
        t = self.psi(self.phi(u, theta) + self.phi(v, theta), theta).clamp(1e-300, 1 - 1e-16)
        return (
            self.log_curvature(t, theta)
            - 3 * self.log_slope(t, theta)
            + self.log_slope(u, theta)
            + self.log_slope(v, theta)
        )

    def information(self, theta: Tensor) -> Tensor:
        r"""The information of a pair in nats, to 1e-7, for `theta` of shape `(..., 1)`.

        With \(T = C(U, V)\), whose density is \(\varphi \varphi'' / \varphi'^2\),

        .. math:: I = E[\ln c(U, V)]
            = E\left[\ln \frac{\varphi''(T)}{-\varphi'(T)^3}\right] + 2 E[\ln(-\varphi'(U))],

        two integrals over (0, 1).
        """
        # The double exponential rule: its nodes crowd where the logarithms diverge.
        w = torch.linspace(-2.9, 2.9, 141, dtype=torch.float64)
        t = torch.sigmoid(math.pi * w.sinh())
        weight = (w[1] - w[0]) * math.pi * w.cosh() * t * torch.sigmoid(-math.pi * w.sinh())
        slope, curvature = self.log_slope(t, theta), self.log_curvature(t, theta)
        kendall = (self.phi(t, theta).log() + curvature - 2 * slope).exp()
        integrand = kendall * (curvature - 3 * slope) + 2 * slope
        return (weight * integrand).sum(-1, keepdim=True)


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
        # The logarithmic distribution by Kemp's method (1981).
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
        # The positive stable distribution by Kanter's method (1975).
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
        # The Sibuya distribution: a geometric one whose chance of success follows Beta(1/theta,
        # 1-1/theta).
        one, other = _gamma(1 / theta, generator), _gamma(1 - 1 / theta, generator)
        log_failure = torch.log1p(-(one / (one + other))).clamp(max=-LEAST)
        return (_positive_uniform(theta, generator).log() / log_failure).ceil().clamp(min=1)


ARCHIMEDEAN: tuple[Archimedean, ...] = (_Clayton(), _Frank(), _Gumbel(), _Joe())
"""All copulas; `kinds` indexes this tuple."""


def _log_rest(log_p: Tensor) -> Tensor:
    """log(1 - p) without loss of digits near either end."""
    return torch.where(log_p > -math.log(2), (-torch.expm1(log_p)).log(), torch.log1p(-log_p.exp()))


def _positive_uniform(like: Tensor, generator: torch.Generator) -> Tensor:
    return 1 - torch.rand(like.shape, generator=generator, dtype=like.dtype)


def _gamma(shape: Tensor, generator: torch.Generator) -> Tensor:
    # torch.distributions.Gamma takes no generator; this is the sampler beneath it.
    drawn = torch._standard_gamma(shape.contiguous(), generator=generator)
    return drawn.clamp(min=torch.finfo(shape.dtype).tiny)
