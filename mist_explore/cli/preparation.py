"""The arguments that say how columns of a table become a sample."""

from __future__ import annotations

from argparse import Namespace

from mist_explore.cli.parser import Parser, whole_number
from mist_explore.sample import Sample

__all__ = ["add_preparation", "chosen_sample"]


def add_preparation(parser: Parser) -> None:
    """Add the arguments; without any of them gaps, text and dates are errors."""
    parser.add_argument(
        "--missing",
        choices=["drop", "median"],
        help="leave out rows with a gap, or fill gaps with the median",
    )
    parser.add_argument(
        "--categories",
        choices=["one-hot", "codes"],
        help="text becomes a column of 0 and 1 for each category, or whole numbers; dates become "
        "days",
    )
    parser.add_argument(
        "--most-rows", type=whole_number, metavar="N", help="draw at most N rows at random"
    )


def chosen_sample(options: Namespace) -> tuple[Sample, tuple[str, ...]]:
    """The sample of the columns that were named, and what was done to get it.

    Raises:
        ValueError: if the table cannot be read or the columns make no sample.
    """
    from mist_explore.datasets import open_table
    from mist_explore.preparation import prepare

    table = open_table(options.table)
    if options.missing is options.categories is options.most_rows is None:
        return table.sample(options.x, options.y), ()
    prepared = prepare(
        table,
        options.x,
        options.y,
        missing=options.missing or "drop",
        categories=options.categories or "one-hot",
        most_rows=options.most_rows,
        seed=options.seed,
    )
    return prepared.sample, prepared.notes
