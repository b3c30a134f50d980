"""Health of the server for those who watch it, and its access log."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tornado.web import RequestHandler

from mist_explore.server.kernels import Kernels

__all__ = ["HealthHandler", "ReadyHandler", "access_log"]


class HealthHandler(RequestHandler):
    """Handler of `/healthz`: the server answers."""

    def get(self) -> None:
        """Send that all is well."""
        self.write({"status": "ok"})

    head = get


class ReadyHandler(RequestHandler):
    """Handler of `/readyz`: another visitor can be served, else 503."""

    def initialize(self, kernels: Kernels, ready: Callable[[], bool]) -> None:
        """Store the kernels, and whether the first page is built."""
        self._kernels, self._ready = kernels, ready

    def get(self) -> None:
        """Send the number of open pages, and of those that may be."""
        able = self._ready() and not self._kernels.full
        self.set_status(200 if able else 503)
        pages = {"pages": self._kernels.number, "max_pages": self._kernels.largest_number}
        self.write({"status": "ready" if able else "busy", **pages})

    head = get


def access_log(every: bool) -> Callable[[RequestHandler], None]:
    """Return a function that prints a finished request as one line of JSON to standard error.

    The query, which may hold a token, is left out.

    Args:
        every: whether to print every request, or the failures of the server alone.
    """

    def log(handler: RequestHandler) -> None:
        if not every and handler.get_status() < 500:
            return
        request = handler.request
        record: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "client": request.remote_ip,
            "method": request.method,
            "path": request.path,
            "status": handler.get_status(),
            "ms": round(1000 * request.request_time(), 1),
        }
        print(json.dumps(record), file=sys.stderr, flush=True)

    return log
