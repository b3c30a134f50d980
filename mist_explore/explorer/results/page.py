"""The benchmarks page."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets

from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.html import alt_html, insight_html
from mist_explore.explorer.page import Page
from mist_explore.explorer.results.compute import ResultsView, as_python, view
from mist_explore.explorer.results.settings import ResultsState
from mist_explore.explorer.results.views import (
    alt_text,
    commands_html,
    figures,
    insight,
    table_html,
)

__all__ = ["ResultsPage"]


class ResultsPage(Page[ResultsState, ResultsView]):
    """Four figures and two tables of a part of a suite."""

    def __init__(self) -> None:
        super().__init__("results", ResultsState(), view)
        self.figures = [FigureView(figure) for figure in figures(self.answer)]
        leaderboard, curve, calibration, cost = (figure.widget for figure in self.figures)
        beside = [
            _titled("Where errors grow, over the whole suite", curve),
            _titled("Calibration", calibration),
        ]
        more = widgets.VBox(
            [
                widgets.Box(beside).add_class("mist-pair"),
                _titled("Error against time", cost),
            ]
        )
        self.table, self.commands = widgets.HTML(), widgets.HTML()
        self.marked = (leaderboard, more, self.table)
        self.lay_out(
            self.controls.row("suite", "estimators", "by", self.controls.reset),
            self.message,
            leaderboard,
            self.insight,
            more,
            widgets.VBox([self.table, self.commands]),
            self.alt,
            self.sharing(),
        )

    def show(self, answer: ResultsView) -> None:
        """Draw the figures, the tables and the commands."""
        for shown, figure in zip(self.figures, figures(answer), strict=True):
            shown.show(figure)
        self.insight.value = insight_html(insight(answer))
        self.table.value = table_html(answer)
        self.commands.value = commands_html(answer)
        self.alt.value = alt_html(alt_text(answer))

    def texts(self) -> Mapping[str, str]:
        """Return Python that prints the leaderboard."""
        return {"Python": as_python(self.state)}


def _titled(title: str, figure: widgets.Widget) -> widgets.VBox:
    return widgets.VBox([widgets.HTML(f'<h2 class="mist-part">{title}</h2>'), figure])
