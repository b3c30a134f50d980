"""The controls of the data page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ipywidgets as widgets

from mist_explore.datasets import DATASETS
from mist_explore.estimators import available_models
from mist_explore.explorer.controls import Controls, offer, whole_number
from mist_explore.explorer.data.compute import Opened
from mist_explore.explorer.data.state import (
    BOUNDS,
    FDRS,
    HEADERS,
    ORDERS,
    SQUARES,
    DataState,
)
from mist_explore.preparation import CATEGORIES, KINDS, MISSING, Column
from mist_explore.tables import ENDINGS

__all__ = ["DataControls"]


class DataControls(Controls[DataState]):
    """A table and its columns in sight, the rest under "More settings".

    Args:
        state: what they show at first.
        table: the table of that state.
        wanted: is called with the next state when someone moves a control.
        chosen: is called with the name of another table.
        read: is called with a sheet and a key of `HEADERS` to read the same file with.
        failed: is called with the error when there is no such state.
    """

    def __init__(
        self,
        state: DataState,
        table: Opened,
        wanted: Callable[[DataState], None],
        chosen: Callable[[str], None],
        read: Callable[[str, str], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        self._chosen, self._read = chosen, read
        self._names = [(dataset.title, name) for name, dataset in DATASETS.items()]
        self.table = widgets.Dropdown(options=self._names, description="Table")
        self.upload = widgets.FileUpload(
            accept=", ".join(ENDINGS), multiple=False, description="Upload a table"
        )
        self.sheet = widgets.Dropdown(description="Sheet or table of the file")
        self.header = _choice("First row holds names", HEADERS)
        self.reading = widgets.HBox([self.sheet, self.header]).add_class("mist-controls")
        self.reading.add_class("mist-reading-choices")
        self.x = widgets.SelectMultiple(description="Columns of X", rows=7)
        self.y = widgets.SelectMultiple(description="Columns of Y", rows=7)

        self.missing = _choice("Missing values", MISSING)
        self.categories = _choice("Encode categories as", CATEGORIES)
        self.categorical = widgets.SelectMultiple(
            description="Columns of numbers that are categories", rows=4
        )
        self.gap_values = widgets.Text(
            description="Numbers that mark a gap", placeholder="-999", continuous_update=False
        )
        self.level = widgets.FloatSlider(
            min=BOUNDS["level"][0],
            max=BOUNDS["level"][1],
            step=0.01,
            readout_format=".0%",
            description="Level of the intervals",
        )
        self.units = widgets.Dropdown(options=["nats", "bits"], description="Units")
        self.permutations = whole_number("Permutations of the test", BOUNDS["permutations"])
        self.order = _choice("Order of the rows", ORDERS)
        self.fdr = _choice("Test all pairs", FDRS)
        self.squares = _choice("Squares of the matrix", SQUARES)
        self.network = widgets.Dropdown(description="Network")
        self.seed = whole_number("Seed", BOUNDS["seed"])
        self.reset = widgets.Button(description="Reset everything")

        self.table.observe(lambda change: self._open(change["new"]), "value")
        self.sheet.observe(lambda _: self._reopen(), "value")
        self.header.observe(lambda _: self._reopen(), "value")
        self.reset.on_click(lambda _: chosen(""))
        self.listen(self.x, DataState.with_x)
        self.listen(self.y, DataState.with_y)
        self.listen(self.missing, DataState.with_missing)
        self.listen(self.categories, DataState.with_categories)
        self.listen(self.categorical, DataState.with_categorical)
        self.listen(self.gap_values, DataState.with_gap_values)
        self.listen(self.level, DataState.with_level)
        self.listen(self.units, DataState.with_units)
        self.listen(self.permutations, DataState.with_permutations)
        self.listen(self.order, DataState.with_order)
        self.listen(self.fdr, DataState.with_fdr)
        self.listen(self.squares, DataState.with_squares)
        self.listen(self.network, DataState.with_network)
        self.listen(self.seed, DataState.with_seed)
        self.offer(table, state)

    @property
    def in_sight(self) -> tuple[widgets.Widget, ...]:
        """The controls that everybody sees, but for the table and the upload above them."""
        return (self.x, self.y, self.missing, self.categories)

    @property
    def of_pairs(self) -> tuple[widgets.Widget, ...]:
        """The controls of the matrix."""
        return (self.fdr, self.squares)

    @property
    def advanced(self) -> tuple[widgets.Widget, ...]:
        """The controls for those who look for more."""
        return (
            self.categorical,
            self.gap_values,
            self.level,
            self.units,
            self.order,
            self.permutations,
            self.network,
            self.seed,
            self.reset,
        )

    def offer(self, table: Opened, state: DataState) -> None:
        """Show the columns of a table, and a state of it."""
        before, self._quiet = self._quiet, True
        try:
            if table.name not in {name for _, name in self._names}:
                self._names.append((table.name, table.name))
                self.table.options = self._names
            options = [(_label(column), column.name) for column in table.usable]
            # In the browser the labels change first: no index may point beyond them.
            self.x.value = self.y.value = self.categorical.value = ()
            self.x.options = self.y.options = options
            self.categorical.options = [
                (_label(column), column.name) for column in table.usable if column.numeric
            ]
            self.sheet.options = table.choices.sheets or [("the only one", "")]
            for part, wanted in (
                (self.reading, bool(table.choices.sheets) or table.choices.header),
                (self.sheet, bool(table.choices.sheets)),
                (self.header, table.choices.header),
            ):
                (part.remove_class if wanted else part.add_class)("mist-folded")
        finally:
            self._quiet = before
        self.show(state)

    def _open(self, name: str) -> None:
        if not self._quiet:
            self._chosen(name)

    def _reopen(self) -> None:
        if not self._quiet:
            self._read(self.sheet.value or "", self.header.value)

    def _set(self, state: DataState) -> None:
        self.table.value = state.table
        if state.sheet in _sheets(self.sheet):
            self.sheet.value = state.sheet
        self.header.value = state.header
        self.x.value, self.y.value = state.x, state.y
        self.missing.value = state.missing
        self.categories.value = state.categories
        offered = {name for _, name in self.categorical.options}
        self.categorical.value = tuple(n for n in state.categorical if n in offered)
        self.gap_values.value = ", ".join(f"{value:g}" for value in state.gap_values)
        self.level.value = state.level
        self.units.value = state.units
        self.permutations.value = state.permutations
        self.order.value = state.order
        self.fdr.value = state.fdr
        self.squares.value = state.squares
        offer(self.network, available_models(), state.network)
        self.seed.value = state.seed


def _sheets(control: widgets.Dropdown) -> tuple[str, ...]:
    return tuple(one if isinstance(one, str) else one[1] for one in control.options)


def _choice(label: str, choices: Mapping[str, str]) -> widgets.Dropdown:
    options = [(words, name) for name, words in choices.items()]
    return widgets.Dropdown(options=options, description=label)


def _label(column: Column) -> str:
    counted = {"category": "categories", "code": "whole numbers"}.get(column.kind)
    kind = f"{column.distinct} {counted}" if counted else KINDS[column.kind]
    gaps = f", {column.gaps:,} gaps" if column.gaps > 1 else ", 1 gap" * column.gaps
    return f"{column.name} · {kind}{gaps}"
