"""The data page."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets
import plotly.graph_objects as go

from mist_explore.evaluation import Stability
from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.explanation import ExplanationPanel
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.follow_up import FollowUp
from mist_explore.explorer.frame import FOOT
from mist_explore.explorer.html import hint_html
from mist_explore.explorer.latest import Latest
from mist_explore.explorer.links import adapting_html, downloads_html
from mist_explore.explorer.result_panel import ResultPanel
from mist_explore.explorer.table_page import TablePage
from mist_explore.explorer.your_data.compute import (
    DataResult,
    as_command,
    as_python,
    curves,
    result,
)
from mist_explore.explorer.your_data.pairs import Pairs, Ranking
from mist_explore.explorer.your_data.pairs.views import matrix_report, pairs_csv, pairs_parquet
from mist_explore.explorer.your_data.settings import DataState
from mist_explore.explorer.your_data.views import (
    alt_text,
    estimates_csv,
    fan_figure,
    insight,
    notes_html,
    numbers_html,
    preview_html,
    report,
    scatter_figure,
    stability_figure,
    stability_insight,
    table_warnings_html,
)

__all__ = ["DataPage"]

REPORT, MATRIX = "report.html", "matrix.html"
FILES = {REPORT: "Report as one HTML file", MATRIX: "Matrix as one HTML file"}
"""Labels of the files that are made on demand."""


class DataPage(TablePage[DataState, DataResult]):
    """The estimates of columns of a table, their growth with the rows, and all pairs of columns."""

    def __init__(self) -> None:
        texts = {"Python": as_python, "commands": as_command}
        super().__init__("your_data", DataState(), result, texts)
        self.result_panel = ResultPanel(*_figures(self.answer), numbers_html(self.answer))
        self.marked = (self.result_panel.widget,)
        grown = curves(self.answer)
        self._curves = FigureView(stability_figure(grown, self.answer))
        self.stability: FollowUp[DataResult, Mapping[str, Stability]] = FollowUp(
            self._curves.widget,
            curves,
            lambda answer: (answer.state.question, answer.opened),
            self._draw_stability,
            self.fail,
            (self.answer, grown),
        )
        self.pairs = Pairs(self.answer, self._open_pair, self._hand_files, self.fail)
        self.ranking = Ranking(self.answer, self._hand_files, self.fail)
        self.explanation = ExplanationPanel()
        self.reporting: Latest[str, tuple[str, str]] = Latest(self._make, self._hand_out, self.fail)
        self.make_report = widgets.Button(description="Make the report")
        self.make_matrix = widgets.Button(description="Make a file of the matrix")
        self.make_report.on_click(lambda _: self._want_file(REPORT))
        self.make_matrix.on_click(lambda _: self._want_file(MATRIX))
        makers = widgets.HBox([self.make_report, self.make_matrix]).add_class("mist-buttons")
        self.preview, self.notes, self.warnings, self.adapting = (widgets.HTML() for _ in range(4))
        self.files, self.report = widgets.HTML(), widgets.HTML()
        controls = self.controls
        self.lay_out(
            *self.chooser.children,
            controls.row("x", "y", "missing", "categories"),
            self.message,
            self.result_panel.widget,
            self.insight,
            self.warnings,
            self.alt,
            self.explanation.widget,
            self.adapting,
            widgets.HTML("<h2>What was done with the table</h2>"),
            self.notes,
            disclosure("First rows of the table", self.preview),
            widgets.HTML("<h2>Has the estimate settled?</h2>"),
            widgets.VBox([self._curves.widget, self.stability.insight]),
            widgets.HTML("<h2>All pairs of columns</h2>"),
            controls.row("fdr", "squares"),
            self.pairs.widget,
            disclosure("Rank all columns by their information about Y", self.ranking.widget),
            controls.rest(),
            disclosure("Export", self.files, makers, self.report).add_class(FOOT),
            self.sharing(),
        )

    def show(self, answer: DataResult) -> None:
        """Draw the estimates, and hand the answer to the parts with their own workers."""
        self.result_panel.show(*_figures(answer), numbers_html(answer))
        self.describe(insight(answer), alt_text(answer))
        self.warnings.value = table_warnings_html(answer)
        self.adapting.value = _adapting_html(answer.state)
        learned, state = answer.learned, answer.state
        self.explanation.follow(learned and learned.to(state.units), None, state.level)
        self.notes.value = notes_html(answer)
        self.preview.value = preview_html(answer.opened)
        self.report.value = ""
        self._hand_files()
        self.stability.show(answer)
        self.pairs.show(answer)
        self.ranking.show(answer)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        workers = (self.stability, self.pairs.job, self.ranking.job, self.reporting)
        return super().join(timeout) and all(worker.join(timeout) for worker in workers)

    def _draw_stability(self, answer: DataResult, grown: Mapping[str, Stability]) -> str:
        self._curves.show(stability_figure(grown, answer))
        return stability_insight(grown, answer.state)

    def _open_pair(self, x: str, y: str) -> None:
        state = self.controls.state.with_(x=(x,), y=(y,))
        self.controls.show(state)
        self.want(state)

    def _hand_files(self) -> None:
        answer, state, pairs = self.answer, self.answer.state, self.pairs.found
        files: list[tuple[str, str | bytes, str]] = [
            ("estimates.csv", estimates_csv(answer), "Estimates as CSV"),
            ("pairs.csv", pairs_csv(pairs, state), "Pairs as CSV"),
            ("pairs.parquet", pairs_parquet(pairs, state), "Pairs as Parquet"),
        ]
        if self.ranking.found is not None:
            files.append(("ranking.csv", pairs_csv(self.ranking.found, state), "Ranking as CSV"))
        files.append(("estimate.py", as_python(state), "Python that repeats it"))
        self.files.value = downloads_html(files)

    def _want_file(self, name: str) -> None:
        self.report.value = hint_html("Making the file.")
        self.reporting.submit(name)

    def _make(self, name: str) -> tuple[str, str]:
        """Return the name and the content of a file that is made on demand."""
        if name == MATRIX:
            return name, matrix_report(self.answer, self.pairs.found)
        return name, report(self.answer, self.stability.found, self.pairs.found)

    def _hand_out(self, made: tuple[str, str]) -> None:
        self.report.value = downloads_html([(*made, FILES[made[0]])])


def _adapting_html(state: DataState) -> str:
    again = "" if state.bundled else ", where the file is uploaded again"
    query = f"{state.of_table.to_query()}&seed={state.seed}"
    return adapting_html(f"these columns{again}", query)


def _figures(answer: DataResult) -> tuple[go.Figure, go.Figure]:
    return scatter_figure(answer), fan_figure(answer)
