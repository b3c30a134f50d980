"""Texts and lines of reference in figures."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from mist_explore.plots.style import LIGHT

__all__ = ["AXES", "PAPER", "label", "label_end", "label_row", "truth_line"]

AXES, PAPER = ("x", "y"), ("paper", "paper")


def label(
    figure: go.Figure,
    text: str,
    x: float,
    y: float,
    color: str = LIGHT.ink,
    *,
    on: tuple[str, str] = AXES,
    right: bool = False,
    above: bool = True,
    size: int = 13,
    yshift: float = 0,
    covers: bool = False,
) -> None:
    """Add a text that starts, or with `right` ends, at a place.

    Args:
        figure: gets the text.
        text: of the label; an empty one keeps its place in the figure.
        x: a value of the axis, or on paper a place from 0, the left end, to 1.
        y: a value of the axis, or on paper a place from 0, the bottom, to 1.
        color: of the text.
        on: the references of `x` and `y`, an axis or `"paper"`.
        right: whether it ends at `x`.
        above: whether it stands above `y`, or below.
        size: of the font in pixels.
        yshift: upwards, in pixels.
        covers: whether it hides what is behind it.
    """
    figure.add_annotation(
        text=text,
        x=x,
        y=y,
        xref=on[0],
        yref=on[1],
        xanchor="right" if right else "left",
        yanchor="bottom" if above else "top",
        yshift=yshift,
        showarrow=False,
        font={"color": color, "size": size},
        bgcolor=LIGHT.paper if covers else None,
    )


def label_row(figure: go.Figure, text: str, y: float, color: str, size: int = 13) -> None:
    """Write the title of a row of a figure above it, at the left edge, at height `y`."""
    label(figure, text, 0, y, color, on=("paper", "y"), size=size)


def label_end(figure: go.Figure, text: str, y: float, color: str, *, above: bool = True) -> None:
    """Write the name of a horizontal line at the right edge, at height `y`."""
    on = ("paper", "y")
    label(figure, text, 1, y, color, on=on, right=True, above=above, size=12, covers=True)


def truth_line(
    figure: go.Figure,
    truth: float | None,
    span: tuple[float, float],
    words: str = "true value",
    *,
    vertical: bool = False,
    **trace: Any,
) -> None:
    """Add a line at the true value, or an empty one where it is unknown.

    Args:
        figure: gets the line.
        truth: the value, or None.
        span: the ends of the line on the other axis.
        words: shown before the value under the pointer.
        vertical: whether `truth` is a value of the x axis.
        trace: further properties of the trace.
    """
    value = [] if truth is None else [truth, truth]
    ends = list(span)[: len(value)]
    x, y, axis = (value, ends, "x") if vertical else (ends, value, "y")
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": LIGHT.ink, "width": 2},
        hovertemplate=f"{words} %{{{axis}:.3f}}<extra></extra>",
        **trace,
    )
