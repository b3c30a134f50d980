"""Order of the rows of a sample: a time series, sorted, or exchangeable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mist_explore.estimators.blocks import row_blocks
from mist_explore.estimators.serial import SerialDependence, serial_dependence, sorted_column
from mist_explore.estimators.states import sample_of_states
from mist_explore.sample import Sample

__all__ = ["RowOrder", "row_order"]


@dataclass(frozen=True)
class RowOrder:
    """The order of the rows of a sample.

    Args:
        serial: the serial dependence of the rows.
        note: an explanation of the dependence other than time, such as sorting; empty for none.
    """

    serial: SerialDependence
    note: str = ""

    @property
    def is_series(self) -> bool:
        """Whether the rows are a time series with fewer effective rows."""
        return self.serial.reduces_rows and not self.note

    @property
    def resemblance(self) -> str:
        """Message on the dependence of neighbouring rows, with the autocorrelation."""
        return (
            "rows resemble the rows next to them on both sides (autocorrelation "
            f"{self.serial.lag_1:.2f})"
        )


def row_order(sample: Sample, names: Sequence[str] = (), sorted_by: str = "") -> RowOrder:
    """Return the order of the rows of a sample.

    Args:
        sample: a sample without constant columns.
        names: the names of the columns, those of X first; empty for their numbers.
        sorted_by: another column of the table, by which its rows are sorted.

    Example:
        >>> import numpy as np
        >>> walk = np.cumsum(np.random.default_rng(0).normal(size=(300, 2)), 0)
        >>> row_order(Sample(walk[:, 0], walk[:, 1])).is_series
        True
        >>> row_order(Sample(walk[:, 0], np.sort(walk[:, 1])), ["a", "b"]).note
        'rows are sorted by b: their order is not used'
    """
    plain = sample_of_states(sample)  # the same result for codes and one-hot columns
    found = serial_dependence(plain.x, plain.y)
    if not found.reduces_rows:
        return RowOrder(found)
    place = sorted_column(sample.x, sample.y)
    if place is not None:
        names = names or _numbered(sample)
        return RowOrder(found, f"rows are sorted by {names[place]}: their order is not used")
    if sorted_by:
        return RowOrder(found, f"rows are sorted by {sorted_by}: their order is not used")
    blocks = row_blocks(plain)
    if blocks:
        return RowOrder(
            found,
            f"rows stand in {len(blocks)} blocks of different levels, as in a table that is sorted "
            "by a group: their order is not used",
        )
    return RowOrder(found)


def _numbered(sample: Sample) -> list[str]:
    return [
        f"column {place + 1} of {side}"
        for side, dim in (("x", sample.dim_x), ("y", sample.dim_y))
        for place in range(dim)
    ]
