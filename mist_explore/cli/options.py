"""Options that several commands share: a table, its columns and rows, and the output."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import Parameter

from mist_explore.cli.values import Columns, Fraction, Numbers, Units, Whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mist_explore.estimators.observations import Observations
    from mist_explore.tables import Table

__all__ = ["OutputOptions", "SampleOptions", "TableOptions"]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TableOptions:
    """Reading of a file and preparation of its columns, with the defaults of `prepare`.

    Args:
        sheet: sheet of a workbook, or table of a database.
        header: whether the first row holds the names of the columns; by default detected.
        missing: leave out rows with a gap, or fill gaps with the median.
        categories: a category becomes a column of 0 and 1 for each value, or whole numbers.
        categorical: columns of numbers that are categories, separated by commas.
        gap_values: numbers that stand for a gap, as --gap-values=-999.
        max_rows: draw at most N rows at random.
        seed: seed of the rows drawn and of all else that is random.
    """

    sheet: str = ""
    header: Literal["yes", "no"] | None = None
    missing: Literal["drop", "median"] = "drop"
    categories: Literal["one-hot", "codes"] = "one-hot"
    categorical: Columns = ()
    gap_values: Numbers = ()
    max_rows: Whole | None = None
    seed: Whole = 0

    def open(self, path: Path) -> Table:
        """Return the table of a file, or a bundled one.

        Raises:
            ValueError: if it cannot be read.
        """
        from mist_explore.datasets import open_table

        header = None if self.header is None else self.header == "yes"
        return open_table(path, sheet=self.sheet, header=header)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SampleOptions:
    """Columns of both sides, and the preparation, weights, groups and order of their rows.

    Args:
        x: columns of this side, separated by commas; * stands for any characters, and the name of
            a matrix in an NPZ file for its columns.
        y: columns of the other side.
        preparation: reading of the file and preparation of its columns.
        weights: column with the weight of each row.
        groups: column with the group of each row, such as a person, within which rows may depend.
        rows_independent: the order of rows means nothing; by default rows that resemble the rows
            next to them on both sides count for fewer.
    """

    x: Columns
    y: Columns
    preparation: TableOptions = TableOptions()
    weights: str = ""
    groups: str = ""
    rows_independent: bool = False

    def observations(self, path: Path) -> Observations:
        """Return the rows of the named columns of a table, with notes on their preparation.

        Raises:
            ValueError: if the table cannot be read or the columns make no sample.
        """
        from mist_explore.estimators.observations import observations_of
        from mist_explore.preparation import prepare, sorting_column

        options = self.preparation
        table = options.open(path)
        prepared = prepare(
            table,
            self.x,
            self.y,
            missing=options.missing,
            encoding=options.categories,
            categories=options.categorical,
            gap_values=options.gap_values,
            max_rows=options.max_rows,
            seed=options.seed,
        )
        return observations_of(
            prepared,
            table.n_rows,
            weights=_column(table, "--weights", self.weights),
            groups=_column(table, "--groups", self.groups),
            rows_independent=self.rows_independent,
            sorted_by=sorting_column(table),
        )


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """Intervals, units and format of the output.

    Args:
        level: probability of the intervals.
        units: units of the estimates.
        json: print JSON.
    """

    level: Fraction = 0.9
    units: Units = "nats"
    json: bool = False


def _column(table: Table, option: str, name: str) -> NDArray[np.generic] | None:
    if not name:
        return None
    if name not in table.columns:
        raise ValueError(
            f"expected a column of {table.name} for {option}; got {name!r}: "
            f"it has {', '.join(table.columns)}"
        )
    return table.columns[name]
