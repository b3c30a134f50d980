"""The estimate page: state in, widgets out."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as widgets
import plotly.graph_objects as go

from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.downloads import download_html
from mist_explore.explorer.estimate.again_panel import AgainPanel
from mist_explore.explorer.estimate.compute import EstimateResult, result
from mist_explore.explorer.estimate.controls import EstimateControls
from mist_explore.explorer.estimate.files import estimates_json, report, sample_csv
from mist_explore.explorer.estimate.notice import truth_in
from mist_explore.explorer.estimate.presets import PRESETS
from mist_explore.explorer.estimate.share import as_command, as_python
from mist_explore.explorer.estimate.slow_panel import SlowPanel
from mist_explore.explorer.estimate.state import FIRST_SCREEN, EstimateState
from mist_explore.explorer.estimate.views import doubts_html, fan_figure, notice_html, spoken
from mist_explore.explorer.explanation import ExplanationPanel
from mist_explore.explorer.frame import frame
from mist_explore.explorer.live import Live
from mist_explore.explorer.look import asset
from mist_explore.explorer.numbers import numbers_html
from mist_explore.explorer.peers import LEARNED
from mist_explore.explorer.request import requested, requested_query
from mist_explore.explorer.share import share_html
from mist_explore.explorer.stage import Stage
from mist_explore.plots import plot_sample

__all__ = ["EstimatePage", "estimate_page"]


def estimate_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The estimate page as one widget, at the link that `query` answers."""
    return requested(EstimatePage(FIRST_SCREEN), query)


class EstimatePage:
    """Controls, figures and words around one state."""

    def __init__(self, state: EstimateState) -> None:
        self.shown = result(state)
        self.live: Live[EstimateState, EstimateResult] = Live(
            result, self._show, lambda mark: self.stage.mark(mark)
        )
        self.controls = controls = EstimateControls(state, self.live.want, self.live.fail)
        self.stage = Stage(*_figures_and_numbers(self.shown))
        self.slow = SlowPanel(self._draw, self.live.fail)
        self.again = AgainPanel(self.shown)
        self.explanation = ExplanationPanel()
        self.case, self.notice, self.warnings, self.spoken, self.share, self.files = (
            widgets.HTML() for _ in range(6)
        )
        self.report = widgets.Button(description="Make a report")
        self.report.on_click(lambda _: self.hand_out(with_report=True))
        self.widget = frame(
            "estimate",
            widgets.Box(controls.in_sight).add_class("mist-controls"),
            disclosure(
                "Cases that break estimators", *controls.presets.values(), style="mist-chips"
            ),
            self.live.message,
            self.case,
            self.stage.widget,
            self.slow.widget,
            self.notice,
            self.warnings,
            self.spoken,
            self.explanation.widget,
            disclosure(
                "Compare with other estimators",
                *(controls.checks, controls.intervals),
                style="mist-checks",
            ),
            disclosure("More settings", *controls.advanced, style="mist-controls"),
            disclosure("Share this view", self.share),
            disclosure("Download", self.files, self.report, opened=self.hand_out),
            widgets.HTML(asset("estimate/again.html")),
            self.again.widget,
        )
        self._show(self.shown)

    def follow(self, link: str) -> None:
        """Show the state of a query string, or say what is wrong with it."""
        # A preheated page may be older than the network that another page has saved.
        self.controls.show(self.controls.state)
        self.live.follow(link, EstimateState.from_query, self.controls.show)

    def _show(self, answer: EstimateResult) -> None:
        settled = self.slow.settle(answer)
        self._draw(settled)
        self.again.follow(answer)
        self.slow.follow(settled)

    def _draw(self, answer: EstimateResult) -> None:
        state = answer.state
        if self.files.value and state != self.shown.state:
            self.files.value = ""
        self.shown = answer
        self.stage.show(*_figures_and_numbers(answer))
        self.case.value = _case_html(state)
        self.notice.value = notice_html(answer)
        self.warnings.value = doubts_html(answer)
        self.spoken.value = spoken(answer)
        learned = answer.estimates[LEARNED]
        self.explanation.follow(
            learned and learned.to(state.units), truth_in(answer, state.units), state.level
        )
        self.share.value = share_html(
            state.to_query(), {"Python": as_python(state), "commands": as_command(state)}
        )

    def hand_out(self, with_report: bool = False) -> None:
        """Put the files into the page: only when they are wanted, for they are large."""
        answer = self.shown
        links = [
            download_html("sample.csv", sample_csv(answer), "Sample as CSV"),
            download_html("estimates.json", estimates_json(answer), "Estimates as JSON"),
        ]
        if with_report:
            links.append(download_html("report.html", report(answer), "Report as one HTML file"))
        self.files.value = (
            f'<p class="mist-downloads">{" ".join(links)}</p>'
            '<p class="mist-hint">A figure is saved as a picture by the camera in its corner.</p>'
        )


def _case_html(state: EstimateState) -> str:
    """What a case claims, as long as its distribution is shown."""
    for preset in PRESETS.values():
        if state.experiment == preset.state.experiment:
            return f'<p class="mist-case"><b>{preset.label}.</b> {escape(preset.claim)}</p>'
    return ""


def _figures_and_numbers(answer: EstimateResult) -> tuple[go.Figure, go.Figure, str]:
    units = answer.state.units
    numbers = numbers_html(
        answer.estimates,
        answer.state.level,
        units,
        truth_in(answer, units),
        answer.provenance,
    )
    return plot_sample(answer.sample), fan_figure(answer), numbers
