"""Kernel liveness: whether a browser still shows the page of this kernel."""

from __future__ import annotations

import json
import os
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

__all__ = ["page_is_open"]


def page_is_open() -> bool:
    """Return whether a browser is connected to this kernel; always true outside the app.

    The app ends the kernel of a page that closes. Where that message gets lost, a busy kernel
    would live on, so a long job checks from time to time.
    """
    kernel = os.environ.get("VOILA_KERNEL_ID")
    if kernel is None:
        return True
    host, port = os.environ.get("VOILA_APP_IP", "127.0.0.1"), os.environ["VOILA_APP_PORT"]
    path = os.environ["VOILA_SERVER_URL"]
    try:
        with urlopen(f"http://{host}:{port}{path}api/kernels/{kernel}", timeout=10) as answer:
            return bool(json.load(answer)["connections"])
    except HTTPError as error:
        return error.code != 404
    except URLError:
        return False
