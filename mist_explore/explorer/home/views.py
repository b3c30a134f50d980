"""Numbers and words of the home page, and the cards of the other pages."""

from __future__ import annotations

import math
from html import escape
from itertools import groupby

import numpy as np

from mist_explore.explorer.home.compute import HomeResult
from mist_explore.explorer.html import number_html, number_row_html
from mist_explore.explorer.links import page_html
from mist_explore.explorer.pages import PAGES, Page, address
from mist_explore.explorer.theme import asset
from mist_explore.plots import shown, signed

__all__ = ["alt_text", "cards_html", "insight", "numbers_html"]

LITTLE = 0.05
"""Bits below which X and Y count as nearly independent."""

HARDLY, MOSTLY = 0.05, 0.8
"""Shares of the information that correlation sees, below which it is hardly any and not most."""


def numbers_html(result: HomeResult) -> str:
    """Return the mutual information, its part at the known X, and the correlation."""
    cells = (
        number_html("truth", "Mutual information", shown(result.information), "bits, over all X"),
        number_html("learned", "At this X", shown(result.here), "bits about Y"),
        number_html("baseline", "Correlation", signed(result.correlation), "finds lines only"),
    )
    return number_row_html(cells)


def insight(result: HomeResult) -> str:
    """Return sentences on the information at the known X, its mean, and the correlation."""
    if result.information < LITTLE:
        return (
            "X and Y are nearly independent: wherever X is, blue lies where grey does, and the "
            f"mutual information is {shown(result.information)} bits."
        )
    x = float(np.median(result.sample.x[result.known, 0]))
    return (
        f"Grey: all values of Y. Blue: only those where X is near {signed(x)}. Knowing "
        f"X gives {shown(result.here)} bits about Y here. Averaged over all X it is "
        f"{shown(result.information)} bits, the mutual information. "
        f"{_about_correlation(result)}"
    )


def _about_correlation(result: HomeResult) -> str:
    """Return how much of the information a Gaussian pair of the same correlation would have."""
    correlation, found = signed(result.correlation), result.seen_by_correlation
    if abs(result.correlation) <= 2 / math.sqrt(result.sample.n_samples):
        return f"The correlation is {correlation}: it misses this entirely."
    if found < HARDLY:
        return f"The correlation is {correlation}: it misses nearly all of this."
    if found < MOSTLY:
        return (
            f"The correlation is {correlation}: it finds a part of this, as much as {found:.0%} of "
            "the bits."
        )
    return f"The correlation is {correlation}: this is close enough to a line for it to find."


def alt_text(result: HomeResult) -> str:
    """Return a description of the figure for screen readers."""
    return (
        f"Scatter of X and Y, shaped like {result.state.shape}, with the rows marked whose X is "
        f"known, and the distribution of Y in all rows and in the marked ones. {insight(result)}"
    )


def cards_html() -> str:
    """Return where to begin, and one card for each other page, in the groups of the navigation."""
    groups = "".join(
        f'<h3 class="mist-part">{escape(group)}</h3>'
        f'<ul class="mist-cards">{"".join(map(_card, pages))}</ul>'
        for group, pages in groupby(PAGES.values(), lambda page: page.group)
    )
    return (
        '<h2>Where to next</h2><p class="mist-hint">New to this: take the '
        f"{page_html('lesson')}, ten minutes. With a table: open {page_html('your_data')}. "
        f"To see how far off estimates can be: open {page_html('failure_modes')} and "
        f"{page_html('benchmarks')}.</p>{groups}"
    )


def _card(page: Page) -> str:
    if page.name == "home":
        return ""
    return (
        f'<li><a href="{escape(address(page.name))}">{asset(f"home/{page.name}.svg")}'
        f"<b>{escape(page.title)}</b><span>{escape(page.summary)}</span></a></li>"
    )
