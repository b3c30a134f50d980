"""`mist-explore matrix`: every column of a table with every other."""

from __future__ import annotations

import json as json_format
from collections.abc import Generator, Iterator, Mapping, Sequence
from math import comb
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mist_explore.cli.options import OutputOptions, TableOptions
from mist_explore.cli.progress import every_tenth
from mist_explore.cli.values import CircularShift, Fraction, Names, TablePath, Units, Whole
from mist_explore.files import replace_file

if TYPE_CHECKING:
    from mist_explore.evaluation import Pairwise
    from mist_explore.progress import Progress

__all__ = ["EXAMPLES", "matrix", "with_level"]

EXAMPLES = """\
Categories become columns of 0 and 1, dates become days, and each pair uses the rows in which
both columns have a value. The pair with the most information comes first; pairs with a warning,
copies of a column and columns that count the rows come after all others.

Of more than 1,000 pairs all are screened by their mutual information between bins, and the 200
highest are estimated (--top). Ctrl-C stops and prints the pairs that are done.

Examples:
```
  mist-explore matrix penguins --fdr
  mist-explore matrix data.csv --target age --out ranking.csv
  mist-explore matrix data.csv --columns height,weight,age --units bits --json
```
"""

MAX_UNSCREENED, TOP = 1_000, 200
"""Pairs that are all estimated by default, and the number estimated where there are more."""
SILENT_SECONDS = 3
FORMATS = (".csv", ".parquet", ".html")
DEFAULT_FDR = "0.05"


def with_level(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with a level after each `--fdr` that has none.

    Example:
        >>> with_level(["matrix", "--fdr", "penguins"])
        ['matrix', '--fdr=0.05', 'penguins']
        >>> with_level(["matrix", "penguins", "--fdr", "0.1"])
        ['matrix', 'penguins', '--fdr', '0.1']
    """
    following = [*arguments[1:], ""]
    return [
        f"--fdr={DEFAULT_FDR}" if one == "--fdr" and not _is_number(after) else one
        for one, after in zip(arguments, following, strict=True)
    ]


def matrix(
    table: TablePath,
    /,
    *,
    columns: Names | None = None,
    target: str | None = None,
    preparation: TableOptions = TableOptions(),
    max_columns: Whole | None = None,
    top: Whole | None = None,
    fdr: Fraction | None = None,
    circular_shift: CircularShift = False,
    rows_independent: bool = False,
    normalise: bool = False,
    out: Path | None = None,
    estimator: str = "mist-qr",
    output: OutputOptions = OutputOptions(),
) -> None:
    """Estimate the mutual information of every pair of columns, with intervals.

    Args:
        table: file or bundled table.
        columns: use these columns only, separated by commas; by default all.
        target: only the pairs of this column with each other one.
        preparation: reading of the file and preparation of its columns.
        max_columns: use at most the first N columns.
        top: screen all pairs and estimate the N highest; 0 for all; by default 200 of more than
            1,000 pairs.
        fdr: test every pair by permutations, adjusted for a false discovery rate; without a
            number 0.05.
        circular_shift: test by shifts along the rows, which are a time series; by default where
            rows resemble the rows next to them in both columns.
        rows_independent: the order of rows means nothing; by default rows that resemble the rows
            next to them in both columns count for fewer.
        normalise: print I / min(H(X), H(Y)) of discrete columns as well.
        out: write all pairs to a .csv or .parquet file, or the figure to an .html file.
        estimator: name (see `mist-explore models`) or directory of a model.
        output: intervals, units and format of the output.
    """
    from mist_explore.estimators import load
    from mist_explore.evaluation import iter_pairwise_information, pair_rows
    from mist_explore.preparation import left_out, sorting_column, usable_columns

    if out is not None and out.suffix.lower() not in FORMATS:
        raise ValueError(f"expected a file that ends in {', '.join(FORMATS)}; got {out}")
    if out is not None and not out.parent.is_dir():
        raise ValueError(
            f"expected a folder that exists for {out}; there is no {out.parent}: make it first"
        )
    content = preparation.open(table)
    usable = usable_columns(
        content,
        columns=columns,
        missing=preparation.missing,
        categories=preparation.categorical,
        encoding=preparation.categories,
        gap_values=preparation.gap_values,
        max_columns=max_columns,
        max_rows=preparation.max_rows,
        seed=preparation.seed,
    )
    omitted = {} if columns else left_out(content, preparation.categorical)
    wanted = None if target is None else _pairs_with(target, usable, omitted)
    count = comb(len(usable), 2) if wanted is None else len(wanted)
    sorted_by = sorting_column(content)
    steps = iter_pairwise_information(
        usable,
        load(estimator),
        wanted,
        top=(TOP if top is None and count > MAX_UNSCREENED else top) or None,
        fdr=fdr,
        circular_shift=circular_shift or None,
        rows_independent=rows_independent or bool(sorted_by),
        seed=preparation.seed,
    )
    pairwise, stopped = _completed(steps)
    reading = [note for name in usable for note in content.column_notes.get(name, ())]
    order = [f"rows are sorted by {sorted_by}: their order is not used"] if sorted_by else []
    notes = [*content.notes, *reading, *order, *pairwise.notes, *stopped]
    level, units = output.level, output.units
    rows = pair_rows(pairwise, level, units)
    if out is not None:
        _write(out, pairwise, rows, level, units)
    if output.json:
        options = {"units": units, "level": level, "fdr": fdr}
        print(json_format.dumps(options | _content(rows, omitted, notes), indent=1))
        return
    for line in _lines(rows, units, fdr, normalise):
        print(line)
    for name, reason in omitted.items():
        print(f"left out: {name} ({reason})")
    for note in notes:
        print(f"note: {note}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _pairs_with(
    target: str, columns: Mapping[str, object], omitted: Mapping[str, str]
) -> list[tuple[str, str]]:
    if target not in columns:
        reason = omitted.get(target)
        why = f", which is left out ({reason})" if reason else ""
        raise ValueError(f"expected a target among {', '.join(columns)}; got {target!r}{why}")
    return [(name, target) for name in columns if name != target]


def _completed(
    steps: Generator[tuple[Progress, Pairwise], None, Pairwise],
) -> tuple[Pairwise, list[str]]:
    """Return the pairs that are done, and a note where Ctrl-C stopped the others."""
    progress, pairwise = next(steps)
    report = every_tenth()
    try:
        while True:
            progress, pairwise = next(steps)
            if progress.seconds > SILENT_SECONDS:
                report(progress)
    except StopIteration as end:
        return end.value, []
    except KeyboardInterrupt:
        return pairwise, [f"stopped after {progress.step:,} of {progress.total:,} steps"]


def _write(
    out: Path, pairwise: Pairwise, rows: list[dict[str, Any]], level: float, units: Units
) -> None:
    from mist_explore.evaluation import pairs_as_csv, pairs_as_parquet

    match out.suffix.lower():
        case ".csv":
            replace_file(out, pairs_as_csv(rows).encode())
        case ".parquet":
            replace_file(out, pairs_as_parquet(rows))
        case _:
            from mist_explore.plots import plot_matrix

            figure = plot_matrix(pairwise, units=units, level=level)
            replace_file(out, figure.to_html(include_plotlyjs=True).encode())


def _content(
    rows: list[dict[str, Any]], omitted: Mapping[str, str], notes: list[str]
) -> dict[str, Any]:
    """Return estimates, screened pairs and failures for the JSON, each in their order."""
    hidden = {"level", "units", "error", "low", "high"}
    pairs: dict[str, list[dict[str, Any]]] = {"pairs": [], "screened": [], "failed": []}
    for row in rows:
        record = {name: value for name, value in row.items() if name not in hidden}
        record["interval"] = None if row["low"] is None else [row["low"], row["high"]]
        if row["median"] is not None:
            pairs["pairs"].append(record)
        elif not row["error"]:
            pairs["screened"].append(record)
        if row["error"]:
            failure = {"pair": [row["one"], row["other"]], "rows": row["rows"]}
            pairs["failed"].append(failure | {"error": row["error"]})
    left_out = [{"column": name, "reason": reason} for name, reason in omitted.items()]
    return {**pairs, "left_out": left_out, "notes": notes}


def _lines(
    rows: list[dict[str, Any]], units: Units, fdr: float | None, normalise: bool
) -> Iterator[str]:
    estimated = [row for row in rows if row["median"] is not None]
    width = max((len(f"{row['one']}, {row['other']}") for row in estimated), default=0)
    first_doubtful = next((row for row in estimated if row["doubtful"]), None)
    for row in estimated:
        if row is first_doubtful:
            yield "Pairs with an artefact or a warning:"
        pair = f"{row['one']}, {row['other']}".ljust(width)
        yield f"{pair}  {'  '.join(_numbers(row, units, fdr, normalise))}"
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


def _numbers(
    row: Mapping[str, Any], units: Units, fdr: float | None, normalise: bool
) -> Iterator[str]:
    yield f"{row['median']:.3g} {units}"
    if row["low"] is not None:
        yield f"{row['low']:.3g} to {row['high']:.3g}"
    yield f"n = {row['rows']:,}"
    if fdr is not None and row["p_adjusted"] is not None:
        above = " (not below the level)" if row["p_adjusted"] > fdr else ""
        yield f"adjusted p = {row['p_adjusted']:.2g}{above}"
    if normalise and row["share_of_entropy"] is not None:
        yield f"{row['share_of_entropy']:.0%} of the smaller entropy"
