"""The Swiss roll: a line rolled up in the plane."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import Transform

__all__ = ["SwissRoll"]

# How far a point may lie from the roll and still count as rounded: turns are 0.45 apart.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class SwissRoll(Transform):
    r"""\(u \in [0, 1] \mapsto (t \cos t,\, t \sin t) / 21\) with \(t = \tfrac32 \pi (1 + 2u)\).

    One column becomes two (Czyz et al. 2023). The map is injective, so mutual information stays,
    but it is not square: its image is a curve in the plane.

    Example:
        >>> u = torch.tensor([[0.25], [0.5]], dtype=torch.float64)
        >>> torch.allclose(SwissRoll().inverse(SwissRoll().forward(u)), u)
        True
    """

    def dim_out(self, dim_in: int) -> int:
        """Two columns.

        Raises:
            ValueError: if other than one column comes in.
        """
        if dim_in != 1:
            raise ValueError(f"expected 1 column for the Swiss roll; got {dim_in}")
        return 2

    def forward(self, x: Tensor) -> Tensor:
        """Roll up a column of numbers in [0, 1].

        Raises:
            ValueError: if a number lies outside, where the roll would cross itself or grow.
        """
        self.dim_out(x.shape[-1])
        outside = ~((x >= 0) & (x <= 1))
        if outside.any():
            raise ValueError(
                f"expected values in [0, 1] for the Swiss roll; got {x[outside][0].item():g}: "
                "put the normal CDF before it"
            )
        t = 1.5 * math.pi * (1 + 2 * x[..., 0])
        return torch.stack((t * t.cos(), t * t.sin()), dim=-1) / 21

    def inverse(self, v: Tensor) -> Tensor:
        """Read the position on the roll from the distance to its centre.

        Raises:
            ValueError: if a point does not lie on the roll.
        """
        if v.shape[-1] != 2:
            raise ValueError(f"expected 2 columns on the Swiss roll; got {v.shape[-1]}")
        t = 21 * torch.linalg.vector_norm(v, dim=-1)
        u = ((t / (1.5 * math.pi) - 1) / 2).clamp(0, 1)[..., None]
        distance = (self.forward(u) - v).abs().amax()
        if not distance <= TOLERANCE:
            raise ValueError(
                f"expected points on the Swiss roll; got one at a distance of {distance:.2g}"
            )
        return u

    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        """Not defined.

        Raises:
            ValueError: always, because the map is not square.
        """
        raise ValueError("expected a square map for log |det J|; the Swiss roll maps 1 column to 2")
