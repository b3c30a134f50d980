"""Thin views of the home page: the numbers, what to notice, and the cards of the other pages."""

from __future__ import annotations

from html import escape

import numpy as np

from mist_explore.explorer.home.compute import HomeResult
from mist_explore.explorer.look import asset
from mist_explore.explorer.numbers import number_html
from mist_explore.explorer.pages import PAGES, address
from mist_explore.plots import shown

__all__ = ["cards_html", "notice", "numbers_html", "spoken_html"]

LITTLE = 0.05
"""Bits below which X tells next to nothing."""

FLAT = 0.15
"""The correlation below which a dependence is no line."""


def numbers_html(result: HomeResult) -> str:
    """Mutual information, what the known X tells, and the correlation."""
    cells = (
        number_html("truth", "Mutual information", shown(result.information), "bits, over all X"),
        number_html("learned", "What this X tells", shown(result.here), "bits about Y"),
        number_html("baseline", "Correlation", _signed(result.correlation), "sees lines only"),
    )
    return f'<div class="mist-numbers">{"".join(cells)}</div>'


def notice(result: HomeResult) -> str:
    """What the known X tells, what it is on average, and whether correlation sees it."""
    if result.information < LITTLE:
        return (
            "X and Y have next to nothing to do with each other: wherever X lies, blue lies "
            f"where grey does, and the mutual information is {shown(result.information)} bits."
        )
    x = float(np.median(result.sample.x[result.known, 0]))
    correlation = _signed(result.correlation)
    straight = (
        f"Correlation, {correlation}, sees nothing of it."
        if abs(result.correlation) < FLAT
        else f"This dependence is close enough to a line for correlation to see it: {correlation}."
    )
    return (
        f"Grey says where Y may be, blue where it is once X is known to be near {_signed(x)}: "
        f"that tells {shown(result.here)} bits. Over all X it is {shown(result.information)} bits "
        f"on average, and this average is the mutual information. {straight}"
    )


def spoken_html(result: HomeResult) -> str:
    """The figure in words, for those who do not see it."""
    text = (
        f"Scatter of X and Y, shaped like {result.state.shape}, with the rows marked whose X is "
        f"known, and the distribution of Y in all rows and in the marked ones. {notice(result)}"
    )
    return f'<p class="mist-spoken" aria-live="polite">{escape(text)}</p>'


def cards_html() -> str:
    """One card a page, with its picture."""
    cards = "".join(
        f'<li><a href="{escape(address(name))}">{asset(f"home/{name}.svg")}'
        f"<b>{escape(page.title)}</b><span>{escape(page.summary)}</span></a></li>"
        for name, page in PAGES.items()
        if name != "home"
    )
    return f'<h2 class="mist-heading">Go on from here</h2><ul class="mist-cards">{cards}</ul>'


def _signed(value: float) -> str:
    """A number that may be negative, to two decimals.

    Example:
        >>> _signed(-0.004), _signed(-0.5)
        ('0.00', '−0.50')
    """
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "\N{MINUS SIGN}")
