"""Thin views of the gradient page."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from mist_explore.explorer.gradient.compute import STEPS, Climb, Field
from mist_explore.explorer.gradient.notice import climb_notice, field_notice, selection_notice
from mist_explore.explorer.gradient.selection import Selection
from mist_explore.plots import (
    plot_accuracy,
    plot_gradient_ascent,
    plot_gradient_field,
    plot_sample,
    plot_scores,
    shown,
)

__all__ = [
    "climb_figures",
    "climb_html",
    "field_figure",
    "field_html",
    "selection_figures",
    "selection_html",
    "spoken",
]


def field_figure(found: Field) -> go.Figure:
    """The points with their arrows."""
    return plot_gradient_field(found.sample, found.by_x, found.by_y)


def climb_figures(found: Climb) -> tuple[go.Figure, go.Figure]:
    """The projected rows, and the curve of the estimate under the true maximum."""
    scatter = plot_sample(found.projected, label_x="projection of X", label_y="Y", height=400)
    curve = plot_gradient_ascent(
        found.estimates, found.unseen, found.truth, steps=STEPS, provenance=found.provenance
    )
    return scatter, curve


def selection_figures(found: Selection, kept: int) -> tuple[go.Figure, go.Figure]:
    """The scores of the features, and the accuracy against their number."""
    return plot_scores(found.names, found.scores, kept), plot_accuracy(found.accuracy, kept)


def field_html(found: Field) -> str:
    """What to notice in the arrows."""
    return _notice(field_notice(found))


def climb_html(found: Climb) -> str:
    """What to notice in the climb."""
    return _notice(climb_notice(found))


def selection_html(found: Selection, kept: int) -> str:
    """What to notice in the chosen features."""
    return _notice(selection_notice(found, kept))


def spoken(found: Field) -> str:
    """What the arrows show, in words, for those who do not see them."""
    text = (
        f"Scatter of {found.sample.n_samples} points with the gradient of the estimate as arrows. "
        f"Estimate {shown(found.information)} nats. True mutual information of the distribution "
        f"{shown(found.truth)} nats, {found.provenance}."
    )
    return f'<p class="mist-spoken" aria-live="polite">{escape(text)}</p>'


def _notice(words: str) -> str:
    return f'<p class="mist-notice">{escape(words)}</p>'
