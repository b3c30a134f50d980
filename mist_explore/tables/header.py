"""Detection of titles and column names in the first rows of a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from mist_explore.tables.numerals import numeral

__all__ = ["column_names", "has_names", "without_titles"]

Row = Sequence[object]

_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*|\d{1,2}:\d{2}.*")


def without_titles(rows: Sequence[Row]) -> int:
    """Return the number of rows above the table: empty rows, and rows with one filled cell.

    Example:
        >>> without_titles([["Report of May", "", ""], [], ["a", "b", "c"], ["1", "2", "3"]])
        2
    """
    filled = [sum(not _empty(cell) for cell in row) for row in rows]
    usual = Counter(n for n in filled if n).most_common(1)
    if not usual or usual[0][0] < 2:
        return next((place for place, n in enumerate(filled) if n), 0)
    # A name above the second column only belongs to the table: R writes row labels without one.
    return next(
        place
        for place, (n, row) in enumerate(zip(filled, rows, strict=True))
        if n > 1 or (n and _empty(row[0]))
    )


def has_names(rows: Sequence[Row]) -> bool:
    """Return whether the first row holds column names rather than values.

    Texts above numbers are names, and so are texts that do not recur in their columns; numbers
    above numbers are names only if they are 0, 1, 2, ... or successive years.

    Example:
        >>> has_names([["a", "b"], ["1", "2"], ["3", "4"]])
        True
        >>> has_names([["0.83", "-0.15"], ["0.12", "0.44"]])
        False
    """
    first, below = rows[0], rows[1:]
    if not below:
        return True
    values = above = recurring = texts = 0
    for place, cell in enumerate(first):
        column = [row[place] for row in below if place < len(row) and not _empty(row[place])]
        if _empty(cell) or not column:
            continue
        numbers = sum(map(_is_value, column)) > 0.5 * len(column)
        if _is_value(cell):
            values += numbers
        else:
            above += numbers
            texts += 1
            recurring += sum(one == cell for one in column) > 1
    if above or _has_row_labels(first, below):
        return True
    if values:
        numbered = [str(cell).strip() for cell in first if not _empty(cell) and _is_value(cell)]
        return not recurring and _counts(numbered)
    return not (texts and recurring == texts and len(below) > 5)


def column_names(first: Row) -> tuple[list[str], tuple[str, ...]]:
    """Return unique column names, with notes on renamed duplicates.

    Example:
        >>> column_names([" a ", "", "a"])
        (['a', 'column 2', 'a.1'], ('two columns are called a: the later one is a.1 here',))
    """
    names: list[str] = []
    notes = []
    plains = ["" if _empty(cell) else " ".join(str(cell).split()) for cell in first]
    if all(re.fullmatch("'[^']+'", plain) for plain in plains if plain):
        plains = [plain.strip("'") for plain in plains]
    for place, plain in enumerate(plains):
        name, number = plain or f"column {place + 1}", 0
        while name in names:
            number += 1
            name = f"{plain}.{number}"
        if number:
            notes.append(f"two columns are called {plain}: the later one is {name} here")
        names.append(name)
    return names, tuple(notes)


def _counts(names: list[str]) -> bool:
    """Return whether the names are 0, 1, 2, ... or successive years."""
    if len(set(names)) < len(names) or not all(name.isdecimal() for name in names):
        return False
    numbers = [int(name) for name in names]
    steps = {after - before for before, after in pairwise(numbers)}
    years = 1800 <= numbers[0] <= numbers[-1] <= 2200 and len(numbers) > 2
    return len(steps) == 1 and (years or (numbers[0] == 0 and steps == {1}))


def _has_row_labels(first: Row, below: Sequence[Row]) -> bool:
    """Return whether row labels or numbers stand below an empty first cell, as R writes them."""
    labels = [row[0] for row in below if row and not _empty(row[0])]
    if not _empty(first[0]) or len(labels) < len(below) or len(first) < 2:
        return False
    counts = all(str(label).strip() == str(n + 1) for n, label in enumerate(labels))
    return counts or not any(map(_is_value, labels)) or (_rises(labels) and _rises(first[1:]))


def _rises(cells: Sequence[object]) -> bool:
    """Return whether the cells are increasing numbers, as on the axes of a two-way table."""
    numbers = [_number(cell) for cell in cells]
    known = [number for number in numbers if number is not None]
    return len(known) == len(numbers) > 1 and all(a < b for a, b in pairwise(known))


def _number(cell: object) -> float | None:
    if isinstance(cell, str):
        found = numeral(cell.strip())
        return None if found is None else found.value(found.decimal_mark or ".")
    return float(cell) if isinstance(cell, int | float) else None


def _is_value(cell: object) -> bool:
    if not isinstance(cell, str):
        return True
    text = cell.strip()
    return numeral(text) is not None or _DATE.fullmatch(text) is not None


def _empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
