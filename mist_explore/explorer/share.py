"""Share panels of pages without an address of `page`; delete it with the last that imports it."""

from __future__ import annotations

from collections.abc import Mapping

from mist_explore.explorer import html

__all__ = ["share_html"]


def share_html(query: str, texts: Mapping[str, str]) -> str:
    """Return the share panel of a state, with the mark that the address bar follows."""
    return html.address_html(query) + html.share_html(query, texts)
