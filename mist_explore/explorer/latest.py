"""A worker that computes only the latest request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Latest"]

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class Latest(Generic[Request, Answer]):
    """Computes answers to requests in one thread, so that callbacks return at once.

    While an answer is computed, newer requests replace each other; an answer whose request is no
    longer the newest is dropped, so it never overwrites a newer one.

    Args:
        compute: makes an answer from a request.
        show: receives each answer that is still wanted, one at a time.
        fail: receives an exception of `compute` or `show`, so that no failure stays unseen.
    """

    def __init__(
        self,
        compute: Callable[[Request], Answer],
        show: Callable[[Answer], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._compute, self._show, self._fail = compute, show, fail
        self._lock = threading.Lock()
        self._waiting: list[Request] = []
        self._idle = threading.Event()
        self._idle.set()

    def submit(self, request: Request) -> None:
        """Request an answer in place of any earlier request; return at once."""
        with self._lock:
            self._waiting = [request]
            if self._idle.is_set():
                self._idle.clear()
                threading.Thread(target=self._work, daemon=True).start()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the newest request is answered; False if that takes longer than `timeout`."""
        return self._idle.wait(timeout)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._idle.set()
                    return
                request = self._waiting.pop()
            try:
                answer = self._compute(request)
                if not self._waiting:
                    self._show(answer)
            except Exception as error:  # noqa: BLE001 the outermost guard of the page: it becomes a message
                if not self._waiting:
                    self._fail(error)
