"""One table through estimate, matrix, compare and the data page, with times and notes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from time import process_time
from typing import Any, TypeVar

from mist_explore.cli import main as command
from mist_explore.explorer.tables import Upload, first_choice, opened
from mist_explore.explorer.your_data.compute import MOST_ROWS, curves, result
from mist_explore.explorer.your_data.settings import DataState

__all__ = ["COMPARED_ROWS", "MATRIX_COLUMNS", "MATRIX_ROWS", "Journey", "journey"]

COMPARED_ROWS = 1_000
"""Rows of a table that are drawn for `compare`, whose kernel densities take long."""

MATRIX_COLUMNS, MATRIX_ROWS = 8, 500
"""Columns and rows of a table in its matrix: 28 pairs at the most."""

FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError)
"""Errors that no input should raise; a refusal is a ValueError."""

Found = TypeVar("Found")


@dataclass
class Journey:
    """Results of a table in all interfaces of the project.

    Args:
        name: the table.
        package: the package that ships it.
        rows, columns, usable: its size, and the number of columns that vary and become numbers.
        x, y: the columns that the page chooses first.
        answers: median and ends of the 90 % interval in nats, pairs of the matrix, estimators of
            the comparison that answered.
        notes: of the estimate.
        warnings: of the estimate.
        left_out: columns that cannot be used, with the reason.
        refusals: the message of each step that refused the table.
        faults: errors that should not occur, by step.
        seconds: processor time of each step.
        same_notes: whether command and page gave the same notes; None where one of them refused.
    """

    name: str
    package: str
    rows: int = 0
    columns: int = 0
    usable: int = 0
    x: tuple[str, ...] = ()
    y: tuple[str, ...] = ()
    answers: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    same_notes: bool | None = None

    def step(self, name: str, do: Callable[[], Found]) -> Found | None:
        """Return the result of a step; None after a refusal, which is recorded with its time."""
        start = process_time()
        try:
            return do()
        except ValueError as error:
            self.refusals[name] = str(error)
            if "expected" not in str(error):
                self.faults[name] = f"a refusal without its expectation: {error}"
        except FAULTS as error:
            self.faults[name] = f"{type(error).__name__}: {error}"
        finally:
            self.seconds[name] = round(process_time() - start, 3)
        return None


def journey(name: str, package: str, file: str, content: bytes) -> Journey:
    """Run a table through all interfaces of the project.

    Args:
        name: of the table.
        package: that ships it.
        file: the name of its file, whose ending decides how it is read.
        content: the bytes of the file.
    """
    trip = Journey(name, package)
    table = trip.step("read", lambda: opened(Upload(file, content)))
    if table is None:
        return trip
    trip.rows, trip.columns = table.table.n_rows, len(table.columns) + len(table.table.left_out)
    trip.usable, trip.left_out = len(table.usable), table.left_out
    trip.x, trip.y = first_choice(table)
    state = DataState(file, trip.x, trip.y)
    answer = trip.step("page", lambda: result(state, table))
    page_notes: list[str] | None = None
    if answer is not None:
        trip.step("page, parts of the rows", lambda: curves(answer))
        learned = answer.learned
        page_notes = [*answer.prepared.notes, *(learned.notes if learned else ())]
        page_notes = list(dict.fromkeys(page_notes))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_bytes(content)
        sides = ("--x", _quoted(trip.x), "--y", _quoted(trip.y))
        rows = ("--max-rows", str(MOST_ROWS))
        estimate = trip.step("estimate", lambda: _json("estimate", path, *sides, *rows))
        rows = ("--max-rows", str(COMPARED_ROWS))
        compared = trip.step("compare", lambda: _json("compare", path, *sides, *rows))
        limits = ("--max-columns", MATRIX_COLUMNS, "--max-rows", MATRIX_ROWS)
        pairs = trip.step("matrix", lambda: _json("matrix", path, *map(str, limits)))
    if estimate is not None:
        trip.answers["median"], trip.answers["interval"] = estimate["median"], estimate["interval"]
        trip.notes = list(dict.fromkeys(estimate.get("notes", [])))
        trip.warnings = list(estimate["warnings"])
        if page_notes is not None:
            trip.same_notes = trip.notes == page_notes
    if compared is not None:
        answered = sum(one["median"] is not None for one in compared["answers"])
        trip.answers["compared"] = answered
        trip.answers["estimators"] = len(compared["answers"])
    if pairs is not None:
        trip.answers["pairs"] = len(pairs["pairs"])
        trip.answers["failed pairs"] = len(pairs["failed"])
    return trip


def _json(verb: str, path: Path, *options: str) -> Any:
    """Return the JSON output of a command.

    Raises:
        ValueError: with the line of a command that refuses its input.
    """
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = command([verb, str(path), *options, "--json"])
    if code:
        raise ValueError(err.getvalue().strip().replace(str(path), path.name))
    return json.loads(out.getvalue())


def _quoted(names: tuple[str, ...]) -> str:
    return ",".join(f'"{name}"' for name in names)
