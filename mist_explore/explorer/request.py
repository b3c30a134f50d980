"""The query string of the link to a page, which Voila passes to the kernel."""

from __future__ import annotations

import json
import os

from websockets.sync.client import connect

__all__ = ["requested_query"]


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
