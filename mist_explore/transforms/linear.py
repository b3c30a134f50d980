"""Linear mixing of the columns of a side."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import Transform
from mist_explore.seeding import as_generator

__all__ = ["LinearMap", "linear_mixing"]


@dataclass(frozen=True, eq=False)
class LinearMap(Transform):
    r"""\(v = A x\) with an invertible matrix \(A\).

    Args:
        matrix: float64 of shape `(..., dim, dim)`; batch axes give a matrix to each distribution of
            a batch.

    Raises:
        ValueError: if the matrix is not square or not invertible.

    Example:
        >>> swap = LinearMap(torch.tensor([[0.0, 1.0], [1.0, 0.0]], dtype=torch.float64))
        >>> swap.forward(torch.tensor([[1.0, 2.0]]))
        tensor([[2., 1.]])
    """

    matrix: Tensor

    def __post_init__(self) -> None:
        if self.matrix.ndim < 2 or self.matrix.shape[-1] != self.matrix.shape[-2]:
            raise ValueError(f"expected a square matrix; got shape {tuple(self.matrix.shape)}")
        if not torch.isfinite(torch.linalg.slogdet(self.matrix).logabsdet).all():
            raise ValueError("expected an invertible matrix; got one with determinant 0")

    def dim_out(self, dim_in: int) -> int:
        """As many columns as come in.

        Raises:
            ValueError: if they are not as many as the matrix takes.
        """
        if dim_in != self.matrix.shape[-1]:
            raise ValueError(f"expected {self.matrix.shape[-1]} columns to mix; got {dim_in}")
        return dim_in

    def forward(self, x: Tensor) -> Tensor:
        """Multiply each row by the matrix."""
        self.dim_out(x.shape[-1])
        return x @ self.matrix.to(x.dtype).mT

    def inverse(self, v: Tensor) -> Tensor:
        """Solve with the matrix for each row."""
        self.dim_out(v.shape[-1])
        return torch.linalg.solve(self.matrix.to(v.dtype), v.mT).mT

    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        r"""\(\log |\det A|\) for every row."""
        constant = torch.linalg.slogdet(self.matrix).logabsdet.to(x.dtype)
        return constant[..., None].expand(x.shape[:-1])


def linear_mixing(dim: int, seed: int | torch.Generator, stretch: float = 2.0) -> LinearMap:
    r"""A random mixing \(A = U\,\mathrm{diag}(s)\,V^\top\).

    U and V are uniform on the orthogonal matrices, each singular value is log-uniform on
    \([1 / \mathrm{stretch}, \mathrm{stretch}]\): the condition number is at most stretch².

    Example:
        >>> linear_mixing(3, seed=0).dim_out(3)
        3
    """
    generator = as_generator(seed)
    left, right = _orthogonal(dim, generator), _orthogonal(dim, generator)
    exponent = 2 * torch.rand(dim, generator=generator, dtype=torch.float64) - 1
    return LinearMap(left * stretch**exponent @ right.mT)


def _orthogonal(dim: int, generator: torch.Generator) -> Tensor:
    q, r = torch.linalg.qr(torch.randn(dim, dim, generator=generator, dtype=torch.float64))
    # The signs of the diagonal make it uniform (Mezzadri 2007, arXiv math-ph/0609050).
    return q * r.diagonal().sign()
