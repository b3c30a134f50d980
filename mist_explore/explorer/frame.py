"""The frame of every page: style sheet, navigation, opening, and the help at its end."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from mist_explore.explorer.pages import PAGES, address
from mist_explore.explorer.theme import asset, has_asset, style_sheet

__all__ = ["frame", "navigation_html", "skeleton_html"]


def frame(name: str, *children: widgets.Widget) -> widgets.VBox:
    """Return a page as one widget: style sheet, navigation, opening, and its own children.

    The opening is the text in `assets/<name>/opening.html`; `assets/<name>/reading.html`, if it
    is there, is the help at the end.

    Args:
        name: a name in `PAGES`.
        children: widgets between the two.

    Raises:
        KeyError: if there is no such page.
    """
    top = widgets.HTML(_top_html(name))
    help_ = f"{name}/reading.html"
    last = [widgets.HTML(asset(help_))] if has_asset(help_) else []
    return widgets.VBox([top, *children, *last]).add_class("mist").add_class(f"mist-page-{name}")


def skeleton_html(name: str) -> str:
    """Return a page as the app shows it until its kernel answers: its words, and grey boxes."""
    grey = '<div class="mist-grey" aria-hidden="true"></div>' * 2
    return f'<div class="mist" aria-busy="true">{_top_html(name)}{grey}</div>'


def navigation_html(current: str) -> str:
    """Links to all pages, the current one marked.

    Example:
        >>> 'aria-current="page">Estimate</a>' in navigation_html("estimate")
        True
    """
    marks = {current: ' aria-current="page"'}
    links = "".join(
        f'<li><a href="{escape(address(name))}"{marks.get(name, "")}>{escape(page.title)}</a></li>'
        for name, page in PAGES.items()
    )
    return (
        f'<nav class="mist-pages" aria-label="Pages"><span class="mist-name">mist explore</span>'
        f"<ul>{links}</ul></nav>"
    )


def _top_html(name: str) -> str:
    opening = asset(f"{name}/opening.html")
    return f"<style>{style_sheet()}</style>{navigation_html(name)}{opening}"
