"""Docstrings of the package as Markdown: an extension of griffe, which `mkdocs.yml` names."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

__all__ = ["Docstrings", "as_markdown"]

EXAMPLE = re.compile(r"^( *)Example:$", re.MULTILINE)
MATH = re.compile(r"^( *)\.\. math:: ?(.*(?:\n\1 +\S.*)*)", re.MULTILINE)
JOINT = re.compile(r"^( +)((?:\*{0,2}\w+, )+\w+): (.*(?:\n\1 +\S.*)*)", re.MULTILINE)


def as_markdown(text: str) -> str:
    r"""Return a docstring in Markdown.

    `.. math::` becomes `\[ \]`, and an entry `x, y: rows` becomes one for each argument.
    """
    text = EXAMPLE.sub(r"\1Examples:", text)  # the name of the section that holds doctests
    text = MATH.sub(lambda m: rf"{m[1]}\[ {' '.join(m[2].split())} \]", text)
    return JOINT.sub(
        lambda m: "\n".join(f"{m[1]}{name}: {m[3]}" for name in m[2].split(", ")), text
    )


class Docstrings(Extension):
    """Rewrite every docstring before it is parsed."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Rewrite the docstring of one object."""
        if obj.docstring:
            obj.docstring.value = as_markdown(obj.docstring.value)
