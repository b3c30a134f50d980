"""Measure how many visitors one server holds: time until a page is ready and to a figure, memory.

`python -m benchmarks.hosting` takes 13 minutes on 2 quiet cores. Each finished row is stored, and a
run that was interrupted goes on behind it. `--tables` writes the tables of what is stored.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.browser.app import free_port, serving
from benchmarks.browser.visitor import enter
from benchmarks.hosting_load import bare_kernel, soak, visitors
from benchmarks.hosting_tables import FILE, write_tables
from mist_explore.files import replace_file

__all__ = ["main"]

VISITORS, SHORT_VISITORS = (1, 5, 10, 20, 40, 60), (1, 3)
SOAK, SHORT_SOAK = 500, 10
MINUTES = 13.0
"""Time after which no row begins and the soak ends; a row takes at most 90 s on quiet cores."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the results, and the tables of the documentation."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--short", action="store_true", help="a few visitors; store nothing")
    parser.add_argument("--tables", action="store_true", help="measure nothing")
    parser.add_argument("--visitors", type=int, nargs="+", default=VISITORS)
    parser.add_argument("--soak", type=int, default=SOAK, help="visits of the soak")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="longest time of all")
    chosen = parser.parse_args(arguments)
    if chosen.tables:
        write_tables(json.loads(FILE.read_text(encoding="utf-8")))
        return 0
    until = time.monotonic() + 60 * chosen.minutes
    line = shlex.join(sys.argv[1:] if arguments is None else arguments)
    found: dict[str, Any] = {} if chosen.short else _unfinished()
    found |= {
        "command": f"python -m benchmarks.hosting {line}".strip(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "complete": False,
    }
    rows = found.setdefault("visitors", {})
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(free_port(), Path(folder), "--public", "--host", "127.0.0.1") as server,
    ):
        enter(server.url, server.page("home")).leave()
        for n in SHORT_VISITORS if chosen.short else chosen.visitors:
            if str(n) not in rows and time.monotonic() < until:
                rows[str(n)] = visitors(server, n)
                _store(found, chosen.short)
        found["bare"] = found.get("bare") or bare_kernel()
        found["soak"] = soak(server, SHORT_SOAK if chosen.short else chosen.soak, until)
    found["complete"] = True
    _store(found, chosen.short)
    if not chosen.short:
        write_tables(found)
    return 0


def _unfinished() -> dict[str, Any]:
    """Return the stored rows of a run that was interrupted."""
    stored: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return {} if stored.get("complete", True) else stored


def _store(found: dict[str, Any], short: bool) -> None:
    text = json.dumps(found, indent=1) + "\n"
    print(text if short else f"{len(found['visitors'])} rows", flush=True)
    if not short:
        replace_file(FILE, text.encode())


if __name__ == "__main__":
    sys.exit(main())
