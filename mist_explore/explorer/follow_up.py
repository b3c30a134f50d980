"""Figures and words that follow from the answer of a page by a slower computation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

import ipywidgets as widgets

from mist_explore.explorer.figure import mark_widget
from mist_explore.explorer.html import insight_html
from mist_explore.explorer.latest import Latest

__all__ = ["FollowUp"]

Answer = TypeVar("Answer")
Found = TypeVar("Found")


class FollowUp(Generic[Answer, Found]):
    """A part of a page with its own worker, grey until it is drawn.

    Answers with the same subject share the computation: of a second one only the view changes.

    Args:
        figures: the widget that `draw` draws into.
        compute: computes the part for an answer.
        subject: all of an answer that the computation depends on.
        draw: draws the figures, and returns the sentences below them.
        fail: receives an error.
        known: an answer with its computation, where there is one already.
    """

    def __init__(
        self,
        figures: widgets.DOMWidget,
        compute: Callable[[Answer], Found],
        subject: Callable[[Answer], object],
        draw: Callable[[Answer, Found], str],
        fail: Callable[[Exception], None],
        known: tuple[Answer, Found] | None = None,
    ) -> None:
        self._lock = threading.Lock()
        self._subject, self._draw, self._known = subject, draw, known
        self._wanted: Answer | None = None
        self.insight = widgets.HTML()
        self._marked = (figures, self.insight)
        self._worker: Latest[Answer, tuple[Answer, Found]] = Latest(
            lambda answer: (answer, compute(answer)), self._computed, fail
        )

    @property
    def found(self) -> Found:
        """The last computation.

        Raises:
            LookupError: before the first one.
        """
        if self._known is None:
            raise LookupError("expected a computation; join it before")
        return self._known[1]

    def show(self, answer: Answer) -> None:
        """Draw the part of an answer, at once where the last one has the same subject."""
        with self._lock:  # the worker draws an earlier answer before or not at all
            self._wanted, known = answer, self._known
            same = known is not None and self._subject(answer) == self._subject(known[0])
            if not same:
                self._mark("busy")
        if known is not None and same:
            self._computed((answer, known[1]))
        else:
            self._worker.submit(answer)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the part is drawn; False if that takes longer than `timeout` seconds."""
        return self._worker.join(timeout)

    def _computed(self, computed: tuple[Answer, Found]) -> None:
        with self._lock:  # the page and the worker draw here
            answer, found = computed
            if self._wanted is None or self._subject(answer) != self._subject(self._wanted):
                return
            self._known = self._wanted, found
            self.insight.value = insight_html(self._draw(self._wanted, found))
            self._mark("")

    def _mark(self, mark: str) -> None:
        for widget in self._marked:
            mark_widget(widget, mark)
