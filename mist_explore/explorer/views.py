"""Thin views: a result as figures and as words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go
from plotly.basedatatypes import BasePlotlyType

from mist_explore.estimate import Estimate
from mist_explore.explorer.compute import BASELINE, LEARNED, EstimateResult
from mist_explore.explorer.notice import interval_text, notice, truth_in
from mist_explore.plots import mark_of, plot_fan, shown

__all__ = [
    "FigureView",
    "Stage",
    "doubts_html",
    "fan_figure",
    "in_words",
    "message_html",
    "notice_html",
    "numbers_html",
    "spoken",
    "warnings_html",
]


class FigureView:
    """A figure that is redrawn in one tick when another of the same structure is shown."""

    def __init__(self, figure: go.Figure) -> None:
        self.widget = go.FigureWidget(figure)
        self._shown = _plain(figure)
        self.widget._config = {"displaylogo": False, "modeBarButtons": [["toImage"]]}
        self.widget.add_class("mist-figure")

    def show(self, figure: go.Figure) -> None:
        """Redraw what differs: plotly spends most of an update on checking what it is given."""
        parts, new = (*self.widget.data, self.widget.layout), _plain(figure)
        with self.widget.batch_update():
            for part, values, before in zip(parts, new, self._shown, strict=True):
                _assign(part, values, before)
        self._shown = new


class Stage:
    """The scatter, the headline numbers and the fan, side by side or, on a phone, in a column."""

    def __init__(self, scatter: go.Figure, fan: go.Figure, numbers: str) -> None:
        self._scatter, self._fan = FigureView(scatter), FigureView(fan)
        self._numbers = widgets.HTML(numbers)
        answer = widgets.VBox([self._numbers, self._fan.widget]).add_class("mist-answer")
        self.widget = widgets.Box([self._scatter.widget, answer]).add_class("mist-figures")

    def show(self, scatter: go.Figure, fan: go.Figure, numbers: str) -> None:
        """Show other figures and numbers."""
        self._scatter.show(scatter)
        self._fan.show(fan)
        self._numbers.value = numbers
        self.mark("")

    @property
    def numbers(self) -> str:
        """The headline numbers as HTML."""
        return str(self._numbers.value)

    def mark(self, mark: str) -> None:
        """Mark what is shown as `"busy"` (newer on its way), `"stale"` or, with `""`, valid."""
        for known in ("busy", "stale"):
            (self.widget.add_class if known == mark else self.widget.remove_class)(f"mist-{known}")


def fan_figure(result: EstimateResult) -> go.Figure:
    """The fan of a result in the units of its state."""
    units = result.state.units
    estimates = {k: e.to(units) if e else None for k, e in result.estimates.items()}
    return plot_fan(estimates, truth_in(result, units), result.provenance, level=result.state.level)


def numbers_html(
    estimates: Mapping[str, Estimate | None],
    level: float,
    units: str,
    truth: float | None = None,
    provenance: str = "",
) -> str:
    """The headline numbers: the truth, the learned estimate, the baseline."""
    cells = []
    if truth is not None:
        cells.append(_number("truth", "True value", shown(truth), provenance))
    learned, baseline = estimates[LEARNED], estimates[BASELINE]
    if learned is not None:
        detail = f"{level:.0%} interval {interval_text(learned.to(units), level)}"
        cells.append(_number("learned", "Network", shown(learned.to(units).median), detail))
    if baseline is not None:
        value = shown(baseline.to(units).median)
        cells.append(_number("baseline", "Gaussian copula", value, "no interval"))
    return f'<div class="mist-numbers" data-units="{units}">{"".join(cells)}</div>'


def notice_html(result: EstimateResult) -> str:
    """The sentence on what to notice."""
    return f'<p class="mist-notice">{escape(notice(result))}</p>'


def doubts_html(result: EstimateResult) -> str:
    """What makes the estimates of a result doubtful."""
    name = mark_of(LEARNED).label
    unseen = [f"{name}: {part} was no part of its training" for part in result.unseen]
    return warnings_html(result.estimates.values(), result.failures, unseen)


def warnings_html(
    estimates: Iterable[Estimate | None], failures: Mapping[str, str], more: Iterable[str] = ()
) -> str:
    """The warnings of the estimates, and why others are missing."""
    said = [
        f"{mark_of(estimate.estimator).label}: {warning}"
        for estimate in estimates
        if estimate is not None
        for warning in estimate.warnings
    ]
    failed = [f"{mark_of(name).label}: no estimate. {why}" for name, why in failures.items()]
    return _list("mist-message mist-doubts", (*failed, *dict.fromkeys(said), *more))


def in_words(error: Exception) -> str:
    """What a message says about an error: the words of ours, and the kind of one of no one's."""
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


def message_html(*lines: str) -> str:
    """Lines that ask for attention, or nothing."""
    return f'<div role="alert">{_list("mist-message", lines)}</div>' if lines else ""


def spoken(result: EstimateResult) -> str:
    """What the figures show, in words, for those who do not see them."""
    state, sample = result.state, result.sample
    estimates = [
        f"{mark_of(name).label}: {shown(estimate.to(state.units).median)} {state.units}"
        for name, estimate in result.estimates.items()
        if estimate is not None
    ]
    text = (
        f"Scatter of {sample.n_samples} rows, the first of {sample.dim_x} columns of X against "
        f"the first of {sample.dim_y} columns of Y. True mutual information "
        f"{shown(truth_in(result, state.units))} {state.units}, {result.provenance}. "
        f"{'. '.join(estimates)}."
    )
    return f'<p class="mist-spoken" aria-live="polite">{escape(text)}</p>'


def _list(style: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul class="{style}">{items}</ul>' if items else ""


def _plain(figure: go.Figure) -> list[dict[str, Any]]:
    """The traces of a figure, then its layout, as dictionaries."""
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


def _number(role: str, label: str, value: str, detail: str) -> str:
    return (
        f'<p class="mist-{role}">{escape(label)} '
        f"<b>{escape(value)}</b> <span>{escape(detail)}</span></p>"
    )
