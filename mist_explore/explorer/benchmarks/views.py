"""Figures, tables and words of the benchmarks page."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from mist_explore.evaluation.shipped import AXES, Score
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.benchmarks.compute import EDGES, ResultsView
from mist_explore.explorer.html import table_html
from mist_explore.explorer.links import copy_html, csv_text, download_html
from mist_explore.explorer.verdict import calibration_words
from mist_explore.plots import (
    mark_of,
    plot_benchmark_errors,
    plot_calibration,
    plot_cost,
    plot_error_curve,
)

__all__ = ["alt_text", "as_csv", "commands_html", "figures", "insight", "tables_html"]

LEVEL = 0.9


def figures(view: ResultsView) -> tuple[go.Figure, go.Figure, go.Figure, go.Figure]:
    """Return the leaderboard, the error along an axis, the calibration, and the cost."""
    costs, titles = view.costs(), {group: view.state.part.title(group) for group in view.groups}
    errors, published = (
        {
            name: {titles[group]: mean for group, mean in means.items()}
            for name, means in view.errors(published=others).items()
        }
        for others in (False, True)
    )
    return (
        plot_benchmark_errors(list(titles.values()), errors, view.units, published),
        plot_error_curve(EDGES[view.state.by], view.curves(), AXES[view.state.by], view.units),
        plot_calibration({name: view.calibration().get(name, {}) for name in view.names}),
        plot_cost({name: costs.get(name) for name in view.names}, view.units),
    )


def tables_html(view: ResultsView) -> str:
    """Return the errors by group, ours beside published ones, and a line for each estimator."""
    return (
        f"{_errors_html(view)}{_estimators_html(view)}"
        f"<p>{download_html(f'{view.state.suite}.csv', as_csv(view), 'Download as CSV')}</p>"
    )


def commands_html(view: ResultsView) -> str:
    """Return the commands behind the numbers, each with a button that copies it."""
    items = "".join(
        f'<li id="mist-made-{number}">{copy_html("Copy")} <code>{escape(command)}</code></li>'
        for number, command in enumerate(view.commands, 1)
    )
    return f'<h2>The commands behind the numbers</h2><ol class="mist-made mist-share">{items}</ol>'


def alt_text(view: ResultsView) -> str:
    """Return a description of the figures for screen readers."""
    return (
        f"Four figures of the suite {view.state.part.label}: the error of each estimator by "
        f"group, against {AXES[view.state.by]}, its calibration, and its error against the seconds "
        "of an estimate. The tables below have the same numbers."
    )


def insight(view: ResultsView) -> str:
    """Return sentences on the lowest errors, the calibration, and published methods."""
    parts = (_lowest_errors(view), _about_quantiles(view), _against_published(view))
    return " ".join(part for part in parts if part) or "No results of this suite are shipped."


def as_csv(view: ResultsView) -> str:
    """Return CSV with a line for each estimator and group, published ones too."""
    head = ("suite", "group", "estimator", "datasets", view.units, "standard error")
    lines = []
    for group in view.groups:
        scores = [s for s in (*view.measured, *view.published) if s.group == group]
        for score in sorted(scores, key=lambda s: (not s.complete, s.error.value)):
            covered = score.coverage.get(LEVEL)
            lines.append(
                (
                    *(score.suite, score.group, score.estimator, score.n_datasets or ""),
                    *(score.error.value, "" if score.published else score.error.standard_error),
                    *("" if covered is None else covered.value, score.seconds or ""),
                    score.command or "published by others",
                )
            )
    return csv_text((*head, f"coverage {LEVEL:.0%}", "seconds", "made by"), lines)


def _errors_html(view: ResultsView) -> str:
    """Return a table with a row for each group: estimators, then published methods."""
    ours = [name for name in view.names if any(s.estimator == name for s in view.measured)]
    theirs = list(dict.fromkeys(score.estimator for score in view.published))
    scores = {(s.group, s.estimator, s.published): s for s in (*view.measured, *view.published)}
    head = "".join(
        f'<th scope="col"{style}>{escape(name)}</th>'
        for style, name in (
            *(("", mark_of(name).short) for name in ours),
            *((' class="mist-others"', f"{name}, published") for name in theirs),
        )
    )
    rows = []
    for group in view.groups:
        complete = [scores[group, n, False] for n in ours if (group, n, False) in scores]
        best = min((s.error.value for s in complete if s.complete), default=None)
        cells = [
            *(_cell(view, scores.get((group, name, False)), best) for name in ours),
            *(_cell(view, scores.get((group, name, True)), None) for name in theirs),
        ]
        title = escape(view.state.part.title(group))
        rows.append(f'<tr><th scope="row">{title}</th>{"".join(cells)}</tr>')
    caption = f"{view.state.part.label}: {view.units}. A number leads to its command."
    return (
        '<div class="mist-table" role="region" tabindex="0" aria-label="Errors">'
        f'<table><caption>{escape(caption)}</caption><thead><tr><th scope="col">Datasets</th>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(view: ResultsView, score: Score | None, best: float | None) -> str:
    if score is None:
        return "<td></td>"
    if score.published:
        return f'<td class="mist-others">{score.error.value:.3g}</td>'
    number = view.commands.index(score.command) + 1 if score.command else 0
    text = str(score.error)
    if best is not None and score.complete and score.error.value == best:
        text = f"<b>{text}</b>"
    text = f'<a href="#mist-made-{number}" title="{escape(score.command)}">{text}</a>'
    return f"<td>{text}{'' if score.complete else f' on {score.n_datasets} of {score.of}'}</td>"


def _estimators_html(view: ResultsView) -> str:
    """Return a table with a row for each estimator: intervals, calibration and time."""
    costs, curves = view.costs(), view.calibration()
    rows = []
    for name in view.names:
        covered = view.coverage(name, LEVEL)
        words = _calibration(view, name) if name in curves else ""
        cells = (
            "" if covered is None else f"{covered:.0%}",
            words[:1].upper() + words[1:],
            f"{costs[name][0]:.2g}" if name in costs else "",
        )
        rows.append((mark_of(name).label, *map(escape, cells)))
    return table_html(
        "Intervals and time",
        ("Estimator", f"{LEVEL:.0%} interval covers", "Calibration", "Seconds per estimate"),
        rows,
        caption="Intervals and time, over all these datasets",
    )


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
        f"{mark_of(name).short} has the lowest error in “{view.state.part.title(wins[name][0])}” "
        f"({best[wins[name][0]].error} there)"
        if len(wins[name]) == 1
        else f"{mark_of(name).short} has the lowest error in {len(wins[name])} of {len(best)} "
        "groups"
        for name in order
    ]
    return f"Of the estimators shown, {'; '.join(parts)}."


def _about_quantiles(view: ResultsView) -> str:
    below, covered = view.calibration().get(LEARNED), view.coverage(LEARNED, LEVEL)
    name = mark_of(LEARNED).short
    words = []
    if covered is not None:
        words.append(
            f"The {LEVEL:.0%} intervals of {name} contain the true value in {covered:.0%} of the "
            "datasets"
        )
    if below:
        words.append(f"over its whole calibration curve, {_calibration(view, LEARNED)}")
    return f"{'; '.join(words)}." if words else ""


def _calibration(view: ResultsView, name: str) -> str:
    return calibration_words(
        view.calibration()[name], view.n_calibrated(name), view.coverages(name)
    )


def _against_published(view: ResultsView) -> str:
    pairs = view.beside_published(LEARNED)
    if not pairs:
        return ""
    below = sum(ours < theirs for ours, theirs in pairs.values())
    best = min(pairs, key=lambda method: pairs[method][1] - pairs[method][0])
    ours, theirs = pairs[best]
    return (
        f"The mean error of {mark_of(LEARNED).short} is below that of {below} of the {len(pairs)} "
        f"methods published on the same protocol; the strongest of them, {best}, has {theirs:.3g} "
        f"against {ours:.3g}."
    )
