"""Joint distributions on the cells of a grid, each axis continuous or categorical."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from mist_explore.distributions.stack import Stack
from mist_explore.interfaces import JointDistribution

__all__ = ["MARGINS", "Axis", "NoiseColumns", "Table", "with_noise_columns"]

LEAST = 1e-12
MARGINS: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "uniform": (lambda u: math.sqrt(12) * (u - 0.5), lambda x: x / math.sqrt(12) + 0.5),
    "normal": (torch.special.ndtri, torch.special.ndtr),
    "heavy": (
        lambda u: (1.5 * torch.special.ndtri(u)).sinh(),
        lambda x: torch.special.ndtr(x.asinh() / 1.5),
    ),
    "exponential": (lambda u: -torch.log1p(-u), lambda x: -torch.expm1(-x)),
}
"""Quantile and distribution function of a continuous axis whose cells are equally likely."""


@dataclass(frozen=True, eq=False)
class Axis:
    """One column on a grid: a point inside a cell, or the code of the cell.

    Args:
        levels: the number of cells.
        margin: a name in `MARGINS`, the distribution of the column if all cells are equally
            likely; it has no effect on codes.
        codes: the number that stands for each cell, all different, float64 of shape `(levels,)`;
            None for a continuous column.
    """

    levels: int
    margin: str = "uniform"
    codes: Tensor | None = None

    def values(self, cells: Tensor, generator: torch.Generator) -> Tensor:
        """Return a value in each of the cells `(n,)`, float64 of shape `(n,)`."""
        if self.codes is not None:
            return self.codes[cells]
        inside = torch.rand(cells.shape, generator=generator, dtype=torch.float64)
        share = ((cells + inside) / self.levels).clamp(LEAST, 1 - LEAST)
        return MARGINS[self.margin][0](share)

    def cells(self, values: Tensor) -> Tensor:
        """Return the cell of each value, integers of the shape of `values`."""
        if self.codes is not None:
            ordered, order = self.codes.sort()
            nearest = torch.searchsorted(ordered, values.contiguous() - 1e-6)
            return order[nearest.clamp(max=self.levels - 1)]
        share = MARGINS[self.margin][1](values)
        return (share * self.levels).floor().long().clamp(0, self.levels - 1)


@dataclass(frozen=True, eq=False)
class Table(JointDistribution):
    r"""(X, Y) in the cells (a, b) of a grid with probability \(P_{ab}\), independent inside a cell.

    .. math:: I(X; Y) = \sum_{ab} P_{ab} \ln \frac{P_{ab}}{P_{a\cdot} P_{\cdot b}}

    exactly, for continuous axes too: the density is constant inside a cell, up to monotone maps of
    the columns. It has no batch axes.

    Args:
        probabilities: P, float64 of shape `(a, b)`, where a and b are the products of the levels
            of the axes of each side, the last axis varying fastest.
        axes_x: the columns of X.
        axes_y: the columns of Y.

    Source: Cover & Thomas, "Elements of Information Theory" (2006), section 2.3.

    Example:
        >>> coin = torch.tensor([[0.5, 0.0], [0.0, 0.5]], dtype=torch.float64)
        >>> round(float(Table(coin, (Axis(2),), (Axis(2),)).mutual_information), 5)
        0.69315
    """

    probabilities: Tensor
    axes_x: tuple[Axis, ...]
    axes_y: tuple[Axis, ...]

    @property
    def dim_x(self) -> int:
        """The number of columns of X."""
        return len(self.axes_x)

    @property
    def dim_y(self) -> int:
        """The number of columns of Y."""
        return len(self.axes_y)

    @cached_property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `()`."""
        p = self.probabilities
        entropies = [torch.special.entr(q).sum() for q in (p.sum(1), p.sum(0), p)]
        return (entropies[0] + entropies[1] - entropies[2]).clamp(min=0)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(n, dim_x)` and `(n, dim_y)`."""
        chance = torch.rand(n_samples, generator=generator, dtype=torch.float64)
        edges = self.probabilities.flatten().cumsum(0)
        cell = torch.searchsorted(edges, chance * edges[-1], right=True)
        cell = cell.clamp(max=len(edges) - 1)
        width = self.probabilities.shape[1]
        first, second = cell.div(width, rounding_mode="floor"), cell % width
        return (
            _columns(self.axes_x, first, generator).to(dtype),
            _columns(self.axes_y, second, generator).to(dtype),
        )

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log P(a, b) / (P(a) P(b)) in nats, of shape `(n,)`; -inf where P(a, b) is zero."""
        p = self.probabilities
        a, b = _flat_cells(self.axes_x, x.double()), _flat_cells(self.axes_y, y.double())
        return p[a, b].log() - p.sum(1)[a].log() - p.sum(0)[b].log()


@dataclass(frozen=True, eq=False)
class NoiseColumns(JointDistribution):
    """Independent columns, standard normal or categorical: I(X; Y) = 0.

    Args:
        dim_x: number of columns of X, which may be zero beside others in a `Stack`.
        dim_y: number of columns of Y, which may be zero beside others in a `Stack`.
        levels_x: the number of equally likely codes of a column of X; 0 for normal columns.
        levels_y: the number of equally likely codes of a column of Y; 0 for normal columns.
    """

    dim_x: int
    dim_y: int
    levels_x: int = 0
    levels_y: int = 0

    @property
    def mutual_information(self) -> Tensor:
        """Zero, of shape `()`."""
        return torch.zeros((), dtype=torch.float64)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(n, dim_x)` and `(n, dim_y)`."""
        sides = ((self.dim_x, self.levels_x), (self.dim_y, self.levels_y))
        x, y = (
            torch.randint(levels, (n_samples, dim), generator=generator).to(dtype)
            if levels
            else torch.randn(n_samples, dim, generator=generator, dtype=dtype)
            for dim, levels in sides
        )
        return x, y

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """Zero, of shape `(n,)`."""
        return torch.zeros(x.shape[:-1], dtype=torch.float64)


def with_noise_columns(
    blocks: list[JointDistribution], dim_x: int, dim_y: int, levels_x: int = 0, levels_y: int = 0
) -> JointDistribution:
    """Stack distributions without batch axes and fill both sides up with independent columns.

    Example:
        >>> coin = Table(torch.eye(2, dtype=torch.float64) / 2, (Axis(2),), (Axis(2),))
        >>> wide = with_noise_columns([coin], 3, 1)
        >>> wide.dim_x, wide.dim_y, round(float(wide.mutual_information), 5)
        (3, 1, 0.69315)
    """
    rest_x = dim_x - sum(block.dim_x for block in blocks)
    rest_y = dim_y - sum(block.dim_y for block in blocks)
    if rest_x or rest_y:
        blocks = [*blocks, NoiseColumns(rest_x, rest_y, levels_x, levels_y)]
    return Stack(tuple(blocks)) if len(blocks) > 1 else blocks[0]


def _columns(axes: tuple[Axis, ...], cells: Tensor, generator: torch.Generator) -> Tensor:
    columns: list[Tensor] = []
    for axis in reversed(axes):
        columns.append(axis.values(cells % axis.levels, generator))
        cells = cells.div(axis.levels, rounding_mode="floor")
    return torch.stack(columns[::-1], -1)


def _flat_cells(axes: tuple[Axis, ...], rows: Tensor) -> Tensor:
    flat = torch.zeros(rows.shape[:-1], dtype=torch.int64)
    for axis, column in zip(axes, rows.unbind(-1), strict=True):
        flat = flat * axis.levels + axis.cells(column)
    return flat
