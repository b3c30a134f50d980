"""The app in a process of its own, one for all workers of a test run."""

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

import psutil  # type: ignore[import-untyped]

from mist_explore.explorer.pages import PAGES

__all__ = ["Server", "eventually", "free_port", "serving", "shared"]

SECONDS_TO_START = 180

# Those that this process started; another may stop them.
_STARTED: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Server:
    """A running app."""

    pid: int
    url: str

    @property
    def port(self) -> int:
        """The port in the address."""
        return int(self.url.rstrip("/").rpartition(":")[2])

    def page(self, name: str, query: str = "") -> str:
        """The link to the page of a name in `PAGES`."""
        stem = Path(PAGES[name].notebook).stem
        return f"{self.url}{stem}{f'?{query}' if query else ''}"


@contextmanager
def serving(port: int, folder: Path, preheat: int = 1) -> Iterator[Server]:
    """An app of one's own; what it says goes to a file in `folder`."""
    server = _started(port, folder, preheat)
    try:
        yield server
    finally:
        _stop(server)


@contextmanager
def shared(folder: Path) -> Iterator[Server]:
    """The app that everybody uses who names this folder: the first starts it, the last stops it.

    No kernel waits for a page: one that nobody opens again would cost seconds of the processor.
    """
    with _register(folder) as users:
        record = users.get("server")
        server = Server(**record) if record else _started(free_port(), folder, preheat=0)
        users.update(server=asdict(server), pids=[*users.get("pids", []), os.getpid()])
    try:
        yield server
    finally:
        with _register(folder) as users:
            # A worker that crashed has not signed off.
            here = [pid for pid in users["pids"] if pid != os.getpid() and psutil.pid_exists(pid)]
            users["pids"] = here
            if not here:
                del users["server"]
                _stop(server)


def free_port() -> int:
    """Return a port that no server uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Wait until a condition holds.

    Raises:
        AssertionError: if it does not hold in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.1)


@contextmanager
def _register(folder: Path) -> Iterator[dict[str, Any]]:
    """Who uses the app of a folder; others wait until the register is closed again."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "register.json").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        users = json.loads(file.read() or "{}")
        yield users
        file.truncate(0)
        file.write(json.dumps(users))


def _started(port: int, folder: Path, preheat: int) -> Server:
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / f"app-{port}.txt"
    program = str(Path(sys.executable).with_name("mist-explore"))
    with said.open("w") as out:
        process = subprocess.Popen(
            [program, "app", "--no-browser", "--port", str(port), "--preheat", str(preheat)],
            stdout=out,
            stderr=subprocess.DEVNULL,
            # What a page saves is no business of who runs the tests.
            env={**os.environ, "MIST_EXPLORE_MODELS": str(folder / "models")},
        )
    _STARTED[process.pid] = process
    try:
        eventually(
            lambda: "http://" in said.read_text() or process.poll() is not None,
            "the app to start",
            SECONDS_TO_START,
        )
        address = re.search(r"http://\S+", said.read_text())
        assert address, f"expected the address of the app; got {said.read_text()!r}"
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
    """Whether a process is over: one whose parent has gone may stay as a zombie for ever."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
