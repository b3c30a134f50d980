"""Marginal distributions as increasing splines of a standard normal variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

from mist_explore.transforms.elementwise import Elementwise

__all__ = ["N_KNOTS", "QuantileSpline"]

N_KNOTS = (2, 9, 17, 33)
"""Numbers of knots to choose from; two make the marginal distributions normal."""

FARTHEST = 3.5
"""The outermost knots, in standard deviations of the latent variable; fewer rows end earlier."""

LEAST_STEP = 1e-4
"""Least step between knots, in shares of the range of a column over the number of knots."""


_Pair: TypeAlias = tuple[Tensor, Tensor]
_Bins: TypeAlias = tuple[_Pair, _Pair, Tensor, Tensor, Tensor, Tensor, Tensor]


@dataclass(frozen=True, eq=False)
class QuantileSpline(Elementwise):
    r"""Increasing rational-quadratic splines \(v_j = q_j(z_j)\), one for each column.

    With \(z_j \sim N(0, 1)\) column j has the fitted marginal distribution, whose quantile function
    is \(q_j(\Phi^{-1}(u))\). Beyond the outermost knots the splines are linear: what is
    extrapolated grows no faster than at the edge of the data.

    Args:
        z: knots in the latent variable, float64 of shape `(dim, knots)`.
        v: values at the knots, `(dim, knots)`, increasing.
        slopes: derivatives at the knots, `(dim, knots)`, positive.

    Source: Gregory & Delbourgo, "Piecewise rational quadratic interpolation to monotonic data"
    (1982); Durkan et al., "Neural Spline Flows" (2019, arXiv 1906.04032).

    Example:
        >>> rows = torch.randn(500, 2, generator=torch.Generator().manual_seed(0)).double().exp()
        >>> spline = QuantileSpline.of(rows)
        >>> torch.allclose(spline.forward(spline.inverse(rows)), rows)
        True
    """

    z: Tensor
    v: Tensor
    slopes: Tensor

    @classmethod
    def of(cls, rows: Tensor, knots: int = N_KNOTS[-1]) -> QuantileSpline:
        """Fit the splines to the empirical quantiles of rows `(n, dim)`, without constant columns.

        Args:
            rows: the rows.
            knots: number of knots; two stand for the normal distribution of mean and deviation.

        Raises:
            ValueError: if a column is constant.
        """
        n, dim = rows.shape
        if knots == 2:
            mean, deviation = rows.double().mean(0)[:, None], rows.double().std(0)[:, None]
            _check_varies(deviation)
            z = torch.tensor([-1.0, 1.0], dtype=torch.float64).expand(dim, -1).contiguous()
            return cls(z, mean + deviation * z, deviation.expand(-1, 2).contiguous())
        farthest = min(FARTHEST, float(torch.special.ndtri(torch.tensor(1 - 0.5 / n).double())))
        z = torch.linspace(-farthest, farthest, knots, dtype=torch.float64)
        v = torch.quantile(rows.double(), torch.special.ndtr(z), 0).T
        span = v[:, -1:] - v[:, :1]
        _check_varies(span)
        steps = v.diff(dim=1).maximum(LEAST_STEP * span / knots)
        v = torch.cat([v[:, :1], v[:, :1] + steps.cumsum(1)], 1)
        secants = steps / z.diff()
        inner = 2 * secants[:, 1:] * secants[:, :-1] / (secants[:, 1:] + secants[:, :-1])
        slopes = torch.cat([secants[:, :1], inner, secants[:, -1:]], 1)
        return cls(z.expand(dim, -1).contiguous(), v.contiguous(), slopes)

    def dim_out(self, dim_in: int) -> int:
        """As many columns as come in.

        Raises:
            ValueError: if they are not as many as the splines.
        """
        if dim_in != len(self.z):
            raise ValueError(f"expected {len(self.z)} columns for the splines; got {dim_in}")
        return dim_in

    def forward(self, x: Tensor) -> Tensor:
        """Return the values of latent rows `(..., n, dim)`."""
        _, height, secant, start, end, share, outside = self._bins(x, self.z)
        rest = share * (1 - share)
        inside = height[1] + height[0] * (secant * share.square() + start * rest) / (
            secant + (start + end - 2 * secant) * rest
        )
        low = x.double() < self.z[:, 0]
        edge = torch.where(low, self.v[:, 0], self.v[:, -1])
        slope = torch.where(low, self.slopes[:, 0], self.slopes[:, -1])
        knot = torch.where(low, self.z[:, 0], self.z[:, -1])
        linear = edge + slope * (x.double() - knot)
        return torch.where(outside, linear, inside).to(x.dtype)

    def inverse(self, v: Tensor) -> Tensor:
        """Return the latent rows of values `(..., n, dim)`."""
        width, _, secant, start, end, share, outside = self._bins(v, self.v)
        # share is the share of the height: solve the quadratic for that of the width.
        bend = share * (start + end - 2 * secant)
        a, b, c = secant - start + bend, start - bend, -secant * share
        root = 2 * c / (-b - (b.square() - 4 * a * c).clamp(min=0).sqrt())
        inside = width[1] + width[0] * root
        low = v.double() < self.v[:, 0]
        edge = torch.where(low, self.z[:, 0], self.z[:, -1])
        slope = torch.where(low, self.slopes[:, 0], self.slopes[:, -1])
        knot = torch.where(low, self.v[:, 0], self.v[:, -1])
        linear = edge + (v.double() - knot) / slope
        return torch.where(outside, linear, inside).to(v.dtype)

    def log_derivative(self, x: Tensor) -> Tensor:
        r"""\(\log q_j'(z)\), entry by entry."""
        _, _, secant, start, end, share, outside = self._bins(x, self.z)
        rest = share * (1 - share)
        top = end * share.square() + 2 * secant * rest + start * (1 - share).square()
        inside = 2 * (secant / (secant + (start + end - 2 * secant) * rest)).log() + top.log()
        low = x.double() < self.z[:, 0]
        beyond = torch.where(low, self.slopes[:, 0], self.slopes[:, -1]).log()
        return torch.where(outside, beyond, inside).to(x.dtype)

    def _bins(self, rows: Tensor, knots: Tensor) -> _Bins:
        """Bin of each entry: (width, left), (height, bottom), secant, slopes, place, outside."""
        self.dim_out(rows.shape[-1])
        columns = rows.double().movedim(-1, 0)
        flat = columns.reshape(len(knots), -1).contiguous()
        index = (torch.searchsorted(knots, flat) - 1).clamp(0, knots.shape[1] - 2)

        def at(values: Tensor, shift: int = 0) -> Tensor:
            return values.gather(1, index + shift).reshape(columns.shape).movedim(0, -1)

        left, bottom = at(self.z), at(self.v)
        width, height = at(self.z, 1) - left, at(self.v, 1) - bottom
        first, span = (left, width) if knots is self.z else (bottom, height)
        place = (rows.double() - first) / span
        outside = (rows.double() < knots[:, 0]) | (rows.double() > knots[:, -1])
        return (
            (width, left),
            (height, bottom),
            height / width,
            at(self.slopes),
            at(self.slopes, 1),
            place.clamp(0, 1),
            outside,
        )


def _check_varies(spread: Tensor) -> None:
    if not (spread > 0).all():
        raise ValueError("expected columns that vary; got a constant one: leave it out")
