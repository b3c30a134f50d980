"""The home page."""

from __future__ import annotations

import math
from collections.abc import Mapping

import ipywidgets as widgets

from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.home.compute import HomeResult, as_python, result
from mist_explore.explorer.home.settings import HomeState
from mist_explore.explorer.home.views import alt_text, cards_html, insight, numbers_html
from mist_explore.explorer.page import Page
from mist_explore.explorer.quantity import Quantity
from mist_explore.plots import plot_conditional

__all__ = ["HomePage"]


class HomePage(Page[HomeState, HomeResult]):
    """Y given a known X beside all of Y, and the cards of the other pages."""

    def __init__(self) -> None:
        super().__init__("home", HomeState(), result, {"Python": as_python})
        self.numbers = widgets.HTML()
        self.figure = FigureView(plot_conditional(self.answer.sample, self.answer.known))
        self.marked = (self.numbers, self.figure.widget)
        sample = self.controls.button("New sample", lambda s: s.next("seed"), primary=True)
        self.lay_out(
            self.controls.row("dependence", "known", "shape", sample),
            self.message,
            self.numbers,
            self.figure.widget,
            self.insight,
            self.alt,
            widgets.HTML(cards_html()),
            self.sharing(),
        )

    def show(self, answer: HomeResult) -> None:
        """Draw the figure, the numbers and the words."""
        self.figure.show(plot_conditional(answer.sample, answer.known))
        self.numbers.value = numbers_html(answer)
        self.describe(insight(answer), alt_text(answer))

    def quantities(self, state: HomeState, answer: HomeResult) -> Mapping[str, Quantity]:
        """Return the mutual information, its part at the known X, and the correlation."""
        n = answer.sample.n_samples
        error = (1 - answer.correlation**2) / math.sqrt(n - 1)
        return {
            "information": Quantity("mutual information", answer.information, units="bits"),
            "here": Quantity("at this X", answer.here, units="bits"),
            "correlation": Quantity("correlation", answer.correlation, error),
        }
