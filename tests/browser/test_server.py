"""The server for strangers, with clients that send what a browser would, and no browser."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from socket import SHUT_RDWR

import psutil  # type: ignore[import-untyped]
import pytest
from websockets.exceptions import ConnectionClosed

from benchmarks.browser.app import Server, eventually, free_port, serving
from benchmarks.browser.client import Arrival, arrive, opened_pages, request, socket_of, status

TOKEN = {"Authorization": "token sesame"}
PLACES = 2
OPTIONS = ("--public", "--host", "127.0.0.1", "--base-url", "mist", "--token", "sesame")


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A public server below a path, with a token and two places, and its folder."""
    folder = tmp_path_factory.mktemp("strangers")
    with serving(free_port(), folder, *OPTIONS, "--max-kernels", str(PLACES)) as server:
        yield server, folder


@pytest.fixture
def server(strangers: tuple[Server, Path]) -> Server:
    return strangers[0]


def kernels_of(server: Server) -> list[psutil.Process]:
    """The processes of the kernels: the children of the one that forks them."""
    [parent] = psutil.Process(server.pid).children()
    return list(parent.children())


def page_of(server: Server) -> Arrival:
    return arrive(server.page("home"), TOKEN)


def empty(server: Server) -> None:
    eventually(lambda: opened_pages(server.url) == 0, "no page", 30)


def test_everything_is_below_the_base_path(server: Server) -> None:
    assert server.url.endswith("/mist/")
    root = server.url.removesuffix("mist/")
    with request(f"{root}mist") as answer:
        assert (answer.status, answer.headers["Location"]) == (301, "/mist/")
    for path in ("", "estimate", "healthz"):
        assert status(root + path) == 404
    with request(server.url + "healthz") as answer:
        assert json.loads(answer.read()) == {"status": "ok"}
    assert status(server.url + "readyz", "HEAD") == 200
    assert status(server.url + "fonts/inter.woff2") == 200


def test_a_page_requires_the_token_and_logging_out_asks_for_it_again(server: Server) -> None:
    with request(server.page("estimate")) as answer:
        assert answer.status == 302
        assert answer.headers["Location"].startswith("/mist/login")
    assert status(server.url + "login") == 200
    with request(server.url + "logout") as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/mist/login")


def test_those_who_run_no_script_start_no_kernel(server: Server) -> None:
    assert status(server.page("home"), "HEAD", TOKEN) == 200
    for _ in range(20):
        with request(server.page("home"), headers=TOKEN) as answer:
            opening = b""
            while b"<h1" not in opening:
                opening += answer.read1(2**16)
    assert status(server.url + "wanted/nothing", "POST") == 404
    assert opened_pages(server.url) == 0
    assert kernels_of(server) == []


def test_a_full_server_asks_to_come_again_and_a_closed_page_makes_room(server: Server) -> None:
    with socket_of(server.url, page_of(server).kernel, TOKEN):
        with socket_of(server.url, page_of(server).kernel, TOKEN):
            assert len(kernels_of(server)) == PLACES
            later = page_of(server)
            assert (later.status, later.kernel) == (503, "")
            assert later.headers["Retry-After"] == "5"
            assert "All places are taken" in later.opening
            assert status(server.url + "readyz") == 503
        began = time.monotonic()
        eventually(lambda: opened_pages(server.url) == PLACES - 1, "a place", 30)
        assert time.monotonic() - began < 5
        with socket_of(server.url, page_of(server).kernel, TOKEN):
            assert opened_pages(server.url) == PLACES
    empty(server)


def test_a_page_without_its_last_message_ends_too(server: Server) -> None:
    kernel = page_of(server).kernel
    with socket_of(server.url, kernel, TOKEN) as socket:
        assert status(f"{server.url}api/kernels/{kernel}", headers=TOKEN) == 200
        began = time.monotonic()
        socket.socket.shutdown(SHUT_RDWR)
        empty(server)
        assert time.monotonic() - began < 10
    kernel_url = f"{server.url}api/kernels/{kernel}"
    eventually(lambda: status(kernel_url, headers=TOKEN) == 404, "the kernel to end", 10)


def test_a_killed_kernel_ends_the_connection_of_its_page_at_once(server: Server) -> None:
    with socket_of(server.url, page_of(server).kernel, TOKEN) as socket:
        [kernel] = kernels_of(server)
        kernel.kill()
        began = time.monotonic()
        with suppress(ConnectionClosed):
            while True:
                socket.recv(timeout=30)
        assert time.monotonic() - began < 5
    empty(server)


def test_requests_are_logged_as_json_without_the_token(strangers: tuple[Server, Path]) -> None:
    server, folder = strangers
    assert status(f"{server.url}healthz?token=sesame") == 200
    [log] = folder.glob("*.log")
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    [line] = [line for line in lines if line["path"] == "/mist/healthz"][-1:]
    assert line.keys() == {"time", "client", "method", "path", "status", "ms"}
    assert "sesame" not in log.read_text()


def test_kernels_end_with_a_killed_server(server: Server) -> None:
    with socket_of(server.url, page_of(server).kernel, TOKEN):
        processes = psutil.Process(server.pid).children(recursive=True)
        assert len(processes) == 2
        psutil.Process(server.pid).send_signal(signal.SIGKILL)
        eventually(lambda: not any(p.is_running() for p in processes), "kernels to end", 10)
