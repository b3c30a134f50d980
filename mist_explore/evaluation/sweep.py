"""Sweeps: several estimators on a grid of cases, on one core, on all, or on a cluster."""

from __future__ import annotations

import json
import warnings
from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from statistics import fmean
from time import perf_counter

from joblib import Parallel, delayed

from mist_explore.estimators import LearnedEstimator, load
from mist_explore.evaluation.case import AXES, Case
from mist_explore.evaluation.grid import Grid
from mist_explore.evaluation.trial import Summary, Trial, summary, trials_of
from mist_explore.files import replace_file
from mist_explore.interfaces import Estimator
from mist_explore.progress import Progress, run_job

__all__ = ["Sweep", "SweepProgress", "iter_sweep", "sweep"]

SECONDS_BETWEEN_SAVES = 10.0
METADATA = b"mist_explore"
COLUMNS = {
    "family": "string",
    "n_samples": "int64",
    "dim": "int64",
    "information": "float64",
    "df": "float64",
    "flow": "float64",
    "replicate": "int64",
    "seed": "int64",
    "estimator": "string",
    "truth": "float64",
    "median": "float64",
    "low": "float64",
    "high": "float64",
    "seconds": "float64",
    "error": "string",
}
"""The columns of the Parquet table, with their types."""


@dataclass(frozen=True)
class Sweep:
    """Result of a sweep.

    Args:
        grid: its settings.
        trials: one for each case, replicate and estimator, as far as they are done.
        weights: the SHA-256 of the weights of each learned estimator.
    """

    grid: Grid
    trials: tuple[Trial, ...]
    weights: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        grid = self.grid
        return (
            f"Sweep: {len(self.trials)} trials of {', '.join(grid.estimators)} on "
            f"{len(grid.cases)} cases, {'complete' if self.is_complete else 'not complete'}"
        )

    @property
    def is_complete(self) -> bool:
        """Whether every trial is done."""
        grid = self.grid
        return len(self.trials) == len(grid.cases) * grid.replicates * len(grid.estimators)

    def summaries(self, estimator: str) -> dict[Case, Summary]:
        """Return the summary of one estimator on each case with a trial."""
        found: dict[Case, list[Trial]] = {}
        for trial in self.trials:
            if trial.estimator == estimator:
                found.setdefault(trial.case, []).append(trial)
        return {case: summary(trials) for case, trials in found.items()}

    @property
    def largest_bias(self) -> tuple[str, Case, float] | None:
        """The estimator and the case of the largest bias, high or low, and it in nats."""
        biases = (
            (name, case, one.bias.value)
            for name in self.grid.estimators
            for case, one in self.summaries(name).items()
            if one.bias
        )
        return max(biases, key=lambda found: abs(found[2]), default=None)

    def part(self, grid: Grid) -> Sweep | None:
        """Return the sweep of a grid as part of this one, which may have further estimators.

        None if it is no part of it.
        """
        if replace(self.grid, estimators=grid.estimators) != grid:
            return None
        if not set(grid.estimators) <= set(self.grid.estimators):
            return None
        trials = tuple(trial for trial in self.trials if trial.estimator in grid.estimators)
        return Sweep(grid, trials, self.weights)

    def to_parquet(self) -> bytes:
        """The trials as a Parquet table, one a row; the grid and the weights are its metadata."""
        import pyarrow as pa
        from pyarrow import parquet

        rows = [asdict(trial.case) | asdict(trial) for trial in self.trials]
        about = {"grid": self.grid.to_mapping(), "weights": dict(self.weights)}
        schema = pa.schema(
            [(name, getattr(pa, kind)()) for name, kind in COLUMNS.items()],
            metadata={METADATA: json.dumps(about)},
        )
        stream = BytesIO()
        parquet.write_table(pa.Table.from_pylist(rows, schema), stream)
        return stream.getvalue()

    @staticmethod
    def from_parquet(path: Path) -> Sweep:
        """The sweep of a file that `to_parquet` made.

        Raises:
            ValueError: if the file holds no sweep.
        """
        import pyarrow as pa
        from pyarrow import parquet

        try:
            table = parquet.read_table(path)
            about = json.loads(table.schema.metadata[METADATA])
        except (pa.ArrowInvalid, KeyError, TypeError) as error:
            raise ValueError(f"expected a sweep in {path}; found none: {error}") from error
        trials = [_trial(row) for row in table.to_pylist()]
        return Sweep(Grid.from_mapping(about["grid"]), tuple(trials), about["weights"])


@dataclass(frozen=True)
class SweepProgress(Progress):
    """Progress with the trials that were done since the record before."""

    trials: tuple[Trial, ...] = ()


def sweep(
    grid: Grid,
    out: Path | None = None,
    *,
    n_jobs: int | None = None,
    fresh: bool = False,
    progress: bool = False,
) -> Sweep:
    """Evaluate every estimator of a grid on every dataset and return the trials.

    The datasets run through joblib: on one core, on `n_jobs` of them, or on the backend of
    `joblib.parallel_config`, such as a Dask cluster. The numbers are the same everywhere. The
    first replicates of all cases come before the second ones.

    Args:
        grid: the cases and the estimators.
        out: a Parquet file, saved every few seconds and when the sweep ends or is cancelled; the
            same sweep resumes from it.
        n_jobs: the number of processes; by default that of joblib's configuration, or one.
        fresh: whether to replace the file.
        progress: whether to show a tqdm bar.

    Raises:
        ValueError: if an estimator is unknown, or the file holds another sweep.

    Example:
        >>> found = sweep(Grid(n_samples=(50,), estimators=("ksg",), replicates=2))
        >>> len(found.trials), found.is_complete
        (2, True)
    """
    return run_job(iter_sweep(grid, out, n_jobs=n_jobs, fresh=fresh), progress)


def iter_sweep(
    grid: Grid, out: Path | None = None, *, n_jobs: int | None = None, fresh: bool = False
) -> Generator[SweepProgress, None, Sweep]:
    """Yield the progress of `sweep` with its trials, and return its result.

    Close the generator to cancel.
    """
    weights = {
        name: estimator.checkpoint.sha256
        for name in grid.estimators
        if isinstance(estimator := _estimator(name), LearnedEstimator)
    }
    done = {} if out is None or fresh or not out.exists() else _done(out, grid, weights)
    tasks = [(case, number) for number in range(grid.replicates) for case in grid.cases]
    waiting = [task for task in tasks if task not in done]

    def found() -> Sweep:
        return Sweep(grid, tuple(t for task in tasks for t in done.get(task, ())), weights)

    start, before = perf_counter(), len(done)
    saved = start
    errors: dict[str, list[float]] = {name: [] for name in grid.estimators}
    results = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_try)(grid, *task) for task in waiting
    )
    try:
        for task, trials in zip(waiting, results, strict=True):
            done[task] = trials
            for trial in trials:
                if trial.deviation is not None:
                    errors[trial.estimator].append(abs(trial.deviation))
            now = perf_counter()
            if out is not None and now - saved > SECONDS_BETWEEN_SAVES:
                replace_file(out, found().to_parquet())
                saved = now
            metrics = {f"mean_absolute_error {k}": fmean(v) for k, v in errors.items() if v}
            yield SweepProgress(len(done), len(tasks), now - start, metrics, before, trials)
    finally:
        with warnings.catch_warnings():
            # joblib warns of the tasks that a cancellation stops.
            warnings.filterwarnings("ignore", ".* tasks which were still", UserWarning)
            results.close()
        if out is not None:
            replace_file(out, found().to_parquet())
    return found()


def _done(
    out: Path, grid: Grid, weights: Mapping[str, str]
) -> dict[tuple[Case, int], tuple[Trial, ...]]:
    """The trials in a file, by case and replicate."""
    earlier = Sweep.from_parquet(out)
    if earlier.grid != grid or earlier.weights != weights:
        what = "settings" if earlier.grid != grid else "weights"
        raise ValueError(
            f"expected {out} to hold this sweep; it holds one with other {what}: "
            "choose another file, or replace it with fresh"
        )
    done: dict[tuple[Case, int], tuple[Trial, ...]] = {}
    for trial in earlier.trials:
        task = (trial.case, trial.replicate)
        done[task] = (*done.get(task, ()), trial)
    return done


def _try(grid: Grid, case: Case, replicate: int) -> tuple[Trial, ...]:
    estimators = {name: _estimator(name) for name in grid.estimators}
    seed = grid.seed_of(case, replicate)
    return trials_of(case, replicate, seed, estimators, grid.n_resamples)


def _trial(row: Mapping[str, object]) -> Trial:
    case = Case(**{name: row[name] for name in AXES})  # type: ignore[arg-type]
    rest = {name: value for name, value in row.items() if name not in AXES}
    return Trial(case=case, **rest)  # type: ignore[arg-type]


@cache
def _estimator(name: str) -> Estimator:
    return load(name)
