"""The part of the gradient page that chooses features of a table."""

from __future__ import annotations

import threading
from collections.abc import Callable

import ipywidgets as widgets

from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.gradient.selection import Selection, selection
from mist_explore.explorer.gradient.state import GradientState
from mist_explore.explorer.gradient.views import selection_figures, selection_html
from mist_explore.explorer.latest import Latest

__all__ = ["Features"]


class Features:
    """Scores and accuracy of a table, worked out in a worker of their own.

    Args:
        state: whose table is shown at first.
        fail: receives what went wrong.
    """

    def __init__(self, state: GradientState, fail: Callable[[Exception], None]) -> None:
        self._lock = threading.Lock()
        self._state = state
        self._found: Selection | None = None
        self._views: list[FigureView] = []
        self._figures = widgets.Box().add_class("mist-pair")
        self._words = widgets.HTML(
            '<p class="mist-hint" role="status">Choosing features in each fold.</p>'
        )
        self._worker: Latest[str, Selection] = Latest(selection, self._arrive, fail)
        self.widget = widgets.VBox([self._figures, self._words])
        self._worker.submit(state.table)

    @property
    def words(self) -> str:
        """What is said about the features, as HTML."""
        return str(self._words.value)

    def show(self, state: GradientState) -> None:
        """Show the features of a state, at once where only their number differs."""
        with self._lock:
            self._state = state
            found = self._found
        if found is not None and found.table == state.table:
            self._draw(found)
        else:
            self._worker.submit(state.table)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the features are drawn; False if that takes longer than `timeout`."""
        return self._worker.join(timeout)

    def _arrive(self, found: Selection) -> None:
        with self._lock:
            self._found = found
        self._draw(found)

    def _draw(self, found: Selection) -> None:
        with self._lock:  # the page and the worker draw here
            kept = self._state.kept
            if found.table != self._state.table:
                return
            figures = selection_figures(found, kept)
            if not self._views:
                self._views = [FigureView(figure) for figure in figures]
                self._figures.children = [view.widget for view in self._views]
            for view, figure in zip(self._views, figures, strict=True):
                view.show(figure)
            self._words.value = selection_html(found, kept)
