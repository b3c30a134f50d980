"""Figures and words of the page on the number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
import plotly.graph_objects as go

from mist_explore.evaluation import RowsNeeded
from mist_explore.explorer.html import listed, number_html, number_row_html, table_html
from mist_explore.explorer.links import csv_text
from mist_explore.explorer.sample_size.compute import Curves
from mist_explore.plots import mark_of, plot_errors_by_rows, plot_widths_by_rows, shown

__all__ = ["alt_text", "as_csv", "columns_html", "figures", "insight", "numbers_html"]


def figures(curves: Curves, error: float) -> tuple[go.Figure, go.Figure]:
    """Return the errors and the widths against rows."""
    rows = curves.grid.n_samples
    needed = {name: one.rows for name, one in curves.needed(error).items()}
    return (
        plot_errors_by_rows(curves.errors, rows, error, needed),
        plot_widths_by_rows(curves.widths, curves.spreads, rows),
    )


def numbers_html(curves: Curves, error: float) -> str:
    """Return the rows that each estimator needs."""
    needed, cells = curves.needed(error), []
    for name in curves.grid.estimators:
        mark, one = mark_of(name), needed.get(name)
        if one is None:
            cells.append(number_html(mark.role, mark.label, "–", "no estimate yet"))
        else:
            detail = f"rows; 90% range {one.range}" if one.range else "rows"
            cells.append(number_html(mark.role, mark.label, one.number, detail))
    return number_row_html(cells)


def insight(curves: Curves, error: float) -> str:
    """Return sentences on the rows that each estimator needs, and on those that never suffice."""
    needed = curves.needed(error)
    if not needed:
        return ""
    parts = [f"{mark_of(name).short} needs {_rows(one)}" for name, one in needed.items()]
    ranges = " (in brackets: 90% ranges)" if any(one.range for one in needed.values()) else ""
    sentences = [
        f"For an error of {shown(error)} nats on average {listed(parts)}{ranges}.",
        _fewest(needed),
        *(_stuck(curves, name) for name, one in needed.items() if np.isinf(one.rows)),
    ]
    return " ".join(filter(None, sentences))


def columns_html(found: Mapping[int, Curves], error: float) -> str:
    """Return a table of the rows that each estimator needs by number of columns."""
    if not found:
        return ""
    grid = next(iter(found.values())).grid
    needed = [curves.needed(error) for curves in found.values()]
    return table_html(
        "Rows by columns",
        ("Columns of X + of Y", *(f"{dim} + {dim}" for dim in found)),
        (
            (mark_of(name).short, *(_cell(rows.get(name)) for rows in needed))
            for name in grid.estimators
        ),
        caption=f"Rows for an error of {shown(error)} nats, by number of columns",
    )


def alt_text(curves: Curves, error: float) -> str:
    """Return a description of the figures for screen readers."""
    case = curves.grid.cases[0]
    lines = [
        f"{mark_of(name).short}: "
        + ", ".join(
            f"{shown(float(np.abs(errors).mean()))} on {rows:,} rows"
            for rows, errors in found.items()
        )
        for name, found in curves.errors.items()
        if found
    ]
    return (
        f"Two figures for {case.family} with {case.dim} columns for each of X and Y and "
        f"{shown(case.information or 0.0)} nats: the mean absolute error against the number of "
        f"rows, and the width of intervals. {'. '.join(lines)}. {insight(curves, error)}"
    )


def as_csv(curves: Curves) -> str:
    """Return every estimate as a table."""
    names = ("replicate", "seed", "estimator", "truth", "median", "low", "high")
    return csv_text(
        ("n_samples", *names),
        ((one.case.n_samples, *(getattr(one, name) for name in names)) for one in curves.trials),
    )


def _rows(one: RowsNeeded) -> str:
    return f"{one.number} rows{f' ({one.range})' if one.range else ''}"


def _cell(one: RowsNeeded | None) -> str:
    if one is None:
        return "–"
    detail = f" <small>{escape(one.range)}</small>" if one.range else ""
    return f"<b>{escape(one.number)}</b>{detail}"


def _fewest(needed: Mapping[str, RowsNeeded]) -> str:
    """Return which estimator needs the fewest rows, and whether that is beyond chance."""
    best, *others = sorted(needed, key=lambda name: needed[name].rows)
    if not others or needed[best].rows == needed[others[0]].rows:
        return ""
    close = [mark_of(name).short for name in others if needed[name].low <= needed[best].high]
    if close:
        return f"The lead of {mark_of(best).short} over {listed(close)} is within sampling error."
    return f"{mark_of(best).short} needs the fewest, beyond sampling error."


def _stuck(curves: Curves, name: str) -> str:
    """Return how far an estimator is off on the most rows, and on which side."""
    rows, errors = list(curves.errors[name].items())[-1]
    off = float(np.abs(errors).mean())
    low = int((errors < 0).sum())
    side = max((low, "low"), (len(errors) - low, "high"))
    return (
        f"On {rows:,} rows {mark_of(name).short} is still off by {shown(off)}, too {side[1]} in "
        f"{side[0]} of {len(errors)} datasets."
    )
