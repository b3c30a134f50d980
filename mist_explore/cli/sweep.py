"""`mist-explore sweep`: several estimators on a grid of distributions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mist_explore.cli.progress import every_tenth
from mist_explore.cli.values import Names, Numbers, Whole, WholeNumbers
from mist_explore.progress import finished

if TYPE_CHECKING:
    from mist_explore.evaluation import Case, Summary, Sweep

__all__ = ["EXAMPLES", "sweep"]

EXAMPLES = """\
Every combination of the values is a case; the strength of its family is solved for the wanted
information. Ctrl-C keeps the finished datasets, and the same command goes on. The numbers are the
same on one core, on several, and on a Dask cluster.

Examples:
```
  mist-explore sweep --n-samples 50,200,800 --information 0.5,1,2 \\
      --out sweep.parquet
  mist-explore sweep --family normal-dense,student-dense --dims 2,5,10 \\
      --estimators ksg,mist-qr --replicates 20 --jobs 4 --out sweep.parquet
  mist-explore sweep --family student-dense --df 1,2,4,8 --flow 0,0.5,1 \\
      --dask tcp://scheduler:8786 --out sweep.parquet
```
"""


def sweep(
    *,
    out: Path,
    family: Names | None = None,
    n_samples: WholeNumbers | None = None,
    dims: WholeNumbers | None = None,
    information: Numbers | None = None,
    df: Numbers | None = None,
    flow: Numbers | None = None,
    estimators: Names | None = None,
    replicates: Whole | None = None,
    bootstrap: Whole | None = None,
    seed: Whole | None = None,
    fresh: bool = False,
    jobs: Whole | None = None,
    dask: str | None = None,
) -> None:
    """Measure bias and coverage over sizes, dimensions, information and families.

    Args:
        out: Parquet file to write or to continue.
        family: distribution families; by default normal-2pair.
        n_samples: numbers of rows; by default 300.
        dims: numbers of columns a side; by default 3.
        information: nats; by default the default strength of a family.
        df: degrees of freedom of Student families.
        flow: strengths in [0, 1] of random flows; by default 0.
        estimators: names, or directories of models.
        replicates: datasets of each case; by default 8.
        bootstrap: intervals from N halves of the rows for estimators without an interval.
        seed: seed of all datasets; by default 0.
        fresh: replace the file.
        jobs: processes; by default 1.
        dask: address of the scheduler of a Dask cluster.
    """
    from mist_explore.evaluation import Grid, iter_sweep

    if jobs is not None and dask is not None:
        raise ValueError("expected --jobs or --dask; got both: choose one")
    settings: dict[str, Any] = {
        "family": family,
        "n_samples": n_samples,
        "dim": dims,
        "information": information,
        "df": df,
        "flow": flow,
        "estimators": estimators,
        "replicates": replicates,
        "n_resamples": bootstrap,
        "seed": seed,
    }
    grid = Grid(**{name: value for name, value in settings.items() if value is not None})
    with _backend(dask):
        result = finished(iter_sweep(grid, out, n_jobs=jobs, fresh=fresh), every_tenth())
    print(_table(result))


@contextmanager
def _backend(scheduler: str | None) -> Iterator[None]:
    """Run joblib on a Dask cluster, if there is one."""
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
    """Return a line for each case and estimator: values that vary, bias, coverage."""
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
