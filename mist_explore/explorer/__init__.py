"""The pages: frozen settings, seeded and cached results, thin views.

Each page is a package, imported when it is opened: a kernel shows one page.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mist_explore.explorer.pages import PAGES, Page, page_named

if TYPE_CHECKING:
    import ipywidgets as widgets

__all__ = ["PAGES", "Page", "open_page"]


def open_page(name: str) -> widgets.VBox:
    """Return a page of `PAGES` as one widget, at the link that the browser followed.

    Names that a page had before are known too.

    Raises:
        ValueError: if there is no such page.

    Example:
        >>> open_page("unknown")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        ValueError: expected a page among home, ..., benchmarks; got 'unknown'
    """
    page: widgets.VBox = import_module(f"{__name__}.{page_named(name).name}").PAGE.opened()
    return page
