"""`mist-explore sweep`: several estimators on a grid of laws."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mist_explore.cli.parser import Subparsers, names, numbers, whole_number, whole_numbers
from mist_explore.cli.progress import every_tenth
from mist_explore.progress import finished

if TYPE_CHECKING:
    from mist_explore.evaluation import Case, Summary, Sweep

__all__ = ["add", "run"]

EXAMPLE = """\
Every combination of the values is a case; the strength of its family is solved for the wanted
information. Ctrl-C keeps what is done, and the same command goes on. The numbers are the same on
one core, on several, and on a Dask cluster.

examples:
  mist-explore sweep --n-samples 50,200,800 --information 0.5,1,2 --out sweep.parquet
  mist-explore sweep --family normal-dense,student-dense --dims 2,5,10 --estimators ksg,mist-qr \\
      --replicates 20 --jobs 4 --out sweep.parquet
  mist-explore sweep --family student-dense --df 1,2,4,8 --flow 0,0.5,1 \\
      --dask tcp://scheduler:8786 --out sweep.parquet
"""


def add(subparsers: Subparsers) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "sweep",
        help="measure estimators on a grid of laws",
        description="Measure bias and coverage over sizes, dimensions, information and families.",
        epilog=EXAMPLE,
    )
    for option, kind, metavar, help_ in (
        ("--family", names, "NAMES", "families (default normal-2pair)"),
        ("--n-samples", whole_numbers, "LIST", "numbers of rows (default 300)"),
        ("--dims", whole_numbers, "LIST", "numbers of columns a side (default 3)"),
        ("--information", numbers, "LIST", "nats (default: the default strength of a family)"),
        ("--df", numbers, "LIST", "degrees of freedom of Student families"),
        ("--flow", numbers, "LIST", "strengths in [0, 1] of random flows (default 0)"),
        ("--estimators", names, "NAMES", "names, or directories of models"),
    ):
        parser.add_argument(option, type=kind, metavar=metavar, help=help_)
    for option, help_ in (
        ("--replicates", "datasets of each case (default 8)"),
        ("--bootstrap", "intervals from N halves of the rows for estimators without their own"),
        ("--seed", "of all datasets (default 0)"),
    ):
        parser.add_argument(option, type=whole_number, metavar="N", help=help_)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="Parquet file to write or go on"
    )
    parser.add_argument("--fresh", action="store_true", help="replace the file")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--jobs", type=whole_number, metavar="N", help="processes (default 1)")
    place.add_argument("--dask", metavar="ADDRESS", help="the scheduler of a Dask cluster")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Sweep, and print a line for each case and estimator."""
    from mist_explore.evaluation import Grid, sweep

    given = {
        "family": options.family,
        "n_samples": options.n_samples,
        "dim": options.dims,
        "information": options.information,
        "df": options.df,
        "flow": options.flow,
        "estimators": options.estimators,
        "replicates": options.replicates,
        "resamples": options.bootstrap,
        "seed": options.seed,
    }
    grid = Grid.from_mapping({name: value for name, value in given.items() if value is not None})
    with _backend(options.dask):
        job = sweep(grid, options.out, n_jobs=options.jobs, fresh=options.fresh)
        found = finished(job, every_tenth())
    print(_table(found))
    return 0


@contextmanager
def _backend(scheduler: str | None) -> Iterator[None]:
    """Where joblib runs: on a Dask cluster, if there is one."""
    if scheduler is None:
        yield
        return
    import joblib

    try:
        from distributed import Client
    except ImportError:
        raise ValueError(
            "expected Dask for --dask; it is not installed: pip install 'mist-explore[dask]'"
        ) from None
    with Client(scheduler), joblib.parallel_config("dask"):
        yield


def _table(sweep: Sweep) -> str:
    """A line for each case and estimator: what varies, the bias, the coverage."""
    grid = sweep.grid
    axes = grid.varied or ("family",)
    lines = [(*axes, "estimator", "bias (nats)", "90 % interval covers")]
    for name in grid.estimators:
        for case, summary in sweep.summaries(name).items():
            values = (_value(case, axis) for axis in axes)
            lines.append((*values, name, str(summary.bias or "-"), _coverage(summary)))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _value(case: Case, axis: str) -> str:
    value = getattr(case, axis)
    return value if isinstance(value, str) else f"{value:g}"


def _coverage(summary: Summary) -> str:
    if summary.coverage is None:
        return summary.error or "-"
    return f"{summary.coverage.value:.0%}"
