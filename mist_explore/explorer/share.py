"""A view to hand on: as a link, and as texts that give the same numbers elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

__all__ = ["share_html"]


def share_html(query: str, texts: Mapping[str, str]) -> str:
    """The link of a state and its texts by their label, each with a button that copies it.

    Args:
        query: the state as a query string; the address of the page follows it.
        texts: for example `{"Python": ..., "commands": ...}`.
    """
    link = (
        '<div class="mist-share-item"><span>Link</span>'
        f'<button type="button" data-query="{escape(query)}" '
        "onclick=\"navigator.clipboard.writeText(location.origin + location.pathname + '?' + "
        "this.dataset.query); this.textContent = 'Copied'\">Copy link</button></div>"
    )
    snippets = "".join(_snippet(label, text) for label, text in texts.items())
    return f'<div class="mist-share" data-state="{escape(query)}">{link}{snippets}</div>'


def _snippet(label: str, text: str) -> str:
    return (
        f'<div class="mist-share-item"><span>{escape(label)}</span>'
        f'<button type="button" onclick="navigator.clipboard.writeText('
        "this.nextElementSibling.textContent); this.textContent = 'Copied'\">"
        f"Copy as {escape(label)}</button><pre>{escape(text)}</pre></div>"
    )
