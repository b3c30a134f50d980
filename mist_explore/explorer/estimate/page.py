"""The estimate page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import ipywidgets as widgets

from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.estimate.compute import (
    EstimateResult,
    as_command,
    as_python,
    estimates_json,
    result,
    sample_csv,
)
from mist_explore.explorer.estimate.sampling.section import SamplingPanel
from mist_explore.explorer.estimate.settings import PRESETS, EstimateState
from mist_explore.explorer.estimate.slow.section import SlowPanel
from mist_explore.explorer.estimate.views import (
    alt_text,
    case_html,
    datasets_html,
    estimates_table_html,
    fan_figure,
    figures_and_numbers,
    insight,
    warnings_of,
)
from mist_explore.explorer.explanation import ExplanationPanel
from mist_explore.explorer.frame import FOOT
from mist_explore.explorer.html import insight_html
from mist_explore.explorer.links import downloads_html, page_html
from mist_explore.explorer.page import Page
from mist_explore.explorer.quantity import Quantity
from mist_explore.explorer.report import figure_html, report_html
from mist_explore.explorer.result_panel import ResultPanel
from mist_explore.explorer.theme import asset
from mist_explore.plots import mark_of, plot_sample

__all__ = ["EstimatePage", "report"]


class EstimatePage(Page[EstimateState, EstimateResult]):
    """A sample and the estimates beside the truth; below, the same for sample after sample."""

    def __init__(self) -> None:
        texts = {"Python": as_python, "commands": as_command}
        super().__init__("estimate", EstimateState(), result, texts)
        self.result_panel = ResultPanel(*figures_and_numbers(self.answer))
        self.slow = SlowPanel(self._draw, self.fail)
        self.sampling = SamplingPanel(self.answer)
        self.explanation = ExplanationPanel()
        self.case, self.warnings, self.files = (widgets.HTML() for _ in range(3))
        self.report = widgets.Button(description="Make a report")
        self.report.on_click(lambda _: self.hand_out(with_report=True))
        self.marked = (self.result_panel.widget,)
        controls = self.controls
        sample = controls.button("New sample", lambda s: s.next("seed"), primary=True)
        cases = [controls.button(one.label, _to(one.state)) for one in PRESETS.values()]
        more = ("dim_y", "seed", "transform_seed", "transform_strength", "level", "units")
        self.lay_out(
            controls.row("family", "transform", sample, "parameters", "n_samples", "dim_x"),
            self.result_panel.pin,
            disclosure("Cases that break estimators", *cases, style="mist-chips"),
            self.message,
            self.case,
            self.result_panel.widget,
            self.slow.widget,
            self.insight,
            self.warnings,
            self.alt,
            self.explanation.widget,
            disclosure(
                "Compare with other estimators",
                *(controls["baselines"], controls["intervals"]),
                style="mist-checks",
            ),
            disclosure(
                "More settings",
                controls["parameters"].others,
                *(controls[name] for name in more),
                controls.reset,
                style="mist-controls",
            ),
            self.sharing(),
            disclosure("Download", self.files, self.report, opened=self.hand_out).add_class(FOOT),
            widgets.HTML(asset("estimate/sampling.html")),
            self.sampling.widget,
            widgets.HTML(_further_html()),
        )

    def show(self, answer: EstimateResult) -> None:
        """Draw a result, compute its slow estimates, and begin sample after sample anew."""
        self.files.value = ""
        self.sampling.follow(answer)
        self.slow.show(answer)

    def quantities(self, state: EstimateState, answer: EstimateResult) -> Mapping[str, Quantity]:
        """Return the true value, and each estimate by the name of its estimator."""
        units, level = state.units, state.level
        error = answer.sources.sampling_error / answer.per_unit
        found = {"truth": Quantity("true value", answer.truth / answer.per_unit, units=units)}
        for name, estimate in answer.estimates.items():
            if estimate is not None:
                here = estimate.to(units)
                interval = None if here.is_point else here.interval(level)
                found[name] = Quantity(mark_of(name).short, here.median, error, interval, units)
        return found

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        jobs = (self.slow.job, self.sampling.job)
        return super().join(timeout) and all(job.join(timeout) for job in jobs)

    def hand_out(self, with_report: bool = False) -> None:
        """Put the files into the page: only when they are wanted, for they are large."""
        answer = self.answer
        files = [
            ("sample.csv", sample_csv(answer), "Sample as CSV"),
            ("estimates.json", estimates_json(answer), "Estimates as JSON"),
        ]
        if with_report:
            files.append(("report.html", report(answer), "Report as one HTML file"))
        hint = "To save a figure, press Save in its corner."
        self.files.value = f'{downloads_html(files)}<p class="mist-hint">{hint}</p>'

    def _draw(self, answer: EstimateResult) -> None:
        state, learned = answer.state, answer.estimates[LEARNED]
        self.answer = answer
        self.result_panel.show(*figures_and_numbers(answer))
        self.case.value = case_html(state) + datasets_html(state)
        self.describe(insight(answer), alt_text(answer))
        self.warnings.value = warnings_of(answer)
        self.explanation.follow(
            learned and learned.to(state.units), answer.truth / answer.per_unit, state.level
        )


def report(answer: EstimateResult) -> str:
    """Return the view as one HTML file: numbers, figures, warnings, and code for them."""
    return report_html(
        "Mutual information of a known distribution, estimated",
        (
            insight_html(insight(answer)),
            estimates_table_html(answer),
            warnings_of(answer),
            figure_html(fan_figure(answer), first=True),
            figure_html(plot_sample(answer.sample)),
            "<h2>The same numbers again</h2>",
            f"<pre>{escape(as_python(answer.state))}</pre>",
            f"<pre>{escape(as_command(answer.state))}</pre>",
            asset("estimate/reading.html"),
        ),
    )


def _to(state: EstimateState) -> Callable[[EstimateState], EstimateState]:
    return lambda before: state.with_(level=before.level, units=before.units)


def _further_html() -> str:
    """Return links to the pages that draw many datasets of many sizes."""
    links = {"intervals": "What an interval means", "sample_size": "How many rows do I need?"}
    items = (page_html(name, words=words) for name, words in links.items())
    return f'<p class="mist-downloads">{" ".join(items)}</p>'
