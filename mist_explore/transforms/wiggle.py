"""Wiggly increasing maps: the identity plus a few sines."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.transforms.elementwise import Elementwise
from mist_explore.transforms.root import increasing_root

__all__ = ["WIGGLE_X", "WIGGLE_Y", "Wiggle"]


@dataclass(frozen=True)
class Wiggle(Elementwise):
    r"""\(v = x + \sum_k a_k \sin(f_k x + p_k)\), increasing because \(\sum_k |a_k f_k| < 1\).

    The inverse is numerical, to the precision of float64.

    Args:
        terms: amplitude \(a_k\), frequency \(f_k\) and phase \(p_k\) of each sine.

    Raises:
        ValueError: if the terms may make the map decrease.

    Example:
        >>> x = torch.tensor([[-1.0], [2.0]], dtype=torch.float64)
        >>> torch.allclose(WIGGLE_X.inverse(WIGGLE_X.forward(x)), x, atol=1e-15)
        True
    """

    terms: tuple[tuple[float, float, float], ...]

    def __post_init__(self) -> None:
        steepest = sum(abs(a * f) for a, f, _ in self.terms)
        if steepest >= 1:
            raise ValueError(
                "expected terms with sum |amplitude x frequency| < 1, so that the map increases; "
                f"got {steepest:g}"
            )

    def forward(self, x: Tensor) -> Tensor:
        """Add the sines to each entry."""
        v = x
        for a, f, p in self.terms:
            v = v + a * torch.sin(f * x + p)
        return v

    def inverse(self, v: Tensor) -> Tensor:
        """Solve for each entry; the sines bound how far away its preimage lies."""
        target = v.double()
        reach = sum(abs(a) for a, _, _ in self.terms)
        root = increasing_root(
            lambda x: (self.forward(x) - target, self._derivative(x)),
            target - reach,
            target + reach,
        )
        return root.to(v.dtype)

    def log_derivative(self, x: Tensor) -> Tensor:
        r"""\(\log (1 + \sum_k a_k f_k \cos(f_k x + p_k))\)."""
        return self._derivative(x).log()

    def _derivative(self, x: Tensor) -> Tensor:
        slope = torch.ones_like(x)
        for a, f, p in self.terms:
            slope = slope + a * f * torch.cos(f * x + p)
        return slope


WIGGLE_X = Wiggle(((0.4, 1.0, 0.0), (0.2, 1.7, 1.0), (0.03, 3.3, -2.5)))
"""The map of the columns of X in the BMI benchmark (Czyz et al. 2023)."""

WIGGLE_Y = Wiggle(((-0.4, 0.4, 0.0), (0.17, 1.3, 3.5), (0.02, 4.3, -2.5)))
"""The map of the columns of Y in the BMI benchmark (Czyz et al. 2023)."""
