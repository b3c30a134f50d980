"""The table of a page: a bundled one, a file, or pasted rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import ipywidgets as widgets

from mist_explore.datasets import DATASETS
from mist_explore.explorer.controls import disclosure, fold
from mist_explore.explorer.frame import RAIL
from mist_explore.explorer.settings_controls import SettingsControls
from mist_explore.explorer.table_settings import HEADERS, TableState
from mist_explore.explorer.tables import Opened, Reading, Request, Upload
from mist_explore.preparation import KINDS, Column
from mist_explore.tables import ENDINGS

__all__ = ["TableChooser"]

State = TypeVar("State", bound=TableState)

HINT = (
    '<p class="mist-hint">Or upload a file<span class="mist-in-app"> (or drop it here)</span> that '
    f"ends in {', '.join(ENDINGS)}: one row for each observation. It is read in memory and never "
    'stored.<span class="mist-in-notebook"> In JupyterLab press the button: a file dropped there '
    "goes to the file browser, not to this page.</span></p>"
)


class TableChooser(Generic[State]):
    """Controls of the table, which offer its columns to the other controls.

    Args:
        controls: those of the columns.
        wanted: called with a request when a table or a file is chosen.
    """

    def __init__(
        self, controls: SettingsControls[State], wanted: Callable[[Request], None]
    ) -> None:
        self._controls, self._wanted = controls, wanted
        self.opened: Opened | None = None
        self._names = [(dataset.title, name) for name, dataset in DATASETS.items()]
        self.table = widgets.Dropdown(options=self._names, description="Table")
        self.upload = widgets.FileUpload(
            accept=", ".join(ENDINGS), multiple=False, description="Upload a table"
        )
        self.sheet = widgets.Dropdown(description="Sheet or table of the file")
        headers = [(label, name) for name, label in HEADERS.items()]
        self.header = widgets.Dropdown(options=headers, description="First row holds names")
        self.reading = widgets.HBox([self.sheet, self.header]).add_class("mist-controls")
        self.reading.add_class("mist-reading-choices").add_class(RAIL)
        self.pasted = widgets.Textarea(
            description="Rows copied from a spreadsheet", placeholder="a\tb\n1\t2.5", rows=6
        )
        self.read_pasted = widgets.Button(description="Use these rows")
        self.children = (
            widgets.HBox([self.table, self.upload, widgets.HTML(HINT)])
            .add_class("mist-upload")
            .add_class(RAIL),
            self.reading,
            disclosure("Paste a table", widgets.VBox([self.pasted, self.read_pasted])).add_class(
                RAIL
            ),
        )
        self.locked = (self.table, self.upload, self.sheet, self.header, self.read_pasted)
        """Controls that choose another table."""
        controls.observe(self.table, wanted)
        controls.observe(self.upload, self._uploaded)
        controls.observe(self.sheet, self._reread)
        controls.observe(self.header, self._reread)
        self.read_pasted.on_click(lambda _: self._paste())

    def offer(self, table: Opened, state: State) -> None:
        """Show the columns of a table, and a state of it."""
        self.opened = table
        controls, sheets = self._controls, table.choices.sheets
        with controls.quiet():
            if table.name not in {name for _, name in self._names}:
                self._names.append((table.name, table.name))
                self.table.options = self._names
            options = [(_label(column), column.name) for column in table.usable]
            numbers = [(_label(column), column.name) for column in table.usable if column.numeric]
            lists = {"x": options, "y": options, "categorical": numbers}
            # In the browser the labels change first: no index may point beyond them.
            for name in lists:
                controls[name].value = ()
            for name, columns in lists.items():
                controls[name].options = columns
            self.sheet.options = sheets or [("the only one", "")]
            fold(self.reading, not sheets and not table.choices.header)
            fold(self.sheet, not sheets)
            fold(self.header, not table.choices.header)
            self.table.value, self.header.value = state.table, state.header
            if state.sheet in (sheets or ("",)):
                self.sheet.value = state.sheet
        controls.show(state)

    def _uploaded(self, files: Any) -> None:
        for file in files:
            self._wanted(Upload(file["name"], bytes(file["content"])))

    def _paste(self) -> None:
        self._wanted(Upload("pasted.txt", self.pasted.value.encode()))

    def _reread(self, _: object) -> None:
        self._wanted(Reading(self.sheet.value or "", self.header.value))


def _label(column: Column) -> str:
    counted = {"category": "categories", "code": "whole numbers"}.get(column.kind)
    kind = f"{column.distinct} {counted}" if counted else KINDS[column.kind]
    gaps = f", {column.gaps:,} gaps" if column.gaps > 1 else ", 1 gap" * column.gaps
    return f"{column.name} · {kind}{gaps}"
