"""Explanation of an estimate: the base estimates and their gating weights."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from mist_explore.estimate import Estimate
from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.html import caption_html, interval_text
from mist_explore.explorer.links import page_html
from mist_explore.plots import plot_explanation, shown

__all__ = ["ExplanationPanel", "explained"]


class ExplanationPanel:
    """A folded figure of the base estimates of the estimate that is shown.

    The figure is drawn when it is opened: a folded one has no width.
    """

    def __init__(self) -> None:
        self._estimate: Estimate | None = None
        self._truth: float | None = None
        self._level = 0.9
        self._view: FigureView | None = None
        self.words, self._figure = widgets.HTML(), widgets.VBox()
        self.widget = disclosure(
            "Why this answer",
            widgets.VBox([self.words, self._figure]),
            opened=self._open,
        )
        self._opened = False

    def follow(self, estimate: Estimate | None, truth: float | None, level: float) -> None:
        """Show another estimate, in the units of the page; None where there is none."""
        self._estimate, self._truth, self._level = estimate, truth, level
        if self._opened:
            self._draw()

    def _open(self) -> None:
        self._opened = True
        self._draw()

    def _draw(self) -> None:
        estimate = self._estimate
        if estimate is None or not estimate.explanation:
            self.words.value = caption_html(
                "This network weighs no base estimates: it answers by itself."
            )
            self._figure.children, self._view = (), None
            return
        inside = page_html("inside_an_estimator", words="Follow a sample through it.")
        self.words.value = caption_html(f"{escape(explained(estimate, self._level))} {inside}")
        figure = plot_explanation(estimate, self._truth, level=self._level)
        if self._view is None:
            self._view = FigureView(figure)
            self._figure.children = (self._view.widget,)
        else:
            self._view.show(figure)


def explained(estimate: Estimate, level: float = 0.9) -> str:
    """Return a sentence on the heaviest base estimate and the weight within the interval.

    Example:
        >>> from mist_explore.estimate import BaseEstimate
        >>> base = (BaseEstimate("KSG", 0.3, 0.8), BaseEstimate("Gaussian copula", 0.1, 0.2))
        >>> answer = Estimate((0.05, 0.5, 0.95), (0.2, 0.3, 0.4), explanation=base)
        >>> print(explained(answer).partition(", with")[0])
        Of the base estimates, KSG has most weight, 80%
    """
    base = estimate.explanation
    heaviest = max(base, key=lambda one: one.weight)
    low, high = estimate.interval(level)
    inside = sum(one.weight for one in base if low <= one.value <= high)
    total = sum(one.weight for one in base)
    values = [one.value for one in base]
    return (
        f"Of the base estimates, {heaviest.name} has most weight, {heaviest.weight:.0%}, "
        f"with {shown(heaviest.value)} {estimate.units}. They lie from {shown(min(values))} to "
        f"{shown(max(values))} {estimate.units}; {inside / total:.0%} of the weight lies "
        f"in the {level:.0%} interval, {interval_text(estimate, level)}. The network learned "
        "these weights for samples like this one, and by how much to correct the estimates."
    )
