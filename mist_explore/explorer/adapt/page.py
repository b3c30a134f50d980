"""The adapt page."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import ipywidgets as widgets

from mist_explore.adaptation import save_adaptation
from mist_explore.explorer.adapt.compute import Run, as_command, as_python, result, run
from mist_explore.explorer.adapt.settings import AdaptState
from mist_explore.explorer.adapt.views import (
    alt_text,
    errors_figure,
    flow_figures,
    flows_insight,
    insight,
    numbers_html,
)
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.html import alt_html, insight_html, warnings_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.links import page_html
from mist_explore.explorer.save_panel import SavePanel
from mist_explore.explorer.table_page import TablePage
from mist_explore.explorer.training_panel import TrainingPanel
from mist_explore.progress import Cancellation

__all__ = ["AdaptPage"]


class AdaptPage(TablePage[AdaptState, Run]):
    """A flow fitted to each side of a table, and the shipped network adapted by them."""

    def __init__(self) -> None:
        texts = {"Python": as_python, "commands": as_command}
        super().__init__("adapt", AdaptState(), result, texts)
        self.errors = FigureView(errors_figure(self.answer))
        self._flows = [FigureView(figure) for figure in flow_figures(self.answer)]
        self.flows = widgets.Box([view.widget for view in self._flows]).add_class("mist-pair")
        self.marked = (self.errors.widget, self.flows)
        self.numbers, self.warnings = widgets.HTML(), widgets.HTML()
        self.flows_insight = widgets.HTML().add_class("mist-insight")
        self.training: TrainingPanel[AdaptState, Run] = TrainingPanel(
            self,
            self._run,
            self._draw,
            start="Adapt",
            starting="Fitting the flow of X…",
            done=lambda found: f"{found.step / found.total:.0%}",
            resumed=partial(self._run, resume=True),
        )
        self.job = self.training.job
        self.job.locked = (*self.job.locked, *self.chooser.locked)
        self.save = SavePanel(
            self._save,
            self._links,
            "There is no adapted network to save yet: press Adapt, and wait for its end.",
            "Save it under a name, then open your columns with it.",
        )
        controls = self.controls
        self.lay_out(
            *self.chooser.children,
            controls.row("x", "y", "budget"),
            self.message,
            self.job.widget,
            self.numbers,
            self.errors.widget,
            self.insight,
            self.warnings,
            self.save.widget,
            self.alt,
            controls.rest(),
            self.sharing(),
            widgets.HTML("<h2>Do the flows look like your data?</h2>"),
            self.flows,
            self.flows_insight,
        )

    def show(self, answer: Run) -> None:
        """Draw a run that has not begun here."""
        self.training.show(answer)

    def _run(
        self, state: AdaptState, cancellation: Cancellation, *, resume: bool = False
    ) -> Steps[Run, Run]:
        return run(state, self._tables.of(state), cancellation, resume=resume)

    def _draw(self, found: Run) -> None:
        self.errors.show(errors_figure(found))
        for view, figure in zip(self._flows, flow_figures(found), strict=True):
            view.show(figure)
        self.save.offer(found.folder is not None)
        self.numbers.value = numbers_html(found)
        self.insight.value = insight_html(insight(found))
        self.flows_insight.value = insight_html(flows_insight(found))
        self.warnings.value = warnings_html((), {}, found.card.warnings if found.card else ())
        self.alt.value = alt_html(alt_text(found), live=False)

    def _save(self, name: str, replacing: bool) -> Path | None:
        folder = self.training.shown.folder
        return None if folder is None else save_adaptation(folder, name, replacing=replacing)

    def _links(self, name: str) -> tuple[str, ...]:
        """Return a link to these columns on the data page, with the network of a name."""
        state = self.training.shown.state
        query = f"{state.of_table.to_query()}&network={name}&seed={state.seed}"
        return (page_html("your_data", query, "open these columns with it"),)
