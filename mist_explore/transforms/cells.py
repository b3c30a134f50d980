"""Columns with repeated values as continuous ones, and back."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.sample import tied_share

__all__ = ["Cells"]

MOST_TIED = 0.05
"""Share of tied values from which on a column has cells."""

PARTLY = 0.1
"""Share of values that occur once from which on a column of ties is partly continuous."""


@dataclass(frozen=True, eq=False)
class Cells:
    r"""Dequantisation: the k-th distinct value of a column becomes \(k + u\), u uniform on [0, 1).

    The way back is \(\lfloor \cdot \rfloor\) and the table of values, so that what comes back has
    the values of the data. In a column that is partly continuous a value that occurs once stands
    for the interval half-way to its neighbours. Columns of hardly any ties are left as they are.

    Args:
        columns: the columns with cells.
        low, high: for each of them the ends of its cells, equal for a repeated value.

    Source: Theis, van den Oord & Bethge, "A note on the evaluation of generative models" (2016).

    Example:
        >>> rows = torch.tensor([[0.0], [0.0], [7.0], [7.0], [7.0], [9.0], [9.0]]).double()
        >>> cells = Cells.of(rows)
        >>> dequantised = cells.dequantised(rows, torch.Generator().manual_seed(0))
        >>> dequantised.floor()[:3, 0].tolist(), torch.equal(cells.restored(dequantised), rows)
        ([0.0, 0.0, 1.0], True)
    """

    columns: tuple[int, ...]
    low: tuple[Tensor, ...]
    high: tuple[Tensor, ...]

    @classmethod
    def of(cls, rows: Tensor) -> Cells:
        """Return the cells of rows `(n, dim)`."""
        columns, lows, highs = [], [], []
        for j, column in enumerate(rows.double().T):
            if tied_share(column.numpy()) <= MOST_TIED:
                continue
            values, counts = column.unique(return_counts=True)
            between = (values[1:] + values[:-1]) / 2
            low = torch.cat([values[:1], between])
            high = torch.cat([between, values[-1:]])
            once = counts == 1
            whole = bool((values == values.round()).all())
            partly = not whole and once.sum() > PARTLY * len(column)
            repeated = ~once if partly else torch.ones_like(once)
            columns.append(j)
            lows.append(torch.where(repeated, values, low))
            highs.append(torch.where(repeated, values, high))
        return cls(tuple(columns), tuple(lows), tuple(highs))

    def dequantised(self, rows: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return rows `(..., dim)` with continuous columns.

        Args:
            rows: rows of data.
            generator: the source of u; without it a repeated value is at the middle of its cell.
        """
        columns = list(rows.double().unbind(-1))
        for j, low, high in zip(self.columns, self.low, self.high, strict=True):
            edges = (high[:-1] + low[1:]) / 2
            cell = torch.searchsorted(edges, columns[j].contiguous(), right=True)
            width = (high - low)[cell]
            within = ((columns[j] - low[cell]) / width.clamp(min=1e-300)).clamp(0, 1 - 1e-9)
            if generator is None:
                share = torch.full_like(within, 0.5)
            else:
                share = torch.rand(cell.shape, generator=generator, dtype=torch.float64)
            columns[j] = cell + torch.where(width > 0, within, share)
        return torch.stack(columns, -1)

    def restored(self, rows: Tensor) -> Tensor:
        """Return rows `(..., dim)` with the values of the data."""
        columns = list(rows.double().unbind(-1))
        for j, low, high in zip(self.columns, self.low, self.high, strict=True):
            place = columns[j].clamp(0, len(low) - 1e-9)
            cell = place.floor().long()
            columns[j] = low[cell] + (place - cell) * (high - low)[cell]
        return torch.stack(columns, -1)
