"""Markdown: tables, and marked sections that commands write again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mist_explore.files import folder_lock, replace_file

__all__ = ["pipe_table", "with_section", "write_section"]


def pipe_table(header: Sequence[str], lines: Iterable[Sequence[str]], texts: int = 1) -> str:
    """Return lines of cells as a table; the columns after the first `texts` hold numbers.

    Example:
        >>> print(pipe_table(["", "error"], [["ksg", "0.1"]]))
        |  | error |
        | --- | ---: |
        | ksg | 0.1 |
    """
    rule = ["---"] * texts + ["---:"] * (len(header) - texts)
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *lines))


def with_section(text: str, name: str, content: str) -> str:
    r"""Replace the text between `<!-- name -->` and `<!-- /name -->`.

    Raises:
        ValueError: if the two markers are not in the text, in this order.

    Example:
        >>> with_section("a <!-- t -->old<!-- /t --> b", "t", "new")
        'a <!-- t -->\nnew\n<!-- /t --> b'
    """
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found_opening, rest = text.partition(opening)
    _, found_closing, after = rest.partition(closing)
    if not (found_opening and found_closing):
        raise ValueError(f"expected the markers {opening} and {closing}; found them not both")
    return f"{before}{opening}\n{content.strip()}\n{closing}{after}"


def write_section(page: Path, name: str, content: str) -> None:
    """Replace a section of a file, as `with_section` does; other processes wait meanwhile.

    Raises:
        ValueError: if the two markers are not in the file, in this order.
    """
    with folder_lock(page.parent):
        text = with_section(page.read_text(encoding="utf-8"), name, content)
        replace_file(page, text.encode())
