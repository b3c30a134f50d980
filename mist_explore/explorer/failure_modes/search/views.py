"""Figure and words of the failure search."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from mist_explore.distributions import FAMILIES
from mist_explore.evaluation import Case, Summary, WorstCase
from mist_explore.explorer.failure_modes.compute import estimate_link
from mist_explore.explorer.failure_modes.views import case_text, signed
from mist_explore.explorer.html import insight_html
from mist_explore.plots import mark_of, plot_search

__all__ = ["search_alt", "search_figure", "search_insight"]

LABELS = {
    "bias": "bias, either way (nats)",
    "coverage": "share of 90% intervals that miss",
}


def search_figure(found: WorstCase) -> go.Figure:
    """Return the trace of a search."""
    search = found.search
    objective = [evaluated.objective(search.measure)[0] for evaluated in found.cases]
    return plot_search(
        [value if value >= 0 else None for value in objective],
        _fresh(found),
        estimator=search.estimator,
        label=LABELS[search.measure],
        budget=search.budget,
    )


def search_insight(found: WorstCase) -> str:
    """Return the worst case, its error on fresh datasets, and a link to it, as HTML."""
    worst = found.worst
    if worst is None:
        return insight_html("No case has been tried yet.")
    search, label = found.search, mark_of(found.search.estimator).short
    lines = [
        f"The worst of {len(found.cases)} cases for {label}: {_described(worst.case)}.",
        f"On the {search.replicates} datasets of the search {_quality(worst.summary)}.",
    ]
    fresh = found.confirmed
    if fresh is None:
        return insight_html((*lines, "This is not confirmed on fresh datasets yet."))
    lines.append(
        f"On {len(found.fresh)} fresh ones {_quality(fresh)}: rely on these, for the worst of many "
        "noisy numbers is partly chance."
    )
    address = estimate_link(worst.case, found.fresh[0].seed, [search.estimator])
    if not address:  # the page cannot show it
        return insight_html(lines)
    link = f'<a href="{escape(address)}" target="_blank" rel="noopener">'
    opened = f"{link}Open the first fresh one in Estimate</a>"
    return f'{insight_html(lines)}<p class="mist-hint">{opened}</p>'


def search_alt(found: WorstCase) -> str:
    """Return a description of the figure for screen readers."""
    return f"The trace of a search over {len(found.cases)} of {found.search.budget} cases."


def _fresh(found: WorstCase) -> tuple[float, float] | None:
    summary = found.confirmed
    if summary is None or summary.bias is None:
        return None
    if found.search.measure == "bias":
        return abs(summary.bias.value), summary.bias.standard_error
    if summary.coverage is None:
        return None
    return 1 - summary.coverage.value, summary.coverage.standard_error


def _quality(summary: Summary) -> str:
    if summary.bias is None:
        return "there is no estimate"
    words = f"its bias is {signed(summary.bias.value)} nats"
    if summary.coverage is not None:
        words += f" and its 90% intervals contain the true value in {summary.coverage.value:.0%}"
    return words


def _described(case: Case) -> str:
    """Return a case in words."""
    axes = ("information", "dim", "n_samples", "df", "flow")
    known = [axis for axis in axes if getattr(case, axis) is not None]
    return f"“{FAMILIES[case.family].label}”, {case_text(case, known)}"
