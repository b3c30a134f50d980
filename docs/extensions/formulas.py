"""Formulas as MathML, which browsers draw without a script: a hook that `mkdocs.yml` names."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from latex2mathml.converter import convert

__all__ = ["on_page_content"]

INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', re.DOTALL)
BLOCK = re.compile(r'<div class="arithmatex">\s*\\\[(.*?)\\\]\s*</div>', re.DOTALL)


def on_page_content(html: str, **_: Any) -> str:
    """Return the page with each formula in TeX replaced by MathML."""
    html = INLINE.sub(lambda m: convert(unescape(m[1])), html)
    return BLOCK.sub(lambda m: convert(unescape(m[1]), display="block"), html)
