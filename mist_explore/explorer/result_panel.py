"""The result panel: a sample beside its estimates."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import plotly.graph_objects as go

from mist_explore.explorer.figure import FigureView, mark_widget
from mist_explore.explorer.frame import RAIL

__all__ = ["ResultPanel"]


class ResultPanel:
    """The scatter, the headline numbers and the fan, side by side or, on a phone, in a column."""

    def __init__(self, scatter: go.Figure, fan: go.Figure, numbers: str) -> None:
        self._scatter, self._fan = FigureView(scatter), FigureView(fan)
        self._numbers = widgets.HTML(numbers)
        answer = widgets.VBox([self._numbers, self._fan.widget]).add_class("mist-answer")
        self.widget = widgets.Box([self._scatter.widget, answer]).add_class("mist-figures")
        self.pin = widgets.ToggleButton(description="Pin this result").add_class(RAIL)
        """Keeps the fan that is shown, in grey, while later results are drawn over it."""
        self.pin.observe(self._pinned, "value")

    def show(self, scatter: go.Figure, fan: go.Figure, numbers: str) -> None:
        """Show other figures and numbers."""
        self._scatter.show(scatter)
        self._fan.show(fan)
        self._numbers.value = numbers
        mark_widget(self.widget, "")

    def _pinned(self, change: Any) -> None:
        self.pin.description = "Unpin the grey result" if change["new"] else "Pin this result"
        self._fan.pin(change["new"])

    @property
    def numbers(self) -> str:
        """The headline numbers as HTML."""
        return str(self._numbers.value)
