"""Training curves of a network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from mist_explore.plots.labels import PAPER, label, label_end
from mist_explore.plots.style import LIGHT, Mark, bare_layout, mark_of, shown

__all__ = [
    "MOST_STEPS",
    "YOURS",
    "apart",
    "chance_band",
    "plot_coverages",
    "plot_errors",
    "plot_losses",
    "thinned",
]

YOURS = Mark("your network", LIGHT.fourth, "circle", "solid")
"""How the network in training looks, whatever its name will be."""

MOST_STEPS = 400
"""Points of a curve that are drawn, at most."""

HEIGHT = 320
LEVEL = 0.9


def plot_errors(
    steps: Sequence[float], errors: Sequence[float], references: Mapping[str, float], total: int
) -> go.Figure:
    """Draw the held-out error of a network against steps, with baselines as horizontal lines.

    Args:
        steps: where the error was measured, from 0.
        errors: mean absolute errors in nats, one for each step.
        references: errors of other estimators on the same datasets, by their name.
        total: the steps of the whole run, where the axis ends.

    Example:
        >>> figure = plot_errors([0, 50], [0.2, 0.1], {"ksg": 0.15}, total=100)
        >>> len(figure.data), figure.layout.xaxis.range
        (2, (0, 100))
    """
    figure = go.Figure(layout=bare_layout(HEIGHT))
    top = 1.15 * max([*errors, *references.values(), 1e-3], key=_finite)
    for name, error in references.items():
        mark = mark_of(name)
        figure.add_scatter(
            x=[0, total],
            y=[error, error],
            mode="lines",
            line=mark.line(1.5),
            hovertemplate=f"{mark.short} %{{y:.3f}} nats<extra></extra>",
        )
    for (name, error), place in zip(
        references.items(), apart(list(references.values()), 0.075 * top), strict=True
    ):
        mark = mark_of(name)
        label_end(figure, f"{mark.short} {shown(error)}", place, mark.color)
    _add_curve(figure, steps, errors, YOURS)
    _axes(figure, "error on held-out distributions (nats)", total, (0, top))
    return figure


def plot_losses(
    steps: Sequence[float],
    losses: Sequence[float],
    held_out_steps: Sequence[float],
    held_out: Sequence[float],
    total: int,
) -> go.Figure:
    """Draw the pinball loss against steps, on training batches and on held-out distributions.

    Args:
        steps: of the training loss.
        losses: the mean loss of the steps since the last one.
        held_out_steps: of the held-out loss.
        held_out: the loss on held-out distributions.
        total: the steps of the whole run.

    Example:
        >>> len(plot_losses([5, 10], [0.3, 0.2], [10], [0.25], total=50).data)
        2
    """
    figure = go.Figure(layout=bare_layout(HEIGHT))
    figure.add_scatter(
        **_points(steps, losses),
        mode="lines",
        line={"color": LIGHT.muted, "width": 1},
        hovertemplate="training, step %{x}: %{y:.4f}<extra></extra>",
    )
    _add_curve(figure, held_out_steps, held_out, YOURS)
    top = 1.1 * max([*losses, *held_out, 1e-3], key=_finite)
    _axes(figure, "pinball loss", total, (0, top))
    for text, y, color in (
        ("on the distributions of the training", 0.96, LIGHT.muted),
        ("on held-out distributions", 0.87, YOURS.color),
    ):
        label(figure, text, 0.98, y, color, on=PAPER, right=True, size=12, covers=True)
    return figure


def plot_coverages(
    steps: Sequence[float], coverages: Sequence[float], n_datasets: int, total: int
) -> go.Figure:
    """Draw the coverage of the intervals against steps, beside their nominal `LEVEL`.

    A band shows two standard errors of a share of `n_datasets` datasets around the level.

    Args:
        steps: where the coverage was measured.
        coverages: shares of held-out datasets.
        n_datasets: their number.
        total: the steps of the whole run.

    Example:
        >>> figure = plot_coverages([0, 10], [0.7, 0.92], 100, total=10)
        >>> [round(float(y), 2) for y in figure.data[0].y[:2]]
        [0.84, 0.84]
    """
    low, high = chance_band(LEVEL, n_datasets)
    figure = go.Figure(layout=bare_layout(HEIGHT))
    figure.add_scatter(
        x=[0, total, total, 0],
        y=[low, low, high, high],
        mode="lines",
        fill="toself",
        fillcolor=LIGHT.rule,
        line={"width": 0, "color": LIGHT.rule},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[0, total],
        y=[LEVEL, LEVEL],
        mode="lines",
        line={"color": LIGHT.ink, "width": 1.5},
        hoverinfo="skip",
    )
    _add_curve(figure, steps, coverages, YOURS)
    bottom = min([0.6, *(c - 0.05 for c in coverages)], key=lambda c: c if c == c else 1.0)
    _axes(figure, f"{LEVEL:.0%} intervals with the truth", total, (bottom, 1.0))
    figure.update_yaxes(tickformat=".0%")
    label_end(figure, "expected, up to chance", low - 0.01, LIGHT.ink, above=False)
    return figure


def chance_band(level: float, n: int) -> tuple[float, float]:
    """Return the ends of two standard errors of a share of `n` datasets around a level.

    Example:
        >>> [round(end, 2) for end in chance_band(0.9, 100)]
        [0.84, 0.96]
    """
    chance = 2 * math.sqrt(level * (1 - level) / n)
    return level - chance, min(level + chance, 1.0)


def _add_curve(
    figure: go.Figure, steps: Sequence[float], values: Sequence[float], mark: Mark
) -> None:
    figure.add_scatter(
        **_points(steps, values),
        mode="lines+markers",
        line={"color": mark.color, "width": 2.5},
        marker={"color": mark.color, "size": 5},
        hovertemplate=f"{mark.label}, step %{{x}}: %{{y:.3f}}<extra></extra>",
    )


def _axes(figure: go.Figure, title: str, total: int, range_y: tuple[float, float]) -> None:
    figure.update_xaxes(range=[0, total], title_text="training steps")
    figure.update_yaxes(range=list(range_y), title_text=title)


def apart(values: Sequence[float], gap: float) -> list[float]:
    """Return where labels of lines stand so that none covers another: at a line or just above.

    Example:
        >>> apart([1.0, 0.9, 3.0], gap=0.5)
        [1.4, 0.9, 3.0]
    """
    places = [0.0] * len(values)
    floor = -math.inf
    for i in sorted(range(len(values)), key=lambda i: values[i]):
        places[i] = floor = max(values[i], floor + gap)
    return places


def _points(steps: Sequence[float], values: Sequence[float]) -> dict[str, NDArray[np.float64]]:
    return {"x": thinned(steps), "y": thinned(values)}


def thinned(values: ArrayLike) -> NDArray[np.float64]:
    """At most `MOST_STEPS` of the values, evenly, the last one among them."""
    array = np.asarray(values, np.float64)
    return array[:: -max(1, math.ceil(len(array) / MOST_STEPS))][::-1]


def _finite(value: float) -> float:
    return value if math.isfinite(value) else -math.inf
