"""Parsing of arguments: errors in one line, and the kinds of values that commands share."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import NoReturn, TypeAlias

__all__ = [
    "TABLE",
    "Parser",
    "Subparsers",
    "add_columns",
    "fraction",
    "names",
    "numbers",
    "whole_number",
    "whole_numbers",
]

TABLE = (
    "CSV, text, Excel, Parquet, Feather, SQLite or NPZ file, which may be compressed, or the name "
    "of a bundled table"
)
"""The help of an argument that is a table."""

Subparsers: TypeAlias = "argparse._SubParsersAction[Parser]"


class Parser(argparse.ArgumentParser):
    """An argument parser whose help keeps the lines of its example, and whose errors are short."""

    def __init__(self, **settings: object) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **settings)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Raise a ValueError, for `main` to print as one line."""
        raise ValueError(f"{message} (see `{self.prog} --help`)")


def add_columns(parser: Parser) -> None:
    """Add the arguments that name a table and the columns of its two sides."""
    parser.add_argument("table", type=Path, help=TABLE)
    for side in ("x", "y"):
        parser.add_argument(
            f"--{side}",
            type=names,
            required=True,
            metavar="COLUMNS",
            help="columns of this side, separated by commas; * stands for any characters, and the "
            "name of a matrix in an NPZ file for its columns",
        )


def names(text: str) -> list[str]:
    """Names separated by commas; one that holds a comma stands in double quotes.

    Example:
        >>> names('age, "height, cm"')
        ['age', 'height, cm']
    """
    return [name for name in next(csv.reader([text], skipinitialspace=True), []) if name]


def fraction(text: str) -> float:
    """A number strictly between 0 and 1."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"expected a number in (0, 1), as 0.9; got {text!r}")
    return value


def whole_number(text: str) -> int:
    """A whole number of at least 0."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number; got {text!r}")
    return int(text)


def numbers(text: str) -> list[float]:
    """Numbers separated by commas.

    Example:
        >>> numbers("0.5, 1")
        [0.5, 1.0]
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected numbers, as 0.5,1; got {text!r}") from None


def whole_numbers(text: str) -> list[int]:
    """Whole numbers of at least 0, separated by commas."""
    return [whole_number(part.strip()) for part in text.split(",")]
