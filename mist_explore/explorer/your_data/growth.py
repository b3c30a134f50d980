"""The part of the data page that shows whether the estimate has settled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TypeAlias

import ipywidgets as widgets

from mist_explore.evaluation import Stability
from mist_explore.explorer.figure import FigureView, mark_widget
from mist_explore.explorer.html import insight_html
from mist_explore.explorer.latest import Latest
from mist_explore.explorer.your_data.compute import DataResult, curves
from mist_explore.explorer.your_data.views import stability_figure, stability_insight

__all__ = ["Growth"]

Grown: TypeAlias = tuple[DataResult, dict[str, Stability]]


class Growth:
    """Estimates on growing parts of the rows, computed by their own worker.

    Args:
        answer: the first results of the page.
        fail: receives an error.
    """

    def __init__(self, answer: DataResult, fail: Callable[[Exception], None]) -> None:
        self._lock = threading.Lock()
        self._answer, self._curves = answer, curves(answer)
        self._figure = FigureView(stability_figure(self._curves, answer))
        self._words = widgets.HTML(insight_html(stability_insight(self._curves, answer.state)))
        self._worker: Latest[DataResult, Grown] = Latest(
            lambda wanted: (wanted, curves(wanted)), self._draw, fail
        )
        self.widget = widgets.VBox([self._figure.widget, self._words])

    @property
    def curves(self) -> Mapping[str, Stability]:
        """Curves in the figure, by the name of the estimator."""
        return self._curves

    @property
    def words(self) -> str:
        """The sentence below the figure, as HTML."""
        return str(self._words.value)

    def show(self, answer: DataResult) -> None:
        """Draw the curves of an answer, at once where only level or units differ."""
        with self._lock:
            same = answer.state.question == self._answer.state.question
            same = same and answer.opened is self._answer.opened
        if same:
            self._draw((answer, self._curves))
        else:
            self._mark("busy")
            self._worker.submit(answer)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the curves are drawn; False if that takes longer than `timeout`."""
        return self._worker.join(timeout)

    def _draw(self, grown: Grown) -> None:
        answer, found = grown
        with self._lock:  # the page and the worker draw here
            self._answer, self._curves = answer, found
            self._figure.show(stability_figure(found, answer))
            self._mark("")
            self._words.value = insight_html(stability_insight(found, answer.state))

    def _mark(self, mark: str) -> None:
        for widget in (self._figure.widget, self._words):
            mark_widget(widget, mark)
