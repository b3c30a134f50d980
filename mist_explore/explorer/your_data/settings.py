"""The settings of the data page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mist_explore.explorer.baselines import LEARNED, networks
from mist_explore.explorer.settings import choice, seed, slider, units, whole
from mist_explore.explorer.table_settings import TableState

__all__ = ["FDRS", "ORDERS", "SQUARES", "DataState"]

ORDERS: Mapping[str, str] = {
    "auto": "find out",
    "any": "means nothing",
    "time": "a time series",
}
"""The order of the rows: whether neighbours may resemble each other, and tests shift Y."""

FDRS: Mapping[str, str] = {
    "none": "do not test",
    "0.05": "5% false discoveries",
    "0.1": "10% false discoveries",
    "0.2": "20% false discoveries",
}
"""The test of all pairs of columns, and the false discovery rate among those below it."""

SQUARES: Mapping[str, str] = {
    "information": "mutual information",
    "entropy": "share of the smaller entropy",
}
"""The number in the squares of the matrix; shares are of discrete columns alone."""


@dataclass(frozen=True)
class DataState(TableState):
    """A table, its columns, their preparation and the estimates; all but an uploaded file itself.

    The seed is that of the permutations, of the growing parts and of the rows that are drawn from
    a large table.

    Example:
        >>> state = DataState("penguins", ("year",), ("species", "sex"))
        >>> DataState.from_query(state.to_query()) == state
        True
    """

    level: float = slider("Level of the intervals", 0.9, 0.5, 0.99, readout=".0%")
    units: str = units()
    permutations: int = whole("Permutations of the test", 999, 19, 9_999)
    order: str = choice("Order of the rows", "auto", ORDERS)
    network: str = choice("Network", LEARNED, networks)
    seed: int = seed("Seed")
    fdr: str = choice("Test all pairs", "none", FDRS)
    squares: str = choice("Squares of the matrix", "information", SQUARES)

    @property
    def question(self) -> DataState:
        """The state with defaults for all that changes no estimate of the chosen columns."""
        first, shown = DataState(), ("level", "units", "fdr", "squares")
        return self.with_(**{name: getattr(first, name) for name in shown})

    @property
    def fdr_level(self) -> float | None:
        """The false discovery rate; None for no test."""
        return None if self.fdr == "none" else float(self.fdr)

    @property
    def circular_shift(self) -> bool | None:
        """Whether tests shift Y along the rows; None to find out."""
        return True if self.order == "time" else None
