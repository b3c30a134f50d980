"""A visitor without a browser who opens a page, waits for its widgets, and presses its button."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from websockets.sync.client import ClientConnection

from benchmarks.browser.client import arrive, socket_of

__all__ = ["Visitor", "enter"]

SECONDS = 60
BUTTON = "New sample"


@dataclass(frozen=True)
class Visitor:
    """A page whose widgets are known.

    Args:
        socket: connection to its kernel.
        closing: ends the connection.
        button: id of its button.
        seconds: time from the request to the widgets.
    """

    socket: ClientConnection
    closing: ExitStack
    button: str
    seconds: float

    def press(self) -> float:
        """Press the button; return the seconds until a figure changes."""
        began = time.monotonic()
        self.click()
        while True:
            state = _content(self.socket).get("data", {}).get("state", {})
            if state.get("_py2js_update"):
                return time.monotonic() - began

    def rest(self, seconds: float) -> None:
        """Read what comes for some time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            with suppress(TimeoutError):
                self.socket.recv(timeout=left)

    def click(self) -> None:
        """Press the button and read nothing."""
        event = {"method": "custom", "content": {"event": "click"}}
        self.send("comm_msg", {"comm_id": self.button, "data": event})

    def send(self, kind: str, content: Mapping[str, Any]) -> None:
        """Send a message to the kernel, whatever it is."""
        _send(self.socket, kind, content)

    def leave(self) -> None:
        """Close the page."""
        self.closing.close()


def enter(
    server: str, page: str, headers: Mapping[str, str] | None = None, button: str = BUTTON
) -> Visitor:
    """Open a page and wait for its widgets.

    Args:
        server: address of the server.
        page: address of the page.
        headers: headers of the requests.
        button: label of its button.

    Raises:
        RuntimeError: if there is no kernel for the page.
    """
    began = time.monotonic()
    arrival = arrive(page, headers)
    if not arrival.kernel:
        raise RuntimeError(f"expected a kernel; got status {arrival.status}")
    closing = ExitStack()
    socket = closing.enter_context(socket_of(server, arrival.kernel, headers))
    comm = uuid4().hex
    control = {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}
    _send(socket, "comm_open", control, {"version": "1.0.0"})
    _send(socket, "comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
    while True:
        data = _content(socket).get("data", {})
        if data.get("method") == "update_states":
            break
    buttons = [
        name
        for name, widget in data["states"].items()
        if widget["model_name"] == "ButtonModel" and widget["state"].get("description") == button
    ]
    return Visitor(socket, closing, buttons[0], time.monotonic() - began)


def _send(
    socket: ClientConnection,
    kind: str,
    content: Mapping[str, Any],
    metadata: Mapping[str, Any] | None = None,
) -> None:
    header = {"msg_id": uuid4().hex, "msg_type": kind, "version": "5.3", "username": "visitor"}
    message = {
        "header": {**header, "session": "visitor", "date": "2026-01-01T00:00:00Z"},
        "parent_header": {},
        "metadata": dict(metadata or {}),
        "content": content,
        "channel": "shell",
        "buffers": [],
    }
    socket.send(json.dumps(message))


def _content(socket: ClientConnection) -> dict[str, Any]:
    """Return the content of the next message; a binary one begins with the places of its parts."""
    message = socket.recv(timeout=SECONDS)
    if isinstance(message, bytes):
        first, second = (int.from_bytes(message[i : i + 4], "big") for i in (4, 8))
        message = message[first:second].decode()
    content: dict[str, Any] = json.loads(message)["content"]
    return content
