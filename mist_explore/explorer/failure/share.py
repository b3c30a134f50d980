"""A sweep and a search as Python and as a command: the same numbers everywhere."""

from __future__ import annotations

from dataclasses import fields

from mist_explore.evaluation import AXES, Grid, Search

__all__ = ["as_command", "as_python", "search_as_python"]

OPTIONS = {axis: f"--{axis.replace('_', '-')}" for axis in AXES} | {"dim": "--dims"}


def as_python(grid: Grid) -> str:
    """Lines of Python that sweep a grid into a file."""
    return (
        "from pathlib import Path\n"
        "from mist_explore.evaluation import Grid, sweep\n\n"
        f"grid = Grid(\n{_arguments(grid)})\n"
        'found = sweep(grid, Path("sweep.parquet"), n_jobs=2, progress=True)\n'
        "print(found.summaries(grid.estimators[0]))\n"
    )


def as_command(grid: Grid) -> str:
    """The command that sweeps a grid into a file."""
    lists = {OPTIONS[axis]: getattr(grid, axis) for axis in AXES} | {
        "--estimators": grid.estimators
    }
    options = [f"{name} {','.join(map(str, found))}" for name, found in lists.items() if found]
    numbers = f"--replicates {grid.replicates} --bootstrap {grid.resamples} --seed {grid.seed}"
    return " \\\n    ".join(["mist-explore sweep", *options, f"{numbers} --out sweep.parquet\n"])


def search_as_python(search: Search) -> str:
    """Lines of Python that repeat a search."""
    return (
        "from mist_explore.evaluation import Search, worst_case\n\n"
        f"search = Search(\n{_arguments(search)})\n"
        "found = worst_case(search, progress=True)\n"
        "print(found.worst, found.confirmed)\n"
    )


def _arguments(settings: Grid | Search) -> str:
    return "".join(
        f"    {field.name}={getattr(settings, field.name)!r},\n" for field in fields(settings)
    )
