"""Interfaces of distributions, transforms and estimators."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from mist_explore.estimate import Estimate
from mist_explore.sample import Sample
from mist_explore.seeding import as_generator

__all__ = ["Estimator", "JointDistribution", "Transform"]


class JointDistribution(ABC):
    """Joint distribution of (X, Y) with known mutual information: a frozen dataclass.

    The parameters may carry leading batch axes `(...)`; then so does all that the distribution
    returns, and one object stands for a batch of distributions of one family. A distribution
    without batch axes stands for one distribution.
    """

    if TYPE_CHECKING:  # fields in some distributions, properties in others

        @property
        def dim_x(self) -> int:
            """The number of columns of X."""

        @property
        def dim_y(self) -> int:
            """The number of columns of Y."""

    def __init_subclass__(cls) -> None:
        # A dataclass writes a `__repr__` of all its tensors, unless the class itself has one.
        cls.__repr__ = cls.__repr__  # type: ignore[method-assign]

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self.dim_x} + {self.dim_y} columns"

    @property
    @abstractmethod
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, float64 of shape `(...)`."""

    @abstractmethod
    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """`n_samples` independent rows: x of shape `(..., n, dim_x)` and y of `(..., n, dim_y)`."""

    @abstractmethod
    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(x, y) / (p(x) p(y)) in nats, of shape `(..., n)`, for rows on the support."""

    @property
    def mutual_information_error(self) -> Tensor:
        """The standard error of `mutual_information`, of its shape: zero for closed forms."""
        return torch.zeros_like(self.mutual_information)

    @property
    def provenance(self) -> str:
        """How the mutual information is known, with the largest error of a batch."""
        error = float(self.mutual_information_error.max())
        if not error:
            return "closed form"
        return f"numerical ± {error:.2g}" if error >= 1e-6 else "numerical, exact to 6 digits"

    def sample(self, n_samples: int, seed: int | torch.Generator) -> Sample:
        """`n_samples` paired rows; the same seed gives the same rows.

        Raises:
            ValueError: if the distribution is a batch of distributions, or `n_samples` is too small
                for a sample.
        """
        x, y = self.draw(n_samples, as_generator(seed))
        if x.ndim > 2:
            raise ValueError(
                f"expected one distribution; got a batch of shape {tuple(x.shape[:-2])}: use draw()"
            )
        return Sample(x.numpy(), y.numpy())


class Transform(ABC):
    """An injective map of the rows of one side, which therefore keeps the mutual information."""

    @abstractmethod
    def dim_out(self, dim_in: int) -> int:
        """The number of columns that come out; raises ValueError where `dim_in` is not possible."""

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """Map rows `(..., n, dim_in)` to rows `(..., n, dim_out)`."""

    @abstractmethod
    def inverse(self, v: Tensor) -> Tensor:
        """Map rows on the image back: `inverse(forward(x)) == x`."""

    @abstractmethod
    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        """log |det dv/dx| of shape `(..., n)`.

        Raises:
            ValueError: if the map is not square (its image is a manifold in more dimensions).
        """


@runtime_checkable
class Estimator(Protocol):
    """Anything that turns a sample into an estimate of its mutual information."""

    @property
    def name(self) -> str:
        """The name that the registry, the page and the tables show."""
        ...

    def estimate(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """Estimate I(X; Y) in nats from paired rows `(n, dim_x)` and `(n, dim_y)`."""
        ...
