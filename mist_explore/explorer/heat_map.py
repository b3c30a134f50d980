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
        sets: settings that the link changes on the page, as a query string; empty for a link that
            opens another page.
        detail: shown under the pointer.
        strong: whether its text is bold.
        faint: whether its text is grey.
        chosen: whether it has a frame.
    """

    text: str = ""
    share: float = 0.0
    link: str = ""
    sets: str = ""
    detail: str = ""
    strong: bool = False
    faint: bool = False
    chosen: bool = False


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
        f'<thead><tr><th class="mist-axis" rowspan="2">{escape(down[0])}</th>'
        f'<th class="mist-axis" scope="colgroup" colspan="{len(across[1])}">'
        f"{escape(across[0])}</th></tr><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def scale_html(title: str, squares: Sequence[Square], more: str = "") -> str:
    """Return the scale of a map: squares of it with their values, and words behind them."""
    swatches = "".join(
        f'<span class="{_side(one)}" style="--share: {_share(one)}%">{escape(one.text)}</span>'
        for one in squares
    )
    return f'<p class="mist-scale">{escape(title)} {swatches} <em>{escape(more)}</em></p>'


def _cell(square: Square) -> str:
    text = escape(square.text)
    if square.strong:
        text = f"<b>{text}</b>"
    if square.link and square.sets:
        text = f'<a href="{escape(square.link)}" data-set="{escape(square.sets)}">{text}</a>'
    elif square.link:
        text = f'<a href="{escape(square.link)}" target="_blank" rel="noopener">{text}</a>'
    marks = (" mist-faint" * square.faint) + (" mist-chosen" * square.chosen)
    detail = f' title="{escape(square.detail)}"' if square.detail else ""
    return (
        f'<td class="{_side(square)}{marks}" style="--share: {_share(square)}%"{detail}>{text}</td>'
    )


def _side(square: Square) -> str:
    return "mist-low" if square.share < 0 else "mist-high"


def _share(square: Square) -> int:
    return round(100 * min(abs(square.share), 1.0))
