"""Figures and words of the adapt page."""

from __future__ import annotations

import plotly.graph_objects as go

from mist_explore.adaptation import AdaptationCard, FlowReport
from mist_explore.explorer.adapt.compute import DRAWS, SHOWN, Run
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.html import number_html, number_row_html
from mist_explore.explorer.verdict import share_words
from mist_explore.plots import mark_of, shown
from mist_explore.plots.fitted_flow import plot_draws, plot_log_likelihood
from mist_explore.plots.training import YOURS, plot_errors

__all__ = [
    "alt_text",
    "errors_figure",
    "flow_figures",
    "flows_insight",
    "insight",
    "numbers_html",
    "worth",
]

LINES = (LEARNED, "ksg")
"""Estimators whose errors are lines in the figure of errors."""

OFF = "nats off on average"

CHANCE = 2.0
"""Standard errors of a fall of the error that may be chance."""


def errors_figure(run: Run) -> go.Figure:
    """Return the held-out error while the network learns, with the default and KSG as lines."""
    references = run.references or {}
    lines = {name: references[name] for name in LINES if name in references}
    steps = run.state.adaptation.steps
    figure = plot_errors(
        [share * steps for share, _ in run.errors],
        [error for _, error in run.errors],
        lines,
        steps,
    )
    figure.update_yaxes(title_text="held-out error (nats)")
    return figure


def flow_figures(run: Run) -> tuple[go.Figure, ...]:
    """Return, for X and for Y, the draws beside the data, and then the training curves."""
    ready = run.prepared
    names, rows = (ready.names_x, ready.names_y), (ready.sample.x, ready.sample.y)
    draws = [
        plot_draws(data[:DRAWS, :SHOWN], flow.draws, columns, side=side)
        for side, data, columns, flow in zip("XY", rows, names, run.flows, strict=True)
    ]
    curves = [
        plot_log_likelihood(flow.curve, flow.epochs, _baselines(flow.report), side=side)
        for side, flow in zip("XY", run.flows, strict=True)
    ]
    return (*draws, *curves)


def numbers_html(run: Run) -> str:
    """Return the errors on held-out datasets, and the estimates of the data's own information."""
    errors = run.references or {}
    cells = [
        number_html(mark_of(name).role, mark_of(name).short, shown(errors[name]), OFF)
        for name in LINES
        if name in errors
    ]
    if run.card is not None:
        error = shown(run.card.after.error)
        cells.insert(0, number_html(YOURS.role, "Adapted network", error, OFF))
    return number_row_html(cells)


def insight(run: Run) -> tuple[str, ...]:
    """Return the stage of the run or, at its end, whether adapting was worth it."""
    if run.card is not None:
        return worth(run.card), f"{_coverage(run.card)} {_own(run.card)}"
    fitted = sum(flow.report is not None for flow in run.flows)
    if run.errors:
        first, last = run.errors[0][1], run.errors[-1][1]
        return (
            f"The network learns from datasets like yours: its error on others of them is "
            f"{shown(last)} nats, and was {shown(first)} before.",
        )
    if fitted == len(run.flows):
        return (
            "Both flows are fitted. Now datasets like yours are drawn, with known mutual "
            "information, and read by the network.",
        )
    sample = run.prepared.sample
    begun = "A flow is being fitted to each side of" if run.step else "Press Adapt to adapt to"
    return (f"{begun} these {sample.n_samples:,} rows of {sample.dim_x} + {sample.dim_y} columns.",)


def worth(card: AdaptationCard) -> str:
    """Return whether adapting was worth it, in sentences from the errors before and after."""
    before, after, n = card.before.error, card.after.error, card.after.datasets
    chance = CHANCE * (card.gain_error or 0.0)
    where = f"on {n} held-out datasets like yours"
    if card.gain > chance:
        share = f"{card.gain / before:.0%}"
        lead = (
            f"Adapting was worth it: {where} the mean error has fallen from {shown(before)} to "
            f"{shown(after)} nats, by {share}."
        )
    elif card.gain < -chance:
        lead = (
            f"Adapting has made it worse: {where} the mean error has grown from {shown(before)} "
            f"to {shown(after)} nats. Keep the default."
        )
    else:
        lead = (
            f"Adapting made no difference beyond chance: {where} the mean error was "
            f"{shown(before)} nats before and is {shown(after)} after."
        )
    ksg = card.others.get("ksg")
    if ksg is not None and ksg.error < min(before, after):
        lead += f" KSG, which needs no training, errs by less there: {shown(ksg.error)} nats."
    return lead


def flows_insight(run: Run) -> tuple[str, ...]:
    """Return a sentence on how well each flow describes its side."""
    parts = [
        _about(side, flow.report, len(flow.curve) > 1)
        for side, flow in zip("XY", run.flows, strict=True)
        if flow.report is not None
    ]
    return tuple(parts) or ("No flow is fitted yet.",)


def alt_text(run: Run) -> str:
    """Return a description of the figures for screen readers."""
    columns = {side: ", ".join(getattr(run.state, side.lower())) for side in "XY"}
    drawn = ["fitted" if flow.draws is not None else "not fitted yet" for flow in run.flows]
    return (
        "The error of the network on held-out datasets while it learns, with lines for the default "
        f"and KSG: {' '.join(insight(run))} Below, for X ({columns['X']}) and Y ({columns['Y']}), "
        f"rows of the data beside draws of the flow ({drawn[0]}; {drawn[1]}), and the held-out "
        f"log-likelihood of each flow during its training. {' '.join(flows_insight(run))}"
    )


def _about(side: str, report: FlowReport, trained: bool) -> str:
    gain = report.flow - report.gaussian_copula
    kind = "flow" if trained else "spline"
    if abs(gain) < 0.005:
        gained = "describes held-out rows as well as a Gaussian copula does"
    else:
        word = "better" if gain > 0 else "worse"
        gained = (
            f"describes held-out rows {word} than a Gaussian copula, by {shown(abs(gain))} nats "
            "a row"
        )
    apart = "does not separate" if report.is_close else "separates"
    return (
        f"The {kind} of {side} {gained}; a classifier {apart} its draws from the data "
        f"(right in {report.classifier:.0%} of the rows)."
    )


def _coverage(card: AdaptationCard) -> str:
    (*_, before, _), (*_, after, _) = card.before.coverage, card.after.coverage
    return (
        f"Its 90% intervals contain the true value in {after:.0%} of these datasets: "
        f"{share_words(after, card.after.datasets, 0.9)}. Before it was {before:.0%}."
    )


def _own(card: AdaptationCard) -> str:
    (_, before, _), (low, after, high) = card.own_before, card.own_after
    return (
        f"The estimate of your own columns moves from {shown(before)} to {shown(after)} nats, "
        f"90% interval {shown(low)} to {shown(high)}."
    )


def _baselines(report: FlowReport | None) -> dict[str, float]:
    if report is None:
        return {}
    return {"Gaussian copula": report.gaussian_copula, "Gaussian": report.gaussian}
