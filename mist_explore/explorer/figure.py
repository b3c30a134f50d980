"""Figures that are redrawn in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from ipywidgets import DOMWidget
from plotly.basedatatypes import BasePlotlyType

__all__ = ["FigureView", "mark_widget"]


class FigureView:
    """A figure that is redrawn in one tick when another of the same kind is shown.

    The other figure may have more or fewer traces at its end.
    """

    def __init__(self, figure: go.Figure) -> None:
        self.widget = go.FigureWidget(figure)
        self._shown = _plain(figure)
        self.widget._config = {"displaylogo": False, "modeBarButtons": [["toImage"]]}
        self.widget.add_class("mist-figure")

    def show(self, figure: go.Figure) -> None:
        """Update only the properties that differ: plotly's validation takes most of an update."""
        new, count = _plain(figure), len(figure.data)
        if count < len(self.widget.data):
            self.widget.data = self.widget.data[:count]
        parts = (*self.widget.data, self.widget.layout)
        olds = (*self._shown[: len(parts) - 1], self._shown[-1])
        news = (*new[: len(parts) - 1], new[-1])
        with self.widget.batch_update():
            for part, values, before in zip(parts, news, olds, strict=True):
                _assign(part, values, before)
        if count > len(self.widget.data):
            self.widget.add_traces(figure.data[len(self.widget.data) :])
        self._shown = new

    def mark(self, mark: str) -> None:
        """Mark the figure as `"busy"` (newer on its way), `"stale"` or, with `""`, valid."""
        mark_widget(self.widget, mark)


def mark_widget(widget: DOMWidget, mark: str) -> None:
    """Mark a widget as `"busy"`, `"stale"` or, with `""`, valid."""
    for known in ("busy", "stale"):
        (widget.add_class if known == mark else widget.remove_class)(f"mist-{known}")


def _plain(figure: go.Figure) -> list[dict[str, Any]]:
    """Return the traces of a figure, then its layout, as dictionaries."""
    return [part.to_plotly_json() for part in (*figure.data, figure.layout)]


def _assign(
    target: BasePlotlyType, values: Mapping[str, Any], before: Mapping[str, Any], path: str = ""
) -> None:
    """Set the leaves that differ: plotly refuses an update that sets a branch and its leaf."""
    for key, value in values.items():
        old = before.get(key)
        if isinstance(value, Mapping):
            _assign(target, value, old if isinstance(old, Mapping) else {}, f"{path}{key}.")
        elif (path or key != "type") and not _same(value, old):
            target[f"{path}{key}"] = value


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(value, other)
    return bool(value == other)
