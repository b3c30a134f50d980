"""`mist-explore matrix`: every column of a table with every other."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from math import comb
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mist_explore.cli.parser import TABLE, Subparsers, fraction, names, whole_number
from mist_explore.cli.preparation import add_preparation, opened_table, treatment
from mist_explore.cli.progress import every_tenth
from mist_explore.estimate import NATS_PER_UNIT

if TYPE_CHECKING:
    from mist_explore.evaluation import Pairwise
    from mist_explore.interfaces import Estimator

__all__ = ["add", "run"]

EXAMPLE = """\
Categories become columns of 0 and 1, dates become days, and each pair uses the rows in which
both columns have a value. The pair with the most information comes first; pairs with a warning,
copies of a column and columns that count the rows come after all others.

Of more than 1,000 pairs all are screened by their mutual information between bins, and the 200
highest are estimated (--top). Ctrl-C stops and prints the pairs that are done.

examples:
  mist-explore matrix penguins --fdr
  mist-explore matrix data.csv --target age --out ranking.csv
  mist-explore matrix data.csv --columns height,weight,age --units bits --json
"""

MOST_WITHOUT_SCREENING, TOP = 1_000, 200
SECONDS_IN_SILENCE = 3
WRITTEN = (".csv", ".parquet", ".html")


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
        "--top",
        type=whole_number,
        metavar="N",
        help="screen all pairs and estimate the N highest; 0 for all "
        f"(default: {TOP} of more than {MOST_WITHOUT_SCREENING:,} pairs)",
    )
    parser.add_argument(
        "--fdr",
        type=fraction,
        nargs="?",
        const=0.05,
        metavar="LEVEL",
        help="test every pair by permutations, adjusted for a false discovery rate (0.05)",
    )
    parser.add_argument(
        "--shifted",
        action="store_true",
        help="test by shifts along the rows, which are a time series (default: where rows "
        "resemble the rows next to them in both columns)",
    )
    parser.add_argument(
        "--rows-independent",
        action="store_true",
        help="the order of rows means nothing (default: found out; rows that resemble the rows "
        "next to them in both columns count for fewer)",
    )
    parser.add_argument(
        "--normalise",
        action="store_true",
        help="print I / min(H(X), H(Y)) of discrete columns as well",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="write all pairs to a .csv or .parquet file, or the figure to an .html file",
    )
    parser.add_argument(
        "--seed",
        type=whole_number,
        default=0,
        metavar="N",
        help="of the rows drawn and of the permutations (default 0)",
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
    from mist_explore.evaluation import pair_rows
    from mist_explore.preparation import left_out, sorting_column, usable_columns

    if options.out is not None and options.out.suffix.lower() not in WRITTEN:
        raise ValueError(f"expected a file that ends in {', '.join(WRITTEN)}; got {options.out}")
    table = opened_table(options)
    columns = usable_columns(
        table,
        columns=options.columns,
        most_columns=options.most_columns,
        most_rows=options.most_rows,
        seed=options.seed,
        **treatment(options),  # type: ignore[arg-type]
    )
    omitted = {} if options.columns else left_out(table, options.categorical)
    if options.target is not None and options.target not in columns:
        reason = omitted.get(options.target)
        why = f", which is left out ({reason})" if reason else ""
        raise ValueError(
            f"expected a target among {', '.join(columns)}; got {options.target!r}{why}"
        )
    sorted_by = sorting_column(table)
    options.rows_independent = options.rows_independent or bool(sorted_by)
    found, stopped = _pairs(columns, load(options.estimator), options)
    reading = [note for name in columns for note in table.column_notes.get(name, ())]
    order = [f"rows are sorted by {sorted_by}: their order is not used"] if sorted_by else []
    notes = [*table.notes, *reading, *order, *found.notes, *stopped]
    rows = pair_rows(found, options.level, options.units)
    if options.out is not None:
        _write(found, rows, options)
    if options.json:
        print(json.dumps(_content(rows, omitted, notes, options), indent=1))
        return 0
    for line in _lines(rows, options):
        print(line)
    for name, why in omitted.items():
        print(f"left out: {name} ({why})")
    for note in notes:
        print(f"note: {note}")
    return 0


def _pairs(
    columns: Mapping[str, Any], estimator: Estimator, options: Namespace
) -> tuple[Pairwise, list[str]]:
    """The pairs that are done, and a note where Ctrl-C stopped the others."""
    from mist_explore.evaluation import pairwise_steps

    wanted = None
    if options.target is not None:
        wanted = [(name, options.target) for name in columns if name != options.target]
    count = comb(len(columns), 2) if wanted is None else len(wanted)
    top = options.top
    if top is None and count > MOST_WITHOUT_SCREENING:
        top = TOP
    steps = pairwise_steps(
        columns,
        estimator,
        wanted,
        top=top or None,
        fdr=options.fdr,
        shifted=options.shifted or None,
        rows_independent=options.rows_independent,
        seed=options.seed,
    )
    progress, found = next(steps)
    tell = every_tenth()
    try:
        while True:
            progress, found = next(steps)
            if progress.seconds > SECONDS_IN_SILENCE:
                tell(progress)
    except StopIteration as end:
        return end.value, []
    except KeyboardInterrupt:
        return found, [f"stopped after {progress.step:,} of {progress.total:,} steps"]


def _write(found: Pairwise, rows: list[dict[str, Any]], options: Namespace) -> None:
    """Write the pairs, or their figure, as the ending of the file says."""
    from mist_explore.evaluation import pairs_as_csv, pairs_as_parquet

    match options.out.suffix.lower():
        case ".csv":
            options.out.write_text(pairs_as_csv(rows), encoding="utf-8")
        case ".parquet":
            options.out.write_bytes(pairs_as_parquet(rows))
        case _:
            from mist_explore.plots import plot_matrix

            figure = plot_matrix(found, units=options.units, level=options.level)
            figure.write_html(options.out, include_plotlyjs=True)


def _content(
    rows: list[dict[str, Any]], omitted: Mapping[str, str], notes: list[str], options: Namespace
) -> dict[str, Any]:
    """The JSON: estimates, screened pairs and failures, each in their order."""
    shared, ends = {"level", "units", "error"}, {"low", "high"}
    kept = [{k: v for k, v in row.items() if k not in shared | ends} for row in rows]
    for short, row in zip(kept, rows, strict=True):
        short["interval"] = None if row["low"] is None else [row["low"], row["high"]]
    told = list(zip(kept, rows, strict=True))
    screened = [k for k, row in told if row["median"] is None and not row["error"]]
    return {
        "units": options.units,
        "level": options.level,
        "fdr": options.fdr,
        "pairs": [k for k, row in told if row["median"] is not None],
        "screened": screened,
        "failed": [
            {"pair": [row["one"], row["other"]], "rows": row["rows"], "error": row["error"]}
            for row in rows
            if row["error"]
        ],
        "left_out": [{"column": name, "reason": why} for name, why in omitted.items()],
        "notes": notes,
    }


def _lines(rows: list[dict[str, Any]], options: Namespace) -> Iterator[str]:
    estimated = [row for row in rows if row["median"] is not None]
    width = max((len(f"{row['one']}, {row['other']}") for row in estimated), default=0)
    first_doubtful = next((row for row in estimated if row["doubtful"]), None)
    for row in estimated:
        if row is first_doubtful:
            yield "Pairs with an artefact or a warning:"
        pair = f"{row['one']}, {row['other']}".ljust(width)
        yield f"{pair}  {'  '.join(_numbers(row, options))}"
        if row["artefact"]:
            yield f"  artefact: {row['artefact']}"
        yield from (f"  warning: {warning}" for warning in row["warnings"])
        yield from (f"  note: {note}" for note in row["notes"])
    for row in rows:
        if row["error"]:
            yield f"{row['one']}, {row['other']}: {row['error']}"
    rest = sum(row["median"] is None and not row["error"] for row in rows)
    if rest:
        yield f"{rest:,} pairs have a screening value alone: --json or --out lists them"


def _numbers(row: Mapping[str, Any], options: Namespace) -> Iterator[str]:
    yield f"{row['median']:.3g} {options.units}"
    if row["low"] is not None:
        yield f"{row['low']:.3g} to {row['high']:.3g}"
    yield f"n = {row['rows']:,}"
    if row["p_adjusted"] is not None:
        above = " (not below the level)" if row["p_adjusted"] > options.fdr else ""
        yield f"adjusted p = {row['p_adjusted']:.2g}{above}"
    if options.normalise and row["share_of_entropy"] is not None:
        yield f"{row['share_of_entropy']:.0%} of the smaller entropy"
