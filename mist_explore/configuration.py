"""Frozen settings with a JSON round trip; an unknown key is an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from types import NoneType
from typing import Any, Self, get_args, get_type_hints

__all__ = ["Configuration"]


@dataclass(frozen=True)
class Configuration:
    """Frozen dataclass with a JSON form, alone or nested.

    Example:
        >>> @dataclass(frozen=True)
        ... class Size(Configuration):
        ...     width: int = 3
        >>> Size.from_mapping(Size(4).to_mapping())
        Size(width=4)
        >>> Size.from_json('{"length": 1}')
        Traceback (most recent call last):
        ...
        ValueError: expected keys of Size among width; got 'length'
    """

    def to_mapping(self) -> dict[str, Any]:
        """Return the settings as plain dictionaries, lists and numbers."""
        mapping: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return mapping

    def to_json(self) -> str:
        """Return the settings as JSON."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> Self:
        """Build settings from a mapping; keys left out take their defaults.

        Raises:
            ValueError: if a key is unknown, or a value is not possible.
        """
        known = [f.name for f in fields(cls)]
        for name in raw:
            if name not in known:
                raise ValueError(
                    f"expected keys of {cls.__name__} among {', '.join(known)}; got {name!r}"
                )
        hints = cls._hints()
        return cls(**{name: _built(hints[name], value) for name, value in raw.items()})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Build settings from JSON text.

        Raises:
            ValueError: if the text is not JSON, a key is unknown, or a value is not possible.
        """
        return cls.from_mapping(json.loads(text))

    @classmethod
    @cache
    def _hints(cls) -> dict[str, Any]:
        return get_type_hints(cls)


def _built(hint: Any, value: Any) -> Any:
    """The value, with the configurations that its type names built from their mappings."""
    if isinstance(hint, type) and issubclass(hint, Configuration):
        return hint.from_mapping(value)
    inner = get_args(hint)
    if NoneType in inner:
        return None if value is None else _built(inner[0], value)
    held = inner[0] if inner and value is not None else None
    if isinstance(held, type) and issubclass(held, Configuration):
        return tuple(held.from_mapping(v) for v in value)
    return value
