"""Families of joint distributions with parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import JointDistribution

__all__ = ["Family", "Parameter"]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a family.

    Args:
        name: its name in code.
        label: its name for people.
        low, high: the values that a user may choose.
        default: the value taken where none is given.
        drawn: the range that random distributions are drawn from, uniformly.
        integer: whether it is a whole number; the drawn range then ends at the number of
            pairs, min(dim_x, dim_y), where it is infinite.
        per_column: whether random distributions draw one value for each pair of columns.
        log: whether random distributions draw its logarithm uniformly.
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

    def spread(self, uniform: Tensor, bounds: tuple[float, float], n_pairs: int) -> Tensor:
        """Values between the bounds from numbers that are uniform on [0, 1)."""
        low, high = bounds
        if self.integer:
            highest = n_pairs if math.isinf(high) else high
            lowest = min(low, highest)
            return (lowest + uniform * (math.floor(highest - lowest) + 1)).floor().long()
        if self.log:
            return low * (high / low) ** uniform
        return low + (high - low) * uniform

    def checked(self, value: float) -> float:
        """The value, or a ValueError that says what was expected."""
        inside = self.low <= value <= self.high
        if not inside or (self.integer and value != int(value)):
            kind = "a whole number" if self.integer else "a number"
            raise ValueError(
                f"expected {self.name} to be {kind} from {self.low:g} to {self.high:g}; got {value}"
            )
        return value


@dataclass(frozen=True)
class Family:
    """A named family of joint distributions.

    Args:
        name: its name in code.
        label: the name for people.
        parameters: what can be set; the first is the strength of the dependence.
        build: `(dim_x, dim_y, **tensors) -> distribution`; every tensor has shape `(...)`, those of
            parameters that are drawn per column `(..., max(dim_x, dim_y))`.
        blind_spot: what the correlation of ranks does not see of such distributions, as half a
            sentence; empty if it sees all.

    Example:
        >>> from mist_explore import FAMILIES
        >>> distribution = FAMILIES["normal-dense"].distribution(2, 2, correlation=0.5)
        >>> round(float(distribution.mutual_information), 5)
        0.29389
    """

    name: str
    label: str
    parameters: tuple[Parameter, ...]
    build: Callable[..., JointDistribution]
    blind_spot: str = ""

    def distribution(self, dim_x: int, dim_y: int, **values: float) -> JointDistribution:
        """The distribution with these parameters, in float64.

        Raises:
            ValueError: if a dimension is below 1, a parameter is unknown or out of its bounds.
        """
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
            ranges: ranges that replace the usual ones, by parameter.
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
        raise ValueError(f"expected at least one column a side; got dim_x={dim_x}, dim_y={dim_y}")
