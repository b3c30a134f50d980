"""Visitors of a public server: each has a folder for the networks that they save, for a while."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from contextvars import ContextVar
from pathlib import Path

from tornado.web import RequestHandler

__all__ = ["Visitors"]

COOKIE = "mist-visitor"
NAME = re.compile(r"[0-9a-f]{32}")


class Visitors:
    """Names visitors by a cookie, and gives each name a folder.

    A name cannot be guessed, so nobody finds, replaces or deletes another's networks. The cookie
    ends with the session of the browser, and the folder once it was not used for some time.

    Args:
        home: folder of the folders.
        seconds: time after which an unused folder is deleted.
    """

    def __init__(self, home: Path, seconds: float) -> None:
        self._home, self._seconds = home, seconds
        self._home.mkdir(exist_ok=True, mode=0o700)
        self._visitor: ContextVar[str] = ContextVar("visitor", default="")
        self._used: dict[str, float] = {}
        """Time of the last use of a folder, on a clock that nobody sets."""

    def welcome(self, handler: RequestHandler, path: str) -> None:
        """Name the visitor of a request, for the kernels that it starts; set the cookie.

        Args:
            handler: handler of the request, before its body is sent.
            path: path of the pages, below which the cookie is sent.
        """
        name = handler.get_cookie(COOKIE) or ""
        if not NAME.fullmatch(name):
            name = secrets.token_hex(16)
            handler.set_cookie(COOKIE, name, path=path, httponly=True, samesite="Lax")
        self._visitor.set(name)

    def environment(self) -> dict[str, str]:
        """Return the variables of a kernel that the current request starts."""
        folder = self._home / (self._visitor.get() or secrets.token_hex(16))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return {"MIST_EXPLORE_MODELS": str(folder)}

    def forget(self, in_use: set[str]) -> None:
        """Delete the folders that were not used for some time.

        Args:
            in_use: folders of running kernels; their time begins anew.
        """
        now = time.monotonic()
        for folder in self._home.iterdir():
            name = str(folder)
            if name in in_use or name not in self._used:
                self._used[name] = now
            elif now - self._used[name] > self._seconds:
                shutil.rmtree(folder, ignore_errors=True)
                del self._used[name]
