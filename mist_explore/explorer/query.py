"""Reading the state of a page from the link that was followed, and checking it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

__all__ = ["check_bounds", "check_name", "number", "read_query"]


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
        value, whole = getattr(state, field), isinstance(low, int)
        if (whole and not isinstance(value, int)) or not low <= value <= high:
            kind = "a whole number" if whole else "a number"
            raise ValueError(f"expected {field} to be {kind} from {low} to {high}; got {value!r}")
