"""Maps that turn normal columns into columns with two modes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.transforms.elementwise import Elementwise
from mist_explore.transforms.root import increasing_root

__all__ = ["BIMODAL_X", "BIMODAL_Y", "Bimodal"]


@dataclass(frozen=True)
class Bimodal(Elementwise):
    r"""\(v = F^{-1}(\Phi(x))\), with \(F = w\,\Phi(v - m_1) + (1 - w)\,\Phi(v - m_2)\).

    A standard normal column becomes a mixture of \(N(m_1, 1)\) and \(N(m_2, 1)\). Forward is
    numerical, to the precision of float64; its gradients are exact to first order. Everything is
    worked out with the logarithm of the nearer tail, so that no digits are lost far out.

    Args:
        weight: the share \(w\) of the first component, in (0, 1).
        means: the means \(m_1\) and \(m_2\).

    Raises:
        ValueError: if the weight is not in (0, 1).

    Example:
        >>> x = torch.zeros(1, 1, dtype=torch.float64)
        >>> Bimodal(0.5, (-1.0, 3.0)).forward(x)
        tensor([[1.]], dtype=torch.float64)
    """

    weight: float
    means: tuple[float, float]

    def __post_init__(self) -> None:
        if not 0 < self.weight < 1:
            raise ValueError(f"expected a weight in (0, 1); got {self.weight}")

    def forward(self, x: Tensor) -> Tensor:
        """The quantile of the mixture at the normal CDF of each entry."""
        return self._quantile(x.double()).to(x.dtype)

    def inverse(self, v: Tensor) -> Tensor:
        """The normal score of the mixture's CDF at each entry."""
        wide = v.double()
        below, above = self._log_tail(wide, 1.0), self._log_tail(wide, -1.0)
        score = torch.special.ndtri(torch.minimum(below, above).exp())
        return torch.where(below < above, score, -score).to(v.dtype)

    def log_derivative(self, x: Tensor) -> Tensor:
        r"""\(\log \varphi(x) - \log F'(v)\)."""
        wide = x.double()
        log_normal = -0.5 * wide.square() - 0.5 * math.log(2 * math.pi)
        return (log_normal - self._log_density(self._quantile(wide))).to(x.dtype)

    def _quantile(self, x: Tensor) -> Tensor:
        # Below the median F(v) = Phi(x) is solved, above it 1 - F(v) = Phi(-x), in logarithms.
        side = torch.where(x < 0, 1.0, -1.0).to(x.dtype)

        def excess(v: Tensor) -> tuple[Tensor, Tensor]:
            log_tail = self._log_tail(v, side)
            slope = (self._log_density(v) - log_tail).exp()
            return side * (log_tail - torch.special.log_ndtr(side * x)), slope

        # Components of unit variance: v - x lies between the two means.
        v = increasing_root(excess, x.detach() + min(self.means), x.detach() + max(self.means))
        # One more step of Newton, with autograd, carries the gradient with respect to x.
        value, slope = excess(v)
        return v - value / slope

    def _log_tail(self, v: Tensor, side: Tensor | float) -> Tensor:
        """Log F(v) where side is 1, log (1 - F(v)) where it is -1."""
        first, second = (torch.special.log_ndtr(side * (v - mean)) for mean in self.means)
        return torch.logaddexp(math.log(self.weight) + first, math.log(1 - self.weight) + second)

    def _log_density(self, v: Tensor) -> Tensor:
        first, second = (-0.5 * (v - mean).square() for mean in self.means)
        return torch.logaddexp(
            math.log(self.weight) + first, math.log(1 - self.weight) + second
        ) - 0.5 * math.log(2 * math.pi)


BIMODAL_X = Bimodal(0.3, (0.0, 5.0))
"""The map of the columns of X in the BMI benchmark (Czyz et al. 2023)."""

BIMODAL_Y = Bimodal(0.5, (-1.0, 3.0))
"""The map of the columns of Y in the BMI benchmark (Czyz et al. 2023)."""
