"""Tables of docs/hosting.md, and the line of the README: load, faults and bad input."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.hosting_cases import CASES
from benchmarks.hosting_load import PRESSES, SECONDS_BETWEEN
from mist_explore.evaluation import write_section

__all__ = ["FILE", "PAGE", "README", "sections", "write_tables"]

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "benchmarks" / "results" / "hosting.json"
PAGE = ROOT / "docs" / "hosting.md"
README = ROOT / "README.md"
MEASURED = ("ready", "together", "control")
MOST_READY, MOST_CONTROL, MOST_GIGABYTES = 10.0, 1.0, 6.0
"""What is wanted of 40 visitors at once: 95 % of seconds until ready and to a figure; memory."""


def write_tables(found: dict[str, Any]) -> None:
    """Write the tables into the documentation, and the line into the README."""
    for page, parts in sections(found).items():
        for name, content in parts.items():
            write_section(page, name, content)


def sections(found: dict[str, Any]) -> dict[Path, dict[str, str]]:
    """Return the text of each marked section, by page."""
    return {
        PAGE: {"hosting": _load_table(found), "holds": _holds_table(found)},
        README: {"hosting": _line(found)},
    }


def _load_table(found: dict[str, Any]) -> str:
    rows = [
        "| visitors at once | ready p50 / p95 (s) | all press together p50 / p95 (s) "
        "| each in their own time p50 / p95 (s) | memory of all, at rest (GB) "
        "| of its own, at rest (MB) | processor time to start, of a press (s) | errors |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for n, row in found["visitors"].items():
        cells = [
            *(
                _numbers(row, f"{of}_median", f"{of}_p95")
                for of in ("ready", "together", "control")
            ),
            _numbers(row, "gigabytes", "gigabytes_at_rest"),
            _numbers(row, "private_megabytes_each", digits=3),
            _numbers(row, "cpu_seconds_to_start", "cpu_seconds_each_press"),
            f"{row['errors']:g}",
        ]
        rows.append(f"| {n} | {' | '.join(cells)} |")
    return "\n".join([*rows, "", " ".join(_notes(found))])


def _notes(found: dict[str, Any]) -> Iterator[str]:
    yield (
        f"Wanted of 40 visitors: ready in {MOST_READY:g} s and a figure in {MOST_CONTROL:g} s at "
        f"p95, in {MOST_GIGABYTES:g} GB. Clients that send what a browser would open the home page "
        f"at the same time, press its button together once, then {PRESSES} times about "
        f"{SECONDS_BETWEEN:g} s apart. Memory is the proportional set size of the server and all "
        "kernels, when all have pressed and at rest; then the private memory of one kernel."
    )
    if bare := found.get("bare"):
        yield (
            f"A kernel that only shows a slider of ipywidgets has {bare['private_megabytes']:.0f} "
            f"MB, takes {bare['cpu_seconds_to_start']:.2g} s of processor time, and is ready after "
            f"{bare['ready']:.2g} s."
        )
    soaked = found["soak"]
    changes = [f"{name} {n} → {soaked['after'][name]}" for name, n in soaked["before"].items()]
    yield f"After {soaked['visits']} visits with {soaked['errors']} errors: {', '.join(changes)}."
    loads = [row["load_before"] for row in found["visitors"].values() if "load_before" in row]
    load = f", load {max(loads):.2g} at most before a row" if loads else ""
    yield f"On {found['machine']}{load}, by `{found['command']}`."


def _holds_table(found: dict[str, Any]) -> str:
    rows = ["| what happens | what holds | shown by |", "| --- | --- | --- |"]
    for n, row in found["visitors"].items():
        people = "one visitor" if n == "1" else f"{n} visitors at once"
        rows.append(f"| load: {people} | {_met(row)} | `make bench-hosting` |")
    soaked = found["soak"]
    left = ", ".join(f"{name} {n}" for name, n in soaked["after"].items() if name != "MB")
    kept = "no more than before" if _as_before(soaked) else "**more than before**"
    rows.append(
        f"| load: {soaked['visits']} visits, a few at a time | {soaked['errors']} errors; "
        f"{left}: {kept} | `make bench-hosting` |"
    )
    rows += [f"| {case.kind}: {case.event} | {case.holds} | `{case.test}` |" for case in CASES]
    return "\n".join(rows)


def _as_before(soaked: dict[str, Any]) -> bool:
    kept = [name for name in soaked["before"] if name != "MB"]
    return all(soaked["after"][name] <= soaked["before"][name] for name in kept)


def _met(row: dict[str, float]) -> str:
    """Return the times, memory and errors of a row."""
    control = row.get("control_p95", row.get("together_p95", 0))
    return (
        f"{row['ready_p95']:.2g} s until ready and {control:.2g} s to a figure at p95, "
        f"{row['gigabytes']:.2g} GB, {row['errors']:g} errors"
    )


def _line(found: dict[str, Any]) -> str:
    """Return what the most visitors met who were served without errors."""
    rows = list(found["visitors"].items())
    n, row = ([(n, row) for n, row in rows if not row["errors"]] or rows)[-1]
    return (
        f"One server ({found['machine']}, load {row['load_before']:.2g} before) serves "
        f"{n} visitors at once: {_met(row)} "
        "([all measurements](docs/hosting.md#how-many-visitors))."
    )


def _numbers(row: dict[str, float], *names: str, digits: int = 2) -> str:
    """Return values of a row; a dash where one was not measured."""
    return " / ".join(f"{row[name]:.{digits}g}" if name in row else "–" for name in names)
