"""The pages: frozen settings, seeded and cached results, thin views.

Each page is a package, imported when it is opened: a kernel shows one page.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mist_explore.explorer.pages import PAGES, Page

if TYPE_CHECKING:
    import ipywidgets as widgets

__all__ = ["PAGES", "Page", "open_page"]


def open_page(name: str) -> widgets.VBox:
    """Return a page of `PAGES` as one widget, at the link that the browser followed.

    Raises:
        ValueError: if there is no such page.

    Example:
        >>> open_page("unknown")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        ValueError: expected a page among home, ..., results; got 'unknown'
    """
    if name not in PAGES:
        raise ValueError(f"expected a page among {', '.join(PAGES)}; got {name!r}")
    page: widgets.VBox = import_module(f"{__name__}.{name}").PAGE.opened()
    return page
