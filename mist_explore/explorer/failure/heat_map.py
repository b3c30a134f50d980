"""A heat map as a table: numbers to read, cells to follow, headers for screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Square", "heat_map_html", "scale_html"]


@dataclass(frozen=True)
class Square:
    """One cell of a heat map.

    Args:
        text: its text.
        share: from -1 to 1, the distance of its colour from the middle of the scale.
        link: an address; empty for none.
        detail: shown under the pointer.
        strong: whether its text is bold.
    """

    text: str = ""
    share: float = 0.0
    link: str = ""
    detail: str = ""
    strong: bool = False


def heat_map_html(
    title: str,
    across: tuple[str, Sequence[str]],
    down: tuple[str, Sequence[str]],
    squares: Sequence[Sequence[Square]],
) -> str:
    """Return a table with cells coloured from too low, violet, over nothing to too high, green.

    Args:
        title: of the table.
        across: the label of the horizontal axis, and its values.
        down: the label of the vertical axis, and its values.
        squares: a row of them for each value down.
    """
    heads = "".join(f'<th scope="col">{escape(value)}</th>' for value in across[1])
    rows = "".join(
        f'<tr><th scope="row">{escape(value)}</th>{"".join(map(_cell, row))}</tr>'
        for value, row in zip(down[1], squares, strict=True)
    )
    return (
        f'<div class="mist-map"><table><caption>{escape(title)}</caption>'
        f'<thead><tr><td></td><th class="mist-axis" scope="colgroup" colspan="{len(across[1])}">'
        f"{escape(across[0])}</th></tr>"
        f'<tr><th class="mist-axis">{escape(down[0])}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def scale_html(low: str, middle: str, high: str, end: float = 1.0) -> str:
    """Return the scale in words; `end` is the distance of the colour of `high` from the middle."""
    bar = f'<i aria-hidden="true" style="--end: {round(100 * end)}%"></i>'
    words = [f"<span>{escape(text)}</span>" for text in (low, middle, high)]
    return f'<p class="mist-scale">{bar.join(words)}</p>'


def _cell(square: Square) -> str:
    side = "mist-low" if square.share < 0 else "mist-high"
    text = escape(square.text)
    if square.strong:
        text = f"<b>{text}</b>"
    if square.link:
        text = f'<a href="{escape(square.link)}" target="_blank" rel="noopener">{text}</a>'
    share = round(100 * min(abs(square.share), 1.0))
    detail = f' title="{escape(square.detail)}"' if square.detail else ""
    return f'<td class="{side}" style="--share: {share}%"{detail}>{text}</td>'
