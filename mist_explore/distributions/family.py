"""Families of joint distributions with parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from mist_explore.interfaces import JointDistribution

__all__ = ["Family", "Parameter"]

V = TypeVar("V")


@dataclass(frozen=True)
class Parameter:
    """Parameter of a family, with its bounds and its random range.

    Args:
        name: the keyword of `Family.distribution`.
        label: the name on the pages.
        low, high: bounds of the values that a user may choose.
        default: the value where none is given.
        drawn: range of random distributions, uniform on it.
        integer: whether it is a whole number; an infinite end of the random range then stands for
            the number of pairs, min(dim_x, dim_y).
        per_column: whether random distributions draw one value for each pair of columns.
        log: whether the logarithm is drawn uniformly.
        formerly: the name in older links and files, which still open.
    """

    name: str
    label: str
    low: float
    high: float
    default: float
    drawn: tuple[float, float]
    integer: bool = False
    per_column: bool = False
    log: bool = False
    formerly: str = ""

    def spread(self, uniform: Tensor, bounds: tuple[float, float], n_pairs: int) -> Tensor:
        """Map numbers that are uniform on [0, 1) to values between the bounds."""
        low, high = bounds
        if self.integer:
            highest = n_pairs if math.isinf(high) else high
            lowest = min(low, highest)
            return (lowest + uniform * (math.floor(highest - lowest) + 1)).floor().long()
        if self.log:
            return low * (high / low) ** uniform
        return low + (high - low) * uniform

    def checked(self, value: float) -> float:
        """Return the value.

        Raises:
            ValueError: if it is out of the bounds, or no whole number where one is expected.
        """
        inside = self.low <= value <= self.high
        if not inside or (self.integer and value != int(value)):
            kind = "a whole number" if self.integer else "a number"
            raise ValueError(
                f"expected {self.name} to be {kind} from {self.low:g} to {self.high:g}; got {value}"
            )
        return value


@dataclass(frozen=True)
class Family:
    """Named family of joint distributions.

    Args:
        name: the key in `FAMILIES`.
        label: the name on the pages.
        parameters: the parameters, the strength of the dependence first.
        build: `(dim_x, dim_y, **tensors) -> distribution`; every tensor has shape `(...)`, that of
            a parameter with one value per column `(..., max(dim_x, dim_y))`.
        blind_spot: why the rank correlation misses dependence of this kind, as half a sentence;
            empty if it misses none.

    Example:
        >>> from mist_explore import FAMILIES
        >>> pairs = FAMILIES["normal-dense"].distribution(2, 2, correlation=0.5)
        >>> round(float(pairs.mutual_information), 5)
        0.29389
    """

    name: str
    label: str
    parameters: tuple[Parameter, ...]
    build: Callable[..., JointDistribution]
    blind_spot: str = ""

    def renamed(self, values: Mapping[str, V]) -> dict[str, V]:
        """Return values by the names of the parameters, where older names are given too."""
        present = {p.formerly: p.name for p in self.parameters if p.formerly}
        return {present.get(name, name): value for name, value in values.items()}

    def distribution(self, dim_x: int, dim_y: int, **values: float) -> JointDistribution:
        """Return the distribution with these parameters, in float64.

        Args:
            dim_x: number of columns of X.
            dim_y: number of columns of Y.
            **values: parameters by name; those left out take their defaults.

        Raises:
            ValueError: if a dimension is below 1, a parameter is unknown or out of its bounds.
        """
        values = self.renamed(values)
        known = {p.name: p for p in self.parameters}
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ValueError(
                f"expected parameters of {self.name} among {sorted(known)}; "
                f"got {', '.join(unknown)}"
            )
        _check_dims(dim_x, dim_y)
        tensors = {}
        for p in self.parameters:
            value = p.checked(values.get(p.name, p.default))
            shape = (max(dim_x, dim_y),) if p.per_column else ()
            tensors[p.name] = torch.full(
                shape, value, dtype=torch.int64 if p.integer else torch.float64
            )
        return self.build(dim_x, dim_y, **tensors)

    def random(
        self,
        dim_x: int,
        dim_y: int,
        batch: int,
        generator: torch.Generator,
        ranges: Mapping[str, tuple[float, float]] | None = None,
    ) -> JointDistribution:
        """Draw `batch` distributions with random parameters, as one with a batch axis.

        Args:
            dim_x: number of columns of X.
            dim_y: number of columns of Y.
            batch: number of distributions.
            generator: the source of randomness.
            ranges: random ranges by parameter, which replace those of the family.
        """
        _check_dims(dim_x, dim_y)
        ranges = ranges or {}
        tensors: dict[str, Tensor] = {}
        for p in self.parameters:
            shape = (batch, max(dim_x, dim_y)) if p.per_column else (batch,)
            uniform = torch.rand(*shape, generator=generator, dtype=torch.float64)
            bounds = ranges.get(p.name, p.drawn)
            tensors[p.name] = p.spread(uniform, bounds, min(dim_x, dim_y))
        return self.build(dim_x, dim_y, **tensors)


def _check_dims(dim_x: int, dim_y: int) -> None:
    if dim_x < 1 or dim_y < 1:
        raise ValueError(
            f"expected at least one column each of X and Y; got dim_x={dim_x}, dim_y={dim_y}"
        )
