"""From a table and a state to what the data page shows: seeded, cached, without widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mist_explore.datasets import DATASETS, load_dataset
from mist_explore.estimate import Estimate
from mist_explore.evaluation import (
    PermutationTest,
    SerialDependence,
    Stability,
    permutation_test,
    serial_dependence,
    stability,
)
from mist_explore.explorer.data.state import DataState
from mist_explore.explorer.peers import BASELINE, estimates_of, estimator
from mist_explore.preparation import Column, Prepared, describe, left_out, prepare, usable_columns
from mist_explore.tables import Table, read_table

__all__ = [
    "MATRIX_ROWS",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "PEERS",
    "DataResult",
    "Opened",
    "Upload",
    "bundled",
    "curves",
    "first_choice",
    "matrix_columns",
    "opened",
    "result",
]

PEERS = (BASELINE, "ksg", "mixed-ksg")
"""They stand beside the network and answer at once; the last takes ties and mixed columns."""

MOST_ROWS = 10_000
"""Of a larger table so many rows are drawn, so that nobody waits long."""

MOST_COLUMNS, MATRIX_ROWS = 40, 2_000
"""The matrix of all pairs takes so many columns, and so many rows of them."""


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True, eq=False)
class Opened:
    """A table and what its columns hold."""

    name: str
    table: Table
    columns: tuple[Column, ...]

    @property
    def usable(self) -> tuple[Column, ...]:
        """The columns that vary and can become numbers."""
        return tuple(column for column in self.columns if column.usable)

    @property
    def left_out(self) -> dict[str, str]:
        """The other columns, each with the reason."""
        return left_out(self.table)


@dataclass(frozen=True, eq=False)
class DataResult:
    """What the page shows for the columns of a state; informations are in nats.

    Args:
        state: what it was computed from.
        opened: the table.
        prepared: the sample, with what was done to get it.
        estimates: by the name of the estimator, the network first; None where it failed.
        failures: why an estimator failed, by its name.
        test: of independence.
        serial: whether neighbouring rows resemble each other, in the order of the table.
    """

    state: DataState
    opened: Opened
    prepared: Prepared
    estimates: Mapping[str, Estimate | None]
    failures: Mapping[str, str]
    test: PermutationTest
    serial: SerialDependence

    @property
    def learned(self) -> Estimate | None:
        """What the network says; None if it failed."""
        return self.estimates[self.state.network]


@lru_cache
def bundled(name: str) -> Opened:
    """A table that comes with the package."""
    table = load_dataset(name)
    return Opened(name, table, describe(table))


def opened(upload: Upload) -> Opened:
    """The table in an uploaded file.

    Raises:
        ValueError: if it cannot be read, or fewer than two columns are of use.
    """
    table = read_table(upload.content, upload.name)
    found = Opened(upload.name, table, describe(table))
    if len(found.usable) < 2:
        kept = ", ".join(column.name for column in found.usable) or "none"
        omitted = ", ".join(f"{name} ({why})" for name, why in left_out(table).items())
        raise ValueError(
            f"expected at least two columns of numbers, dates or categories that vary in "
            f"{upload.name}; got {kept}" + (f"; left out: {omitted}" if omitted else "")
        )
    return found


def first_choice(table: Opened) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns to begin with: those of the bundled tables, else the first against the last.

    A column that counts the rows is chosen only where there is no other.
    """
    if table.name in DATASETS:
        return DATASETS[table.name].x, DATASETS[table.name].y
    telling = [column for column in table.usable if column.telling]
    numbers = [column.name for column in telling if column.numeric]
    names = numbers if len(numbers) > 1 else [column.name for column in telling]
    names = names if len(names) > 1 else [column.name for column in table.usable]
    return (names[0],), (names[-1],)


def result(state: DataState, table: Opened) -> DataResult:
    """Estimate the mutual information of the chosen columns and test whether there is any.

    Raises:
        ValueError: if the columns make no sample.
    """
    return replace(_answer(state.question, table), state=state)


@lru_cache(maxsize=16)
def _answer(state: DataState, table: Opened) -> DataResult:
    whole = _prepared(state, table, None)
    prepared = _prepared(state, table, MOST_ROWS)
    sample = prepared.sample
    estimates, failures = estimates_of(sample, (state.network, *PEERS))
    test = permutation_test(
        sample.x,
        sample.y,
        permutations=state.permutations,
        shifted=state.order == "shift",
        seed=state.seed,
    )
    # Rows drawn at random are no neighbours any more: their order is looked at before.
    serial = serial_dependence(whole.sample.x, whole.sample.y)
    return DataResult(state, table, prepared, estimates, failures, test, serial)


def _prepared(state: DataState, table: Opened, most_rows: int | None) -> Prepared:
    return prepare(
        table.table,
        state.x,
        state.y,
        missing=state.missing,
        categories=state.categorical,
        encoding=state.categories,
        gap_values=state.gap_values,
        most_rows=most_rows,
        seed=state.seed,
    )


def curves(answer: DataResult) -> dict[str, Stability]:
    """The estimates on growing parts of the rows, the network's first; empty if it failed."""
    sample = answer.prepared.sample
    return {
        name: stability(sample.x, sample.y, estimator(name), seed=answer.state.seed)
        if answer.estimates[name] is not None
        else Stability((), ())
        for name in (answer.state.network, BASELINE)
    }


@lru_cache(maxsize=4)
def matrix_columns(
    table: Opened, categorical: tuple[str, ...] = (), gap_values: tuple[float, ...] = ()
) -> Mapping[str, NDArray[np.float64]]:
    """The first `MOST_COLUMNS` usable columns as numbers, `MATRIX_ROWS` rows of them."""
    return usable_columns(
        table.table,
        categories=categorical,
        gap_values=gap_values,
        most_columns=MOST_COLUMNS,
        most_rows=MATRIX_ROWS,
    )
