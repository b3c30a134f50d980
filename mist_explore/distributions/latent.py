"""X and Y that depend on a common latent point of a curve: rings, volatility, counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.distributions.monte_carlo import MonteCarloDistribution

__all__ = ["POINTS", "Curve", "SharedLatent", "figure_eight", "firing", "ring", "volatility"]

POINTS = 256


@dataclass(frozen=True, eq=False)
class Curve:
    """Conditional distribution of the columns of a side, at each of `POINTS` latent points t.

    Given t, the columns are independent: normal with this mean and deviation or, for counts,
    Poisson with this mean.

    Args:
        mean: `(POINTS, dim)`.
        deviation: `(POINTS, dim)`; None for counts.
    """

    mean: Tensor
    deviation: Tensor | None

    def draw(self, t: Tensor, generator: torch.Generator) -> Tensor:
        """One row for each hidden point in `t`, of shape `(n, dim)`."""
        mean = self.mean[t]
        if self.deviation is None:
            return torch.poisson(mean, generator=generator)
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype)
        return mean + self.deviation[t] * noise

    def log_likelihood(self, rows: Tensor) -> Tensor:
        """log p(row | t) for each row and each hidden point, `(n, POINTS)`."""
        rows, mean = rows.double(), self.mean
        if self.deviation is None:
            constant = mean.sum(-1) + torch.special.gammaln(rows + 1).sum(-1, keepdim=True)
            return rows @ mean.log().T - constant
        precision = self.deviation.square().reciprocal()
        squares = rows.square() @ precision.T - 2 * rows @ (mean * precision).T
        constant = (mean.square() * precision / 2 + self.deviation.log()).sum(-1)
        return -squares / 2 - constant - mean.shape[1] * math.log(2 * math.pi) / 2


@dataclass(frozen=True, eq=False)
class SharedLatent(MonteCarloDistribution):
    r"""X and Y are independent given a hidden point t, uniform on the points of a curve.

    .. math::
        i(x, y) = \ln \frac{\langle p(x | t) p(y | t) \rangle_t}
                           {\langle p(x | t) \rangle_t \langle p(y | t) \rangle_t}

    exactly, since the points are finitely many; I(X; Y) is its mean, at most ln(`POINTS`).

    Args:
        x: the curve of X.
        y: the curve of Y.

    Example:
        >>> distribution = ring(torch.Generator().manual_seed(0), 2, 2, noise=0.5)
        >>> round(float(distribution.mutual_information), 1)
        0.4
    """

    x: Curve
    y: Curve

    @property
    def dim_x(self) -> int:
        """The number of columns of X."""
        return self.x.mean.shape[1]

    @property
    def dim_y(self) -> int:
        """The number of columns of Y."""
        return self.y.mean.shape[1]

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(n, dim_x)` and `(n, dim_y)`."""
        t = torch.randint(POINTS, (n_samples,), generator=generator)
        return self.x.draw(t, generator).to(dtype), self.y.draw(t, generator).to(dtype)

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(x, y) / (p(x) p(y)) in nats, of shape `(n,)`."""
        given_x, given_y = self.x.log_likelihood(x), self.y.log_likelihood(y)
        joint = (given_x + given_y).logsumexp(-1) + math.log(POINTS)
        return joint - given_x.logsumexp(-1) - given_y.logsumexp(-1)

    def information(self, n_samples: int, generator: torch.Generator) -> Tensor:
        """Pointwise values of draws."""
        return self.pointwise_mutual_information(*self.draw(n_samples, generator))


def ring(generator: torch.Generator, dim_x: int, dim_y: int, noise: float) -> SharedLatent:
    """Both sides are noisy circles of a common angle, through all of their columns."""

    def side(dim: int) -> Curve:
        phase = 2 * torch.pi * torch.rand(dim, generator=generator, dtype=torch.float64)
        return _noisy((_angle() + phase).cos(), noise)

    return SharedLatent(side(dim_x), side(dim_y))


def figure_eight(generator: torch.Generator, dim_x: int, dim_y: int, noise: float) -> SharedLatent:
    """Lissajous figures: each column follows the common angle at its own frequency."""

    def side(dim: int) -> Curve:
        phase = 2 * torch.pi * torch.rand(dim, generator=generator, dtype=torch.float64)
        frequency = torch.randint(1, 4, (dim,), generator=generator)
        return _noisy((frequency * _angle() + phase).sin(), noise)

    return SharedLatent(side(dim_x), side(dim_y))


def volatility(generator: torch.Generator, dim_x: int, dim_y: int, spread: float) -> SharedLatent:
    """Uncorrelated columns whose scales depend on a common angle."""

    def side(dim: int) -> Curve:
        weight = 0.5 + 0.5 * torch.rand(dim, generator=generator, dtype=torch.float64)
        deviation = (spread * weight * _angle().cos()).exp()
        return Curve(torch.zeros_like(deviation), deviation)

    return SharedLatent(side(dim_x), side(dim_y))


def firing(generator: torch.Generator, dim_x: int, dim_y: int, rate: float) -> SharedLatent:
    """Counts of neurons with bumps of tuning on a common angle (X) and a noisy view of it (Y)."""
    preferred = 2 * torch.pi * torch.rand(dim_x, generator=generator, dtype=torch.float64)
    counts = Curve(rate * (2 * ((_angle() - preferred).cos() - 1)).exp() + 0.05, None)
    return SharedLatent(counts, ring(generator, 1, dim_y, noise=0.3).y)


def _angle() -> Tensor:
    return 2 * torch.pi * torch.arange(POINTS, dtype=torch.float64)[:, None] / POINTS


def _noisy(mean: Tensor, noise: float) -> Curve:
    return Curve(mean, torch.full_like(mean, noise))
