"""The app in a subprocess, shared by the workers of a test run."""

from __future__ import annotations

import fcntl
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]

from mist_explore.explorer.pages import PAGES

__all__ = ["Server", "eventually", "free_port", "serving", "shared"]

SECONDS_TO_START = 180

# Apps started by this process, possibly stopped by another.
_STARTED: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Server:
    """A running app."""

    pid: int
    url: str

    @property
    def port(self) -> int:
        """Return the port in the address."""
        return urlsplit(self.url).port or 80

    def page(self, name: str, query: str = "") -> str:
        """The link to the page of a name in `PAGES`."""
        return f"{self.url}{PAGES[name].stem}{f'?{query}' if query else ''}"


@contextmanager
def serving(port: int, folder: Path, *options: str) -> Iterator[Server]:
    """Start a separate app; its output and its log go to files in `folder`."""
    server = _started(port, folder, *options)
    try:
        yield server
    finally:
        _stop(server)


@contextmanager
def shared(folder: Path) -> Iterator[Server]:
    """Use the shared app of a folder: the first process starts it, the last one stops it.

    Kernels are not preheated: they start in a fraction of a second.
    """
    with _register(folder) as users:
        record = users.get("server")
        server = Server(**record) if record else _started(free_port(), folder)
        users.update(server=asdict(server), pids=[*users.get("pids", []), os.getpid()])
    try:
        yield server
    finally:
        with _register(folder) as users:
            # A crashed worker remains in the register.
            here = [pid for pid in users["pids"] if pid != os.getpid() and psutil.pid_exists(pid)]
            users["pids"] = here
            if not here:
                del users["server"]
                _stop(server)


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Wait until a condition holds.

    Raises:
        AssertionError: if the condition does not hold in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.1)


@contextmanager
def _register(folder: Path) -> Iterator[dict[str, Any]]:
    """Open the register of processes that use the app of a folder, under a lock."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "register.json").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        users = json.loads(file.read() or "{}")
        yield users
        file.truncate(0)
        file.write(json.dumps(users))


def _started(port: int, folder: Path, *options: str) -> Server:
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / f"app-{port}.txt"
    program = str(Path(sys.executable).with_name("mist-explore"))
    with output.open("w") as out, output.with_suffix(".log").open("w") as log:
        process = subprocess.Popen(
            [program, "app", "--no-browser", "--port", str(port), *options],
            stdout=out,
            stderr=log,
            # Files saved by a page stay out of the user's folders.
            env={**os.environ, "MIST_EXPLORE_MODELS": str(folder / "models")},
        )
    _STARTED[process.pid] = process
    try:
        eventually(
            lambda: "http://" in output.read_text() or process.poll() is not None,
            "the app to start",
            SECONDS_TO_START,
        )
        address = re.search(r"http://\S+", output.read_text())
        assert address, f"expected the address of the app; got {output.read_text()!r}"
    except BaseException:
        _stop(Server(process.pid, ""))
        raise
    return Server(process.pid, address.group())


def _stop(server: Server) -> None:
    started_here = _STARTED.pop(server.pid, None)
    (started_here or psutil.Process(server.pid)).terminate()
    if started_here:
        started_here.wait(timeout=60)
    else:
        eventually(lambda: _has_ended(server.pid), "the app to end")


def _has_ended(pid: int) -> bool:
    """Return whether a process has ended; an orphan may remain as a zombie."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
