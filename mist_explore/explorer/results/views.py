"""Figures, table and words of the benchmarks page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html import escape

import plotly.graph_objects as go

from mist_explore.evaluation.shipped import AXES, Score
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.html import download_html
from mist_explore.explorer.results.compute import EDGES, ResultsView
from mist_explore.explorer.results.settings import SUITES
from mist_explore.metrics import Mean
from mist_explore.plots import (
    mark_of,
    plot_benchmark_errors,
    plot_calibration,
    plot_cost,
    plot_error_curve,
)

__all__ = ["alt_text", "as_csv", "commands_html", "figures", "insight", "table_html"]

LEVEL = 0.9
TOLERANCE = 0.03
"""Largest distance of a right coverage from the level."""


def figures(view: ResultsView) -> tuple[go.Figure, go.Figure, go.Figure, go.Figure]:
    """Return the leaderboard, the error along an axis, the calibration, and the cost."""
    costs = view.costs()
    return (
        plot_benchmark_errors(view.groups, view.errors(), view.units, view.errors(published=True)),
        plot_error_curve(EDGES[view.state.by], view.curves(), AXES[view.state.by], view.units),
        plot_calibration({name: view.calibration().get(name, {}) for name in view.names}),
        plot_cost({name: costs.get(name) for name in view.names}, view.units),
    )


def table_html(view: ResultsView) -> str:
    """Return the leaderboard as a table; each number refers to its command."""
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
    """Return the commands behind the numbers, each with a button that copies it."""
    items = "".join(
        f'<li id="mist-made-{number}"><button type="button" onclick="navigator.clipboard.writeText('
        "this.nextElementSibling.textContent); this.textContent = 'Copied'\">Copy</button>"
        f" <code>{escape(command)}</code></li>"
        for number, command in enumerate(view.commands, 1)
    )
    return f'<h2 class="mist-heading">Made by</h2><ol class="mist-made mist-share">{items}</ol>'


def alt_text(view: ResultsView) -> str:
    """Return a description of the figures for screen readers."""
    return (
        f"Four figures of the suite {SUITES[view.state.suite]}: the error of each estimator by "
        f"group, against {AXES[view.state.by]}, its calibration, and its error against the seconds "
        "of an estimate. The table below has the same numbers."
    )


def insight(view: ResultsView) -> str:
    """Return sentences on the lowest errors, the coverage, and published methods."""
    parts = (_lowest_errors(view), _about_intervals(view), _against_published(view))
    return " ".join(part for part in parts if part) or "No results of this suite are shipped."


def as_csv(view: ResultsView) -> str:
    """Return CSV with a line for each estimator and group, published ones too."""
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


def _lowest_errors(view: ResultsView) -> str:
    best = {}
    # A group without the learned estimator is no comparison with it.
    compared = {score.group for score in view.measured if score.estimator == LEARNED}
    for group in [g for g in view.groups if g in compared] or view.groups:
        scores = [s for s in view.measured if s.group == group and s.complete]
        if scores:
            best[group] = min(scores, key=lambda score: score.error.value)
    if len({score.estimator for score in view.measured}) < 2:
        return ""
    wins: dict[str, list[str]] = {}
    for group, score in best.items():
        wins.setdefault(score.estimator, []).append(group)
    order = sorted(wins, key=lambda name: (-len(wins[name]), name))
    parts = [
        f"{mark_of(name).short} has the lowest error in {_listed(wins[name])} "
        f"({best[wins[name][0]].error} there)"
        if len(wins[name]) == 1
        else f"{mark_of(name).short} has the lowest error in {len(wins[name])} of {len(best)} "
        "groups"
        for name in order
    ]
    return f"{'; '.join(parts)}."


def _about_intervals(view: ResultsView) -> str:
    held = [
        (score.n_datasets, score.coverage[LEVEL].value)
        for score in view.measured
        if score.estimator == LEARNED and LEVEL in score.coverage
    ]
    if not held:
        return ""
    share = sum(n * value for n, value in held) / sum(n for n, _ in held)
    if abs(share - LEVEL) <= TOLERANCE:
        verdict = "of the right width"
    else:
        verdict = "too narrow" if share < LEVEL else "wider than needed"
    return (
        f"The {LEVEL:.0%} intervals of {mark_of(LEARNED).short} contain the true value in "
        f"{share:.0%} of the datasets, so they are {verdict}."
    )


def _against_published(view: ResultsView) -> str:
    pairs = view.beside_published(LEARNED)
    if not pairs:
        return ""
    below = sum(ours < theirs for ours, theirs in pairs.values())
    return (
        f"Its mean error is below that of {below} of the {len(pairs)} methods published on the "
        "same protocol."
    )


def _listed(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
