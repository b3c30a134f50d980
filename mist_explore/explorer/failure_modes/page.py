"""The page of failure modes: maps of bias and coverage above, the failure search below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any

import ipywidgets as widgets

from mist_explore.evaluation import AXES, Sweep
from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.failure_modes.compute import (
    TABS,
    Maps,
    as_command,
    as_csv,
    as_python,
    maps,
    recorded_maps,
)
from mist_explore.explorer.failure_modes.search.compute import as_python as search_as_python
from mist_explore.explorer.failure_modes.search.section import SearchSection
from mist_explore.explorer.failure_modes.settings import FailureState
from mist_explore.explorer.failure_modes.views import (
    alt_text,
    bias_html,
    cell_html,
    coverage_html,
    insights,
    status_html,
)
from mist_explore.explorer.html import caption_html, message_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.links import download_html
from mist_explore.explorer.page import Page
from mist_explore.explorer.recorded import is_stale
from mist_explore.explorer.theme import asset
from mist_explore.progress import Cancellation

__all__ = ["FailurePage"]

SECONDS_BETWEEN_MAPS = 1.0
MOST_KEPT = 8
STALE = (
    "These numbers were computed with other weights of the network: press Compute to see those "
    "of the present ones."
)


class FailurePage(Page[FailureState, Sweep | None]):
    """The maps with their controls, and the failure search with its own.

    An answer is a sweep that is known; None until it is computed by a press of the button.
    """

    still = "The maps below still show the settings before."

    def __init__(self) -> None:
        self._kept: list[Sweep] = []
        self._drawn, self._begun = 0.0, FailureState()
        super().__init__("failure_modes", FailureState(), self._known)
        self.biases, self.coverages, self.cell, self.files = (widgets.HTML() for _ in range(4))
        self.cause = widgets.HTML().add_class("mist-cause")
        self.marked = (self.biases.add_class("mist-first"), self.coverages, self.cell)
        for drawn in self.marked:
            drawn.add_class("mist-drawn")
        self.tabs = {
            name: self.controls.button(tab.label, partial(_to, tab.state))
            for name, tab in TABS.items()
        }
        self.job: JobPanel[Maps] = JobPanel(
            self._steps,
            self._draw,
            self.fail,
            status=lambda found: status_html(found.progress),
            ended=lambda _, cancelled: (
                "Cancelled; the map is incomplete." if cancelled else "Done."
            ),
            start="Compute",
            starting="Starting.",
        )
        self.search = SearchSection()
        controls, search = self.controls, self.search
        self.values = widgets.Box()
        for side in ("across", "down"):
            controls[side].observe(self._order, "value")
        self._order()
        ranges = ("family", "information", "dim", "n_samples", "flow", "df")
        counts = ("budget", "replicates", "fresh", "seed")
        self.lay_out(
            controls.row("estimators", "across", "down", "family"),
            disclosure(
                "More settings",
                *(self.values, controls["replicates"], controls["seed"]),
                style="mist-controls",
            ),
            self.message,
            self.job.widget,
            widgets.HBox(list(self.tabs.values())).add_class("mist-buttons").add_class("mist-tabs"),
            self.cause,
            self.biases,
            self.insight,
            self.coverages,
            self.cell,
            self.files,
            self.alt,
            self.sharing(),
            widgets.HTML(asset("failure_modes/search.html")),
            search.controls.row("estimator", "measure"),
            disclosure(
                "Ranges and settings",
                *(search.controls[name] for name in (*ranges, *counts)),
                style="mist-controls",
            ),
            search.message,
            search.job.widget,
            search.insight,
            search.trace.widget,
            search.alt,
            others=(search,),
        )

    def show(self, answer: Sweep | None) -> None:
        """Draw known maps, or show that the button computes them."""
        for name, button in self.tabs.items():
            here = _same(TABS[name].state, self.state)
            (button.add_class if here else button.remove_class)("mist-current")
        self.cause.value = self._cause()
        if self._begun == self.state and self.job.mode == "running":
            return
        self.job.clear()
        self.answer = answer
        if answer is None:
            grid = self.state.grid
            count = len(grid.cases) * grid.replicates * len(grid.estimators)
            self.job.show_status(
                f"Not computed yet: {len(grid.cases)} cases, {count:,} estimates. Press Compute. "
                "The maps below are those of the settings before."
            )
        else:
            self._draw(Maps(self.state, answer))
            self.job.show_status("Precomputed. Press Compute to redo it.")
            self.message.value = message_html(STALE) if is_stale(answer.weights) else ""

    def mark(self, mark: str) -> None:
        """Mark the maps; they are stale as long as the state has no answer."""
        super().mark(mark or ("stale" if self.answer is None else ""))

    def texts(self) -> Mapping[str, str]:
        """Return Python and a command that give the same numbers."""
        return {
            "Python": as_python(self.state.grid),
            "command": as_command(self.state.grid),
            "Python for the search": search_as_python(self.search.state),
        }

    def _known(self, state: FailureState) -> Sweep | None:
        _ = state.chosen  # raises
        parts = (kept.part(state.grid) for kept in self._kept)
        found = next((part for part in parts if part is not None), None)
        recorded = (name for name, tab in TABS.items() if _same(tab.state, state))
        if found is None and (name := next(recorded, None)) is not None:
            self._kept.append(recorded_maps(name))
            found = self._kept[-1].part(state.grid)
        return found

    def _cause(self) -> str:
        """Return why estimators fail on the maps of a tab; nothing for other maps."""
        causes = (tab.cause for tab in TABS.values() if _same(tab.state, self.state))
        return "".join(map(caption_html, causes))

    def _steps(self) -> Callable[[Cancellation], Steps[Maps, Maps]]:
        self._begun = self.controls.state
        return partial(maps, self._begun)

    def _draw(self, found: Maps) -> None:
        state, sweep, now = found.state, found.sweep, monotonic()
        if found.progress is not None and now - self._drawn < SECONDS_BETWEEN_MAPS:
            return
        self._drawn, self.answer = now, sweep
        self.message.value = ""
        self.mark("")
        self.biases.value = bias_html(state, sweep)
        self.coverages.value = coverage_html(state, sweep)
        self.cell.value = cell_html(state, sweep)
        self.describe(insights(state, sweep), alt_text(state, sweep))
        if found.progress is None:
            csv = download_html("sweep.csv", as_csv(sweep), "CSV")
            parquet = download_html("sweep.parquet", sweep.to_parquet(), "Parquet")
            self.files.value = caption_html(f"Every single estimate: {csv} and {parquet}.")
            if sweep.is_complete and sweep not in self._kept:
                self._kept = [sweep, *self._kept][:MOST_KEPT]

    def _order(self, _: Any = None) -> None:
        """Put the values along both axes first."""
        axes = (self.controls["across"].value, self.controls["down"].value)
        others = (axis for axis in AXES if axis != "family")
        in_order = sorted(others, key=lambda axis: axis not in axes)
        self.values.children = [self.controls[axis] for axis in in_order]


def _to(tab: FailureState, state: FailureState) -> FailureState:
    return tab.with_(estimators=state.estimators)


def _same(tab: FailureState, state: FailureState) -> bool:
    """Return whether a state has the maps of a tab, of any estimators."""
    return replace(tab.grid, estimators=state.grid.estimators) == state.grid
