"""The data page: a table in, widgets out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import ipywidgets as widgets

from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.data.compute import (
    DataResult,
    Opened,
    Upload,
    bundled,
    first_choice,
    opened,
    result,
)
from mist_explore.explorer.data.controls import DataControls
from mist_explore.explorer.data.growth import Growth
from mist_explore.explorer.data.pairs import Pairs
from mist_explore.explorer.data.ranking import Ranking
from mist_explore.explorer.data.report import matrix_report, report
from mist_explore.explorer.data.share import (
    as_command,
    as_python,
    estimates_csv,
    pairs_csv,
    pairs_parquet,
)
from mist_explore.explorer.data.state import FIRST_SCREEN, DataState
from mist_explore.explorer.data.views import (
    doubts_html,
    fan_figure,
    notes_html,
    notice_html,
    numbers_html,
    preview_html,
    scatter_figure,
    spoken,
)
from mist_explore.explorer.downloads import download_html
from mist_explore.explorer.explanation import ExplanationPanel
from mist_explore.explorer.frame import frame
from mist_explore.explorer.latest import Latest
from mist_explore.explorer.live import Live
from mist_explore.explorer.request import requested, requested_query
from mist_explore.explorer.share import share_html
from mist_explore.explorer.stage import Stage
from mist_explore.tables import ENDINGS

__all__ = ["DataPage", "data_page"]


@dataclass(frozen=True)
class Reading:
    """The same file again, read with a sheet and a key of `HEADERS`."""

    sheet: str
    header: str


Request: TypeAlias = DataState | Upload | Reading | str
"""Columns of a table, a file, another reading of it, or a table's name; "" for the first screen."""

Found: TypeAlias = tuple[DataResult, bool]
"""An answer, and whether the controls do not show its state yet."""

HEADER_OF = {None: "auto", True: "yes", False: "no"}

HINT = (
    '<p class="mist-hint">Or upload a file<span class="mist-in-app"> (or drop it here)</span> that '
    f"ends in {', '.join(ENDINGS)}: one row for each observation. It is read in memory and never "
    'stored.<span class="mist-in-notebook"> In JupyterLab press the button: a file dropped there '
    "goes to the file browser, not to this page.</span></p>"
)

REPORT, MATRIX = "report.html", "matrix.html"
PAGES = {REPORT: "Report as one HTML file", MATRIX: "Matrix as one HTML file"}
"""The names of files that are made on demand, and their labels."""


def data_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The data page as one widget, at the link that `query` answers."""
    return requested(DataPage(), query)


class DataPage:
    """A table, its columns, and everything that the estimators say about them."""

    def __init__(self) -> None:
        self._tables: dict[str, Opened] = {}
        self._awaited: DataState | None = None
        first = result(FIRST_SCREEN, bundled(FIRST_SCREEN.table))
        self._answer = first
        self.stage = Stage(scatter_figure(first), fan_figure(first), numbers_html(first))
        self.live: Live[Request, Found] = Live(self._compute, self._show, self.stage.mark)
        self.controls = DataControls(
            first.state,
            first.opened,
            self.live.want,
            self.live.want,
            lambda sheet, header: self.live.want(Reading(sheet, header)),
            self.live.fail,
        )
        self.growth = Growth(first, self.live.fail)
        self.pairs = Pairs(first, self._open_pair, self._hand_files, self.live.fail)
        self.ranking = Ranking(first, self._hand_files, self.live.fail)
        self.explanation = ExplanationPanel()
        self.reporting: Latest[str, tuple[str, str]] = Latest(
            self._make, self._hand_out, self.live.fail
        )
        self.make_report = widgets.Button(description="Make the report")
        self.make_matrix = widgets.Button(description="Make a file of the matrix")
        self.make_report.on_click(lambda _: self._want_file(REPORT))
        self.make_matrix.on_click(lambda _: self._want_file(MATRIX))
        self.preview, self.notes, self.notice, self.warnings = (widgets.HTML() for _ in range(4))
        self.spoken, self.share, self.files, self.report = (widgets.HTML() for _ in range(4))
        self.controls.upload.observe(self._uploaded, "value")
        self.pasted = widgets.Textarea(
            description="Rows copied from a spreadsheet", placeholder="a\tb\n1\t2.5", rows=6
        )
        self.read_pasted = widgets.Button(description="Use these rows")
        self.read_pasted.on_click(lambda _: self._paste())
        chooser = [self.controls.table, self.controls.upload, widgets.HTML(HINT)]
        self.widget = frame(
            "data",
            widgets.HBox(chooser).add_class("mist-upload"),
            self.controls.reading,
            disclosure("Paste a table", widgets.VBox([self.pasted, self.read_pasted])),
            widgets.Box(self.controls.in_sight).add_class("mist-controls").add_class("mist-wide"),
            self.live.message,
            self.stage.widget,
            self.notice,
            self.warnings,
            self.spoken,
            self.explanation.widget,
            widgets.HTML("<h2>What was done with the table</h2>"),
            self.notes,
            disclosure("First rows of the table", self.preview),
            widgets.HTML("<h2>Has the estimate settled?</h2>"),
            self.growth.widget,
            widgets.HTML("<h2>Every column with every other</h2>"),
            widgets.Box(self.controls.of_pairs).add_class("mist-controls").add_class("mist-wide"),
            self.pairs.widget,
            disclosure("Rank all columns by what they say about Y", self.ranking.widget),
            disclosure("More settings", *self.controls.advanced, style="mist-controls"),
            disclosure(
                "Take it with you",
                self.files,
                widgets.HBox([self.make_report, self.make_matrix]).add_class("mist-buttons"),
                self.report,
            ),
            disclosure("Share this view", self.share),
        )
        self._draw(first)

    def follow(self, link: str) -> None:
        """Show the state of a query string, or say what is wrong with it."""
        # A preheated page may be older than the network that another page has saved.
        self.controls.show(self.controls.state)
        self.live.follow(link, DataState.from_query, lambda _: None)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is being computed; False if that takes longer than `timeout`."""
        workers = (self.live, self.growth, self.pairs.job, self.ranking.job, self.reporting)
        return all(worker.join(timeout) for worker in workers)

    def _uploaded(self, change: Any) -> None:
        for file in change["new"]:
            self.live.want(Upload(file["name"], bytes(file["content"])))

    def _paste(self) -> None:
        self.live.want(Upload("pasted.txt", self.pasted.value.encode()))

    def _open_pair(self, x: str, y: str) -> None:
        state = self.controls.state.with_x((x,)).with_y((y,))
        self.controls.show(state)
        self.live.want(state)

    def _compute(self, request: Request) -> Found:
        if isinstance(request, DataState):
            table = self._table(request)
            return result(request, table), request != self.controls.state
        awaited, self._awaited = self._awaited, None
        state = self._answer.state
        if isinstance(request, Upload):
            if awaited is not None and awaited.table == request.name:
                table = opened(request, awaited.sheet, awaited.named)
                self._tables[table.name] = table
                return result(awaited, table), True
            table = opened(request)
            self._tables[table.name] = table
            state = state.with_table(table.name, *first_choice(table))
            state = state.with_reading(table.sheet, "auto")
        elif isinstance(request, Reading):
            again = state.with_reading(request.sheet, request.header)
            table = self._table(again)
            again = again.with_table(table.name, *first_choice(table))
            state = again.with_reading(request.sheet, request.header)
        elif not request:
            state, table = FIRST_SCREEN, bundled(FIRST_SCREEN.table)
        else:
            table = self._tables.get(request) or bundled(request)
            state = state.with_table(table.name, *first_choice(table))
            state = state.with_reading(table.sheet, HEADER_OF[table.header])
        return result(state, table), True

    def _table(self, state: DataState) -> Opened:
        """The table of a state, read as the state wants it."""
        if state.table in self._tables:
            table = self._tables[state.table]
            if table.upload and (table.sheet, table.header) != (state.sheet, state.named):
                table = opened(table.upload, state.sheet, state.named)
                self._tables[state.table] = table
            return table
        if not state.bundled:
            self._awaited = state
            raise ValueError(
                f"this link refers to {state.table!r}, which is not stored: upload it again to "
                "restore the view"
            )
        return bundled(state.table)

    def _show(self, found: Found) -> None:
        answer, unseen = found
        if unseen:
            self.controls.offer(answer.opened, answer.state)
        self._answer = answer
        self._draw(answer)
        self.growth.show(answer)
        self.pairs.show(answer)
        self.ranking.show(answer)

    def _draw(self, answer: DataResult) -> None:
        state = answer.state
        self.stage.show(scatter_figure(answer), fan_figure(answer), numbers_html(answer))
        self.notice.value = notice_html(answer)
        self.warnings.value = doubts_html(answer)
        self.spoken.value = spoken(answer)
        learned = answer.learned
        self.explanation.follow(learned and learned.to(state.units), None, state.level)
        self.notes.value = notes_html(answer)
        self.preview.value = preview_html(answer.opened)
        self.report.value = ""
        self._hand_files()
        self.share.value = share_html(
            state.to_query(), {"Python": as_python(state), "commands": as_command(state)}
        )

    def _hand_files(self) -> None:
        answer, state, pairs = self._answer, self._answer.state, self.pairs.found
        files: list[tuple[str, str | bytes, str]] = [
            ("estimates.csv", estimates_csv(answer), "Estimates as CSV"),
            ("pairs.csv", pairs_csv(pairs, state), "Pairs as CSV"),
            ("pairs.parquet", pairs_parquet(pairs, state), "Pairs as Parquet"),
        ]
        if self.ranking.found is not None:
            files.append(("ranking.csv", pairs_csv(self.ranking.found, state), "Ranking as CSV"))
        files.append(("estimate.py", as_python(state), "Python that repeats it"))
        links = " ".join(download_html(name, content, label) for name, content, label in files)
        self.files.value = f'<p class="mist-downloads">{links}</p>'

    def _want_file(self, name: str) -> None:
        self.report.value = '<p class="mist-hint" role="status">Making the file.</p>'
        self.reporting.submit(name)

    def _make(self, name: str) -> tuple[str, str]:
        """The name and the content of a file that is made on demand."""
        if name == MATRIX:
            return name, matrix_report(self._answer, self.pairs.found)
        return name, report(self._answer, self.growth.curves, self.pairs.found)

    def _hand_out(self, made: tuple[str, str]) -> None:
        name, content = made
        link = download_html(name, content, PAGES[name])
        self.report.value = f'<p class="mist-downloads">{link}</p>'
