"""The benchmarks page: state in, widgets out."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from mist_explore.evaluation.shipped import AXES
from mist_explore.explorer.controls import Controls, disclosure
from mist_explore.explorer.figure import FigureView, mark_widget
from mist_explore.explorer.frame import frame
from mist_explore.explorer.live import Live
from mist_explore.explorer.request import requested, requested_query
from mist_explore.explorer.results.compute import ResultsView, offered, view
from mist_explore.explorer.results.state import FIRST_SCREEN, SUITES, ResultsState
from mist_explore.explorer.results.views import (
    commands_html,
    figures,
    notice_html,
    spoken,
    table_html,
)
from mist_explore.explorer.share import share_html

__all__ = ["ResultsPage", "results_page"]


def results_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The benchmarks page as one widget, at the link that `query` answers."""
    return requested(ResultsPage(FIRST_SCREEN), query)


class ResultsControls(Controls[ResultsState]):
    """Which suite, and what its errors are sorted by."""

    def __init__(
        self,
        state: ResultsState,
        wanted: Callable[[ResultsState], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        self.suite = widgets.Dropdown(options=_options(state.suite), description="Suite")
        self.by = widgets.Dropdown(
            options=[(label, name) for name, label in AXES.items()], description="Errors against"
        )
        self.reset = widgets.Button(description="Reset everything")
        self.listen(self.suite, ResultsState.with_suite)
        self.listen(self.by, ResultsState.with_axis)
        self.press(self.reset, lambda _: FIRST_SCREEN)
        self.show(state)

    def _set(self, state: ResultsState) -> None:
        if state.suite not in offered():
            self.suite.options = _options(state.suite)
        self.suite.value, self.by.value = state.suite, state.by


class ResultsPage:
    """Four figures and a table around one suite."""

    def __init__(self, state: ResultsState) -> None:
        first = view(state)
        self.figures = [FigureView(figure) for figure in figures(first)]
        leaderboard, curve, calibration, cost = (figure.widget for figure in self.figures)
        self.stage = widgets.VBox(
            [
                leaderboard,
                widgets.Box(
                    [_titled("Where errors grow", curve), _titled("Calibration", calibration)]
                ).add_class("mist-pair"),
                _titled("Error against time", cost),
            ]
        )
        self.live: Live[ResultsState, ResultsView] = Live(
            view, self._show, lambda mark: mark_widget(self.stage, mark)
        )
        self.controls = ResultsControls(state, self.live.want, self.live.fail)
        self.notice, self.table, self.commands = (widgets.HTML() for _ in range(3))
        self.spoken, self.share = (widgets.HTML() for _ in range(2))
        self.widget = frame(
            "results",
            widgets.Box([self.controls.suite, self.controls.by, self.controls.reset]).add_class(
                "mist-controls"
            ),
            self.live.message,
            self.notice,
            self.stage,
            self.table,
            self.commands,
            self.spoken,
            disclosure("Share this view", self.share),
        )
        self._show(first)

    def follow(self, link: str) -> None:
        """Show the state of a query string, or say what is wrong with it."""
        self.live.follow(link, ResultsState.from_query, self.controls.show)

    def _show(self, answer: ResultsView) -> None:
        for shown, figure in zip(self.figures, figures(answer), strict=True):
            shown.show(figure)
        self.notice.value = notice_html(answer)
        self.table.value = table_html(answer)
        self.commands.value = commands_html(answer)
        self.spoken.value = spoken(answer)
        query = answer.state.to_query()
        self.share.value = share_html(query, {"Python": as_python(answer.state)})


def as_python(state: ResultsState) -> str:
    """Lines of Python that print the leaderboard of a state."""
    return (
        "from mist_explore.evaluation.shipped import read_results\n"
        "from mist_explore.resources import results_directory\n"
        f'for score in read_results(results_directory()).of("{state.suite}").scores:\n'
        "    print(score.group, score.estimator, score.error, sep=' | ')\n"
    )


def _options(shown: str) -> list[tuple[str, str]]:
    """The suites with shipped results, and the one that is shown."""
    return [(label, name) for name, label in SUITES.items() if name in {*offered(), shown}]


def _titled(title: str, figure: widgets.Widget) -> widgets.VBox:
    return widgets.VBox([widgets.HTML(f'<h2 class="mist-part">{title}</h2>'), figure])
