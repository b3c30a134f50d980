"""The state of the finder: a search within what the page can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any
from urllib.parse import urlencode

from mist_explore.evaluation import Search
from mist_explore.explorer.query import SEEDS, number, read_query

__all__ = ["BOUNDS", "FIRST_SEARCH", "PREFIX", "changed", "search_from_query", "search_to_query"]

PREFIX = "find_"
"""What its names in a link begin with."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "n_samples": (10, 2_000),
    "dim": (1, 20),
    "information": (0.0, 4.0),
    "df": (1.0, 30.0),
    "flow": (0.0, 1.0),
    "budget": (10, 400),
    "replicates": (1, 16),
    "fresh": (8, 128),
    "seed": SEEDS,
}
"""What the page searches while one waits; the library itself has no upper bounds."""

TEXTS = ("estimator", "measure")

FIRST_SEARCH = Search(
    family=("normal-2pair", "student-2pair", "additive-noise", "copula-pairs", "path"),
    n_samples=(100, 500),
    dim=(1, 8),
    information=(0.0, 2.0),
)
"""What the finder shows before anything is chosen."""


def changed(search: Search, **changes: Any) -> Search:
    """The search with other settings.

    Raises:
        ValueError: if there is no such search, or it leaves the bounds of the page.
    """
    for name, value in changes.items():
        low, high = BOUNDS.get(name, (0, 0))
        for end in () if name not in BOUNDS else value if isinstance(value, tuple) else (value,):
            kind = "whole numbers" if isinstance(low, int) else "numbers"
            if not low <= end <= high or (isinstance(low, int) and end != int(end)):
                raise ValueError(f"expected {kind} of {name} from {low} to {high}; got {end}")
    return replace(search, **changes)


def search_to_query(search: Search) -> str:
    """A search as part of the query string of a link."""
    return urlencode({PREFIX + name: text for name, text in _texts(search).items()})


def search_from_query(query: str) -> Search:
    """The search of a query string; what it leaves out is as on the first screen.

    Raises:
        ValueError: if it holds an unknown name or a value that cannot be read.

    Example:
        >>> search_from_query("find_estimator=ksg&find_dim=2,3").dim
        (2, 3)
    """
    texts = {PREFIX + name: text for name, text in _texts(FIRST_SEARCH).items()}
    found = read_query(query, texts)
    return changed(
        FIRST_SEARCH,
        **{key.removeprefix(PREFIX): _value(key, text) for key, text in found.items()},
    )


def _texts(search: Search) -> dict[str, str]:
    values = {field.name: getattr(search, field.name) for field in fields(search)}
    return {
        name: ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }


def _value(key: str, text: str) -> Any:
    name = key.removeprefix(PREFIX)
    if name in TEXTS:
        return text
    parts = text.split(",")
    if name == "family":
        return tuple(parts)
    numbers = tuple(number(key, part) for part in parts)
    if not isinstance(getattr(FIRST_SEARCH, name), tuple):
        return numbers[0] if len(numbers) == 1 else _expected(key, "one number", text)
    return numbers if len(numbers) == 2 else _expected(key, "two numbers", text)


def _expected(key: str, what: str, text: str) -> Any:
    raise ValueError(f"expected {what} for {key}; got {text!r}")
