"""Whether anyone still looks: the app is asked, a notebook is always taken to be open."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mist_explore.explorer.liveness import page_is_open


@contextmanager
def app(answers: dict[str, int]) -> Iterator[int]:
    """An app that knows how many browsers are connected to each kernel; yields its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kernel = self.path.removeprefix("/here/api/kernels/")
            self.send_response(200 if kernel in answers else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"connections": answers.get(kernel)}).encode())

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("kernel", "watched"), [("seen", True), ("left", False), ("gone", False)])
def test_the_app_says_who_looks(
    monkeypatch: pytest.MonkeyPatch, kernel: str, watched: bool
) -> None:
    monkeypatch.setenv("VOILA_KERNEL_ID", kernel)
    monkeypatch.setenv("VOILA_SERVER_URL", "/here/")
    with app({"seen": 1, "left": 0}) as port:
        monkeypatch.setenv("VOILA_APP_PORT", str(port))
        assert page_is_open() == watched
    # Without its app, nobody can look.
    assert not page_is_open()


def test_a_notebook_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOILA_KERNEL_ID", raising=False)
    assert page_is_open()
