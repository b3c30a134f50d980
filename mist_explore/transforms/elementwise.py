"""Increasing maps that act on each coordinate alone."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import Transform

__all__ = ["Asinh", "Elementwise", "HalfCube", "Identity", "NormalCdf"]


class Elementwise(Transform):
    r"""A strictly increasing function \(v_j = f(x_j)\) of every column.

    It takes any number of columns, and
    \(\log |\det \partial v / \partial x| = \sum_j \log f'(x_j)\).
    """

    def dim_out(self, dim_in: int) -> int:
        """As many columns as come in."""
        return dim_in

    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        r"""\(\sum_j \log f'(x_j)\), of shape `(..., n)`."""
        return self.log_derivative(x).sum(-1)

    @abstractmethod
    def log_derivative(self, x: Tensor) -> Tensor:
        r"""\(\log f'(x)\), entry by entry."""


@dataclass(frozen=True)
class Identity(Elementwise):
    """The columns as they are."""

    def forward(self, x: Tensor) -> Tensor:
        """`x` itself."""
        return x

    def inverse(self, v: Tensor) -> Tensor:
        """`v` itself."""
        return v

    def log_derivative(self, x: Tensor) -> Tensor:
        """Zero."""
        return torch.zeros_like(x)


@dataclass(frozen=True)
class HalfCube(Elementwise):
    r"""\(v = \operatorname{sign}(x)\,|x|^{3/2}\): lengthens the tails (Czyz et al. 2023).

    Example:
        >>> HalfCube().forward(torch.tensor([-4.0, 0.0, 9.0]))
        tensor([-8.,  0., 27.])
    """

    def forward(self, x: Tensor) -> Tensor:
        """Raise the size of each entry to the power 3/2."""
        # Not x * sqrt(|x|), whose gradient at 0 is NaN.
        return x.sign() * x.abs().pow(1.5)

    def inverse(self, v: Tensor) -> Tensor:
        """Raise the size of each entry to the power 2/3."""
        return v.sign() * v.abs().pow(2 / 3)

    def log_derivative(self, x: Tensor) -> Tensor:
        r"""\(\log \tfrac32 + \tfrac12 \log |x|\), which is -inf at 0."""
        return math.log(1.5) + 0.5 * x.abs().log()


@dataclass(frozen=True)
class Asinh(Elementwise):
    r"""\(v = \operatorname{asinh}(x)\): shortens heavy tails (Czyz et al. 2023)."""

    def forward(self, x: Tensor) -> Tensor:
        """Inverse hyperbolic sine."""
        return x.asinh()

    def inverse(self, v: Tensor) -> Tensor:
        """Hyperbolic sine."""
        return v.sinh()

    def log_derivative(self, x: Tensor) -> Tensor:
        r"""\(-\tfrac12 \log(1 + x^2)\), without overflow."""
        return -torch.hypot(x, torch.ones_like(x)).log()


@dataclass(frozen=True)
class NormalCdf(Elementwise):
    r"""\(v = \Phi(x)\): makes normal columns uniform on (0, 1).

    Near 1 the numbers run out: in float64 the inverse loses digits above \(x \approx 6\), and
    everything above 8.3 becomes 1, whose inverse is infinite.

    Example:
        >>> NormalCdf().inverse(torch.tensor([0.5, 1.5]))
        Traceback (most recent call last):
        ...
        ValueError: expected values in [0, 1], the image of the normal CDF; got 1.5
    """

    def forward(self, x: Tensor) -> Tensor:
        """The standard normal distribution function."""
        return torch.special.ndtr(x)

    def inverse(self, v: Tensor) -> Tensor:
        """The standard normal quantile function.

        Raises:
            ValueError: if a value lies outside [0, 1].
        """
        outside = ~((v >= 0) & (v <= 1))
        if outside.any():
            raise ValueError(
                "expected values in [0, 1], the image of the normal CDF; "
                f"got {v[outside][0].item():g}"
            )
        return torch.special.ndtri(v)

    def log_derivative(self, x: Tensor) -> Tensor:
        r"""\(-\tfrac12 x^2 - \tfrac12 \log 2\pi\)."""
        return -0.5 * x.square() - 0.5 * math.log(2 * math.pi)
