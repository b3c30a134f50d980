"""Requests of pages: the opening at once, and a kernel once a browser shows that."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from secrets import token_urlsafe
from typing import Any

from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler, authenticated
from voila.tornado.handler import TornadoVoilaHandler

from mist_explore.server.kernels import STARTED, Kernels

__all__ = ["PageHandler", "WantedHandler"]

SECONDS_TO_WANT = 30
"""Time for a browser to run the first script of a page."""
SECONDS_TO_RETRY = 5
SECONDS_TO_LOOK = 1.0
"""Time between looks at whether the kernel of a page lives."""
SECONDS_TO_START = 1.0
"""First guess of the time that a page takes to start."""


class PageHandler(TornadoVoilaHandler):  # type: ignore[misc]
    """Handler that sends the opening of a page at once, followed by the rendered notebook.

    A kernel is started once the script of the opening asks for it: those who only fetch the page,
    such as crawlers and previews of links, get its words, and cost nothing.
    """

    _wanted: dict[str, asyncio.Future[bool]] = {}  # noqa: RUF012 of all requests together
    _waiting: list[PageHandler] = []  # noqa: RUF012
    _seconds = SECONDS_TO_START

    def initialize(self, words: Mapping[str, str], **kwargs: Any) -> None:
        """Store the template variables; pass the other arguments to Voila."""
        super().initialize(**kwargs)
        self._words = words
        self._key = token_urlsafe()
        self._kernels: list[str] = []
        self._gone = False

    @classmethod
    def want(cls, key: str) -> bool:
        """Start the kernel of an opening; return whether it still waits for that."""
        future = cls._wanted.pop(key, None)
        if future is None or future.done():
            return False
        future.set_result(True)
        return True

    @authenticated
    async def head(self, path: str | None = None) -> None:
        """Send the headers of the page."""
        self._send_headers()
        await self.finish()

    @authenticated
    async def get(self, path: str | None = None) -> None:
        """Send the opening, then the rendered notebook; or a page that tries again, with 503."""
        manager: Kernels = self.kernel_manager
        self._send_headers()
        if manager.full:
            self.set_status(503)
            self.set_header("Retry-After", str(SECONDS_TO_RETRY))
            places = {"seconds": SECONDS_TO_RETRY, "places": manager.largest_number}
            await self.finish(self.render_template("full.html.j2", **self._words, **places))
            return
        if manager.visitors is not None:
            manager.visitors.welcome(self, self.base_url)
        seconds = f"{PageHandler._seconds:.1f}"
        opening = {"key": self._key, "seconds": seconds, **self._words}
        self.write(self.render_template("opening.html.j2", **opening))
        with suppress(StreamClosedError):
            await self.flush()
            if await self._is_wanted():
                async with _Turn(self, manager):
                    await self._render(manager, path)

    def on_connection_close(self) -> None:
        """End the kernel of a page that closes before it is whole."""
        super().on_connection_close()
        self._gone = True
        self.want(self._key)
        self._end_if_gone()

    async def _is_wanted(self) -> bool:
        future = self._wanted[self._key] = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(future, SECONDS_TO_WANT) and not self._gone
        except TimeoutError:
            return False
        finally:
            self._wanted.pop(self._key, None)

    async def _render(self, manager: Kernels, path: str | None) -> None:
        if self._gone:
            return
        if manager.full:
            self.write("<script>location.reload()</script>")
            return
        STARTED.set(self._kernels)
        began = time.monotonic()
        rendering = asyncio.ensure_future(super().get(path))
        try:
            # Voila waits for ever for the page of a kernel that has ended.
            while not (await asyncio.wait({rendering}, timeout=SECONDS_TO_LOOK))[0]:
                if any(kernel not in manager for kernel in self._kernels):
                    return
            await rendering
        finally:
            rendering.cancel()
            self._end_if_gone()
        taken = time.monotonic() - began
        PageHandler._seconds += 0.2 * (taken - PageHandler._seconds)

    def _end_if_gone(self) -> None:
        for kernel in self._kernels if self._gone else ():
            IOLoop.current().add_callback(self.kernel_manager.end, kernel)

    def _send_headers(self) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        # A proxy that collects the answer would keep the opening from the browser.
        self.set_header("X-Accel-Buffering", "no")


class _Turn:
    """The wait of a page until fewer others start; the browser is sent how long it takes."""

    def __init__(self, page: PageHandler, manager: Kernels) -> None:
        self._page, self._turns = page, manager.turns

    async def __aenter__(self) -> None:
        waiting = PageHandler._waiting
        waiting.append(self._page)
        try:
            while True:
                try:
                    await asyncio.wait_for(self._turns.acquire(), 1)
                    return
                except TimeoutError:
                    await self._announce(waiting.index(self._page) + 1)
        finally:
            waiting.remove(self._page)

    async def __aexit__(self, *error: object) -> None:
        self._turns.release()

    async def _announce(self, place: int) -> None:
        seconds = round(place * PageHandler._seconds)
        self._page.write(f"<script>mistWait({json.dumps([place, seconds])})</script>\n")
        await self._page.flush()


class WantedHandler(RequestHandler):
    """Handler of the request for a kernel that the script of an opening sends."""

    def post(self, key: str) -> None:
        """Start the kernel of an opening, once."""
        self.set_status(204 if PageHandler.want(key) else 404)

    def check_xsrf_cookie(self) -> None:
        """The key is the proof: it is known to the page alone."""
