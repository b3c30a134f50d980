"""Visitors of one server, as clients that send what a browser would, and what they meet."""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
from jupyter_client.manager import start_new_kernel
from websockets.exceptions import WebSocketException

from benchmarks.browser.app import Server, eventually
from benchmarks.browser.client import opened_pages, request
from benchmarks.browser.visitor import Visitor, enter

__all__ = ["PRESSES", "SECONDS_BETWEEN", "bare_kernel", "soak", "visitors"]

PRESSES, SECONDS_BETWEEN = 3, 10.0
"""Presses of each visitor, and the mean time between them."""
AT_ONCE = 4
"""Visitors of the soak at once."""
SECONDS_OF_REST = 3
"""Time after which a page has returned the memory of its last computation."""
MAPPED = ("Pss", "Private_Clean", "Private_Dirty")
SLIDER = """
import ipywidgets
from IPython.display import display
display(ipywidgets.IntSlider())
"""


def visitors(server: Server, n: int) -> dict[str, float]:
    """Return what `n` visitors meet who arrive at the same time.

    They press a button together, as a class that is asked to, and then each in their own time.
    """
    emptied(server)
    load = os.getloadavg()[0]
    with ThreadPoolExecutor(n) as pool:
        entered = _each(pool, lambda _: enter(server.url, server.page("home")), range(n))
        starts = [_cpu(kernel) for kernel in _kernels(server)]
        together = _each(pool, Visitor.press, entered)
        busy = _gigabytes(server)
        pressed = _each(pool, _in_own_time, enumerate(entered))
        time.sleep(SECONDS_OF_REST)
        kernels = _kernels(server)
        private = [_private(kernel) for kernel in kernels]
        presses = len(together) + PRESSES * len(pressed)
        found = {
            "load_before": load,
            "errors": 3 * n - len(entered) - len(together) - len(pressed),
            **_spread("ready", [visitor.seconds for visitor in entered]),
            **_spread("together", together),
            **_spread("control", [seconds for one in pressed for seconds in one]),
            "gigabytes": busy,
            "gigabytes_at_rest": _gigabytes(server),
            "private_megabytes_each": statistics.mean(private) if private else 0,
            "cpu_seconds_to_start": statistics.mean(starts) if starts else 0,
            "cpu_seconds_each_press": (sum(map(_cpu, kernels)) - sum(starts)) / max(presses, 1),
        }
        for visitor in entered:
            visitor.leave()
    return {name: round(value, 3) for name, value in found.items()}


def bare_kernel() -> dict[str, float]:
    """Return the cost of a kernel that shows one slider of ipywidgets: the least there can be."""
    began = time.monotonic()
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.execute_interactive(SLIDER, output_hook=lambda message: None, timeout=60)
        seconds = time.monotonic() - began
        provisioner: Any = manager.provisioner
        process = psutil.Process(provisioner.pid)
        found = {
            "ready": seconds,
            "private_megabytes": _private(process),
            "cpu_seconds_to_start": _cpu(process),
        }
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return {name: round(value, 3) for name, value in found.items()}


def soak(server: Server, n: int, until: float) -> dict[str, Any]:
    """Return the processes, threads, files and memory of the server before and after visits.

    Args:
        server: the server.
        n: number of visits.
        until: monotonic time after which no visit begins.
    """
    emptied(server)
    before = _state(server)

    def visit(_: int) -> bool:
        if time.monotonic() > until:
            return False
        visitor = enter(server.url, server.page("home"))
        visitor.press()
        visitor.leave()
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        visited = _each(pool, visit, range(n))
    emptied(server)
    errors = n - len(visited)
    visits = sum(visited) + errors
    return {"visits": visits, "errors": errors, "before": before, "after": _state(server)}


def emptied(server: Server) -> None:
    """Wait until no page is open, and its kernel has ended."""
    eventually(lambda: opened_pages(server.url) == 0, "all pages to end")
    eventually(lambda: not _kernels(server), "all kernels to end")


def _in_own_time(numbered: tuple[int, Visitor]) -> list[float]:
    number, visitor = numbered
    generator = random.Random(number)  # the widgets of all visitors have the same names
    seconds = []
    for _ in range(PRESSES):
        visitor.rest(generator.uniform(0, 2 * SECONDS_BETWEEN))
        seconds.append(visitor.press())
    return seconds


def _each(pool: ThreadPoolExecutor, act: Callable[[Any], Any], over: Any) -> list[Any]:
    """Return the results of those that raise no error."""

    def attempt(value: Any) -> list[Any]:
        try:
            return [act(value)]
        except (OSError, RuntimeError, LookupError, ValueError, WebSocketException) as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return []

    return [result for results in pool.map(attempt, over) for result in results]


def _spread(name: str, values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    high = statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
    # The quantile of few values lies beyond the largest.
    return {f"{name}_median": statistics.median(values), f"{name}_p95": min(high, max(values))}


def _tree(server: Server) -> list[psutil.Process]:
    """Return the server, the process that forks kernels, and the kernels."""
    process = psutil.Process(server.pid)
    return [process, *process.children(recursive=True)]


def _kernels(server: Server) -> list[psutil.Process]:
    return _tree(server)[2:]


def _megabytes(process: psutil.Process) -> dict[str, float]:
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    parts = [line.partition(":") for line in lines]
    return {name: int(rest.split()[0]) / 1024 for name, _, rest in parts if name in MAPPED}


def _private(process: psutil.Process) -> float:
    parts = _megabytes(process)
    return parts["Private_Clean"] + parts["Private_Dirty"]


def _gigabytes(server: Server) -> float:
    return sum(_megabytes(process)["Pss"] for process in _tree(server)) / 1024


def _cpu(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


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
