"""Detection of the separator of a delimited text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice

__all__ = [
    "ALIGNED",
    "LOOKED_AT",
    "SEPARATORS",
    "aligned_fields",
    "declared_separator",
    "filled_rows",
    "find_separator",
]

ALIGNED = "  "
"""Aligned columns, separated by two blanks or more, with single blanks within values."""

SEPARATORS = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "vertical bars",
    " ": "blanks",
    ALIGNED: "two blanks or more",
}
LOOKED_AT = 200
"""Number of leading lines for the detection of separators and headers."""

csv.field_size_limit(2**31 - 1)


def declared_separator(text: str) -> tuple[str, str]:
    """Split off a first line such as `sep=;`, as written by Excel; return the rest and the mark."""
    line, _, rest = text.partition("\n")
    found = re.fullmatch(r'"?sep=(.)"?', line.strip(" "))
    return (rest, found[1]) if found else (text, "")


def filled_rows(text: str, separator: str, most: int) -> list[list[str]]:
    """Return up to `most` non-empty rows."""
    lines = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
    return list(islice((row for row in lines if any(cell.strip() for cell in row)), most))


def find_separator(text: str, candidates: str) -> str:
    """Return the separator for which most lines have the same number of fields, at least two."""
    head = "\n".join(text.split("\n", LOOKED_AT)[:LOOKED_AT])
    best, found = (0.0, 0), ""
    for separator in candidates:
        counts = Counter(len(row) for row in filled_rows(head, separator, LOOKED_AT))
        total, single = counts.total(), counts.pop(1, 0)
        fields, count = counts.most_common(1)[0] if counts else (1, 0)
        if count <= single:  # the mark occurs within texts of a single column
            continue
        first = len(filled_rows(head, separator, 1)[0])
        score = (round(count / total, 2) + 0.1 * (first == fields), fields)
        if score > best:
            best, found = score, separator
    if found:
        return found
    lines = [one for one in head.split("\n") if one.strip()]
    if " " not in candidates and _is_blank_separated([line.split() for line in lines]):
        return " "
    if " " not in candidates and _is_blank_separated([aligned_fields(line) for line in lines]):
        return ALIGNED
    return candidates[0]


def aligned_fields(line: str) -> list[str]:
    """Split a line at runs of two blanks or more."""
    return re.split(r"\s{2,}", line.strip())


def _is_blank_separated(lines: list[list[str]]) -> bool:
    """Return whether all lines have the same number of words, at least two.

    The line of names has one word fewer above the row labels `"1"`, `"2"`, ... of R.
    """
    words = [[word.strip('"') for word in line] for line in lines]
    widths = [len(line) for line in words] or [0]
    labels = [line[0] for line in words[1:]]
    labelled = len(labels) > 2 and labels == [str(place + 1) for place in range(len(labels))]
    fewest = widths[-1] - labelled
    return len({*widths[1:], widths[-1]}) == 1 and 1 < fewest <= widths[0] <= widths[-1]
