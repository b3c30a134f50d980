"""Files to save, and links to the state of a page, as HTML."""

from __future__ import annotations

import csv
import io
from base64 import b64encode
from collections.abc import Iterable, Mapping
from html import escape
from mimetypes import guess_type
from typing import TypeAlias

import segno

from mist_explore.explorer.html import caption_html
from mist_explore.explorer.pages import PAGES, address

__all__ = [
    "File",
    "adapting_html",
    "address_html",
    "copy_html",
    "csv_text",
    "download_html",
    "downloads_html",
    "page_html",
    "share_html",
]

File: TypeAlias = tuple[str, bytes | str, str]
"""A file to save: its name, its content, and the words of the link."""


def download_html(name: str, content: bytes | str, label: str) -> str:
    """Return a link that saves `content` as a file, without a server.

    Args:
        name: of the file; its ending gives the type.
        content: its bytes, or its text.
        label: the words of the link.

    Example:
        >>> download_html("a.csv", "x,y", "CSV")
        '<a class="mist-download" download="a.csv" href="data:text/csv;base64,eCx5">CSV</a>'
    """
    data = content.encode() if isinstance(content, str) else content
    kind = guess_type(name)[0] or "application/octet-stream"
    return (
        f'<a class="mist-download" download="{escape(name)}" '
        f'href="data:{kind};base64,{b64encode(data).decode()}">{escape(label)}</a>'
    )


def downloads_html(files: Iterable[File]) -> str:
    """Return links of `download_html` side by side."""
    links = " ".join(download_html(*file) for file in files)
    return f'<p class="mist-downloads">{links}</p>'


def csv_text(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    r"""Return a table as CSV; None is an empty cell.

    Example:
        >>> csv_text(("x", "y"), [(1, None), (0.5, "a, b")])
        'x,y\n1,\n0.5,"a, b"\n'
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return text.getvalue()


def page_html(name: str, query: str = "", words: str = "") -> str:
    """Return a link to a page in a state; its words are the title of the page unless given.

    Example:
        >>> page_html("estimate", "n=50&seed=1", "50 rows")
        '<a href="estimate.ipynb?n=50&amp;seed=1">50 rows</a>'
    """
    return f'<a href="{escape(address(name, query))}">{escape(words or PAGES[name].title)}</a>'


def adapting_html(columns: str, query: str = "") -> str:
    """Return when it is worth a try to adapt the network, with a link to the page Adapt.

    Args:
        columns: the columns to adapt to, in words.
        query: the state of the page.
    """
    link = page_html("adapt", query, f"adapt the network to {columns}")
    return caption_html(
        "Where the rows of X or of Y lie along curves or in clusters and the estimators disagree, "
        f"it is worth a try to {link}. On ordinary columns the network is good already."
    )


def address_html(query: str) -> str:
    """Return the mark that the address bar follows: the state of a page as a query string."""
    return f'<span data-state="{escape(query)}"></span>'


def share_html(query: str, texts: Mapping[str, str], here: str = "") -> str:
    """Return the link of a state and its texts by their label, each with a button to copy it.

    Args:
        query: the state as a query string.
        texts: for example `{"Python": ..., "commands": ...}`.
        here: the address of the page without the query; with it, the link as a QR code too.
    """
    link = (
        '<div class="mist-share-item"><span>Link</span>'
        f'<button type="button" data-query="{escape(query)}" '
        "onclick=\"navigator.clipboard.writeText(location.origin + location.pathname + '?' + "
        "this.dataset.query); this.textContent = 'Copied'\">Copy link</button></div>"
    )
    if here:
        code = segno.make(f"{here}?{query}", error="L", micro=False)
        link += (
            '<div class="mist-share-item mist-here">'
            f"{code.svg_inline(scale=3, border=2, light='#fff', title='QR code of the link')}"
            '<button type="button" data-do="frame">Copy HTML to embed</button>'
            '<button type="button" data-do="print">Print</button></div>'
        )
    snippets = "".join(
        f'<div class="mist-share-item"><span>{escape(label)}</span>'
        f"{copy_html(f'Copy as {label}')}<pre>{escape(text)}</pre></div>"
        for label, text in texts.items()
    )
    return f'<div class="mist-share">{link}{snippets}</div>'


def copy_html(label: str) -> str:
    """Return a button that copies the text of the element behind it."""
    return (
        '<button type="button" onclick="navigator.clipboard.writeText('
        "this.nextElementSibling.textContent); this.textContent = 'Copied'\">"
        f"{escape(label)}</button>"
    )
