"""Pairs of discrete columns: the network beside the plug-in estimate with its bias corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimators import load
from mist_explore.evaluation import pairwise_information
from mist_explore.interfaces import Estimator
from mist_explore.preparation import Column, describe, usable_columns
from mist_explore.tables import Table

__all__ = ["DiscretePair", "MixedPair", "Pair", "discrete_pairs", "mixed_pairs"]

Columns = Mapping[str, NDArray[np.float64]]

MOST_STATES, MOST_PAIRS, MOST_ROWS = 20, 12, 2_000
"""Of a table: states of a column, pairs of each kind, and rows that are drawn."""

ROWS_PER_CELL = 5
"""From this mean number of rows in a cell on, the corrected plug-in estimate is a reference."""


@dataclass(frozen=True)
class DiscretePair:
    """Two discrete columns; all values in nats.

    Args:
        table, one, other: the columns.
        n_samples: rows in which both have a value.
        states: of each column.
        network: the median of the network on columns of 0 and 1.
        codes: the same on whole numbers.
        plug_in: the plug-in estimate with the correction of Miller and Madow.
        entropy: the smaller entropy of the two, with the same correction.
    """

    table: str
    one: str
    other: str
    n_samples: int
    states: tuple[int, int]
    network: float
    codes: float
    plug_in: float
    entropy: float

    @property
    def dense(self) -> bool:
        """Whether there are enough rows for the plug-in estimate as a reference."""
        return self.n_samples >= ROWS_PER_CELL * self.states[0] * self.states[1]


@dataclass(frozen=True)
class MixedPair:
    """A category of more than two states and a column of numbers; medians in nats."""

    table: str
    one: str
    other: str
    n_samples: int
    network: float
    codes: float


Pair: TypeAlias = DiscretePair | MixedPair


def discrete_pairs(name: str, table: Table, estimator: Estimator) -> list[DiscretePair]:
    """Return the answers for the first pairs of discrete columns of a table."""
    names = [column.name for column in describe(table) if _discrete(column, table)]
    hot, codes = _encoded(table, names)
    pairs = list(islice(combinations(names, 2), MOST_PAIRS))
    found = []
    for (one, other), network, coded in _answers(hot, codes, pairs, estimator):
        both = np.isfinite(codes[one]) & np.isfinite(codes[other])
        a, b = codes[one][both], codes[other][both]
        try:
            plug_in = load("plug-in").estimate(a, b, rows_independent=True).median
        except ValueError:  # too few rows for the states
            continue
        states = len(np.unique(a)), len(np.unique(b))
        entropy = min(_entropy(a), _entropy(b))
        n = int(both.sum())
        found.append(DiscretePair(name, one, other, n, states, network, coded, plug_in, entropy))
    return found


def mixed_pairs(name: str, table: Table, estimator: Estimator) -> list[MixedPair]:
    """Return the answers for the first pairs of a category and a column of numbers."""
    known = [c for c in describe(table) if len(table.columns[c.name]) == table.n_rows]
    kinds = [c.name for c in known if c.kind == "category" and 2 < c.distinct <= MOST_STATES]
    numbers = [c.name for c in known if c.kind == "number" and c.distinct > MOST_STATES]
    hot, codes = _encoded(table, [*kinds, *numbers], declared=kinds)
    every = ((one, other) for one in kinds for other in numbers)
    pairs = list(islice(every, MOST_PAIRS // 2))
    return [
        MixedPair(name, one, other, int(_both(codes, one, other).sum()), network, coded)
        for (one, other), network, coded in _answers(hot, codes, pairs, estimator)
    ]


def _discrete(column: Column, table: Table) -> bool:
    """Return whether a column of full length is discrete: categories, codes, or 0 and 1."""
    kind = column.kind in ("category", "code") or (column.kind == "number" and column.distinct == 2)
    whole = len(table.columns[column.name]) == table.n_rows
    return kind and whole and column.distinct <= MOST_STATES


def _encoded(
    table: Table, names: list[str], declared: list[str] | None = None
) -> tuple[Columns, Columns]:
    """Return the columns in one-hot encoding and as codes, in the same rows."""
    if not names:
        return {}, {}
    categories = names if declared is None else declared
    hot, codes = (
        usable_columns(
            table, columns=names, categories=categories, encoding=encoding, max_rows=MOST_ROWS
        )
        for encoding in ("one-hot", "codes")
    )
    return hot, codes


def _answers(
    hot: Columns, codes: Columns, pairs: list[tuple[str, str]], estimator: Estimator
) -> Iterator[tuple[tuple[str, str], float, float]]:
    """Return the median of the network for each pair in both encodings, where available."""
    if not pairs:
        return
    found = pairwise_information(hot, estimator=estimator, pairs=pairs).estimates
    coded = pairwise_information(codes, estimator=estimator, pairs=pairs).estimates
    for pair in pairs:
        if pair in found and pair in coded:
            yield pair, found[pair].median, coded[pair].median


def _both(columns: Columns, one: str, other: str) -> NDArray[np.bool_]:
    return np.isfinite(columns[one]) & np.isfinite(columns[other])


def _entropy(values: NDArray[np.float64]) -> float:
    """Return the entropy in nats, with the correction of Miller and Madow."""
    counts = np.unique(values, return_counts=True)[1]
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum() + (len(counts) - 1) / (2 * counts.sum()))
