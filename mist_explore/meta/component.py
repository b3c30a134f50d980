"""Distributions of one family after one transform: a part of a meta-distribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from mist_explore.configuration import Configuration
from mist_explore.distributions import FAMILIES
from mist_explore.interfaces import JointDistribution
from mist_explore.transforms import TRANSFORMS

__all__ = ["Component", "whole_range"]


@dataclass(frozen=True)
class Component(Configuration):
    """Distributions of one family after one transform.

    Args:
        family: a name in `FAMILIES`.
        transform: a name in `TRANSFORMS`.
        weight: how often it is drawn, relative to the others.
        ranges: parameter ranges that replace those of the family.
        dims: smallest and largest number of columns of a side, within those of the
            meta-distribution; None for all of them.
        n_samples: smallest and largest number of rows, within those of the meta-distribution;
            None for all of them.
        strength: smallest and largest strength of a random flow; other transforms have strength 1.
    """

    family: str
    transform: str = "base"
    weight: float = 1.0
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    dims: tuple[int, int] | None = None
    n_samples: tuple[int, int] | None = None
    strength: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        _expect("a family", self.family, FAMILIES)
        _expect("a transform", self.transform, TRANSFORMS)
        names = {p.name for p in FAMILIES[self.family].parameters}
        object.__setattr__(self, "ranges", FAMILIES[self.family].renamed(self.ranges))
        for name in self.ranges:
            _expect(f"a parameter of {self.family}", name, names)
        if not self.weight > 0:
            raise ValueError(f"expected a positive weight; got {self.weight}")
        object.__setattr__(self, "ranges", {k: _range(k, v) for k, v in self.ranges.items()})
        if self.dims is not None:
            object.__setattr__(self, "dims", whole_range("dims", self.dims, 1))
        if self.n_samples is not None:
            object.__setattr__(self, "n_samples", whole_range("n_samples", self.n_samples, 4))
        low, high = _range("strength", self.strength)
        object.__setattr__(self, "strength", (low, high))
        if not 0 <= low <= high <= 1 or (low < 1 and not TRANSFORMS[self.transform].graded):
            raise ValueError(
                f"expected a strength in [0, 1] for a flow, and 1 for other transforms; got {low} "
                f"to {high} for {self.transform}"
            )

    def distributions(
        self, dim_x: int, dim_y: int, size: int, generator: torch.Generator
    ) -> JointDistribution:
        """Draw `size` distributions of the family, untransformed, as one with a batch axis."""
        return FAMILIES[self.family].random(dim_x, dim_y, size, generator, self.ranges)


def whole_range(name: str, bounds: Any, least: int) -> tuple[int, int]:
    """Return the smallest and the largest of whole numbers of at least `least`.

    Raises:
        ValueError: if they are not whole, not in order, or too small.
    """
    low, high = _range(name, bounds)
    if low < least or low != int(low) or high != int(high):
        raise ValueError(f"expected whole {name} of at least {least}; got {low} to {high}")
    return int(low), int(high)


def _range(name: str, bounds: Any) -> tuple[float, float]:
    low, high = bounds
    if not low <= high:
        raise ValueError(f"expected a range of {name} from low to high; got {low} to {high}")
    return low, high


def _expect(kind: str, name: str, known: Any) -> None:
    if name not in known:
        raise ValueError(f"expected {kind} among {sorted(known)}; got {name!r}")
