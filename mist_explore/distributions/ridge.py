"""Y as a curve over one direction of X, plus noise: a test of projections."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from mist_explore.interfaces import JointDistribution

__all__ = ["CURVES", "Ridge"]

CURVES: Mapping[str, Callable[[Tensor], Tensor]] = {
    "line": lambda u: u,
    "bend": lambda u: torch.tanh(2 * u),
    "step": torch.sign,
    "wave": lambda u: torch.sin(2 * u),
    "hill": torch.square,
}
"""Curves by name, functions of a standard normal variable."""

REACH = 8.0
POINTS = 1_201


@dataclass(frozen=True)
class Ridge(JointDistribution):
    r"""\(X \sim N(0, 1)^d\) and \(Y = f(w \cdot X) + \sigma \epsilon\) with w of length 1.

    Y depends on X through \(U = w \cdot X\) alone, so that \(I(X; Y) = I(U; Y) = h(Y) - h(\sigma
    \epsilon)\), and no other direction of X carries as much. For a line it is
    \(\tfrac12 \ln(1 + \sigma^{-2})\); else the density of Y is integrated on a grid of 1201 points
    of U and as many of Y, and the difference to every second point gives the error.

    Args:
        curve: a name in `CURVES`.
        weights: w, which is scaled to length 1.
        noise: sigma.

    Raises:
        ValueError: if the curve is unknown, w is 0 or the noise is not at least 0.05.

    Example:
        >>> distribution = Ridge("line", (3.0, 4.0), noise=1.0)
        >>> distribution.direction.tolist(), round(float(distribution.mutual_information), 4)
        ([0.6, 0.8], 0.3466)
    """

    curve: str
    weights: tuple[float, ...]
    noise: float

    def __post_init__(self) -> None:
        if self.curve not in CURVES:
            raise ValueError(f"expected a curve among {', '.join(CURVES)}; got {self.curve!r}")
        if not any(self.weights):
            raise ValueError(f"expected weights that are not all 0; got {self.weights}")
        if not self.noise >= 0.05:
            raise ValueError(f"expected a noise of at least 0.05; got {self.noise}")

    @property
    def dim_x(self) -> int:
        """The number of columns of X."""
        return len(self.weights)

    @property
    def dim_y(self) -> int:
        """One."""
        return 1

    @property
    def direction(self) -> Tensor:
        """Unit vector w, `(dim_x,)`."""
        weights = torch.tensor(self.weights, dtype=torch.float64)
        return weights / weights.norm()

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats."""
        return torch.tensor(self._numerical[0], dtype=torch.float64)

    @property
    def mutual_information_error(self) -> Tensor:
        """The change from half of the points of the grid; 0 for a line."""
        return torch.tensor(self._numerical[1], dtype=torch.float64)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(n, dim_x)` and `(n, 1)`."""
        x = torch.randn(n_samples, self.dim_x, generator=generator, dtype=dtype)
        noise = torch.randn(n_samples, 1, generator=generator, dtype=dtype)
        return x, self._signal(x).to(dtype)[:, None] + self.noise * noise

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(y | x) / p(y) in nats, of shape `(n,)`."""
        values = y[..., 0].double()
        return self._log_noise(values - self._signal(x)) - self._log_density(values, 1)

    def _signal(self, x: Tensor) -> Tensor:
        return CURVES[self.curve](x.double() @ self.direction)

    def _log_noise(self, residual: Tensor) -> Tensor:
        scaled = residual / self.noise
        return -0.5 * scaled.square() - math.log(self.noise * math.sqrt(2 * math.pi))

    def _log_density(self, y: Tensor, stride: int) -> Tensor:
        u = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64)[::stride]
        weight = (-0.5 * u.square()).softmax(0).log()
        signal = CURVES[self.curve](u)
        return torch.logsumexp(weight + self._log_noise(y[..., None] - signal), -1)

    @cached_property
    def _numerical(self) -> tuple[float, float]:
        if self.curve == "line":
            return 0.5 * math.log1p(self.noise**-2), 0.0
        fine, coarse = (self._entropy(stride) for stride in (1, 2))
        own = 0.5 * math.log(2 * math.pi * math.e * self.noise**2)
        return fine - own, abs(fine - coarse)

    def _entropy(self, stride: int) -> float:
        """h(Y) in nats by the trapezoidal rule."""
        reached = CURVES[self.curve](torch.linspace(-5.0, 5.0, POINTS, dtype=torch.float64))
        low, high = float(reached.min()), float(reached.max())
        y = torch.linspace(low - 9 * self.noise, high + 9 * self.noise, POINTS)[::stride].double()
        log_density = torch.cat([self._log_density(part, stride) for part in y.split(500)])
        return float(-torch.trapezoid(log_density.exp() * log_density, y))
