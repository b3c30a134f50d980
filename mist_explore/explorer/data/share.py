"""A state of the data page as Python, as commands and as tables: the same numbers everywhere."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Iterable

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.evaluation import Pairwise
from mist_explore.explorer.data.compute import (
    MATRIX_ROWS,
    MOST_COLUMNS,
    MOST_ROWS,
    DataResult,
)
from mist_explore.explorer.data.state import DataState

__all__ = ["as_command", "as_python", "estimates_csv", "pairs_csv"]


def as_python(state: DataState) -> str:
    """Lines of Python that reproduce the numbers of a state."""
    source = "load_dataset" if state.bundled else "read_table"
    units = "" if state.units == "nats" else f'.to("{state.units}")'
    shifted = ", shifted=True" if state.order == "shift" else ""
    return (
        "import mist_explore as mx\n"
        f"table = mx.{source}({state.table!r})\n"
        f"ready = mx.prepare(table, {list(state.x)!r}, {list(state.y)!r},\n"
        f"                   missing={state.missing!r}, encoding={state.categories!r},\n"
        f"{_python_options(state)}"
        f"                   most_rows={MOST_ROWS}, seed={state.seed})\n"
        'print(*ready.notes, sep="\\n")\n'
        "x, y = ready.sample.x, ready.sample.y\n"
        f"network = mx.load({state.network!r})\n"
        f"estimate = network.estimate(x, y){units}\n"
        f"print(estimate.median, estimate.interval({state.level:g}), estimate.warnings)\n"
        f"print(mx.permutation_test(x, y, permutations={state.permutations}{shifted}, "
        f"seed={state.seed}).p_value)\n"
        "print(mx.serial_dependence(x, y))\n"
        "print(mx.compare(ready.sample))\n"
        f"columns = mx.usable_columns(table, most_columns={MOST_COLUMNS}, "
        f"most_rows={MATRIX_ROWS}{_matrix_options(state)})\n"
        "for pair, estimate in mx.pairwise_information(columns, network).estimates.items():\n"
        f"    print(pair, estimate{units}.median, estimate{units}.interval({state.level:g}))\n"
    )


def as_command(state: DataState) -> str:
    """Commands that reproduce the estimate, the p-value and all pairs."""
    sides = (
        f"--{side} {shlex.quote(','.join(map(_quoted, getattr(state, side))))}" for side in "xy"
    )
    shifted = " --shifted" if state.order == "shift" else ""
    table = shlex.quote(state.table)
    return (
        f"mist-explore estimate {table} {' '.join(sides)} \\\n"
        f"    --missing {state.missing} --categories {state.categories} {_arguments(state)}"
        f"--most-rows {MOST_ROWS} --seed {state.seed} \\\n"
        f"    --permutations {state.permutations}{shifted} "
        f"--level {state.level:g} --units {state.units} --estimator {state.network}\n"
        f"mist-explore matrix {table} {_arguments(state)}--most-columns {MOST_COLUMNS} "
        f"--most-rows {MATRIX_ROWS} "
        f"--level {state.level:g} --units {state.units} --estimator {state.network}\n"
    )


def _options(state: DataState) -> list[str]:
    options = {"categories": list(state.categorical), "gap_values": list(state.gap_values)}
    return [f"{name}={values!r}" for name, values in options.items() if values]


def _python_options(state: DataState) -> str:
    options = _options(state)
    return f"{' ' * 19}{', '.join(options)},\n" if options else ""


def _matrix_options(state: DataState) -> str:
    return "".join(f", {option}" for option in _options(state))


def _arguments(state: DataState) -> str:
    """The arguments of the command line for declared categories and numbers that mark a gap."""
    names = ",".join(map(_quoted, state.categorical))
    categorical = f"--categorical {shlex.quote(names)} " if names else ""
    gaps = ",".join(f"{value:g}" for value in state.gap_values)
    return categorical + (f"--gap-values={gaps} " if gaps else "")


def estimates_csv(answer: DataResult) -> str:
    """What each estimator says of the chosen columns, one row each."""
    state, sample = answer.state, answer.prepared.sample
    head = ("estimator", "median", "low", "high", "level", "units", "rows", "dim_x", "dim_y")
    shape = (state.level, state.units, sample.n_samples, sample.dim_x, sample.dim_y)
    lines = []
    for name, estimate in answer.estimates.items():
        if estimate is not None:
            told = estimate.to(state.units)
            ends = ("", "") if told.is_point else told.interval(state.level)
            lines.append((name, told.median, *ends, *shape))
    return _csv(head, lines)


def pairs_csv(found: Pairwise, state: DataState) -> str:
    """The mutual information of every pair of columns, one row each."""
    lines = []
    for (one, other), estimate in found.estimates.items():
        low, high = (end / NATS_PER_UNIT[state.units] for end in estimate.interval(state.level))
        told = estimate.to(state.units)
        ends = (low, high, state.level, state.units)
        lines.append((one, other, told.median, *ends, told.n_samples, "; ".join(told.warnings)))
    head = ("one", "other", "median", "low", "high", "level", "units", "rows", "warnings")
    return _csv(head, lines)


def _csv(head: tuple[str, ...], lines: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *lines])
    return text.getvalue()


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name
