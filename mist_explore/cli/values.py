"""Types of the values that options take, each with the text it is read from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter, Token

__all__ = [
    "CircularShift",
    "Columns",
    "Fraction",
    "Names",
    "Numbers",
    "OptionalWhole",
    "Settings",
    "TablePath",
    "Units",
    "Whole",
    "WholeNumbers",
    "fraction",
    "names",
    "numbers",
    "setting",
    "whole_number",
    "whole_numbers",
]


def names(text: str) -> tuple[str, ...]:
    """Return names separated by commas; one that holds a comma stands in double quotes.

    Example:
        >>> names('age, "height, cm"')
        ('age', 'height, cm')
    """
    return tuple(name for name in next(csv.reader([text], skipinitialspace=True), []) if name)


def fraction(text: str) -> float:
    """Return a number strictly between 0 and 1.

    Raises:
        ValueError: for any other text.
    """
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < 1:
        raise ValueError(f"expected a number in (0, 1), as 0.9; got {text!r}")
    return value


def whole_number(text: str) -> int:
    """Return a whole number of at least 0.

    Raises:
        ValueError: for any other text.
    """
    if not text.isdecimal():
        raise ValueError(f"expected a whole number; got {text!r}")
    return int(text)


def whole_numbers(text: str) -> tuple[int, ...]:
    """Return whole numbers of at least 0, separated by commas."""
    return tuple(whole_number(part.strip()) for part in text.split(","))


def numbers(text: str) -> tuple[float, ...]:
    """Return numbers separated by commas.

    Raises:
        ValueError: if a part is no number.

    Example:
        >>> numbers("0.5, 1")
        (0.5, 1.0)
    """
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"expected numbers, as 0.5,1; got {text!r}") from None


def setting(text: str) -> tuple[str, float]:
    """Return the name and the value of a parameter.

    Raises:
        ValueError: if the value is no number.

    Example:
        >>> setting("strength=1.5")
        ('strength', 1.5)
    """
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise ValueError(f"expected NAME=NUMBER, as strength=1.5; got {text!r}") from None


def _read_by(read: Callable[[str], Any], metavar: str) -> Parameter:
    """Return a parameter of one token; of a repeated option the last value counts."""

    def convert(_type: Any, tokens: Sequence[Token]) -> Any:
        return read(tokens[-1].value)

    return Parameter(converter=convert, n_tokens=1, accepts_keys=False, metavar=metavar)


Whole = Annotated[int, _read_by(whole_number, "N")]
OptionalWhole = Annotated[int | None, _read_by(whole_number, "N")]
Fraction = Annotated[float, _read_by(fraction, "SHARE")]
Names = Annotated[tuple[str, ...], _read_by(names, "NAMES")]
Columns = Annotated[tuple[str, ...], _read_by(names, "COLUMNS")]
Numbers = Annotated[tuple[float, ...], _read_by(numbers, "NUMBERS")]
WholeNumbers = Annotated[tuple[int, ...], _read_by(whole_numbers, "NUMBERS")]
Settings = Annotated[
    tuple[tuple[str, float], ...],
    Parameter(
        converter=lambda _type, tokens: tuple(setting(token.value) for token in tokens),
        n_tokens=1,
        accepts_keys=False,
        metavar="NAME=VALUE",
    ),
]
CircularShift = Annotated[bool, Parameter(name=("--circular-shift", "--shifted"))]
Units = Literal["nats", "bits"]
TablePath = Annotated[
    Path,
    Parameter(
        name="TABLE",
        help="CSV, text, Excel, Parquet, Feather, SQLite or NPZ file, which may be compressed, or "
        "the name of a bundled table.",
    ),
]
