"""Files that a page hands out, carried inside the page itself."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from mimetypes import guess_type

__all__ = ["download_html"]


def download_html(name: str, content: bytes | str, label: str) -> str:
    """A link that saves `content` as a file: no server is asked, nothing is stored.

    Args:
        name: the name of the file; its ending says what it is.
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
