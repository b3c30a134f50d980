"""What a visitor of a public server may use, and what is theirs alone."""

from __future__ import annotations

import os
import subprocess
import sys
from contextvars import copy_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tornado.httputil import HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler

from mist_explore.server.visitors import COOKIE, Visitors

CONFINED = """
import os, resource, sys
import numpy
from mist_explore.server.confinement import confine
from mist_explore.tables import read_table
TABLE = b"a,b\\n1,2\\n3,4\\n"
read_table(TABLE, "a.csv")  # what it imports takes longer than the limit allows
confine()
for make in (lambda: numpy.ones(2**26), lambda: bytes(2**28)):
    try:
        make()
    except MemoryError:
        print("refused")
print(len(read_table(TABLE, "a.csv").columns), "columns", flush=True)
while True:
    pass
"""


def test_a_kernel_ends_at_its_processor_time_and_lives_on_without_memory() -> None:
    limits = {"MIST_EXPLORE_KERNEL_MEMORY_MB": "200", "MIST_EXPLORE_KERNEL_CPU_MINUTES": "0.01"}
    ended = subprocess.run(
        [sys.executable, "-c", CONFINED],
        env={**os.environ, **limits, "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.split("\n") == [*["refused"] * 2, "2 columns", ""]
    assert ended.returncode < 0


class Connection:
    def set_close_callback(self, callback: object) -> None:
        pass


def environment(visitors: Visitors, cookie: str = "") -> tuple[dict[str, str], str]:
    """The environment of the kernel of a request, and the cookie that is set."""
    request = HTTPServerRequest(
        start_line=RequestStartLine("GET", "/", "HTTP/1.0"),
        connection=Connection(),  # type: ignore[arg-type]
    )
    request.headers["Cookie"] = f"{COOKIE}={cookie}"
    handler = RequestHandler(Application(), request)

    def answered() -> dict[str, str]:
        visitors.welcome(handler, "/mist/")
        return visitors.environment()

    found = copy_context().run(answered)
    new: Any = getattr(handler, "_new_cookie", {})
    return found, new[COOKIE].OutputString() if COOKIE in new else ""


def test_a_visitor_keeps_their_networks_and_nobody_else_has_them(tmp_path: Path) -> None:
    visitors = Visitors(tmp_path, 60)
    one, cookie = environment(visitors)
    assert "HttpOnly; Path=/mist/; SameSite=Lax" in cookie
    name = cookie.partition(";")[0].partition("=")[2]
    assert environment(visitors, name) == (one, "")
    other, _ = environment(visitors)
    assert other != one
    folder = Path(one["MIST_EXPLORE_MODELS"])
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("cookie", ["../../etc", "a" * 31, "A" * 32, "", "0" * 33, "%2e%2e"])
def test_a_name_that_was_not_given_is_replaced(tmp_path: Path, cookie: str) -> None:
    found, new = environment(Visitors(tmp_path, 60), cookie)
    assert new
    assert Path(found["MIST_EXPLORE_MODELS"]).parent == tmp_path


def test_networks_go_some_time_after_the_last_page_of_their_visitor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 0.0
    # The clock of the computer may be set at any time.
    clock = SimpleNamespace(monotonic=lambda: seconds, time=lambda: -1e9 * seconds)
    monkeypatch.setattr("mist_explore.server.visitors.time", clock)
    visitors = Visitors(tmp_path, 60)
    one, other = (Path(environment(visitors)[0]["MIST_EXPLORE_MODELS"]) for _ in range(2))
    left = []
    for seconds in (0.0, 50.0, 70.0, 100.0, 120.0):
        visitors.forget({str(one)} if seconds < 60 else set())
        left.append((one.exists(), other.exists()))
    assert left == [(True, True), (True, True), (True, False), (True, False), (False, False)]
