"""The columns of a table and their preparation, as Python and as arguments of a command."""

from __future__ import annotations

import shlex

from mist_explore.explorer.table_settings import TableState

__all__ = ["column_arguments", "open_and_prepare", "option_arguments", "options", "quoted_table"]


def open_and_prepare(state: TableState, max_rows: int, seed: int) -> str:
    """Return lines of Python that open a table and prepare its columns, as `ready`."""
    source = "load_dataset" if state.bundled else "read_table"
    sheet = f", sheet={state.sheet!r}" if state.sheet else ""
    header = "" if state.named is None else f", header={state.named}"
    more = options(state)
    return (
        f"table = mx.{source}({state.table!r}{sheet}{header})\n"
        f"ready = mx.prepare(table, {list(state.x)!r}, {list(state.y)!r},\n"
        f"                   missing={state.missing!r}, encoding={state.categories!r},\n"
        + (f"{' ' * 19}{', '.join(more)},\n" if more else "")
        + f"                   max_rows={max_rows}, seed={seed})\n"
    )


def column_arguments(state: TableState, max_rows: int, seed: int) -> str:
    """Return arguments of a command that prepares the columns of a table, in two lines."""
    sides = (
        f"--{side} {shlex.quote(','.join(map(_quoted, getattr(state, side))))}" for side in "xy"
    )
    return (
        f"{quoted_table(state)} {' '.join(sides)} \\\n"
        f"    --missing {state.missing} --categories {state.categories} {option_arguments(state)}"
        f"--max-rows {max_rows} --seed {seed}"
    )


def quoted_table(state: TableState) -> str:
    """Return the arguments of a command for the table and the part of its file."""
    sheet = f" --sheet {shlex.quote(state.sheet)}" if state.sheet else ""
    header = "" if state.named is None else f" --header {state.header}"
    return shlex.quote(state.table) + sheet + header


def options(state: TableState) -> list[str]:
    """Return arguments of Python for categories and numbers that mark a gap."""
    values = {"categories": list(state.categorical), "gap_values": list(state.gap_values)}
    return [f"{name}={value!r}" for name, value in values.items() if value]


def option_arguments(state: TableState) -> str:
    """Return the same arguments for a command, each with a space behind it."""
    names = ",".join(map(_quoted, state.categorical))
    categorical = f"--categorical {shlex.quote(names)} " if names else ""
    gaps = ",".join(f"{value:g}" for value in state.gap_values)
    return categorical + (f"--gap-values={gaps} " if gaps else "")


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name
