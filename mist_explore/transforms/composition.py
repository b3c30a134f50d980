"""One transform after another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from torch import Tensor

from mist_explore.interfaces import Transform

__all__ = ["Composition"]


@dataclass(frozen=True)
class Composition(Transform):
    r"""\(v = f_k(\dots f_2(f_1(x)))\): the parts in the order in which they act.

    Raises:
        ValueError: if there is no part.

    Example:
        >>> from mist_explore.transforms.elementwise import NormalCdf
        >>> from mist_explore.transforms.swiss_roll import SwissRoll
        >>> Composition(NormalCdf(), SwissRoll()).dim_out(1)
        2
    """

    parts: tuple[Transform, ...]

    def __init__(self, *parts: Transform) -> None:
        if not parts:
            raise ValueError("expected at least one transform to compose; got none")
        object.__setattr__(self, "parts", parts)

    def dim_out(self, dim_in: int) -> int:
        """The columns that come out of the last part."""
        return reduce(lambda dim, part: part.dim_out(dim), self.parts, dim_in)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the parts, the first one first."""
        return reduce(lambda rows, part: part.forward(rows), self.parts, x)

    def inverse(self, v: Tensor) -> Tensor:
        """Undo the parts, the last one first."""
        return reduce(lambda rows, part: part.inverse(rows), reversed(self.parts), v)

    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        """The sum over the parts, each at the rows that reach it."""
        total = self.parts[0].log_abs_det_jacobian(x)
        for part, following in zip(self.parts, self.parts[1:], strict=False):
            x = part.forward(x)
            total = total + following.log_abs_det_jacobian(x)
        return total
