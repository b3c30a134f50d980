"""The part of the page that takes a table of the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from mist_explore.estimate import Estimate
from mist_explore.explorer.compute import estimates_of
from mist_explore.explorer.latest import Latest
from mist_explore.explorer.views import FigureView, message_html, numbers_html, warnings_html
from mist_explore.plots import plot_fan, plot_sample
from mist_explore.sample import Sample
from mist_explore.tables import READERS, Table, read_table

__all__ = ["DataPanel", "TableChoice"]

MOST_ROWS = 20_000


@dataclass(frozen=True)
class TableChoice:
    """A table and the columns chosen on each side."""

    table: Table
    x: tuple[str, ...]
    y: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TableResult:
    """What the estimators say about the chosen columns."""

    choice: TableChoice
    sample: Sample
    estimates: dict[str, Estimate | None]
    failures: dict[str, str]


def table_result(choice: TableChoice) -> TableResult:
    """Estimate the mutual information of the chosen columns.

    Raises:
        ValueError: if the columns make no sample, or the table has more than `MOST_ROWS` rows.
    """
    sample = choice.table.sample(choice.x, choice.y)
    if sample.n_samples > MOST_ROWS:
        raise ValueError(
            f"expected at most {MOST_ROWS:,} rows on this page; got {sample.n_samples:,}: "
            "use mist-explore estimate on the command line"
        )
    return TableResult(choice, sample, *estimates_of(sample))


class DataPanel:
    """Upload a table, choose the columns of X and of Y, see the estimate."""

    def __init__(self, level: float = 0.9, units: str = "nats") -> None:
        self._level, self._units = level, units
        self._table: Table | None = None
        self._shown: TableResult | None = None
        self._quiet = False
        kinds = ", ".join(READERS)
        self.upload = widgets.FileUpload(accept=kinds, multiple=False, description="Choose a table")
        self.hint = widgets.HTML(
            f'<p class="mist-hint">A file that ends in {kinds}, with one row for each '
            "observation and names in the first line. It stays on this computer.</p>"
        )
        self.x = widgets.SelectMultiple(description="Columns of X", rows=6)
        self.y = widgets.SelectMultiple(description="Columns of Y", rows=6)
        self.choice = widgets.Box([self.x, self.y]).add_class("mist-columns")
        self.message = widgets.HTML()
        self.numbers = widgets.HTML()
        self.warnings = widgets.HTML()
        self.figures = widgets.Box().add_class("mist-figures")
        self.worker: Latest[TableChoice, TableResult] = Latest(table_result, self._show, self._fail)
        self.choice.layout.display = "none"
        self.upload.observe(self._uploaded, "value")
        for selector in (self.x, self.y):
            selector.observe(self._chosen, "value")
        self.widget = widgets.VBox(
            [
                widgets.HBox([self.upload, self.hint]).add_class("mist-upload"),
                self.choice,
                self.message,
                self.numbers,
                self.figures,
                self.warnings,
            ]
        ).add_class("mist-data")

    def with_view(self, level: float, units: str) -> None:
        """Show the estimate in other units, with another level of the interval."""
        changed = (level, units) != (self._level, self._units)
        self._level, self._units = level, units
        if changed and self._shown is not None:
            self._show(self._shown)

    def take(self, content: bytes, name: str) -> None:
        """Read the content of a file and estimate its first and last columns."""
        try:
            table = read_table(content, name)
            columns = table.numeric_columns
            if len(columns) < 2:
                found = ", ".join(table.columns)
                raise ValueError(
                    f"expected at least two columns of numbers in {name}; "
                    f"got {len(columns)} among {found}"
                )
        except ValueError as error:
            self._fail(error)
            return
        self._table = table
        self._quiet = True
        self.x.options = self.y.options = columns
        self.x.value, self.y.value = columns[:1], columns[-1:]
        self._quiet = False
        self.choice.layout.display = None
        self._chosen()

    def _uploaded(self, change: Any) -> None:
        for file in change["new"]:
            self.take(bytes(file["content"]), file["name"])

    def _chosen(self, _: Any = None) -> None:
        if self._table is not None and not self._quiet:
            self.worker.submit(TableChoice(self._table, self.x.value, self.y.value))

    def _show(self, result: TableResult) -> None:
        self._shown = result
        self.message.value = ""
        scatter = plot_sample(
            result.sample, label_x=result.choice.x[0], label_y=result.choice.y[0]
        )
        estimates = {k: e.to(self._units) if e else None for k, e in result.estimates.items()}
        fan = plot_fan(estimates, level=self._level)
        if not self.figures.children:
            self.views = FigureView(scatter), FigureView(fan)
            self.figures.children = [view.widget for view in self.views]
        else:
            for view, figure in zip(self.views, (scatter, fan), strict=True):
                view.show(figure)
        self.numbers.value = numbers_html(result.estimates, self._level, self._units)
        self.warnings.value = warnings_html(result.estimates.values(), result.failures)

    def _fail(self, error: Exception) -> None:
        self.message.value = message_html(str(error))
