"""Figures that are redrawn in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

import numpy as np
import plotly.graph_objects as go
from ipywidgets import Box, DOMWidget
from plotly.basedatatypes import BasePlotlyType

from mist_explore.plots import LIGHT

__all__ = ["FigureView", "FigureViews", "mark_widget"]


class FigureView:
    """A figure that is redrawn in one tick when another of the same kind is shown.

    The other figure may have more or fewer traces at its end.
    """

    def __init__(self, figure: go.Figure) -> None:
        self.widget = go.FigureWidget(figure)
        self._figure, self._shown = figure, _plain(figure)
        self._pinned: go.Figure | None = None
        self.widget._config = {"displaylogo": False, "modeBarButtons": [["toImage"]]}
        self.widget.add_class("mist-figure")
        _keep_height(self.widget, figure)

    def pin(self, pinned: bool) -> None:
        """Keep the shown traces in grey behind later figures, or drop them."""
        self._pinned = self._figure if pinned else None
        self.show(self._figure)

    def show(self, figure: go.Figure) -> None:
        """Update only the properties that differ: plotly's validation takes most of an update."""
        self._figure = figure
        if self._pinned is not None:
            figure = _over(figure, self._pinned)
        new, count = _plain(figure), _alike(self.widget.data, figure.data)
        if count < len(self.widget.data):
            self.widget.data = self.widget.data[:count]
        parts = (*self.widget.data, self.widget.layout)
        olds = (*self._shown[:count], self._shown[-1])
        news = (*new[:count], new[-1])
        with self.widget.batch_update():
            for part, values, before in zip(parts, news, olds, strict=True):
                _assign(part, values, before)
        if count < len(figure.data):
            self.widget.add_traces(figure.data[count:])
        _keep_height(self.widget, figure)
        self._shown = new


class FigureViews:
    """Figures side by side that are redrawn together; `views` has each of them."""

    def __init__(self, figures: Iterable[go.Figure] = ()) -> None:
        self.widget, self.views = Box().add_class("mist-pair"), list[FigureView]()
        self.show(figures)

    def show(self, figures: Iterable[go.Figure]) -> None:
        """Show as many other figures, or the first ones."""
        if self.views:
            for view, figure in zip(self.views, figures, strict=True):
                view.show(figure)
        else:
            self.views = [FigureView(figure) for figure in figures]
            self.widget.children = [view.widget for view in self.views]


def mark_widget(widget: DOMWidget, mark: str) -> None:
    """Mark a widget as `"busy"`, `"stale"` or, with `""`, valid."""
    for known in ("busy", "stale"):
        (widget.add_class if known == mark else widget.remove_class)(f"mist-{known}")


def _keep_height(widget: go.FigureWidget, figure: go.Figure) -> None:
    """Name the height of a figure in its class: plotly forgets it where its place is resized."""
    wanted = f"mist-height-{figure.layout.height:g}" if figure.layout.height else ""
    for name in [one for one in widget._dom_classes if one.startswith("mist-height-")]:
        if name != wanted:
            widget.remove_class(name)
    if wanted:
        widget.add_class(wanted)


def _alike(shown: Sequence[BasePlotlyType], wanted: Sequence[BasePlotlyType]) -> int:
    """Return the number of traces at the beginning that have the same type in both."""
    pairs = zip(shown, wanted, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].type == pair[1].type, pairs))


def _over(figure: go.Figure, pinned: go.Figure) -> go.Figure:
    """Return a figure with the traces of another in grey, on axes that reach as far as both."""
    both = go.Figure(figure)
    for trace in pinned.data:
        ghost = trace.to_plotly_json() | {"opacity": 0.4, "hoverinfo": "skip", "showlegend": False}
        ghost.pop("hovertemplate", None)
        for part in ("marker", "line"):
            if part in ghost:
                ghost[part] = {**ghost[part], "color": LIGHT.muted}
        both.add_trace(ghost)
    for axis in ("xaxis", "yaxis"):
        ends = [one.layout[axis].range for one in (figure, pinned)]
        if all(ends):
            lows, highs = zip(*ends, strict=True)
            both.layout[axis].range = (min(lows), max(highs))
    return both


def _plain(figure: go.Figure) -> list[dict[str, Any]]:
    """Return the traces of a figure, then its layout, as dictionaries."""
    return [part.to_plotly_json() for part in (*figure.data, figure.layout)]


def _assign(
    target: BasePlotlyType, values: Mapping[str, Any], before: Mapping[str, Any], path: str = ""
) -> None:
    """Set the leaves that differ, and drop others: plotly refuses a branch beside its leaf."""
    for key, value in values.items():
        old = before.get(key)
        if isinstance(value, Mapping):
            _assign(target, value, old if isinstance(old, Mapping) else {}, f"{path}{key}.")
        elif (path or key != "type") and not _same(value, old):
            target[f"{path}{key}"] = value
    for key in before.keys() - values.keys():
        target[f"{path}{key}"] = None


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(value, other)
    return bool(value == other)
