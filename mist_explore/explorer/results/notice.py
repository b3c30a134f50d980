"""What to notice on the benchmarks page, worked out from its numbers."""

from __future__ import annotations

from mist_explore.explorer.peers import LEARNED
from mist_explore.explorer.results.compute import ResultsView
from mist_explore.plots import mark_of

__all__ = ["notice"]

LEVEL = 0.9
TOLERANCE = 0.03
"""How far the coverage may be from the level."""


def notice(view: ResultsView) -> str:
    """Who errs least, what others published, and whether the intervals keep their word."""
    parts = (_who_errs_least(view), _about_intervals(view), _against_published(view))
    return " ".join(part for part in parts if part) or "No results of this suite are shipped."


def _who_errs_least(view: ResultsView) -> str:
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
    said = [
        f"{mark_of(name).short} errs least on {_list(wins[name])} "
        f"({best[wins[name][0]].error} there)"
        if len(wins[name]) == 1
        else f"{mark_of(name).short} errs least on {len(wins[name])} of {len(best)} groups"
        for name in order
    ]
    return f"{'; '.join(said)}."


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
        verdict = "as wide as they should be"
    else:
        verdict = "too narrow here" if share < LEVEL else "wider here than they need to be"
    return (
        f"The {LEVEL:.0%} intervals of {mark_of(LEARNED).short} hold the truth in {share:.0%} of "
        f"the datasets: they are {verdict}."
    )


def _against_published(view: ResultsView) -> str:
    pairs = view.beside_published(LEARNED)
    if not pairs:
        return ""
    below = sum(ours < theirs for ours, theirs in pairs.values())
    return (
        f"Its mean error is below that of {below} of the {len(pairs)} methods that others have "
        "published on the same protocol."
    )


def _list(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
