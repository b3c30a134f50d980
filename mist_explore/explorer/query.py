"""The state of a page as a link: written, read from the one that was followed, and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

__all__ = [
    "SEEDS",
    "Linked",
    "check_bounds",
    "check_name",
    "check_number",
    "next_seed",
    "number",
    "parted",
    "read_query",
]

SEEDS = (0, 2**31 - 1)
"""The first and the last seed that a page takes."""


@dataclass(frozen=True)
class Linked:
    """A state of names and numbers, which a link holds field by field.

    It is the first screen where all its fields have their defaults.
    """

    def to_query(self) -> str:
        """The state as the query string of a link."""
        return urlencode(asdict(self))

    @classmethod
    def from_query(cls, query: str) -> Self:
        """The state of a query string; what it leaves out is as on the first screen.

        Raises:
            ValueError: if it holds an unknown name or a value that cannot be read.
        """
        first = cls()
        return replace(first, **read_query(query, asdict(first)))


def next_seed(seed: int, ahead: int = 1) -> int:
    """The seed so many places ahead; the first follows the last.

    Example:
        >>> next_seed(6), next_seed(SEEDS[1])
        (7, 0)
    """
    return (seed + ahead) % (SEEDS[1] + 1)


def read_query(query: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a query string, as text where `known` holds text and else as numbers.

    Raises:
        ValueError: if it holds an unknown name or a value that cannot be read.

    Example:
        >>> read_query("?shape=ring&seed=3", {"shape": "line", "seed": 0, "level": 0.9})
        {'shape': 'ring', 'seed': 3}
    """
    values = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True))
    unknown = sorted(values.keys() - known.keys())
    if unknown:
        raise ValueError(f"expected names among {', '.join(known)}; got {', '.join(unknown)}")
    return {
        name: text if isinstance(known[name], str) else number(name, text)
        for name, text in values.items()
    }


def parted(query: str, prefix: str) -> tuple[str, str]:
    """What in a query string has a name without a prefix, and what has one with it.

    Example:
        >>> parted("?dim=3&find_dim=5", "find_")
        ('dim=3', 'find_dim=5')
    """
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    without = [pair for pair in pairs if not pair[0].startswith(prefix)]
    return urlencode(without), urlencode([pair for pair in pairs if pair not in without])


def number(name: str, text: str) -> float:
    """The number that a text says; a whole one as `int`.

    Raises:
        ValueError: if it says none.
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


def check_bounds(state: object, bounds: Mapping[str, tuple[float, float]]) -> None:
    """Raise a ValueError if a field of a state is out of bounds; whole bounds want whole numbers.

    Example:
        >>> check_bounds(slice(7.5), {"stop": (0, 10)})
        Traceback (most recent call last):
        ...
        ValueError: expected stop to be a whole number from 0 to 10; got 7.5
    """
    for field, (low, high) in bounds.items():
        check_number(field, getattr(state, field), low, high)


def check_number(field: str, value: float, low: float, high: float) -> None:
    """Raise a ValueError if a number is out of bounds; whole bounds want a whole number."""
    whole = isinstance(low, int)
    if (whole and not isinstance(value, int)) or not low <= value <= high:
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"expected {field} to be {kind} from {low} to {high}; got {value!r}")
