"""Fan chart: quantiles of each estimator, beside the truth."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from mist_explore.estimate import Estimate
from mist_explore.plots.labels import label, label_row, truth_line
from mist_explore.plots.style import LIGHT, bare_layout, mark_of, shown

__all__ = ["BANDS", "plot_fan"]

BANDS: tuple[float, ...] = (0.95, 0.9, 0.8, 0.5)
"""The levels of the nested intervals, from the widest."""

_HALF_HEIGHT = 0.24
_OPACITY = 0.22


def plot_fan(
    estimates: Mapping[str, Estimate | None],
    truth: float | None = None,
    provenance: str = "closed form",
    *,
    level: float = 0.9,
    height: int = 280,
) -> go.Figure:
    """Draw nested intervals and the median of each estimator, a row each, and the truth as a line.

    An estimator with quantiles shows its central 50, 80, 90 and 95 % intervals, the darker the
    likelier, its median as a marker and the ends of the `level` interval as brackets.
    One that failed (`None`) keeps an empty row. All estimates must have the same units.

    Args:
        estimates: the estimates by the name of their estimator, from the top row down.
        truth: the true mutual information in the units of the estimates, if it is known.
        provenance: how the truth is known.
        level: the interval that is bracketed.
        height: in pixels; the width follows the place.

    Raises:
        ValueError: if the estimates have different units or none is there.

    Example:
        >>> learned = Estimate((0.01, 0.5, 0.99), (0.1, 0.2, 0.4))
        >>> figure = plot_fan({"mist-qr": learned}, truth=0.25)
        >>> [float(x) for x in figure.data[0].x], figure.layout.xaxis.title.text
        ([0.25, 0.25], 'mutual information (nats)')
    """
    if not estimates:
        raise ValueError("expected at least one estimate; got none")
    units = {e.units for e in estimates.values() if e is not None} or {"nats"}
    if len(units) > 1:
        raise ValueError(f"expected estimates in the same units; got {sorted(units)}")
    figure = go.Figure(layout=bare_layout(height))
    bottom, top = 0.6 - len(estimates), 0.5
    truth_line(figure, truth, (bottom, top), vertical=True)
    for row, (name, estimate) in enumerate(estimates.items()):
        _add_row(figure, -row, name, estimate, level)
    reach = max([_reach(e) for e in estimates.values() if e is not None] + [truth or 0.0, 0.02])
    words = f"true value {shown(truth)} ({provenance})" if truth is not None else ""
    label(figure, words, truth or 0.0, top, right=(truth or 0.0) > 0.5 * reach)
    figure.update_xaxes(
        range=[-0.02 * reach, 1.06 * reach], title_text=f"mutual information ({units.pop()})"
    )
    figure.update_yaxes(range=[bottom, top], visible=False)
    figure.update_layout(barmode="overlay", margin_l=14)
    return figure


def _add_row(
    figure: go.Figure, row: int, name: str, estimate: Estimate | None, level: float
) -> None:
    mark = mark_of(name)
    bands = estimate is not None and not estimate.is_point
    for band in BANDS:
        low, high = estimate.interval(band) if estimate and bands else (0.0, 0.0)
        figure.add_bar(
            base=[low] * bands,
            x=[high - low] * bands,
            y=[row] * bands,
            width=2 * _HALF_HEIGHT,
            orientation="h",
            marker={"color": mark.color, "opacity": _OPACITY, "line": {"width": 0}},
            hovertemplate=f"{band:.0%}: {low:.3f} to {high:.3f}<extra>{mark.label}</extra>",
        )
    ends = estimate.interval(level) if estimate and bands else ()
    figure.add_scatter(
        x=[x for end in ends for x in (end, end, None)],
        y=[y for _ in ends for y in (row - _HALF_HEIGHT, row + _HALF_HEIGHT, None)],
        mode="lines",
        line={"color": mark.color, "width": 2},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[estimate.median] if estimate else [],
        y=[row] if estimate else [],
        mode="markers",
        marker=mark.marker(13) | {"line": {"color": LIGHT.paper, "width": 2}},
        hovertemplate=f"{'median' if bands else 'estimate'} %{{x:.3f}}<extra>{mark.label}</extra>",
    )
    failed = ": no estimate" if estimate is None else ""
    label_row(figure, f"{mark.label}{failed}", row + _HALF_HEIGHT + 0.03, mark.color)


def _reach(estimate: Estimate) -> float:
    return estimate.median if estimate.is_point else estimate.interval(BANDS[0])[1]
