"""The shape of a network."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

from mist_explore.estimate import LEVELS

__all__ = ["NetworkConfig"]


@dataclass(frozen=True)
class NetworkConfig:
    """What defines a network apart from its weights.

    Args:
        width: numbers that describe a token.
        row_width: numbers that describe a row of a pair.
        heads: attention heads, over rows and over columns.
        blocks: how often attention over rows and over columns alternates.
        levels: the quantile levels that are predicted.

    Example:
        >>> config = NetworkConfig(width=32)
        >>> NetworkConfig.from_json(config.to_json()) == config
        True
    """

    width: int = 64
    row_width: int = 16
    heads: int = 4
    blocks: int = 3
    levels: tuple[float, ...] = LEVELS

    def __post_init__(self) -> None:
        for name in ("width", "row_width", "heads", "blocks"):
            if getattr(self, name) < 1:
                raise ValueError(f"expected a positive {name}; got {getattr(self, name)}")
        if self.width % self.heads:
            raise ValueError(f"expected a width that {self.heads} heads divide; got {self.width}")
        object.__setattr__(self, "levels", tuple(self.levels))
        if 0.5 not in self.levels:
            raise ValueError(f"expected levels that hold 0.5; got {self.levels}")

    def to_json(self) -> str:
        """The configuration as JSON."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> NetworkConfig:
        """The configuration that `to_json` wrote; an unknown key is an error."""
        raw = json.loads(text)
        unknown = sorted(set(raw) - {f.name for f in fields(cls)})
        if unknown:
            raise ValueError(f"expected keys of NetworkConfig; got {', '.join(unknown)}")
        return cls(**raw)
