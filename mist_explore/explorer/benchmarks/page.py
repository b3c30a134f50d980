"""The benchmarks page."""

from __future__ import annotations

import ipywidgets as widgets

from mist_explore.explorer.benchmarks.compute import ResultsView, as_python, view
from mist_explore.explorer.benchmarks.settings import ResultsState
from mist_explore.explorer.benchmarks.views import (
    alt_text,
    commands_html,
    figures,
    insight,
    tables_html,
)
from mist_explore.explorer.figure import FigureViews
from mist_explore.explorer.page import Page

__all__ = ["ResultsPage"]


class ResultsPage(Page[ResultsState, ResultsView]):
    """Four figures and two tables of a part of a suite."""

    def __init__(self) -> None:
        super().__init__("benchmarks", ResultsState(), view, {"Python": as_python})
        self.figures = FigureViews(figures(self.answer))
        leaderboard, curve, calibration, cost = (view.widget for view in self.figures.views)
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
        self.figures.show(figures(answer))
        self.describe(insight(answer), alt_text(answer))
        self.table.value = tables_html(answer)
        self.commands.value = commands_html(answer)


def _titled(title: str, figure: widgets.Widget) -> widgets.VBox:
    return widgets.VBox([widgets.HTML(f'<h2 class="mist-part">{title}</h2>'), figure])
