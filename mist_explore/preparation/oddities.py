"""Diagnostics of numeric columns: sentinel values, clumps, repeated rows, copied columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from mist_explore.sample import TIED_SHARE

__all__ = ["clumps", "copies", "repeated_rows", "sentinels"]

Numbers = NDArray[np.float64]

SENTINELS = frozenset(
    sign * value
    for sign in (1.0, -1.0)
    for value in (9, 99, 999, 9_999, 99_999, 999_999, 888, 8_888, 32_767, 32_768, 1e20, 1e30)
) | {-1.0, 999.9, -999.9, -999.25, 9_999.9}
"""Common sentinel values for missing data."""

SMALL = 90
"""Magnitude below which a sentinel value, such as -1, must occur at least twice."""

FEWEST_DISTINCT = 0.2
"""Share of distinct rows below which repeated rows are due to few distinct values."""

CLUMP = 0.05
SMOOTH = 20


def sentinels(values: Numbers) -> dict[float, int]:
    """Return probable sentinel values for missing data, with the number of their rows.

    A sentinel value is in `SENTINELS`, an extreme of the column, and farther from the other
    values than their range.

    Args:
        values: a column without missing values, `(n,)`.

    Example:
        >>> sentinels(np.array([21.5, 18, -999, 24, 19.5, -999]))
        {-999.0: 2}
    """
    distinct, counts = np.unique(values, return_counts=True)
    found = {}
    while len(distinct) > 3:
        low, high = distinct[1] - distinct[0], distinct[-1] - distinct[-2]
        if distinct[0] in SENTINELS and low > distinct[-1] - distinct[1]:
            place = 0
        elif distinct[-1] in SENTINELS and high > distinct[-2] - distinct[0]:
            place = -1
        else:
            break
        if abs(distinct[place]) < SMALL and counts[place] < 2:
            break
        found[float(distinct[place])] = int(counts[place])
        keep = slice(1, None) if place == 0 else slice(None, -1)
        distinct, counts = distinct[keep], counts[keep]
    return found


def clumps(values: Numbers) -> dict[float, int]:
    """Return the extreme values that are far more frequent than the others, with their counts.

    A clump in an otherwise continuous column is a detection limit, a cap, or a true zero.

    Args:
        values: a column without missing values, `(n,)`.

    Example:
        >>> rain = np.concatenate([np.zeros(30), np.linspace(0.1, 9, 70)])
        >>> clumps(rain)
        {0.0: 30}
    """
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) < SMOOTH:
        return {}
    found = {}
    for place in (0, -1):
        usual = np.quantile(np.delete(counts, place), 0.95)
        if counts[place] >= max(CLUMP * len(values), 5 * usual, 10):
            found[float(distinct[place])] = int(counts[place])
    return found


def repeated_rows(sides: Iterable[Numbers]) -> int:
    """Return the number of rows that repeat an earlier row, beyond ties of discrete values.

    Args:
        sides: arrays `(n, columns)`.

    Returns:
        The number of repeated rows; 0 where the distinct rows have ties on every side, or are
        fewer than a fifth of all rows.

    Example:
        >>> x = np.array([[0.1], [0.7], [0.1], [0.4]])
        >>> repeated_rows([x, x**2])
        1
    """
    import pandas as pd

    parts = list(sides)
    whole = pd.DataFrame(np.hstack(parts))
    first = ~whole.duplicated().to_numpy()
    rows = whole.to_numpy()[first]
    repeated = len(parts[0]) - len(rows)
    if not repeated or len(rows) < FEWEST_DISTINCT * len(parts[0]):
        return 0
    ends = np.cumsum([part.shape[1] for part in parts])[:-1]
    for part in np.split(rows, ends, axis=1):
        tied = pd.DataFrame(part).duplicated(keep=False).mean()
        if tied <= TIED_SHARE:
            return repeated
    return 0


def copies(columns: Mapping[str, Numbers]) -> list[tuple[str, str]]:
    """Return pairs of columns, the later one first, that are affine functions of each other.

    Example:
        >>> celsius = np.array([0.0, 10.0, 25.0])
        >>> copies({"celsius": celsius, "fahrenheit": 32 + 1.8 * celsius})
        [('fahrenheit', 'celsius')]
    """
    known: dict[bytes, str] = {}
    pairs = []
    for name, values in columns.items():
        scale = np.abs(values).max()
        centred = values / (scale or 1.0)
        centred = centred - centred.mean()
        deviation = np.sqrt(np.mean(centred**2))
        if deviation < 1e-9:
            continue
        first = centred[np.argmax(np.abs(centred) > 1e-6 * deviation)]
        key = (np.round(centred / (deviation * np.sign(first)), 6) + 0.0).tobytes()
        if key in known:
            pairs.append((name, known[key]))
        else:
            known[key] = name
    return pairs
