"""Parsing of dates and clock times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["clock_hours", "compact_dates", "dates"]

_CLOCK = re.compile(
    r"(\d{1,3}):([0-5]\d)(?::([0-5]\d(?:[.,]\d+)?))?\s*(am|pm|AM|PM|a\.m\.|p\.m\.)?"
)
_NUMERIC = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:[ T,]+(\d{1,2}:\d{2}(:\d{2})?))?"
)
_NAMED = (
    *("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d. %B %Y", "%d/%b/%Y"),
    *("%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%a, %d %b %Y %H:%M:%S %z"),
    *("%b %Y", "%B %Y", "%Y %b", "%Y-%m", "%Y/%m", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S"),
    *("%Y.%m.%d", "%d %b %Y %H:%M", "%d %b %Y %H:%M:%S", "%Y-%m-%d %I:%M %p"),
)


FEW = 20
"""Number of texts that a format is tried on first."""

FIRST_DAY, LAST_DAY, FEWEST_DAYS = 1900_01_01, 2100_12_31, 3
"""Bounds of whole numbers that are dates, and the smallest number of distinct ones."""


def compact_dates(numbers: NDArray[np.generic]) -> NDArray[np.datetime64] | None:
    """Convert whole numbers such as 20240131 to timestamps; None where one is not a date.

    Fewer than one in twenty of the whole numbers between `FIRST_DAY` and `LAST_DAY` is a date.

    Args:
        numbers: `(n,)`; missing values are NaN, and NaT in the result.

    Example:
        >>> compact_dates(np.array([20240131, 20240201, 20240229])).astype("M8[D]").tolist()[-1]
        datetime.date(2024, 2, 29)
        >>> compact_dates(np.array([20240131, 20240132, 20240201])) is None
        True
    """
    import pandas as pd

    there = ~np.isnan(numbers) if numbers.dtype.kind == "f" else np.ones(len(numbers), dtype=bool)
    known = numbers[there].astype(np.float64)
    if not len(known) or known.min() < FIRST_DAY or known.max() > LAST_DAY:
        return None
    distinct, places = np.unique(known, return_inverse=True)
    whole = distinct.astype(np.int64)
    if len(distinct) < FEWEST_DAYS or (whole != distinct).any():
        return None
    days = pd.to_datetime(pd.Series(whole.astype(str)), format="%Y%m%d", errors="coerce")
    if days.isna().any():
        return None
    moments = np.full(len(numbers), np.datetime64("NaT"), dtype="datetime64[us]")
    moments[there] = days.to_numpy().astype("datetime64[us]")[places]
    return moments


def clock_hours(texts: pd.Series[str]) -> NDArray[np.float64] | None:
    """Convert clock times to hours; None where a text is not a clock time.

    Example:
        >>> import pandas as pd
        >>> clock_hours(pd.Series(["08:30", "17:15:36", "1:00 pm"])).tolist()
        [8.5, 17.26, 13.0]
    """
    hours = []
    for text in texts:
        found = _CLOCK.fullmatch(text)
        if found is None:
            return None
        hour, half = int(found[1]), (found[4] or "")[:1].lower()
        if half:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + 12 * (half == "p")
        seconds = float((found[3] or "0").replace(",", "."))
        hours.append(hour + int(found[2]) / 60 + seconds / 3_600)
    return np.array(hours)


def dates(texts: pd.Series[str], *, day_first: bool = False) -> tuple[pd.Series[Any], str] | None:
    """Parse dates as timestamps in UTC, with a note on their order; None where a text is no date.

    Formats are tried in the order ISO 8601, numeric as in `31.12.2021` or `12/31/21 14:05`, and
    with names of months. A number above 12 is a day; without one the order is ambiguous.

    Args:
        texts: the distinct texts of a column.
        day_first: whether the day precedes the month in ambiguous dates with slashes.

    Example:
        >>> import pandas as pd
        >>> moments, note = dates(pd.Series(["03/04/2024", "05/06/2024"]))
        >>> str(moments[0].date()), note
        ('2024-03-04', 'read as month/day/year; day/month/year fits as well')
    """
    # No date is shorter than 2024-1 or starts like a number of one field.
    if not texts.str.contains(r"\d", regex=True).all() or not texts.str.len().between(6, 40).all():
        return None
    iso = _parsed(texts, "ISO8601")
    if iso is not None and not texts.str.fullmatch(r"\d{6,}").any():
        return iso, ""
    found = [_NUMERIC.fullmatch(text) for text in texts]
    matches = [one for one in found if one is not None]
    if len(matches) == len(found):
        return _numeric(texts, matches, day_first)
    for form in _NAMED:
        moments = _parsed(texts, form)
        if moments is not None:
            return moments, ""
    return None


def _parsed(texts: pd.Series[str], form: str) -> pd.Series[Any] | None:
    """Parse dates of one format; None where a text has another, as most columns show at once."""
    import pandas as pd

    for part in (texts[:FEW], texts):
        moments = pd.to_datetime(part, format=form, errors="coerce", utc=True)
        if moments.isna().any():
            return None
    return moments


def _numeric(
    texts: pd.Series[str], found: list[re.Match[str]], day_first: bool
) -> tuple[pd.Series[Any], str] | None:
    import pandas as pd

    first, second = (max(int(one[place]) for one in found) for place in (1, 3))
    if len({(one[2], len(one[4])) for one in found}) > 1 or (first > 12 and second > 12):
        return None
    mark = found[0][2]
    ambiguous = first <= 12 and second <= 12
    days = mark == "." or day_first if ambiguous else first > 12
    order = f"%d{mark}%m{mark}" if days else f"%m{mark}%d{mark}"
    year = "%Y" if len(found[0][4]) == 4 else "%y"
    rebuilt = pd.Series(
        [f"{one[1]}{mark}{one[3]}{mark}{one[4]} {_with_seconds(one[5])}" for one in found],
        index=texts.index,
        dtype="str",
    )
    moments = pd.to_datetime(rebuilt, format=f"{order}{year} %H:%M:%S", errors="coerce", utc=True)
    if moments.isna().any():
        return None
    names = ("day", "month") if days else ("month", "day")
    shown = f"{mark.join((*names, 'year'))}"
    other = mark.join((names[1], names[0], "year"))
    if not ambiguous:
        return moments, f"read as {shown}"
    return moments, f"read as {shown}" + ("" if mark == "." else f"; {other} fits as well")


def _with_seconds(clock: str | None) -> str:
    if not clock:
        return "00:00:00"
    return clock if clock.count(":") == 2 else f"{clock}:00"
