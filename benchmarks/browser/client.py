"""A visitor without a browser: the requests that the page of one would send."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

__all__ = ["Arrival", "arrive", "opened_pages", "request", "socket_of", "status"]

SECONDS = 120


@dataclass(frozen=True)
class Arrival:
    """The answer to the request of a page.

    Args:
        status: status of the answer.
        opening: the part that precedes the kernel.
        rest: the part that follows; empty where there is no kernel.
        kernel: id of the kernel; empty where there is none.
        headers: headers of the answer.
    """

    status: int
    opening: str
    rest: str
    kernel: str
    headers: Mapping[str, str]


@contextmanager
def request(
    url: str, method: str = "GET", headers: Mapping[str, str] | None = None
) -> Iterator[HTTPResponse]:
    """Send a request and give its answer, whatever its status."""
    where = urlsplit(url)
    target = where.path + (f"?{where.query}" if where.query else "")
    connection = HTTPConnection(where.hostname or "", where.port, timeout=SECONDS)
    with closing(connection):
        connection.request(method, target, headers=dict(headers or {}))
        with connection.getresponse() as answer:
            yield answer


def status(url: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> int:
    """Return the status of the answer to a request."""
    with request(url, method, headers) as answer:
        return answer.status


def arrive(url: str, headers: Mapping[str, str] | None = None) -> Arrival:
    """Request a page and, as its script does, its kernel."""
    with request(url, headers=headers) as answer:
        opening = ""
        while not (wanted := re.search(r'fetch\("([^"]+)", { method: "POST" }', opening)):
            part = answer.read1(2**16)
            if not part:
                return Arrival(answer.status, opening, "", "", dict(answer.headers))
            opening += part.decode()
        where = urlsplit(url)
        status(f"http://{where.netloc}{wanted[1]}", "POST")
        rest = answer.read().decode()
        kernel = re.search(r'"kernelId": "([^"]+)"', rest)
        name = kernel[1] if kernel else ""
        return Arrival(answer.status, opening, rest, name, dict(answer.headers))


def socket_of(
    server: str, kernel: str, headers: Mapping[str, str] | None = None
) -> AbstractContextManager[ClientConnection]:
    """Connect to a kernel as its page does, in the older protocol, within the context.

    Args:
        server: address of the server, with its base path.
        kernel: id of the kernel.
        headers: headers of the request.
    """
    url = f"{server.replace('http', 'ws', 1)}api/kernels/{kernel}/channels"
    # A browser sends no pings.
    return connect(url, max_size=None, ping_interval=None, additional_headers=dict(headers or {}))


def opened_pages(server: str) -> int:
    """Return the number of open pages of a server."""
    with request(f"{server}readyz") as answer:
        return int(json.loads(answer.read())["pages"])
