"""The shape of a network."""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.configuration import Configuration
from mist_explore.estimate import LEVELS

__all__ = ["ARCHITECTURES", "NetworkConfig"]

ARCHITECTURES = ("pairs", "published")
"""Pairs of columns as tokens, or rows as tokens as in the published network."""


@dataclass(frozen=True)
class NetworkConfig(Configuration):
    """What defines a network apart from its weights.

    Args:
        width: numbers that describe a token.
        row_width: numbers that describe a row of a pair.
        heads: attention heads, over rows and over columns.
        blocks: how often attention over rows and over columns alternates.
        members: the members of a stacked ensemble over base estimates; without them the network
            is smooth.
        backbones: smooth networks of this shape whose quantiles an ensemble reads.
        last_alone: how many members read the last backbone alone, so that not all of them rely on
            the others.
        extended: whether an ensemble reads canonical pairs of the values and the chain rule too;
            networks before the seventh release of `mist-qr` did not.
        levels: the quantile levels that are predicted.
        architecture: one of `ARCHITECTURES`; the published one reads neither `row_width` nor
            `members`.

    Example:
        >>> config = NetworkConfig(width=32)
        >>> NetworkConfig.from_json(config.to_json()) == config
        True
    """

    width: int = 64
    row_width: int = 16
    heads: int = 4
    blocks: int = 3
    members: int = 0
    backbones: int = 1
    last_alone: int = 0
    extended: bool = False
    levels: tuple[float, ...] = LEVELS
    architecture: str = "pairs"

    def __post_init__(self) -> None:
        for name in ("width", "row_width", "heads", "blocks", "backbones"):
            if getattr(self, name) < 1:
                raise ValueError(f"expected a positive {name}; got {getattr(self, name)}")
        if not 0 <= self.last_alone <= self.members:
            raise ValueError(
                f"expected last_alone from 0 to the {self.members} members; got {self.last_alone}"
            )
        if self.width % self.heads:
            raise ValueError(f"expected a width that {self.heads} heads divide; got {self.width}")
        if self.architecture not in ARCHITECTURES:
            raise ValueError(
                f"expected an architecture among {ARCHITECTURES}; got {self.architecture!r}"
            )
        object.__setattr__(self, "levels", tuple(self.levels))
        if 0.5 not in self.levels:
            raise ValueError(f"expected levels that hold 0.5; got {self.levels}")
