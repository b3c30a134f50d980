"""The page on the inside of an estimator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.figure import FigureView, FigureViews
from mist_explore.explorer.frame import RAIL
from mist_explore.explorer.html import hint_html, insight_html
from mist_explore.explorer.inside_an_estimator.compute import EstimatorsResult, as_python, result
from mist_explore.explorer.inside_an_estimator.settings import EstimatorsState
from mist_explore.explorer.inside_an_estimator.views import (
    LEVEL,
    alt_text,
    as_files,
    formula_html,
    ksg_insight,
    learned_insight,
    learned_numbers_html,
    numbers_html,
    path_figures,
    point_figure,
    terms_figure,
)
from mist_explore.explorer.links import File
from mist_explore.explorer.page import Page
from mist_explore.explorer.quantity import Quantity
from mist_explore.explorer.theme import asset

__all__ = ["EstimatorsPage"]

STEPS = (
    "1. Ranks: each column becomes the normal scores of its ranks.",
    "2. Pairs: further views of each pair of columns, such as distances from the middle.",
    "3. Base estimates: an area for each weight.",
    "4. Quantiles: the base estimates, combined and corrected.",
)


class EstimatorsPage(Page[EstimatorsState, EstimatorsResult]):
    """KSG at a point that a click, a slider or two buttons choose; below, the learned estimator."""

    def __init__(self) -> None:
        super().__init__("inside_an_estimator", EstimatorsState(), result, {"Python": as_python})
        answer = self.answer
        self.point, self.terms = FigureView(point_figure(answer)), FigureView(terms_figure(answer))
        self.path = FigureViews(path_figures(answer))
        self.path.widget.children = [
            widgets.VBox([widgets.HTML(hint_html(words)), view.widget])
            for words, view in zip(STEPS, self.path.views, strict=True)
        ]
        self.numbers, self.formula, self.learned_numbers, self.learned_insight = (
            widgets.HTML() for _ in range(4)
        )
        self.learned_insight.add_class("mist-insight")
        # The widget keeps its first trace, and with it the rows of its points.
        self.point.widget.data[0].on_click(self._clicked)
        aside = widgets.VBox([self.numbers, self.terms.widget])
        ksg = widgets.Box([self.point.widget, aside]).add_class("mist-pair")
        self.marked = (ksg, self.path.widget)
        controls = self.controls
        sample = controls.button("New sample", lambda s: s.next("seed"), primary=True)
        moves = (
            controls.button("Previous point", lambda s: s.moved(-1)),
            controls.button("Next point", lambda s: s.moved(1)),
        )
        self.lay_out(
            controls.row("point", "neighbours", sample, "family", "strength", "n_samples"),
            self.message,
            widgets.HBox(moves).add_class("mist-buttons").add_class(RAIL),
            ksg,
            self.formula,
            self.insight,
            self.alt,
            widgets.HTML(asset("inside_an_estimator/learned.html")),
            self.learned_numbers,
            self.path.widget,
            self.learned_insight,
            controls.rest(),
            self.sharing(),
            self.downloads(),
        )

    def show(self, answer: EstimatorsResult) -> None:
        """Draw the point, its square and strips, all terms, and the path of the sample."""
        self.point.show(point_figure(answer))
        self.terms.show(terms_figure(answer))
        self.path.show(path_figures(answer))
        self.numbers.value = numbers_html(answer)
        self.formula.value = formula_html(answer)
        self.learned_numbers.value = learned_numbers_html(answer)
        self.describe(ksg_insight(answer), alt_text(answer))
        self.learned_insight.value = insight_html(learned_insight(answer))

    def as_files(self) -> list[File]:
        """Return the terms of KSG and the base estimates."""
        return as_files(self.answer)

    def quantities(
        self, state: EstimatorsState, answer: EstimatorsResult
    ) -> Mapping[str, Quantity]:
        """Return the true value, both estimates, and the term of the chosen point."""
        error = float(answer.others.std(ddof=1))
        learned, term = answer.learned, float(answer.anatomy.terms[answer.row])
        return {
            "truth": Quantity("true value", answer.truth, units="nats"),
            "ksg": Quantity("KSG", answer.ksg.median, error, units="nats"),
            "term": Quantity("term of the point", term, units="nats"),
            LEARNED: Quantity(
                "network", learned.median, interval=learned.interval(LEVEL), units="nats"
            ),
        }

    def _clicked(self, _: object, points: Any, __: object) -> None:
        for row in points.point_inds:
            state = self.answer.at(row)
            self.controls.show(state)
            self.want(state)
