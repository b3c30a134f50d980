"""From a table and a state to what the data page shows: seeded, cached, without widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from mist_explore.datasets import DATASETS, load_dataset
from mist_explore.estimate import Estimate
from mist_explore.estimators.observations import Observations, observations_of
from mist_explore.estimators.sample_estimator import estimate_observations
from mist_explore.evaluation import (
    Pairwise,
    PermutationTest,
    Stability,
    iter_pairwise_information,
    permutation_test,
    stability,
)
from mist_explore.explorer.data.state import DataState
from mist_explore.explorer.job import Steps
from mist_explore.explorer.peers import BASELINE, estimator
from mist_explore.preparation import (
    Column,
    Prepared,
    describe,
    left_out,
    prepare,
    sorting_column,
    usable_columns,
)
from mist_explore.progress import Cancellation, Progress
from mist_explore.tables import ReadingChoices, Table, read_table, reading_choices

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
    "pair_steps",
    "result",
    "rows_independent",
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
    """A table and the kinds of its columns.

    Args:
        name: of a bundled table, or of the file.
        table: its columns.
        columns: their kinds.
        upload: the file; None for a bundled table.
        choices: the options that the file leaves open.
        sheet: the one that was read; empty for the first table.
        header: whether the first row holds names; None where that was found out.
    """

    name: str
    table: Table
    columns: tuple[Column, ...]
    upload: Upload | None = None
    choices: ReadingChoices = field(default_factory=ReadingChoices)
    sheet: str = ""
    header: bool | None = None

    @property
    def usable(self) -> tuple[Column, ...]:
        """The columns that vary and can become numbers."""
        return tuple(column for column in self.columns if column.usable)

    @property
    def left_out(self) -> dict[str, str]:
        """The other columns, each with the reason."""
        return left_out(self.table)

    @cached_property
    def sorted_by(self) -> str:
        """The column of text that the rows are grouped by, so that their order is no time."""
        return sorting_column(self.table)


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
    """

    state: DataState
    opened: Opened
    prepared: Prepared
    estimates: Mapping[str, Estimate | None]
    failures: Mapping[str, str]
    test: PermutationTest

    @property
    def learned(self) -> Estimate | None:
        """What the network says; None if it failed."""
        return self.estimates[self.state.network]


@lru_cache
def bundled(name: str) -> Opened:
    """A table that comes with the package."""
    table = load_dataset(name)
    return Opened(name, table, describe(table))


def opened(upload: Upload, sheet: str = "", header: bool | None = None) -> Opened:
    """Return the table in an uploaded file.

    Args:
        upload: the file.
        sheet: of a workbook, or table of a database; empty for the first that can be used.
        header: whether its first row holds names; None to find out.

    Raises:
        ValueError: if it cannot be read, or fewer than two columns are of use.
    """
    choices = reading_choices(upload.content, upload.name)
    candidates = (sheet,) if sheet else choices.sheets or ("",)
    problems = []
    for name in candidates:
        try:
            return replace(_read(upload, name, header), choices=choices)
        except ValueError as error:
            problems.append(error)
    raise problems[0]


def _read(upload: Upload, sheet: str, header: bool | None) -> Opened:
    table = read_table(upload.content, upload.name, sheet=sheet, header=header)
    found = Opened(upload.name, table, describe(table), upload=upload, sheet=sheet, header=header)
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
    prepared = _prepared(state, table)
    rows = observations_of(
        prepared,
        table.table.n_rows,
        rows_independent=state.order == "any",
        sorted_by=table.sorted_by if state.order == "auto" else "",
    )
    estimates, failures = _estimates(rows, (state.network, *PEERS))
    test = permutation_test(
        rows.sample.x,
        rows.sample.y,
        permutations=state.permutations,
        circular_shift=state.circular_shift,
        rows_independent=rows_independent(state, table),
        seed=state.seed,
    )
    return DataResult(state, table, prepared, estimates, failures, test)


def rows_independent(state: DataState, table: Opened) -> bool:
    """Whether the order of the rows means nothing: by choice, or since the table is sorted."""
    return state.order == "any" or (state.order == "auto" and bool(table.sorted_by))


def _estimates(
    rows: Observations, names: Iterable[str]
) -> tuple[dict[str, Estimate | None], dict[str, str]]:
    estimates: dict[str, Estimate | None] = {}
    failures: dict[str, str] = {}
    for name in names:
        try:
            estimates[name] = estimate_observations(estimator(name), rows)
        except (ValueError, FileNotFoundError) as error:
            estimates[name], failures[name] = None, str(error)
    return estimates, failures


def _prepared(state: DataState, table: Opened) -> Prepared:
    return prepare(
        table.table,
        state.x,
        state.y,
        missing=state.missing,
        categories=state.categorical,
        encoding=state.categories,
        gap_values=state.gap_values,
        most_rows=MOST_ROWS,
        seed=state.seed,
    )


def curves(answer: DataResult) -> dict[str, Stability]:
    """The estimates on growing parts of the rows, the network's first; empty if it failed."""
    sample, seed = answer.prepared.sample, answer.state.seed
    independent = rows_independent(answer.state, answer.opened)
    return {
        name: stability(
            sample.x,
            sample.y,
            estimator(name),
            rows_independent=independent,
            seed=seed,
        )
        if answer.estimates[name] is not None
        else Stability((), ())
        for name in (answer.state.network, BASELINE)
    }


def pair_steps(
    answer: DataResult,
    columns: Mapping[str, NDArray[np.float64]],
    cancellation: Cancellation,
    pairs: Iterable[tuple[str, str]] | None = None,
    top: int | None = None,
) -> Steps[tuple[Progress, Pairwise], Pairwise]:
    """Estimate pairs of columns, and test them where the state asks for it, step by step.

    Args:
        answer: what the page shows.
        columns: of the table, as numbers.
        cancellation: set it, and the pairs that are done are returned.
        pairs: as in `iter_pairwise_information`.
        top: as in `iter_pairwise_information`.
    """
    state = answer.state
    return iter_pairwise_information(
        columns,
        estimator(state.network),
        pairs,
        cancellation,
        top=top,
        fdr=state.fdr_level,
        circular_shift=state.circular_shift,
        rows_independent=rows_independent(state, answer.opened),
        seed=state.seed,
    )


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
