"""The frame of every page: navigation, opening, stages of controls beside figures, and the help.

A stage is a rail with controls and, beside it, their figures and words; on a phone the first figure
stays in sight above the controls. A heading after a figure begins another stage.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby

import ipywidgets as widgets

from mist_explore.explorer.glossary import glossary_html
from mist_explore.explorer.pages import PAGES, address
from mist_explore.explorer.theme import asset, has_asset, style_sheet

__all__ = ["FIGURES", "FOOT", "RAIL", "frame", "navigation_html", "skeleton_html", "stages"]

RAIL = "mist-beside"
"""Class of a widget that stands in the rail, as the rows, panels and jobs of the engine have it."""
FOOT = "mist-foot"
"""Class of a widget at the end of the first rail, such as the panel that shares the page."""
FIGURES = {"mist-figure", "mist-figures", "mist-pair", "mist-drawn"}
"""Classes of a figure, and of boxes of figures."""


def frame(name: str, *children: widgets.Widget) -> widgets.VBox:
    """Return a page as one widget: style sheet, navigation, opening, and its own children.

    The opening is the text in `assets/<name>/opening.html`; `assets/<name>/reading.html`, if it
    is there, is the help at the end, with the glosses of their terms.

    Args:
        name: a name in `PAGES`.
        children: the widgets of the page in the order of a narrow window.

    Raises:
        KeyError: if there is no such page.
    """
    top = widgets.HTML(_top_html(name))
    opening = widgets.HTML(_opening_html(name)).add_class("mist-start")
    help_ = f"{name}/reading.html"
    reading = asset(help_) if has_asset(help_) else ""
    words = glossary_html(_opening_html(name) + reading)
    last = [widgets.HTML(part).add_class("mist-help") for part in (reading, words) if part]
    body = stages([opening, *children])
    return widgets.VBox([top, *body, *last]).add_class("mist").add_class(f"mist-page-{name}")


def stages(children: Iterable[widgets.Widget]) -> list[widgets.Box]:
    """Return the stages of a page, each with its rail, if it has one."""
    parts: list[list[widgets.Widget]] = [[]]
    foot = []
    for child in children:
        if _has(child, FOOT):
            foot.append(child)
            continue
        if _is_heading(child) and any(not _is_heading(one) for one in _beside(parts[-1], False)):
            parts.append([])
        parts[-1].append(child)
    rails = [_beside(part, True) for part in parts]
    place = next((rail for rail in rails if rail), None)
    if place is not None:
        place.extend(foot)
    return [
        *(_stage(_beside(part, False), rail) for part, rail in zip(parts, rails, strict=True)),
        *([] if place is not None else foot),
    ]


def skeleton_html(name: str) -> str:
    """Return a page as the app shows it until its kernel answers: its words, and grey boxes."""
    grey = '<div class="mist-grey" aria-hidden="true"></div>'
    return (
        f'<div class="mist mist-page-{name}" aria-busy="true">{_top_html(name)}'
        f'<div class="mist-stage"><div class="mist-main">{_opening_html(name)}'
        f'<p class="mist-starting" role="status"></p>{grey}</div>'
        f'<div class="mist-rail">{grey}</div></div></div>'
    )


def navigation_html(current: str) -> str:
    """Links to all pages in their groups, the current one marked.

    Example:
        >>> 'aria-current="page">Estimate</a>' in navigation_html("estimate")
        True
    """
    marks = {current: ' aria-current="page"'}
    groups = "".join(
        f"<li><span>{escape(group)}</span><ul>"
        + "".join(
            f'<li><a href="{escape(address(page.name))}"{marks.get(page.name, "")}>'
            f"{escape(page.title)}</a></li>"
            for page in pages
        )
        + "</ul></li>"
        for group, pages in groupby(PAGES.values(), lambda page: page.group)
    )
    return (
        '<nav class="mist-pages" aria-label="Pages"><span class="mist-name">mist explore</span>'
        f'<ul class="mist-groups">{groups}</ul>{_TOOLS}</nav>'
    )


# The app gives them their actions; a notebook hides them.
_TOOLS = (
    '<div class="mist-tools" role="group" aria-label="View">'
    '<button type="button" data-do="undo" disabled>Undo</button>'
    '<button type="button" data-do="theme">Dark</button>'
    '<button type="button" data-do="zoom">Larger</button></div>'
)


def _top_html(name: str) -> str:
    return f"<style>{style_sheet()}</style>{navigation_html(name)}"


def _opening_html(name: str) -> str:
    return asset(f"{name}/opening.html")


def _stage(main: list[widgets.Widget], rail: list[widgets.Widget]) -> widgets.Box:
    """Return the widgets of a stage; without a rail it takes the whole width."""
    figure = next((child for child in main if any(_has(child, one) for one in FIGURES)), None)
    if not rail:
        return widgets.VBox(main).add_class("mist-alone")
    if figure is not None:
        figure.add_class("mist-stuck")
    boxes = [
        widgets.VBox(main).add_class("mist-main"),
        widgets.VBox(rail).add_class("mist-rail"),
    ]
    return widgets.Box(boxes).add_class("mist-stage")


def _beside(part: Iterable[widgets.Widget], wanted: bool) -> list[widgets.Widget]:
    """Return the widgets of a part that stand in the rail, or those that do not."""
    return [child for child in part if _has(child, RAIL) is wanted]


def _has(widget: widgets.Widget, name: str) -> bool:
    return name in getattr(widget, "_dom_classes", ())


def _is_heading(widget: widgets.Widget) -> bool:
    """Return whether a widget holds the heading of the next part, or nothing in sight."""
    if _has(widget, "mist-address"):
        return True
    return isinstance(widget, widgets.HTML) and ("<h1" in widget.value or "<h2" in widget.value)
