"""The arguments for the columns of a table: gaps, categories, sheets, rows."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from mist_explore.cli.parser import Parser, names, numbers, whole_number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mist_explore.estimators.observations import Observations
    from mist_explore.tables import Table

__all__ = [
    "add_preparation",
    "add_reading",
    "add_rows",
    "chosen_rows",
    "opened_table",
    "treatment",
]


def add_reading(parser: Parser) -> None:
    """Add the arguments for parts of a file."""
    parser.add_argument(
        "--sheet", default="", metavar="NAME", help="sheet of a workbook, or table of a database"
    )
    parser.add_argument(
        "--header",
        choices=["yes", "no"],
        help="whether the first row holds the names of the columns (default: found out)",
    )


def add_preparation(parser: Parser) -> None:
    """Add the arguments for gaps and categories, with the defaults of `prepare` and the page."""
    add_reading(parser)
    parser.add_argument(
        "--missing",
        choices=["drop", "median"],
        default="drop",
        help="leave out rows with a gap (default), or fill gaps with the median",
    )
    parser.add_argument(
        "--categories",
        choices=["one-hot", "codes"],
        default="one-hot",
        help="a category becomes a column of 0 and 1 for each value (default), or whole numbers",
    )
    parser.add_argument(
        "--categorical",
        type=names,
        default=[],
        metavar="COLUMNS",
        help="columns of numbers that are categories, separated by commas",
    )
    parser.add_argument(
        "--gap-values",
        type=numbers,
        default=[],
        metavar="NUMBERS",
        help="numbers that stand for a gap, as --gap-values=-999",
    )
    parser.add_argument(
        "--most-rows", type=whole_number, metavar="N", help="draw at most N rows at random"
    )


def opened_table(options: Namespace) -> Table:
    """Return the table that the arguments name.

    Raises:
        ValueError: if it cannot be read.
    """
    from mist_explore.datasets import open_table

    header = None if options.header is None else options.header == "yes"
    return open_table(options.table, sheet=options.sheet, header=header)


def treatment(options: Namespace) -> dict[str, object]:
    """Return the options of `prepare` that the arguments hold."""
    return {
        "missing": options.missing,
        "encoding": options.categories,
        "categories": tuple(options.categorical),
        "gap_values": tuple(options.gap_values),
    }


def add_rows(parser: Parser) -> None:
    """Add the arguments for the rows: weights, groups, and whether their order means anything."""
    parser.add_argument(
        "--weights", default="", metavar="COLUMN", help="column with the weight of each row"
    )
    parser.add_argument(
        "--groups",
        default="",
        metavar="COLUMN",
        help="column with the group of each row, such as a person, within which rows may depend",
    )
    parser.add_argument(
        "--rows-independent",
        action="store_true",
        help="the order of rows means nothing (default: rows that resemble the rows next to them "
        "on both sides count for fewer)",
    )


def chosen_rows(options: Namespace) -> Observations:
    """Return the rows of the columns that were named, with notes on how they were made.

    Raises:
        ValueError: if the table cannot be read or the columns make no sample.
    """
    from mist_explore.estimators.observations import observations_of
    from mist_explore.preparation import prepare, sorting_column

    table = opened_table(options)
    prepared = prepare(
        table,
        options.x,
        options.y,
        most_rows=options.most_rows,
        seed=options.seed,
        **treatment(options),  # type: ignore[arg-type]
    )
    return observations_of(
        prepared,
        table.n_rows,
        weights=_column(table, "--weights", options.weights),
        groups=_column(table, "--groups", options.groups),
        rows_independent=options.rows_independent,
        sorted_by=sorting_column(table),
    )


def _column(table: Table, argument: str, name: str) -> NDArray[np.generic] | None:
    if not name:
        return None
    if name not in table.columns:
        raise ValueError(
            f"expected a column of {table.name} for {argument}; got {name!r}: "
            f"it has {', '.join(table.columns)}"
        )
    return table.columns[name]
