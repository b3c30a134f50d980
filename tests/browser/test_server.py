"""The server for strangers, with clients that send what a browser would, and no browser."""

from __future__ import annotations

import json
import re
import secrets
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from socket import SHUT_RDWR, create_connection
from typing import Any
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]
import pytest
from websockets.exceptions import ConnectionClosed

from benchmarks.browser.app import Server, eventually, free_port, serving
from benchmarks.browser.client import Arrival, arrive, opened_pages, request, socket_of, status
from benchmarks.browser.visitor import enter
from mist_explore.explorer.train import TrainingState
from mist_explore.explorer.train.compute import interrupted

TOKEN = {"Authorization": "token sesame"}
PLACES = 2
OPTIONS = ("--public", "--host", "127.0.0.1", "--base-url", "mist", "--token", "sesame")


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A public server below a path, with a token and two places, and its folder."""
    folder = tmp_path_factory.mktemp("strangers")
    limits = ("--max-kernels", str(PLACES), "--upload-mb", "1")
    embedding = ("--frame-ancestors", "https://lms.example.edu")
    with serving(free_port(), folder, *OPTIONS, *limits, *embedding) as server:
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
    """Wait until every page is closed and its kernel, which ends a little later, has ended."""
    eventually(lambda: opened_pages(server.url) == 0, "no page", 30)
    eventually(lambda: not kernels_of(server), "no kernel", 30)


def leave(server: Server, page: Arrival) -> None:
    """Connect as a page does, and leave."""
    with socket_of(server.url, page.kernel, TOKEN):
        pass
    empty(server)


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


def test_a_killed_kernel_ends_the_connection_of_its_page_and_its_run_can_be_resumed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = TrainingState(families=("additive-noise",), n_samples=(10, 20), steps=1_000)
    name = secrets.token_hex(16)
    headers = {**TOKEN, "Cookie": f"mist-visitor={name}"}
    page = server.page("train", state.to_query())
    visitor = enter(server.url, page, headers, button="Train")
    visitor.click()
    [models] = Path(tempfile.gettempdir()).glob(f"mist-explore-server-*/visitors/{name}")
    eventually(lambda: any(models.glob(".runs/*/course.json")), "a saved run")
    [kernel] = kernels_of(server)
    # Its sockets are files, but for the pipe of its output, which takes any port that is free.
    assert len(kernel.net_connections("inet")) <= 1
    kernel.kill()
    began = time.monotonic()
    with suppress(ConnectionClosed):
        while True:
            visitor.socket.recv(timeout=30)
    assert time.monotonic() - began < 5
    monkeypatch.setenv("MIST_EXPLORE_MODELS", str(models))
    kept = interrupted(state)
    assert kept is not None
    assert kept.step >= 25
    empty(server)


def test_a_page_ends_whose_kernel_dies_while_it_starts(server: Server) -> None:
    empty(server)
    found: list[Arrival] = []
    visitor = threading.Thread(target=lambda: found.append(arrive(server.page("home"), TOKEN)))
    visitor.start()
    while not (kernels := kernels_of(server)):
        assert visitor.is_alive()
    kernels[0].kill()
    began = time.monotonic()
    visitor.join(30)
    assert time.monotonic() - began < 5
    [arrival] = found
    assert "mist-gone" in arrival.opening
    assert "</html>" not in arrival.rest
    empty(server)


def test_requests_are_logged_as_json_without_the_token(strangers: tuple[Server, Path]) -> None:
    server, folder = strangers
    assert status(f"{server.url}healthz?token=sesame") == 200
    [log] = folder.glob("*.log")
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    [line] = [line for line in lines if line["path"] == "/mist/healthz"][-1:]
    assert line.keys() == {"time", "client", "method", "path", "status", "ms"}
    assert "sesame" not in log.read_text()


def test_nothing_is_loaded_from_another_origin_or_in_another_template(server: Server) -> None:
    arrival = arrive(server.page("home", "template=classic&voila-template=base&theme=dark"), TOKEN)
    assert arrival.status == 200
    assert re.search(r'id="mist-skeleton" data-seconds="\d+\.\d"', arrival.opening)
    policy = arrival.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://lms.example.edu;" in policy
    assert policy.replace("https://lms.example.edu", "").count("http") == 0
    assert arrival.headers["X-Content-Type-Options"] == "nosniff"
    sources = re.findall(r'(?:src|href)="([^"]+)"', arrival.opening + arrival.rest)
    assert sources
    assert not [one for one in sources if one.startswith(("http", "//"))]
    leave(server, arrival)


def visitor_cookies(server: Server, sent: str = "") -> list[str]:
    """The cookies that name the visitor of a request."""
    with request(server.page("home"), headers={**TOKEN, "Cookie": sent}) as answer:
        cookies = answer.headers.get_all("Set-Cookie", [])
        return [one.partition(";")[0] for one in cookies if one.startswith("mist-visitor=")]


def test_a_visitor_is_named_once_and_nobody_has_the_name_of_another(server: Server) -> None:
    [one], [other] = visitor_cookies(server), visitor_cookies(server)
    assert one != other
    assert visitor_cookies(server, one) == []
    assert visitor_cookies(server, "mist-visitor=../../etc") != []


CRAFTED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("execute_request", {"code": "import os; os._exit(1)", "silent": False}),
    ("comm_open", {"comm_id": "a", "target_name": "jupyter.widget", "data": {"state": {
        "_model_module": "os", "_model_name": "system", "command": "exit"}}}),
    ("comm_open", {"comm_id": "b", "target_name": "os.system", "data": "exit"}),
    ("comm_open", {"comm_id": "c", "target_name": "jupyter.widget", "data": {"state": {
        "_model_module": "@jupyter-widgets/controls", "_model_name": "ButtonModel",
        "_click_handlers": ["exit"], "__class__": "os", "description": "x" * 2_000_000}}}),
    ("comm_msg", {"comm_id": "nobody", "data": {"method": "update", "state": {"value": 1}}}),
    ("comm_close", {"comm_id": "nobody"}),
    ("kernel_info_request", {}),
)  # fmt: skip
UPDATES: tuple[Any, ...] = (
    {"method": "update", "state": {"comm": None, "keys": [], "_click_handlers": "exit"}},
    {"method": "update", "state": {"description": {"a": [1] * 100_000}, "disabled": "yes"}},
    {"method": "update", "state": 7, "buffer_paths": [["a", "b"]]},
    {"method": "custom", "content": {"event": "__class__", "click": "exit"}},
    {"method": "exit", "state": {}},
    "no mapping",
)


def test_crafted_messages_change_nothing(server: Server) -> None:
    visitor = enter(server.url, server.page("home"), TOKEN)
    for kind, content in CRAFTED:
        visitor.send(kind, content)
    for update in UPDATES:
        visitor.send("comm_msg", {"comm_id": visitor.button, "data": update})
    assert visitor.press() < 60
    assert len(kernels_of(server)) == 1
    visitor.leave()
    empty(server)


def test_a_message_beyond_the_largest_upload_is_refused_and_the_server_lives(
    server: Server,
) -> None:
    with socket_of(server.url, page_of(server).kernel, TOKEN) as socket:
        with suppress(ConnectionClosed):
            socket.send("x" * 3 * 2**20)
            while True:
                socket.recv(timeout=30)
        # The reset of the connection may overtake the reason.
        assert socket.close_code in {1006, 1009}
    assert status(server.url + "healthz") == 200
    empty(server)


def test_a_slow_client_keeps_nobody_waiting(server: Server) -> None:
    where = urlsplit(server.url)
    reads_nothing = enter(server.url, server.page("home"), TOKEN)
    with create_connection((where.hostname or "", server.port), timeout=30) as slow:
        slow.sendall(f"GET {where.path} HTTP/1.1\r\nHost: x\r\nAuthor".encode())
        for _ in range(5):
            reads_nothing.click()
        visitor = enter(server.url, server.page("home"), TOKEN)
        assert visitor.press() < 60
        visitor.leave()
    reads_nothing.leave()
    empty(server)


def test_kernels_end_with_a_killed_server(server: Server) -> None:
    with socket_of(server.url, page_of(server).kernel, TOKEN):
        processes = psutil.Process(server.pid).children(recursive=True)
        assert sum(p.status() != psutil.STATUS_ZOMBIE for p in processes) == 2
        psutil.Process(server.pid).send_signal(signal.SIGKILL)
        eventually(lambda: not any(p.is_running() for p in processes), "kernels to end", 10)
