"""Pairs of columns as a table of the data page: numbers, rows, tests and warnings of each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from mist_explore.evaluation import Pairwise, pair_rows
from mist_explore.explorer.html import caption_html
from mist_explore.explorer.your_data.settings import DataState
from mist_explore.plots import shown

__all__ = ["MOST_LISTED", "pair_list_html"]

MOST_LISTED = 200
"""Rows of the table on the page; the files hold all."""


def pair_list_html(found: Pairwise, state: DataState, label: str, target: str = "") -> str:
    """Return the pairs as a table: the most informative first, those with a warning below.

    Args:
        found: the pairs.
        state: units and level of the intervals.
        label: the name of the table for screen readers.
        target: a column that all pairs share, and that is not repeated; empty for none.
    """
    rows = pair_rows(found, state.level, state.units)
    head = ["column" if target else "pair", state.units, f"{state.level:.0%} interval", "rows"]
    optional = {
        "share_of_entropy": "of the smaller entropy",
        "p_adjusted": "adjusted p-value",
        "screening": f"between bins ({state.units})",
    }
    fields = [name for name in optional if any(row[name] is not None for row in rows)]
    head += [optional[name] for name in fields]
    names = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    names += '<th scope="col" class="mist-warnings">warnings</th>'
    lines = "".join(_line(row, fields, target) for row in rows[:MOST_LISTED])
    more = len(rows) - MOST_LISTED
    rest = (
        caption_html(
            f'The first {MOST_LISTED:,} of {len(rows):,} pairs; the files under "Export" hold all.'
        )
        if more > 0
        else ""
    )
    notes = "".join(caption_html(f"{escape(note)}.") for note in found.notes)
    return (
        f'<div class="mist-table" tabindex="0" role="region" aria-label="{escape(label)}"><table>'
        f"<thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table></div>{rest}{notes}"
    )


def _line(row: dict[str, Any], fields: Sequence[str], target: str) -> str:
    name = row["one"] if target else f"{row['one']} and {row['other']}"
    width = 3 + len(fields) + 1
    if row["error"]:
        return (
            f'<tr><th scope="row">{escape(name)}</th>'
            f'<td colspan="{width}">{escape(row["error"])}</td></tr>'
        )
    interval = "" if row["low"] is None else f"{shown(row['low'])} to {shown(row['high'])}"
    median = "not estimated" if row["median"] is None else shown(row["median"])
    warnings = [*([row["artefact"]] if row["artefact"] else []), *row["warnings"]]
    cells = [median, interval, f"{row['rows']:,}", *(_cell(name, row[name]) for name in fields)]
    body = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    listed = "<br>".join(map(escape, warnings))
    return (
        f'<tr><th scope="row">{escape(name)}</th>{body}<td class="mist-warnings">{listed}</td></tr>'
    )


def _cell(field: str, value: float | None) -> str:
    if value is None:
        return ""
    match field:
        case "share_of_entropy":
            return f"{value:.0%}"
        case "p_adjusted":
            return f"{value:.2g}"
        case _:
            return shown(value)
