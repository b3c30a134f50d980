"""The data page: a table in, widgets out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from typing import TypeAlias

import ipywidgets as widgets

from mist_explore.evaluation import Pairwise, Stability, pairwise_information, pairwise_steps
from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.data.compute import (
    DataResult,
    Opened,
    Upload,
    bundled,
    curves,
    first_choice,
    matrix_columns,
    opened,
    result,
)
from mist_explore.explorer.data.controls import DataControls
from mist_explore.explorer.data.report import report_html
from mist_explore.explorer.data.share import as_command, as_python, estimates_csv, pairs_csv
from mist_explore.explorer.data.state import FIRST_SCREEN, DataState
from mist_explore.explorer.data.views import (
    doubts_html,
    fan_figure,
    matrix_figure,
    matrix_words_html,
    notes_html,
    notice_html,
    numbers_html,
    preview_html,
    scatter_figure,
    spoken,
    stability_figure,
    stability_words_html,
)
from mist_explore.explorer.downloads import download_html
from mist_explore.explorer.figure import FigureView, mark_widget
from mist_explore.explorer.frame import frame
from mist_explore.explorer.job import Job
from mist_explore.explorer.latest import Latest
from mist_explore.explorer.live import Live
from mist_explore.explorer.messages import in_words, message_html
from mist_explore.explorer.peers import LEARNED, estimator
from mist_explore.explorer.request import requested_query
from mist_explore.explorer.share import share_html
from mist_explore.explorer.stage import Stage
from mist_explore.progress import Cancellation, Progress
from mist_explore.tables import READERS

__all__ = ["DataPage", "data_page"]

Request: TypeAlias = DataState | Upload | str
"""Columns of a table, a file that was uploaded, or the name of another table; "" for the first."""

Step: TypeAlias = tuple[Progress, Pairwise]

AT_ONCE = 150
"""Up to so many pairs the matrix is worked out without being asked for."""


def data_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The data page as one widget.

    Args:
        query: answers the query string of the link that was followed; it is asked when the
            first screen has been computed, so that a preheated page answers at once.
    """
    page = DataPage()
    link = query()
    if link:
        page.follow(link)
    return page.widget


class DataPage:
    """Choose a table and its columns; see the estimates, whether they have settled, all pairs.

    The estimates follow at once. The growing parts of the rows come from a worker of their own,
    and the matrix of all pairs from a job that can be cancelled.
    """

    def __init__(self) -> None:
        self._tables: dict[str, Opened] = {}
        self._awaited: DataState | None = None
        self._lock = threading.Lock()
        first = result(FIRST_SCREEN, bundled(FIRST_SCREEN.table))
        self._answer = first
        self._curves = curves(first)
        self._pairs: Pairwise | None = pairwise_information(
            matrix_columns(first.opened), estimator(LEARNED)
        )

        self.stage = Stage(scatter_figure(first), fan_figure(first), numbers_html(first))
        self.growth = FigureView(stability_figure(self._curves, first))
        self.matrix = FigureView(matrix_figure(self._pairs, first))
        self.live: Live[Request, tuple[DataResult, bool]] = Live(
            self._compute, self._show, self.stage.mark
        )
        self.controls = DataControls(
            first.state, first.opened, self.live.want, self.live.want, self.live.fail
        )
        self.growing: Latest[DataResult, tuple[DataResult, dict[str, Stability]]] = Latest(
            lambda answer: (answer, curves(answer)), self._show_growth, self.live.fail
        )
        self.job: Job[Step, Pairwise] = Job(self._fill, self._filled, self._failed_pairs)
        self.reporting: Latest[DataResult, str] = Latest(
            self._report, self._show_report, self.live.fail
        )
        for part in (
            *("preview", "notes", "notice", "warnings", "growth_words", "matrix_words"),
            *("progress", "spoken", "share", "links", "report"),
        ):
            setattr(self, part, widgets.HTML())
