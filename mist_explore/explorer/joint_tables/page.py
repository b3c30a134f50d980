"""The page of joint tables."""

from __future__ import annotations

import math
from collections.abc import Mapping

import ipywidgets as widgets

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.frame import RAIL
from mist_explore.explorer.html import insight_html
from mist_explore.explorer.joint_tables.compute import SAMPLES, JointTableResult, as_python, result
from mist_explore.explorer.joint_tables.settings import PRESETS, JointTableState
from mist_explore.explorer.joint_tables.views import (
    alt_text,
    as_files,
    bias_figure,
    bias_insight,
    entropies_figure,
    numbers_html,
    preset_html,
    readings,
    table_insight,
)
from mist_explore.explorer.links import File
from mist_explore.explorer.page import Page
from mist_explore.explorer.quantity import Quantity
from mist_explore.explorer.theme import asset

__all__ = ["JointTablePage"]


class JointTablePage(Page[JointTableState, JointTableResult]):
    """A table that is edited in its cells, its entropies, and estimates from rows drawn from it."""

    def __init__(self) -> None:
        super().__init__("joint_tables", JointTableState(), result, {"Python": as_python})
        self.entropies = FigureView(entropies_figure(self.answer))
        self.bias = FigureView(bias_figure(self.answer))
        self.numbers, self.bias_insight, self.preset = (widgets.HTML() for _ in range(3))
        self.bias_insight.add_class("mist-insight")
        controls = self.controls
        presets = [controls.button(one.label, one.of) for one in PRESETS.values()]
        sample = controls.button("New rows", lambda s: s.next("seed"), primary=True)
        figures = widgets.Box([self.entropies.widget, controls["table"]]).add_class("mist-pair")
        self.marked = (self.entropies.widget, self.bias.widget)
        self.lay_out(
            widgets.Box(presets).add_class("mist-chips").add_class(RAIL),
            self.message,
            figures,
            self.preset,
            self.insight,
            self.alt,
            widgets.HTML(asset("joint_tables/bias.html")),
            controls.row("n_samples", sample, "units"),
            self.numbers,
            self.bias.widget,
            self.bias_insight,
            controls.rest(),
            self.sharing(),
            self.downloads(),
        )

    def show(self, answer: JointTableResult) -> None:
        """Draw the readings of the table, its entropies, and the estimates."""
        self.entropies.show(entropies_figure(answer))
        self.bias.show(bias_figure(answer))
        self.controls["table"].read(*readings(answer))
        self.numbers.value = numbers_html(answer)
        self.preset.value = preset_html(answer)
        self.describe(table_insight(answer), alt_text(answer))
        self.bias_insight.value = insight_html(bias_insight(answer))

    def as_files(self) -> list[File]:
        """Return the table and the estimates."""
        return as_files(self.answer)

    def quantities(
        self, state: JointTableState, answer: JointTableResult
    ) -> Mapping[str, Quantity]:
        """Return the entropies, the mutual information, and the plug-in with its mean."""
        unit, units, truth = NATS_PER_UNIT[state.units], state.units, answer.truth
        values = answer.sampling.plug_in[answer.here] / unit
        spread = float(values.std(ddof=1))
        plug_in, mean = answer.plug_in / unit, float(values.mean())
        return {
            "truth": Quantity("true value", truth.information / unit, units=units),
            "x": Quantity("H(X)", truth.x / unit, units=units),
            "y": Quantity("H(Y)", truth.y / unit, units=units),
            "plug-in": Quantity("plug-in", plug_in, spread, units=units),
            "mean": Quantity("mean plug-in", mean, spread / math.sqrt(SAMPLES), units=units),
        }
