"""The headline numbers of a page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from mist_explore.estimate import Estimate
from mist_explore.explorer.peers import BASELINE, LEARNED
from mist_explore.plots import shown

__all__ = ["interval_text", "number_html", "numbers_html"]


def interval_text(estimate: Estimate, level: float) -> str:
    """The central interval of an estimate as the page writes it.

    Example:
        >>> interval_text(Estimate((0.05, 0.5, 0.95), (0.1, 0.2, 0.4)), 0.9)
        '0.10 to 0.40'
    """
    low, high = estimate.interval(level)
    return f"{shown(low)} to {shown(high)}"


def numbers_html(
    estimates: Mapping[str, Estimate | None],
    level: float,
    units: str,
    truth: float | None = None,
    provenance: str = "",
) -> str:
    """The headline numbers: the truth, the learned estimate, the baseline."""
    cells = []
    if truth is not None:
        cells.append(number_html("truth", "True value", shown(truth), provenance))
    learned, baseline = estimates[LEARNED], estimates[BASELINE]
    if learned is not None:
        detail = f"{level:.0%} interval {interval_text(learned.to(units), level)}"
        cells.append(number_html("learned", "Network", shown(learned.to(units).median), detail))
    if baseline is not None:
        value = shown(baseline.to(units).median)
        cells.append(number_html("baseline", "Gaussian copula", value, "no interval"))
    return f'<div class="mist-numbers" data-units="{units}">{"".join(cells)}</div>'


def number_html(role: str, label: str, value: str, detail: str) -> str:
    """One large number between its name and its detail; `role` is a colour of the palette."""
    return (
        f'<p class="mist-{role}">{escape(label)} '
        f"<b>{escape(value)}</b> <span>{escape(detail)}</span></p>"
    )
