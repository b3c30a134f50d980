"""The query string of the link to a page, which Voila passes to the kernel."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Protocol

import ipywidgets as widgets
from websockets.sync.client import connect

from mist_explore.explorer.query import of_state

__all__ = ["Linkable", "requested", "requested_query"]


class Linkable(Protocol):
    """A page as one widget that can follow a link."""

    @property
    def widget(self) -> widgets.VBox:
        """The page as one widget."""
        ...

    def follow(self, link: str) -> None:
        """Show the state of a query string, or a message on its error; do nothing for ""."""
        ...


def requested(page: Linkable, query: Callable[[], str]) -> widgets.VBox:
    """Return the widget of a page at a link.

    Args:
        page: the page; its first screen is computed, so a preheated page opens at once.
        query: waits for the query string of the link and returns it.
    """
    page.follow(of_state(query()))
    return page.widget


def requested_query() -> str:
    """Return the query string of the link; empty in a notebook.

    A preheated kernel waits here until its page is requested. It is
    `voila.utils.get_query_string` without the import of Voila's server, which takes as long as
    all other imports together.
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
