"""The request that a page answers, as Voila tells it to the kernel."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Protocol

import ipywidgets as widgets
from websockets.sync.client import connect

__all__ = ["Linkable", "requested", "requested_query"]


class Linkable(Protocol):
    """A page: one widget, which can be told what it shows."""

    @property
    def widget(self) -> widgets.VBox:
        """The page as one widget."""
        ...

    def follow(self, link: str) -> None:
        """Show what a query string says, or say what is wrong with it; nothing if it is empty."""
        ...


def requested(page: Linkable, query: Callable[[], str]) -> widgets.VBox:
    """The widget of a page, at the link that was followed.

    Args:
        page: its first screen has been computed, so that a preheated page answers at once.
        query: waits for the query string of the link and answers it.
    """
    page.follow(query())
    return page.widget


def requested_query() -> str:
    """The query string of the link that was followed; empty in a notebook.

    A preheated kernel waits here until its page is asked for. It is what
    `voila.utils.get_query_string` does, without importing Voila's server: that takes a kernel
    as long as everything else together.
    """
    if os.environ.get("VOILA_PREHEAT") != "True":
        return os.environ.get("QUERY_STRING", "")
    host, port = os.environ.get("VOILA_APP_IP", "127.0.0.1"), os.environ["VOILA_APP_PORT"]
    path, kernel = os.environ["VOILA_SERVER_URL"], os.environ["VOILA_KERNEL_ID"]
    # A kernel may wait for days: no time-out once it is connected, and no pings.
    with connect(
        f"ws://{host}:{port}{path}voila/query/{kernel}", open_timeout=60, ping_interval=None
    ) as socket:
        return str(json.loads(socket.recv())["QUERY_STRING"])
