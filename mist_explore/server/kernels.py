"""Kernels as a bounded resource: none without a page, and no more than the settings allow."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import PeriodicCallback
from tornado.web import HTTPError
from traitlets import Dict, Float, Integer
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from mist_explore.server.visitors import Visitors

__all__ = ["STARTED", "KernelSocket", "Kernels"]

SECONDS_TO_CONNECT = 90
"""Time for a browser to load the scripts of its page."""
SECONDS_TO_RETURN = 5
"""Time for a page to connect again after its connection broke."""
SECONDS_TO_LEAVE = 1
"""Time after a page has announced its end."""
SECONDS_BETWEEN = 1
SECONDS_TO_ANSWER = 45.0
"""Time between pings of a browser, and for its answer: proxies end a silent connection after 60."""

STARTED: ContextVar[list[str] | None] = ContextVar("STARTED", default=None)
"""Kernels that the request of this context has started."""


class Kernels(AsyncMappingKernelManager):
    """Kernels that end with their page, when they die, and after long idleness."""

    largest_number = Integer(0, help="Largest number of kernels; 0 is no limit.").tag(config=True)
    idle_seconds = Float(0, help="Idle time of a kernel; 0 is no limit.").tag(config=True)
    kernel_environment = Dict(help="Variables over those of Voila.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._deadlines: dict[str, float] = {}
        self.visitors: Visitors | None = None
        """Visitors with saved networks, on a public server."""
        self._models: dict[str, str] = {}
        self._activity: dict[str, tuple[datetime, float]] = {}
        """Last activity of a kernel, and when that was seen on a clock that nobody sets."""
        self._n_starting = 0
        self.turns = asyncio.Semaphore(2 * (os.cpu_count() or 1))
        """Pages that start at once; the next wait, and the first ones are ready sooner."""
        self._sweeps = PeriodicCallback(self.sweep, 1000 * SECONDS_BETWEEN)
        self._sweeps.start()

    @property
    def number(self) -> int:
        """The number of kernels."""
        return len(self._deadlines) + self._n_starting

    @property
    def full(self) -> bool:
        """Whether no other kernel may start."""
        return 0 < self.largest_number <= self.number

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel with its error stream discarded."""
        env = {**kwargs.pop("env", os.environ), **self.kernel_environment}
        env.pop("MIST_EXPLORE_TOKEN", None)
        if self.visitors is not None:
            env |= self.visitors.environment()
        self._n_starting += 1
        try:
            kernel = str(await super().start_kernel(stderr=subprocess.DEVNULL, env=env, **kwargs))
            self._deadlines[kernel] = time.monotonic() + SECONDS_TO_CONNECT
            self._models[kernel] = env.get("MIST_EXPLORE_MODELS", "")
        finally:
            self._n_starting -= 1
        started = STARTED.get()
        if started is not None:
            started.append(kernel)
        return kernel

    async def shutdown_kernel(  # type: ignore[override]
        self, kernel_id: str, *args: Any, **kwargs: Any
    ) -> None:
        """End a kernel at once and close the connections of its page, which shows a message."""
        self._deadlines.pop(kernel_id, None)
        self._models.pop(kernel_id, None)
        self._activity.pop(kernel_id, None)
        await ensure_async(super().shutdown_kernel(kernel_id, now=True))  # type: ignore[no-untyped-call]
        KernelSocket.close_all(kernel_id)

    def notify_disconnect(self, kernel_id: str) -> None:
        """Expect a page that has lost its last connection to return soon."""
        super().notify_disconnect(kernel_id)  # type: ignore[no-untyped-call]
        self.expect_page(kernel_id, SECONDS_TO_RETURN)

    def expect_page(self, kernel_id: str, seconds: float) -> None:
        """End a kernel unless a page is connected after some seconds."""
        if kernel_id in self._deadlines:
            self._deadlines[kernel_id] = time.monotonic() + seconds

    async def end(self, kernel_id: str) -> None:
        """End a kernel; one that has ended already stays so."""
        with suppress(KeyError, HTTPError):
            await self.shutdown_kernel(kernel_id)

    async def sweep(self) -> None:
        """End the kernels without a page or use, and forget those that have died."""
        if self.visitors is not None:
            self.visitors.forget(set(self._models.values()))
        waiting = self._preheated()
        for kernel_id, deadline in list(self._deadlines.items()):
            if kernel_id in waiting:
                self.expect_page(kernel_id, SECONDS_TO_CONNECT)
                continue
            kernel: Any = self._kernels.get(kernel_id)
            alive = kernel is not None and await ensure_async(kernel.is_alive())
            connected = self._kernel_connections.get(kernel_id, 0) > 0
            left = not connected and time.monotonic() > deadline
            if not alive or left or self._idle(kernel_id, kernel):
                await self.end(kernel_id)

    def _idle(self, kernel_id: str, kernel: Any) -> bool:
        now = time.monotonic()
        last, since = self._activity.get(kernel_id, (None, now))
        if kernel.execution_state == "busy" or kernel.last_activity != last:
            self._activity[kernel_id] = (kernel.last_activity, now)
            return False
        return 0 < self.idle_seconds < now - since

    def _preheated(self) -> set[str]:
        """Return the kernels that wait for a page, where kernels are not forked."""
        tasks = [task for pool in getattr(self, "_pools", {}).values() for task in pool]
        done = [task for task in tasks if task.done() and not task.exception()]
        return {task.result()["kernel_id"] for task in done}


class KernelSocket(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """WebSocket between a page and its kernel, in both versions of the protocol.

    After a failed first attempt, as on a busy machine, a browser connects without the newer
    protocol. Voila parses binary messages of the older protocol as if they were of the newer
    one: an invalid length then blocks the server in an endless loop.
    """

    _open: dict[str, set[KernelSocket]] = {}  # noqa: RUF012 of all sockets together

    async def open(self, kernel_id: str) -> None:
        """Connect a page to its kernel."""
        self._open.setdefault(kernel_id, set()).add(self)
        await super().open(kernel_id)

    def get_websocket_protocol(self) -> Any:
        """Return the protocol, which pings the browser and ends a connection without answers.

        The pings of Jupyter are off: without a timeout of more than one interval, which Tornado
        refuses, they end each connection at the first ping, before it is sent.
        """
        protocol: Any = super().get_websocket_protocol()
        if protocol is not None:
            protocol.params.ping_interval = protocol.params.ping_timeout = SECONDS_TO_ANSWER
        return protocol

    def on_close(self) -> None:
        """Disconnect the page; one that announced its end is not expected back."""
        super().on_close()
        sockets = self._open.get(self.kernel_id, set())
        sockets.discard(self)
        if not sockets:
            self._open.pop(self.kernel_id, None)
            if self.close_code in {1000, 1001}:
                self.kernel_manager.expect_page(self.kernel_id, SECONDS_TO_LEAVE)

    @classmethod
    def close_all(cls, kernel_id: str) -> None:
        """Close the connections to a kernel that has ended."""
        for socket in cls._open.pop(kernel_id, set()):
            socket.close(1011, "the kernel has ended")

    def write_message(self, message: bytes | dict[str, Any], binary: bool = False) -> Any:
        """Send a message; those of the older protocol are not converted."""
        if isinstance(message, bytes) and self.selected_subprotocol is None:
            return super(VoilaKernelWebsocketHandler, self).write_message(message, binary)
        return super().write_message(message, binary)
