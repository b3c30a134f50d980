"""Thin views of the benchmarks page: results as figures, as tables and as words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html import escape

import plotly.graph_objects as go

from mist_explore.evaluation.shipped import AXES, Score
from mist_explore.explorer.downloads import download_html
from mist_explore.explorer.results.compute import EDGES, ResultsView
from mist_explore.explorer.results.notice import LEVEL, notice
from mist_explore.explorer.results.state import SUITES
from mist_explore.metrics import Mean
from mist_explore.plots import (
    mark_of,
    plot_benchmark_errors,
    plot_calibration,
    plot_cost,
    plot_error_curve,
)

__all__ = ["as_csv", "commands_html", "figures", "notice_html", "spoken", "table_html"]


def figures(view: ResultsView) -> tuple[go.Figure, go.Figure, go.Figure, go.Figure]:
    """The leaderboard, the error along an axis, the calibration, and the cost."""
    costs = view.costs()
    return (
        plot_benchmark_errors(view.groups, view.errors(), view.units, view.errors(published=True)),
        plot_error_curve(EDGES[view.state.by], view.curves(), AXES[view.state.by], view.units),
        plot_calibration({name: view.calibration().get(name, {}) for name in view.names}),
        plot_cost({name: costs.get(name) for name in view.names}, view.units),
    )


def notice_html(view: ResultsView) -> str:
    """The sentence on what to notice."""
    return f'<p class="mist-notice">{escape(notice(view))}</p>'


def table_html(view: ResultsView) -> str:
    """The leaderboard as a table; each number refers to the command that made it."""
    head = "".join(
        f'<th scope="col">{escape(title)}</th>'
        for title in (
            *("Estimator", "Datasets", view.units),
            *(f"{LEVEL:.0%} interval covers", "Seconds", "Made by"),
        )
    )
    bodies = "".join(
        f'<tbody><tr><th scope="rowgroup" colspan="6">{escape(group)}</th></tr>'
        f"{''.join(_row(view, score) for score in _ranked(view, group))}</tbody>"
        for group in view.groups
    )
    return (
        f'<div class="mist-table" role="region" tabindex="0" aria-label="Leaderboard">'
        f"<table><caption>{escape(SUITES[view.state.suite])}</caption>"
        f"<thead><tr>{head}</tr></thead>{bodies}</table></div>"
        f"<p>{download_html(f'{view.state.suite}.csv', as_csv(view), 'Download as CSV')}</p>"
    )


def commands_html(view: ResultsView) -> str:
    """The commands that made the numbers, each with a button that copies it."""
    items = "".join(
        f'<li id="mist-made-{number}"><button type="button" onclick="navigator.clipboard.writeText('
        "this.nextElementSibling.textContent); this.textContent = 'Copied'\">Copy</button>"
        f" <code>{escape(command)}</code></li>"
        for number, command in enumerate(view.commands, 1)
    )
    return f'<h2 class="mist-heading">Made by</h2><ol class="mist-made mist-share">{items}</ol>'


def spoken(view: ResultsView) -> str:
    """What the figures show, in words, for those who do not see them."""
    text = (
        f"Four figures of the suite {SUITES[view.state.suite]}: the error of each estimator by "
        f"group, against {AXES[view.state.by]}, its calibration, and its error against the seconds "
        "of an estimate. The table below says the same in numbers."
    )
    return f'<p class="mist-spoken" aria-live="polite">{escape(text)}</p>'


def as_csv(view: ResultsView) -> str:
    """One line for each estimator and group, published ones too."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [
            *("suite", "group", "estimator", "datasets", view.units, "standard error"),
            *(f"coverage {LEVEL:.0%}", "seconds", "made by"),
        ]
    )
    for group in view.groups:
        for score in _ranked(view, group):
            covered = score.coverage.get(LEVEL)
            writer.writerow(
                [
                    *(score.suite, score.group, score.estimator, score.n_datasets or ""),
                    *(score.error.value, "" if score.published else score.error.standard_error),
                    *("" if covered is None else covered.value, score.seconds or ""),
                    score.command or "published by others",
                ]
            )
    return text.getvalue()


def _ranked(view: ResultsView, group: str) -> Iterator[Score]:
    scores = (score for score in view.shipped.scores if score.group == group)
    yield from sorted(scores, key=lambda score: (not score.complete, score.error.value))


def _row(view: ResultsView, score: Score) -> str:
    covered = score.coverage.get(LEVEL)
    number = view.commands.index(score.command) + 1 if score.command else 0
    made = (
        f'<a href="#mist-made-{number}" title="{escape(score.command)}">command {number}</a>'
        if number
        else "published"
    )
    label = score.estimator if score.published else mark_of(score.estimator).label
    cells = (
        str(score.n_datasets or "") if score.complete else f"{score.n_datasets} of {score.of}",
        str(score.error),
        "" if covered is None else _percent(covered),
        "" if score.seconds is None else f"{score.seconds:.2g}",
        made,
    )
    style = ' class="mist-others"' if score.published else ""
    values = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr{style}><th scope="row">{escape(label)}</th>{values}</tr>'


def _percent(share: Mean) -> str:
    return f"{share.value:.0%}"
