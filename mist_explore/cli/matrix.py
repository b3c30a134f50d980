"""`mist-explore matrix`: every column of a table with every other."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from mist_explore.cli.parser import TABLE, Subparsers, fraction, names, whole_number
from mist_explore.cli.preparation import add_preparation, opened_table, treatment
from mist_explore.estimate import NATS_PER_UNIT

__all__ = ["add", "run"]

EXAMPLE = """\
Categories become columns of 0 and 1, dates become days, and each pair uses the rows in which
both columns have a value. Pairs that tell most come first.

examples:
  mist-explore matrix penguins
  mist-explore matrix data.csv --target age
  mist-explore matrix data.csv --columns height,weight,age --units bits --json
"""


def add(subparsers: Subparsers) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "matrix",
        help="mutual information of all pairs of columns",
        description="Estimate the mutual information of every pair of columns, with intervals.",
        epilog=EXAMPLE,
    )
    parser.add_argument("table", type=Path, help=TABLE)
    parser.add_argument(
        "--columns", type=names, metavar="NAMES", help="of these columns only (default: all)"
    )
    parser.add_argument(
        "--target", metavar="NAME", help="only the pairs of this column with each other one"
    )
    add_preparation(parser)
    parser.add_argument(
        "--most-columns", type=whole_number, metavar="N", help="take at most the first N columns"
    )
    parser.add_argument(
        "--seed", type=whole_number, default=0, metavar="N", help="of the rows drawn (default 0)"
    )
    parser.add_argument(
        "--estimator",
        default="mist-qr",
        metavar="NAME",
        help="name (see `mist-explore models`) or directory of a model (default mist-qr)",
    )
    parser.add_argument(
        "--level", type=fraction, default=0.9, help="probability of the intervals (default 0.9)"
    )
    parser.add_argument("--units", choices=list(NATS_PER_UNIT), default="nats")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print the pairs."""
    from mist_explore.estimators import load
    from mist_explore.evaluation import pairwise_information
    from mist_explore.preparation import left_out, usable_columns

    table = opened_table(options)
    columns = usable_columns(
        table,
        columns=options.columns,
        most_columns=options.most_columns,
        most_rows=options.most_rows,
        seed=options.seed,
        **treatment(options),  # type: ignore[arg-type]
    )
    if options.target is not None and options.target not in columns:
        raise ValueError(f"expected a target among {', '.join(columns)}; got {options.target!r}")
    wanted = None
    if options.target is not None:
        wanted = [(name, options.target) for name in columns if name != options.target]
    omitted = {} if options.columns else left_out(table, options.categorical)
    reading = [note for name in columns for note in table.column_notes.get(name, ())]
    notes = (*table.notes, *reading)
    found = pairwise_information(columns, load(options.estimator), wanted)
    lines = []
    for (one, other), estimate in found.estimates.items():
        told = estimate.to(options.units)
        ends = None if told.is_point else told.interval(options.level)
        lines.append((one, other, told.median, ends, told.n_samples, told.warnings))
    lines.sort(key=lambda line: -line[2])
    if options.json:
        keys = ("one", "other", "median", "interval", "rows", "warnings")
        pairs = [dict(zip(keys, line, strict=True)) for line in lines]
        failed = [{"pair": pair, "error": error} for pair, error in found.failures.items()]
        content = {
            "units": options.units,
            "level": options.level,
            "pairs": pairs,
            "failed": failed,
            "left_out": [{"column": name, "reason": why} for name, why in omitted.items()],
            "notes": notes,
        }
        print(json.dumps(content, indent=1))
        return 0
    width = max((len(f"{one}, {other}") for one, other, *_ in lines), default=0)
    for one, other, median, ends, _, warnings in lines:
        interval = "" if ends is None else f"  {ends[0]:.3g} to {ends[1]:.3g}"
        print(f"{f'{one}, {other}'.ljust(width)}  {median:.3g} {options.units}{interval}")
        for warning in warnings:
            print(f"  warning: {warning}")
    for (one, other), why in found.failures.items():
        print(f"{one}, {other}: {why}")
    for name, why in omitted.items():
        print(f"left out: {name} ({why})")
    for note in notes:
        print(f"note: {note}")
    return 0
