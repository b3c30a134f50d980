"""The part of the page that takes a table of the user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from mist_explore.estimate import Estimate
from mist_explore.explorer.latest import Latest
from mist_explore.explorer.messages import in_words, message_html, warnings_html
from mist_explore.explorer.numbers import numbers_html
from mist_explore.explorer.peers import estimates_of
from mist_explore.explorer.stage import Stage
from mist_explore.plots import plot_fan, plot_sample
from mist_explore.sample import Sample
from mist_explore.tables import READERS, Table, read_table

__all__ = ["DataPanel", "TableChoice", "TableResult", "Upload", "first_choice", "table_result"]

MOST_ROWS = 20_000


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True)
class TableChoice:
    """A table and the columns chosen on each side."""

    table: Table
    x: tuple[str, ...]
    y: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TableResult:
    """What the estimators say about the chosen columns, in nats."""

    choice: TableChoice
    sample: Sample
    estimates: Mapping[str, Estimate | None]
    failures: Mapping[str, str]


def first_choice(upload: Upload) -> TableChoice:
    """The first column of numbers of an uploaded table against the last one.

    Raises:
        ValueError: if the file cannot be read or has fewer than two columns of numbers.
    """
    table = read_table(upload.content, upload.name)
    columns = table.numeric_columns
    if len(columns) < 2:
        raise ValueError(
            f"expected at least two columns of numbers in {upload.name}; "
            f"got {len(columns)} among {', '.join(table.columns)}"
        )
    return TableChoice(table, columns[:1], columns[-1:])


def table_result(request: Upload | TableChoice) -> TableResult:
    """Estimate the mutual information of the chosen columns, or of a file's first choice.

    Raises:
        ValueError: if the file cannot be read, the columns make no sample, or there are more
            than `MOST_ROWS` rows.
    """
    choice = first_choice(request) if isinstance(request, Upload) else request
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
        self.upload = widgets.FileUpload(accept=kinds, multiple=False, description="Upload a table")
        self.hint = widgets.HTML(
            f'<p class="mist-hint">A file that ends in {kinds}, with one row for each '
            "observation and names in the first line. It is read in memory and kept nowhere.</p>"
        )
        self.x = widgets.SelectMultiple(description="Columns of X", rows=6)
        self.y = widgets.SelectMultiple(description="Columns of Y", rows=6)
        self.columns = (
            widgets.Box([self.x, self.y]).add_class("mist-columns").add_class("mist-folded")
        )
        self.message = widgets.HTML()
        self.warnings = widgets.HTML()
        self._stage: Stage | None = None
        self._place = widgets.Box()
        self.worker: Latest[Upload | TableChoice, TableResult] = Latest(
            table_result, self._show, self._fail
        )
        self.upload.observe(self._uploaded, "value")
        for selector in (self.x, self.y):
            selector.observe(self._chosen, "value")
        self.widget = widgets.VBox(
            [
                widgets.HBox([self.upload, self.hint]).add_class("mist-upload"),
                self.columns,
                self.message,
                self._place,
                self.warnings,
            ]
        ).add_class("mist-data")

    @property
    def numbers(self) -> str:
        """The headline numbers as HTML; empty before the first estimate."""
        return self._stage.numbers if self._stage is not None else ""

    def with_view(self, level: float, units: str) -> None:
        """Show the estimate in other units, with another level of the interval."""
        changed = (level, units) != (self._level, self._units)
        self._level, self._units = level, units
        if changed and self._shown is not None:
            self._show(self._shown)

    def _uploaded(self, change: Any) -> None:
        for file in change["new"]:
            self.worker.submit(Upload(file["name"], bytes(file["content"])))

    def _chosen(self, _: Any) -> None:
        if self._table is not None and not self._quiet:
            self.worker.submit(TableChoice(self._table, self.x.value, self.y.value))

    def _offer(self, choice: TableChoice) -> None:
        self._quiet = True
        self._table = choice.table
        self.x.options = self.y.options = choice.table.numeric_columns
        self.x.value, self.y.value = choice.x, choice.y
        self.columns.remove_class("mist-folded")
        self._quiet = False

    def _show(self, result: TableResult) -> None:
        if result.choice.table is not self._table:
            self._offer(result.choice)
        self._shown = result
        self.message.value = ""
        scatter = plot_sample(result.sample, label_x=result.choice.x[0], label_y=result.choice.y[0])
        estimates = {k: e.to(self._units) if e else None for k, e in result.estimates.items()}
        fan = plot_fan(estimates, level=self._level)
        numbers = numbers_html(result.estimates, self._level, self._units)
        if self._stage is None:
            self._stage = Stage(scatter, fan, numbers)
            self._place.children = [self._stage.widget]
        else:
            self._stage.show(scatter, fan, numbers)
        self.warnings.value = warnings_html(result.estimates.values(), result.failures)

    def _fail(self, error: Exception) -> None:
        self.message.value = message_html(in_words(error))
        if self._stage is not None:
            self._stage.mark("stale")
