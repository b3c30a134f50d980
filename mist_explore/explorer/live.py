"""What lies between the controls of a page and its figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import ipywidgets as widgets

from mist_explore.explorer.latest import Latest
from mist_explore.explorer.messages import in_words, message_html

__all__ = ["Live"]

State = TypeVar("State")
Answer = TypeVar("Answer")


class Live(Generic[State, Answer]):
    """Computes the answer of the state that was wanted last; what goes wrong becomes a message.

    Args:
        compute: makes an answer from a state.
        show: draws an answer.
        mark: marks what is drawn as `"busy"` (newer on its way), `"stale"` or, with `""`, valid.
    """

    def __init__(
        self,
        compute: Callable[[State], Answer],
        show: Callable[[Answer], None],
        mark: Callable[[str], None],
    ) -> None:
        self.message = widgets.HTML()
        self._compute, self._draw, self._mark = compute, show, mark
        self._worker: Latest[State, Answer] = Latest(compute, self._show, self.fail)

    def want(self, state: State) -> None:
        """Ask for the answer of a state instead of any before; returns at once."""
        self._mark("busy")
        self._worker.submit(state)

    def follow(
        self, link: str, read: Callable[[str], State], controls: Callable[[State], None]
    ) -> None:
        """Show the state of a link, here and in the controls, or say what is wrong with it.

        Args:
            link: the query string; an empty one changes nothing.
            read: makes a state from it.
            controls: receives the state.
        """
        if not link:
            return
        try:
            state = read(link)
            answer = self._compute(state)
        except ValueError as error:
            self.fail(error)
        else:
            controls(state)
            self._show(answer)

    def fail(self, error: Exception) -> None:
        """Say what went wrong; the figures stay."""
        self.message.value = message_html(
            in_words(error), "The figures below still show the view before."
        )
        self._mark("stale")

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the newest state is answered; False if that takes longer than `timeout`."""
        return self._worker.join(timeout)

    def _show(self, answer: Answer) -> None:
        self.message.value = ""
        self._draw(answer)
        self._mark("")
