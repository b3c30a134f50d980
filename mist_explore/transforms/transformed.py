"""Distributions of transformed variables."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import JointDistribution, Transform
from mist_explore.transforms.registry import TRANSFORMS

__all__ = ["TransformedDistribution", "transformed"]


@dataclass(frozen=True, eq=False)
class TransformedDistribution(JointDistribution):
    r"""Joint distribution of \((f(X), g(Y))\) for injective \(f\) and \(g\).

    Mutual information is invariant: \(I(f(X); g(Y)) = I(X; Y)\), and the pointwise value at
    \((v, w)\) is that of the base distribution at \((f^{-1}(v), g^{-1}(w))\), because the
    Jacobians cancel (Kraskov et al. 2004, appendix). The batch axes are those of the base.

    Args:
        base: the distribution of (X, Y).
        transform_x: f.
        transform_y: g.

    Raises:
        ValueError: if a transform does not fit the columns of its side.
    """

    base: JointDistribution
    transform_x: Transform
    transform_y: Transform

    def __post_init__(self) -> None:
        for side, transform, dim in (
            ("X", self.transform_x, self.base.dim_x),
            ("Y", self.transform_y, self.base.dim_y),
        ):
            try:
                transform.dim_out(dim)
            except ValueError as error:
                raise ValueError(f"the transform does not fit {side}: {error}") from None

    def __repr__(self) -> str:
        f, g = (type(transform).__name__ for transform in (self.transform_x, self.transform_y))
        return f"{super().__repr__()}, f = {f}, g = {g} of {self.base!r}"

    @property
    def dim_x(self) -> int:
        """The number of columns of f(X)."""
        return self.transform_x.dim_out(self.base.dim_x)

    @property
    def dim_y(self) -> int:
        """The number of columns of g(Y)."""
        return self.transform_y.dim_out(self.base.dim_y)

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) of the base in nats, of shape `(...)`."""
        return self.base.mutual_information

    @property
    def mutual_information_error(self) -> Tensor:
        """The standard error of the base, of shape `(...)`."""
        return self.base.mutual_information_error

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Draw rows of the base and transform them, `(..., n, dim_x)` and `(..., n, dim_y)`."""
        x, y = self.base.draw(n_samples, generator, dtype)
        return self.transform_x.forward(x), self.transform_y.forward(y)

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """Pointwise value of the base at the preimage of each row, in nats, of shape `(..., n)`."""
        return self.base.pointwise_mutual_information(
            self.transform_x.inverse(x), self.transform_y.inverse(y)
        )


def transformed(
    base: JointDistribution,
    transform: str | tuple[Transform, Transform],
    seed: int = 0,
    strength: float = 1.0,
) -> TransformedDistribution:
    r"""Return the distribution of \((f(X), g(Y))\), with the mutual information of (X, Y).

    For one seed the distributions change continuously with the strength of the flow, from the base
    itself at 0 to the random flow at 1.

    Args:
        base: the distribution of (X, Y).
        transform: a name in `TRANSFORMS`, or the injective maps f and g.
        seed: of the transforms that are drawn at random.
        strength: of the transform `"flow"` alone, in [0, 1].

    Raises:
        ValueError: if the name is unknown, a transform does not fit the columns of its side, or
            the strength is out of its bounds.

    Example:
        >>> from mist_explore.distributions import Gaussian, sparse_correlation
        >>> plain = Gaussian(sparse_correlation(2.0, 2, 3, 3), 3)
        >>> tangled = transformed(transformed(plain, "normal-cdf"), "spiral")
        >>> round(float(tangled.mutual_information), 5)
        1.02165
        >>> bent = transformed(plain, "flow", strength=0.5)
        >>> bool(bent.mutual_information == plain.mutual_information)
        True
    """
    if isinstance(transform, str):
        if transform not in TRANSFORMS:
            raise ValueError(
                f"expected a transform among {', '.join(TRANSFORMS)}; got {transform!r}"
            )
        transform = TRANSFORMS[transform].make(base.dim_x, base.dim_y, seed, strength)
    elif strength != 1:
        raise ValueError(f"expected a strength beside the name of a flow alone; got {strength}")
    return TransformedDistribution(base, *transform)
