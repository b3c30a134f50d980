"""The typeface of the pages: served by the app, embedded where no app serves the page."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from mist_explore.explorer.pages import in_app

__all__ = ["FILE", "font_face", "font_file", "font_url"]

FILE = "inter.woff2"
WEIGHTS = "400 750"


@cache
def font_file() -> bytes:
    """Return the variable font Inter (WOFF2), reduced to the characters that the pages use.

    Source: https://rsms.me/inter, SIL Open Font License 1.1; `make fonts` writes it.
    """
    return (files("mist_explore.explorer") / "assets" / "fonts" / FILE).read_bytes()


def font_url() -> str:
    """Return the address of the font in the app, relative to any page; it changes with the font.

    Example:
        >>> font_url().partition("?v=")[0]
        'fonts/inter.woff2'
    """
    return f"fonts/{FILE}?v={sha256(font_file()).hexdigest()[:8]}"


def font_face(embedded: bool | None = None) -> str:
    """Return the `@font-face` rule of the typeface.

    Args:
        embedded: whether the rule carries the font itself (about 75 kB), which a single file
            needs; by default everywhere but in the app.

    Example:
        >>> "url(data:font/woff2;base64," in font_face(embedded=True)
        True
    """
    inside = not in_app() if embedded is None else embedded
    url = f"data:font/woff2;base64,{b64encode(font_file()).decode()}" if inside else font_url()
    return (
        f'@font-face {{ font-family: "Inter"; font-weight: {WEIGHTS}; font-style: normal; '
        f'font-display: swap; src: url({url}) format("woff2"); }}'
    )
