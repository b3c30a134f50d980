"""Figures and words of the page on intervals."""

from __future__ import annotations

import math
from itertools import chain

import numpy as np
import plotly.graph_objects as go

from mist_explore.explorer.html import number_html, number_row_html
from mist_explore.explorer.intervals.compute import DIMS, NAMES, Draws
from mist_explore.explorer.links import csv_text
from mist_explore.explorer.verdict import coverage_words
from mist_explore.plots import mark_of, plot_caterpillar, shown

__all__ = ["alt_text", "as_csv", "figures", "insight", "numbers_html"]

AS_INTENDED = coverage_words((), 0.9)
"""Words of a share that chance explains."""

FEW = 10
"""Datasets below which a share has no verdict."""


def figures(draws: Draws, level: float) -> tuple[go.Figure, go.Figure]:
    """Return a caterpillar plot for each estimator, on the same axes."""
    found = draws.found
    highest = [found.intervals(name, level)[:, 1] for name in NAMES]
    reach = float(np.nanmax([0.0, *np.concatenate(highest)]))
    network, resampled = (
        plot_caterpillar(
            found.intervals(name, level),
            found.medians(name),
            found.truths,
            level=level,
            estimator=name,
            total=draws.experiment.n_datasets,
            reach=reach,
        )
        for name in NAMES
    )
    return network, resampled


def numbers_html(draws: Draws, level: float) -> str:
    """Return for each estimator how many of its intervals contain the true value."""
    cells = []
    for name in NAMES:
        hits, mark = draws.found.contained(name, level), mark_of(name)
        value = f"{hits.sum()} of {len(hits)}" if len(hits) else "–"
        detail = "intervals contain the true value"
        if len(hits):
            promised = f"{level:.0%} ± {_error(level, len(hits)):.0%}"
            detail = f"contain the true value: {hits.mean():.0%}, promised {promised}"
        cells.append(number_html(mark.role, mark.label, value, detail))
    return number_row_html(cells)


def insight(draws: Draws, level: float) -> tuple[str, ...]:
    """Return sentences on how often the intervals contain the true value, and why."""
    counts = {name: len(draws.found.contained(name, level)) for name in NAMES}
    most = max(counts.values())
    if not most:
        return ("Press Run to draw one dataset after the other, or Next dataset to draw one.",)
    start = (
        "Each interval comes from another sample of the same distribution."
        if draws.experiment.source == "same"
        else "Each interval comes from another distribution, of the kinds that the network "
        "learned from."
    )
    if most < FEW:
        so_far = " and ".join(_count(draws, name, level) for name in NAMES)
        return (
            start,
            f"So far {so_far} contain the true value: after {most} of "
            f"{draws.experiment.n_datasets} datasets the share is uncertain by "
            f"± {_error(level, most):.0%}.",
        )
    return (start, *(f"{_verdict(draws, name, level)}." for name in NAMES))


def alt_text(draws: Draws, level: float) -> str:
    """Return a description of the figures for screen readers."""
    experiment = draws.experiment
    kind = (
        f"of one distribution with {shown(experiment.information)} nats"
        if experiment.source == "same"
        else f"of distributions drawn anew with {DIMS[0]} to {DIMS[1]} columns"
    )
    missed = [
        f"{mark_of(name).short} misses the true value in {sum(~hits)} of {len(hits)} datasets"
        for name in NAMES
        if len(hits := draws.found.contained(name, level))
    ]
    return (
        f"Two figures with a {level:.0%} interval for each of {len(draws.found)} datasets of "
        f"{experiment.n_samples} rows {kind}, beside its true value; below, the share of intervals "
        f"that contain it so far. {'. '.join(missed)}."
    )


def as_csv(draws: Draws, level: float) -> str:
    """Return the true values and intervals as a table, a dataset a row."""
    parts = (f"{name} {part}" for name in NAMES for part in ("median", "low", "high"))
    lines = []
    for number, one in enumerate(draws.found.datasets, 1):
        estimates = [one.estimates[name] for name in NAMES]
        values = [(e.median, *e.interval(level)) if e else [None] * 3 for e in estimates]
        lines.append([number, one.truth, *chain(*values)])
    return csv_text(("dataset", "truth", *parts), lines)


def _count(draws: Draws, name: str, level: float) -> str:
    hits = draws.found.contained(name, level)
    return f"{hits.sum()} of {len(hits)} intervals of {mark_of(name).short}"


def _verdict(draws: Draws, name: str, level: float) -> str:
    """Return the share of an estimator beside its level, with its cause where it has one."""
    hits, label = draws.found.contained(name, level), mark_of(name).short
    if not len(hits):
        return f"{label} gives no interval for these datasets"
    words = coverage_words(hits, level)
    share = f"{label}: {hits.sum()} of {len(hits)} contain the true value ({hits.mean():.0%})"
    if words == AS_INTENDED:
        return f"{share}, {level:.0%} within sampling error"
    side = "fewer" if words == "too narrow" else "more"
    cause = _bias(draws, name) or _sides(draws, name, level)
    return (
        f"{share}, {side} than {level:.0%} by more than chance{cause}{_promise(draws, name, words)}"
    )


def _promise(draws: Draws, name: str, words: str) -> str:
    """Return why intervals of one estimator may contain the truth more or less often."""
    if name == NAMES[0]:
        promised = ". The network promises its level over distributions, not for each of them"
        return promised if draws.experiment.source == "same" else ""
    if words != "too narrow":
        return ""
    return ". Resampling measures how much an estimate varies, not its bias"


def _sides(draws: Draws, name: str, level: float) -> str:
    """Return on which side of the true value the missing intervals lie."""
    given = draws.found.given(name)
    above = sum(estimate.interval(level)[0] > truth for truth, estimate in given)
    below = sum(estimate.interval(level)[1] < truth for truth, estimate in given)
    if above + below < 2:
        return ""
    if min(above, below) == 0:
        return f": the misses all lie {'above' if above else 'below'} it"
    return f": of the misses {above} {'lie' if above > 1 else 'lies'} above it, {below} below"


def _bias(draws: Draws, name: str) -> str:
    """Return the mean error of an estimator on one distribution, where it is beyond chance."""
    if draws.experiment.source != "same":
        return ""
    errors = np.array([one.median - truth for truth, one in draws.found.given(name)])
    mean, error = float(errors.mean()), float(errors.std(ddof=1)) / math.sqrt(len(errors))
    if abs(mean) <= 2 * error:
        return ""
    return (
        f": its medians are {shown(abs(mean))} nats too {'high' if mean > 0 else 'low'} on average"
    )


def _error(level: float, n: int) -> float:
    """Return the standard error of a share of n intervals that contain the truth at a level."""
    return math.sqrt(level * (1 - level) / n)
