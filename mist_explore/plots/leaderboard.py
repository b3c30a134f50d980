"""Error by group of datasets, a line for each estimator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from mist_explore.metrics import Mean
from mist_explore.plots.labels import PAPER, label
from mist_explore.plots.means import (
    LINE,
    add_means,
    add_name,
    place_on,
    scale_around,
    standard_error,
    whiskers,
)
from mist_explore.plots.style import LIGHT, bare_layout, mark_of

__all__ = ["plot_benchmark_errors"]

_SIGNS = {"diamond": "◆", "square": "■", "triangle-up": "▲", "triangle-down": "▼", "star": "★"}

FEW_GROUPS = 4
"""Groups up to which each mark has its name; for more there is a line of names above them."""
TALL = 420
"""Height of many groups in pixels, where their lines are not closer than they can be."""


def plot_benchmark_errors(
    groups: Sequence[str],
    errors: Mapping[str, Mapping[str, Mean]],
    units: str,
    published: Mapping[str, Mapping[str, Mean]] | None = None,
) -> go.Figure:
    """Draw mean errors with standard errors, a row for each group, a line for each estimator.

    Args:
        groups: the rows from the top down.
        errors: by estimator and group; a missing one leaves a gap.
        units: of the errors, in words.
        published: reported errors, by method and group, as small rings; the lowest has its name
            where there are few groups.

    Example:
        >>> errors = {"ksg": {"ring": Mean(0.13, 0.02, 40)}}
        >>> figure = plot_benchmark_errors(["ring"], errors, "nats")
        >>> [float(x) for x in figure.data[1].x], figure.layout.yaxis.ticktext
        ([0.13], ('ring',))
    """
    lines = 1 + sum(bool(means) for means in errors.values()) + bool(published)
    few = len(groups) <= FEW_GROUPS
    line = LINE if few else min(LINE, TALL / (lines * len(groups)))
    figure = go.Figure(layout=bare_layout(90 + round(max(28, line * lines)) * max(len(groups), 1)))
    _add_published(figure, groups, published or {}, -0.5 + 1 / lines, named=few)
    estimators = [name for name, means in errors.items() if means]
    ends: list[tuple[str, float, float]] = []
    for place, name in enumerate(estimators):
        means = errors[name]
        here = [(group, means[group]) for group in groups if group in means]
        shift = 0.5 - (place + 0.75) / lines
        add_means(
            figure,
            mark_of(name),
            [mean.value for _, mean in here],
            [shift - groups.index(group) for group, _ in here],
            error_x=whiskers(mean for _, mean in here),
            hovertemplate=f"%{{x:.3g}}<extra>{mark_of(name).label}</extra>",
        )
        ends += [
            (name, mean.value + standard_error(mean), shift - groups.index(group))
            for group, mean in here
            if few
        ]
    every = [m for means in (*errors.values(), *(published or {}).values()) for m in means.values()]
    figure.update_xaxes(title_text=units, **scale_around(every, beyond=0.3))
    for name, x, y in ends:
        add_name(figure, name, place_on(figure.layout.xaxis, x), y, xshift=6)
    figure.update_yaxes(
        tickvals=[-row for row in range(len(groups))],
        ticktext=[_broken(group) for group in groups],
        range=[0.5 - len(groups), 0.5],
        automargin=True,
        showgrid=False,
    )
    if not few:
        _add_key(figure, estimators, bool(published))
    rules = [0.5 - row for row in range(1, len(groups))]
    figure.update_layout(
        shapes=[
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": y,
                "y1": y,
                "line": {"color": LIGHT.rule, "width": 1},
            }
            for y in rules
        ]
    )
    return figure


def _add_published(
    figure: go.Figure,
    groups: Sequence[str],
    published: Mapping[str, Mapping[str, Mean]],
    shift: float,
    named: bool,
) -> None:
    others = [
        (method, group, mean.value)
        for method, means in published.items()
        for group, mean in means.items()
    ]
    lowest = {
        group: min(((value, m) for m, g, value in others if g == group), default=(0.0, ""))[1]
        for group in groups
    }
    figure.add_scatter(
        x=[value for *_, value in others],
        y=[shift - groups.index(group) for _, group, _ in others],
        text=[f"{m}, published" if named and lowest[g] == m else "" for m, g, _ in others],
        customdata=[method for method, *_ in others],
        mode="markers+text",
        textposition="bottom right",
        textfont={"color": LIGHT.muted, "size": 11},
        marker={"color": LIGHT.muted, "symbol": "circle-open", "size": 7},
        name="published by others, on other draws",
        cliponaxis=False,
        hovertemplate="%{customdata} %{x:.3g}<extra>published</extra>",
    )


def _add_key(figure: go.Figure, names: Sequence[str], published: bool) -> None:
    marks = [mark_of(name) for name in names]
    key = [
        f'<span style="color:{m.color}">{_SIGNS.get(m.symbol, "●")} {m.short}</span>' for m in marks
    ]
    if published:
        key.append(f'<span style="color:{LIGHT.muted}">○ published by others</span>')
    label(figure, "   ".join(key), 0, 1, on=PAPER, size=12)


def _broken(group: str) -> str:
    """Return the name of a group on two lines where it is long."""
    head, comma, tail = group.rpartition(", ")
    return f"{head},<br>{tail}" if comma and len(group) > 24 else group
