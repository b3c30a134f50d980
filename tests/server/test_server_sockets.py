"""Sockets of pages: which live on, and which are ended."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.base.websocket import WebSocketMixin
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

from mist_explore.server import kernels
from mist_explore.server.kernels import KernelSocket
from mist_explore.server.settings import Settings
from mist_explore.server.voila_app import configuration


class WithoutKernel(KernelSocket):
    """The socket of a page, without a kernel at its other end."""

    get = WebSocketHandler.get
    on_close = WebSocketHandler.on_close
    select_subprotocol = WebSocketHandler.select_subprotocol

    def prepare(self) -> None:
        pass

    def check_origin(self, origin: str | None = None) -> bool:
        return True

    def open(self) -> None:  # type: ignore[override]
        WebSocketMixin.open(self)

    def on_message(self, message: Any) -> None:
        self.write_message(message)


def test_a_silent_page_stays_connected_and_one_that_is_gone_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A page without input for minutes stays connected; one whose network is gone is ended."""
    seconds = 0.2
    monkeypatch.setattr(kernels, "SECONDS_TO_ANSWER", seconds)
    settings = configuration(Settings(), tmp_path).Voila.tornado_settings

    async def connect() -> tuple[str | bytes | None, bytes]:
        server = HTTPServer(Application([("/", WithoutKernel)], **settings))
        socket, port = bind_unused_port()
        server.add_sockets([socket])
        silent = await websocket_connect(f"ws://127.0.0.1:{port}/")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        received = await asyncio.wait_for(reader.read(), 30)  # to the end of the connection
        await asyncio.sleep(5 * seconds)
        await silent.write_message("still here")
        answer = await asyncio.wait_for(silent.read_message(), 30)
        silent.close()
        writer.close()
        server.stop()
        return answer, received

    with ThreadPoolExecutor(1) as pool:  # a browser test before it leaves a loop in this thread
        answer, received = pool.submit(asyncio.run, connect()).result()
    assert answer == "still here"
    assert received.startswith(b"HTTP/1.1 101")
    assert b"ping timed out" in received
