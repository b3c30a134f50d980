"""The request that a page answers, as Voila tells it to the kernel."""

from __future__ import annotations

import json
import os

from websockets.sync.client import connect

__all__ = ["requested_query"]


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
