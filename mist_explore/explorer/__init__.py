"""The pages: frozen settings, seeded and cached results, thin views.

Each page is a package, imported at its first use: a kernel shows one page.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mist_explore.explorer.pages import PAGES, Page

if TYPE_CHECKING:
    from collections.abc import Callable

    import ipywidgets as widgets

    data_page: Callable[..., widgets.VBox]
    estimate_page: Callable[..., widgets.VBox]
    failure_page: Callable[..., widgets.VBox]
    flows_page: Callable[..., widgets.VBox]
    gradient_page: Callable[..., widgets.VBox]
    home_page: Callable[..., widgets.VBox]
    information_page: Callable[..., widgets.VBox]
    training_page: Callable[..., widgets.VBox]
    results_page: Callable[..., widgets.VBox]

__all__ = [
    "PAGES",
    "Page",
    "data_page",
    "estimate_page",
    "failure_page",
    "flows_page",
    "gradient_page",
    "home_page",
    "information_page",
    "results_page",
    "training_page",
]


if not TYPE_CHECKING:  # or every name would pass the check of types

    def __getattr__(name: str) -> object:
        """Import a page at its first use (PEP 562)."""
        page = name.removesuffix("_page")
        if page == name or page not in PAGES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        package = import_module(f"{__name__}.{page}")
        return package.PAGE.opened if hasattr(package, "PAGE") else getattr(package, name)
