"""Where the statistics and the base estimates of a sample stand in the vectors of an ensemble.

Those of the continuous type, in this order: statistics that need no backbone, the quantiles of each
backbone, the last layer of each backbone, and statistics of the extended base estimates; base
estimates that need no backbone, those of each backbone, and the extended ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.network.extended import EXTENDED_ESTIMATES, N_EXTENDED
from mist_explore.network.stacking import (
    BACKBONE_LEVELS,
    CONTINUOUS,
    N_BACKBONE,
    N_ESTIMATES,
    N_STATISTICS,
)

__all__ = ["Layout"]


@dataclass(frozen=True)
class Layout:
    """The places of an ensemble.

    Args:
        last_layers: the width of the last layer of each backbone.
        extended: whether there are extended base estimates.

    Example:
        >>> layout = Layout((64, 64), extended=True)
        >>> base = layout.places(CONTINUOUS, (1,), last_layers=False)[1]
        >>> len(base) == N_ESTIMATES[CONTINUOUS] + len(BACKBONE_LEVELS) + len(EXTENDED_ESTIMATES)
        True
    """

    last_layers: tuple[int, ...]
    extended: bool

    @property
    def n_numbers(self) -> int:
        """The length of a vector of statistics."""
        return max(self._first_extended + self.extended * N_EXTENDED, *N_STATISTICS[1:])

    def places(
        self, type_index: int, backbones: tuple[int, ...], *, last_layers: bool
    ) -> tuple[list[int], list[int]]:
        """Return the places of the statistics and of the base estimates that a member reads.

        Args:
            type_index: the type of the samples.
            backbones: which backbones it reads, where samples are continuous.
            last_layers: whether it reads their last layers too.
        """
        numbers, base = list(range(N_STATISTICS[type_index])), list(range(N_ESTIMATES[type_index]))
        if type_index != CONTINUOUS:
            return numbers, base
        n_levels, count = len(BACKBONE_LEVELS), len(self.last_layers)
        first_layer = N_STATISTICS[CONTINUOUS] + count * N_BACKBONE
        for k in backbones:
            numbers += _range(N_STATISTICS[CONTINUOUS] + k * N_BACKBONE, N_BACKBONE)
            if last_layers:
                numbers += _range(first_layer + sum(self.last_layers[:k]), self.last_layers[k])
            base += _range(N_ESTIMATES[CONTINUOUS] + k * n_levels, n_levels)
        if self.extended:
            numbers += _range(self._first_extended, N_EXTENDED)
            base += _range(N_ESTIMATES[CONTINUOUS] + count * n_levels, len(EXTENDED_ESTIMATES))
        return sorted(numbers), base

    @property
    def _first_extended(self) -> int:
        backbones = len(self.last_layers) * N_BACKBONE + sum(self.last_layers)
        return N_STATISTICS[CONTINUOUS] + backbones


def _range(first: int, length: int) -> range:
    return range(first, first + length)
