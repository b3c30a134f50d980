"""The spiral: a rotation whose angle grows with the distance from the origin."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import Transform

__all__ = ["Spiral"]


@dataclass(frozen=True)
class Spiral(Transform):
    r"""Columns (a, b) rotate by \(\theta = |x|^2 / d\), the mean square of the row.

    \((a, b) \mapsto (a \cos\theta - b \sin\theta,\; a \sin\theta + b \cos\theta)\). The rotation
    keeps \(|x|\), so that its inverse turns back by the same angle, and its Jacobian has
    determinant 1 (Czyz et al. 2023).

    Args:
        columns: the two columns that rotate, counted from 0.

    Example:
        >>> turned = Spiral((0, 1)).forward(torch.tensor([[3.0, 4.0]]))
        >>> round(float(turned.norm()), 5)
        5.0
    """

    columns: tuple[int, int]

    def dim_out(self, dim_in: int) -> int:
        """As many columns as come in.

        Raises:
            ValueError: if the columns that rotate are not among them.
        """
        needed = max(self.columns) + 1
        if dim_in < needed:
            raise ValueError(f"expected at least {needed} columns for the spiral; got {dim_in}")
        return dim_in

    def forward(self, x: Tensor) -> Tensor:
        """Rotate each row."""
        return self._rotate(x, 1.0)

    def inverse(self, v: Tensor) -> Tensor:
        """Rotate each row back."""
        return self._rotate(v, -1.0)

    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        """Zero for every row."""
        self.dim_out(x.shape[-1])
        return torch.zeros_like(x[..., 0])

    def _rotate(self, x: Tensor, sense: float) -> Tensor:
        self.dim_out(x.shape[-1])
        theta = sense * x.square().mean(-1)
        cos, sin = theta.cos(), theta.sin()
        first, second = self.columns
        a, b = x[..., first], x[..., second]
        turned = x.clone()
        turned[..., first] = a * cos - b * sin
        turned[..., second] = a * sin + b * cos
        return turned
