"""Parts of links, and checks of their values."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode

__all__ = [
    "SEEDS",
    "VIEW",
    "check_name",
    "check_number",
    "next_seed",
    "number",
    "of_state",
    "parted",
]

VIEW = ("hide", "embed", "zoom", "theme")
"""Keys of a link that choose how the browser shows a page, not its state."""
SEEDS = (0, 2**31 - 1)
"""The first and the last seed that a page takes."""


def next_seed(seed: int, ahead: int = 1) -> int:
    """Return the seed `ahead` places further; the first follows the last.

    Example:
        >>> next_seed(6), next_seed(SEEDS[1])
        (7, 0)
    """
    return (seed + ahead) % (SEEDS[1] + 1)


def parted(query: str, prefix: str) -> tuple[str, str]:
    """Return the part of a query string without a prefix of its keys, and the part with it.

    Example:
        >>> parted("?dim=3&find_dim=5", "find_")
        ('dim=3', 'find_dim=5')
    """
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    without = [pair for pair in pairs if not pair[0].startswith(prefix)]
    return urlencode(without), urlencode([pair for pair in pairs if pair not in without])


def of_state(query: str) -> str:
    """Return a query string without the keys in `VIEW`.

    Example:
        >>> of_state("n=50&hide=nav,controls&seed=7")
        'n=50&seed=7'
    """
    pairs = query.removeprefix("?").split("&")
    return "&".join(pair for pair in pairs if pair.partition("=")[0] not in VIEW)


def number(name: str, text: str) -> float:
    """Return the number of a text, a whole one as `int`.

    Raises:
        ValueError: if the text is no number.
    """
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text)
    raise ValueError(f"expected {name} to be a number; got {text!r}")


def check_name(field: str, value: str, names: Iterable[str]) -> None:
    """Raise a ValueError if a value is none of the names."""
    expected = tuple(names)
    if value not in expected:
        raise ValueError(f"expected {field} among {', '.join(expected)}; got {value!r}")


def check_number(field: str, value: float, low: float, high: float) -> None:
    """Raise a ValueError if a number is out of bounds; whole bounds want a whole number.

    Example:
        >>> check_number("stop", 7.5, 0, 10)
        Traceback (most recent call last):
        ...
        ValueError: expected stop to be a whole number from 0 to 10; got 7.5
    """
    whole = isinstance(low, int)
    if (whole and not isinstance(value, int)) or not low <= value <= high:
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"expected {field} to be {kind} from {low} to {high}; got {value!r}")
