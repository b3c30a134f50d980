"""Measure how many visitors one server holds: time until a page is ready, and memory of all.

`python -m benchmarks.hosting`, or `--short` for a few visitors and a short soak.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
from websockets.exceptions import WebSocketException

from benchmarks.browser.app import Server, eventually, free_port, serving
from benchmarks.browser.client import opened_pages, request
from benchmarks.browser.visitor import Visitor, enter
from mist_explore.evaluation import with_section
from mist_explore.files import replace_file

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "benchmarks" / "results" / "hosting.json"
PAGE = ROOT / "docs" / "hosting.md"
VISITORS, SHORT_VISITORS = (1, 5, 10, 20, 40, 60), (1, 3)
PRESSES = 5
"""Presses of each visitor on the button of the home page."""
SOAK, SHORT_SOAK = 500, 10
AT_ONCE = 4
"""Visitors of the soak at once."""
MOST_READY, MOST_CONTROL, MOST_GIGABYTES = 10.0, 1.0, 6.0
"""What is wanted of 40 visitors at once: 95 % of seconds until ready and to a figure; memory."""
MAPPED = ("Pss", "Private_Clean", "Private_Dirty")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file and the table of the documentation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few visitors; write nothing")
    parser.add_argument("--visitors", type=int, nargs="+", default=VISITORS)
    parser.add_argument("--soak", type=int, default=SOAK, help="visits of the soak")
    chosen = parser.parse_args(arguments)
    short, line = chosen.short, list(sys.argv[1:] if arguments is None else arguments)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(free_port(), Path(folder), "--public", "--host", "127.0.0.1") as server,
    ):
        enter(server.url, server.page("home")).leave()
        numbers = SHORT_VISITORS if short else chosen.visitors
        visits = {n: visitors(server, n) for n in numbers}
        found: dict[str, Any] = {
            "command": shlex.join(["python", "-m", "benchmarks.hosting", *line]),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "load_before": round(os.getloadavg()[0], 1),
            "visitors": visits,
            "soak": soak(server, SHORT_SOAK if short else chosen.soak),
        }
    if not short:
        replace_file(FILE, (json.dumps(found, indent=1) + "\n").encode())
        text = with_section(PAGE.read_text(encoding="utf-8"), "hosting", table(found))
        replace_file(PAGE, text.encode())
    print(table(found))
    return 0


def visitors(server: Server, n: int) -> dict[str, float]:
    """Return what `n` visitors meet who arrive at the same time and press a button together."""
    emptied(server)
    with ThreadPoolExecutor(n) as pool:
        entered = _each(pool, lambda _: enter(server.url, server.page("home")), range(n))
        pressed = _each(pool, lambda v: [v.press() for _ in range(PRESSES)], entered)
        ready = [visitor.seconds for visitor in entered]
        controls = [seconds for presses in pressed for seconds in presses]
        tree = _tree(server)
        kernels = [process for process in tree if process.ppid() == tree[1].pid]
        found = {
            "errors": 2 * n - len(entered) - len(pressed),
            "ready_median": statistics.median(ready),
            "ready_p95": _p95(ready),
            "control_median": statistics.median(controls),
            "control_p95": _p95(controls),
            "gigabytes": sum(_megabytes(p)["Pss"] for p in tree) / 1024,
            "private_megabytes_each": statistics.mean(
                _megabytes(p)["Private_Clean"] + _megabytes(p)["Private_Dirty"] for p in kernels
            ),
            "cpu_seconds_each": statistics.mean(sum(p.cpu_times()[:2]) for p in kernels),
        }
        for visitor in entered:
            visitor.leave()
    return {name: round(value, 3) for name, value in found.items()}


def soak(server: Server, n: int) -> dict[str, Any]:
    """Return the processes, threads, files and memory of the server before and after `n` visits."""
    emptied(server)
    before = _state(server)

    def visit(_: int) -> Visitor:
        visitor = enter(server.url, server.page("home"))
        visitor.press()
        visitor.leave()
        return visitor

    with ThreadPoolExecutor(AT_ONCE) as pool:
        visited = _each(pool, visit, range(n))
    emptied(server)
    return {"visits": n, "errors": n - len(visited), "before": before, "after": _state(server)}


def emptied(server: Server) -> None:
    """Wait until no page is open, and its kernel has ended."""
    eventually(lambda: opened_pages(server.url) == 0, "all pages to end")
    eventually(lambda: len(_tree(server)) == 2, "all kernels to end")


def table(found: dict[str, Any]) -> str:
    """Return the measurements as Markdown, with their goals."""
    soaked = found["soak"]
    lines = [
        "| visitors at once | ready p50 / p95 (s) | control to figure p50 / p95 (s) "
        "| memory of all (GB) | of its own (MB) | processor time (s) | errors |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {n} | {v['ready_median']:.2g} / {v['ready_p95']:.2g} | "
            f"{v['control_median']:.2g} / {v['control_p95']:.2g} | {v['gigabytes']:.2g} | "
            f"{v['private_megabytes_each']:.0f} | {v['cpu_seconds_each']:.2g} | {v['errors']:g} |"
            for n, v in found["visitors"].items()
        ),
        "",
        f"Wanted of 40 visitors: p95 at most {MOST_READY:g} s and {MOST_CONTROL:g} s, at most "
        f"{MOST_GIGABYTES:g} GB. Clients that send what a browser would, each with the home page "
        f"and {PRESSES} presses of its button; memory is the proportional set size of the server "
        f"and all kernels, then the private memory and the processor time of one kernel. "
        f"After {soaked['visits']} visits with {soaked['errors']} errors: "
        + ", ".join(
            f"{name} {soaked['before'][name]} → {soaked['after'][name]}"
            for name in soaked["before"]
        )
        + f". On {found['machine']}, load {found['load_before']}, by `{found['command']}`.",
    ]
    return "\n".join(lines)


def _each(pool: ThreadPoolExecutor, act: Callable[[Any], Any], over: Any) -> list[Any]:
    """Return the results of those that raise no error."""

    def attempt(value: Any) -> list[Any]:
        try:
            return [act(value)]
        except (OSError, RuntimeError, LookupError, ValueError, WebSocketException) as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return []

    return [result for results in pool.map(attempt, over) for result in results]


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def _tree(server: Server) -> list[psutil.Process]:
    """Return the server, the process that forks kernels, and the kernels."""
    process = psutil.Process(server.pid)
    return [process, *process.children(recursive=True)]


def _megabytes(process: psutil.Process) -> dict[str, float]:
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    parts = [line.partition(":") for line in lines]
    return {name: int(rest.split()[0]) / 1024 for name, _, rest in parts if name in MAPPED}


def _state(server: Server) -> dict[str, int]:
    time.sleep(1)
    tree = _tree(server)
    with request(f"{server.url}healthz") as answer:
        answer.read()
    return {
        "processes": len(tree),
        "threads": sum(process.num_threads() for process in tree),
        "open files": sum(process.num_fds() for process in tree),
        "MB": round(sum(_megabytes(process)["Pss"] for process in tree)),
    }


if __name__ == "__main__":
    sys.exit(main())
