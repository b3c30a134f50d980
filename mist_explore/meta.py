"""The meta-distribution: what joint laws, sample sizes and dimensions to train and test on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from mist_explore.configuration import Configuration
from mist_explore.distributions import FAMILIES
from mist_explore.seeding import as_generator
from mist_explore.transforms import TRANSFORMS, transformed

__all__ = ["Batch", "Component", "MetaDistribution", "published", "training"]


@dataclass(frozen=True)
class Batch:
    """Datasets of one shape with their truth.

    Args:
        x: float32 of shape `(batch, n, dim_x)`.
        y: float32 of shape `(batch, n, dim_y)`.
        mutual_information: nats, float32 of shape `(batch,)`.
        component: the family and transform that they were drawn from.
    """

    x: Tensor
    y: Tensor
    mutual_information: Tensor
    component: Component


@dataclass(frozen=True)
class Component(Configuration):
    """Laws of one family seen through one transform.

    Args:
        family: a name in `FAMILIES`.
        transform: a name in `TRANSFORMS`.
        weight: how often it is drawn, relative to the others.
        ranges: parameter ranges that replace the published ones.
    """

    family: str
    transform: str = "base"
    weight: float = 1.0
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _expect("a family", self.family, FAMILIES)
        _expect("a transform", self.transform, TRANSFORMS)
        names = {p.name for p in FAMILIES[self.family].parameters}
        for name in self.ranges:
            _expect(f"a parameter of {self.family}", name, names)
        if not self.weight > 0:
            raise ValueError(f"expected a positive weight; got {self.weight}")
        object.__setattr__(self, "ranges", {k: _range(k, v) for k, v in self.ranges.items()})


@dataclass(frozen=True)
class MetaDistribution(Configuration):
    """A distribution over (joint law, n_samples, dim_x, dim_y).

    Args:
        components: what laws are drawn from.
        n_samples: smallest and largest number of rows, drawn uniformly or log-uniformly.
        dims: smallest and largest number of columns of a side, drawn uniformly.
        equal_dims: the share of datasets with dim_x = dim_y.
        log_n_samples: the share of datasets whose n_samples is drawn log-uniformly.

    Raises:
        ValueError: if a name is unknown or a range is empty.

    Example:
        >>> meta = published()
        >>> meta == MetaDistribution.from_json(meta.to_json())
        True
        >>> batch = meta.batch(4, seed=0)
        >>> tuple(batch.mutual_information.shape)
        (4,)
    """

    components: tuple[Component, ...]
    n_samples: tuple[int, int] = (10, 500)
    dims: tuple[int, int] = (2, 32)
    equal_dims: float = 1.0
    log_n_samples: float = 0.0

    def __post_init__(self) -> None:
        if not self.components:
            raise ValueError("expected at least one component; got none")
        object.__setattr__(self, "components", tuple(self.components))
        for name, least in (("n_samples", 4), ("dims", 1)):
            low, high = _range(name, getattr(self, name))
            if low < least or low != int(low) or high != int(high):
                raise ValueError(f"expected whole {name} of at least {least}; got {low} to {high}")
            object.__setattr__(self, name, (int(low), int(high)))
        for name in ("equal_dims", "log_n_samples"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"expected a share {name} in [0, 1]; got {getattr(self, name)}")

    def batch(self, size: int, seed: int | torch.Generator, max_cells: int | None = None) -> Batch:
        """Draw `size` datasets of one component and one shape.

        Args:
            size: the number of datasets.
            seed: the source of randomness.
            max_cells: where given, the batch is cut to at most this many numbers (but at least
                one dataset), which bounds its cost.
        """
        generator = as_generator(seed)
        uniform = torch.rand(7, generator=generator, dtype=torch.float64).tolist()
        component = self._component(uniform[0])
        n = self._n(uniform[1], log=uniform[6] < self.log_n_samples)
        dim_x = dim_y = _whole(self.dims, uniform[2])
        if uniform[3] >= self.equal_dims:
            dim_y = _whole(self.dims, uniform[4])
        if max_cells is not None:
            size = max(1, min(size, max_cells // (n * (dim_x + dim_y))))
        law = FAMILIES[component.family].random(dim_x, dim_y, size, generator, component.ranges)
        truth = law.mutual_information
        if component.transform != "base":
            law = transformed(law, component.transform, seed=int(uniform[5] * 2**53))
        x, y = law.draw(n, generator, torch.float32)
        return Batch(x, y, truth.float(), component)

    def _component(self, uniform: float) -> Component:
        target = uniform * sum(c.weight for c in self.components)
        for component in self.components:
            target -= component.weight
            if target < 0:
                return component
        return self.components[-1]

    def _n(self, uniform: float, log: bool) -> int:
        if not log:
            return _whole(self.n_samples, uniform)
        low, high = math.log(self.n_samples[0]), math.log(self.n_samples[1] + 1)
        return min(int(math.exp(low + (high - low) * uniform)), self.n_samples[1])


def published() -> MetaDistribution:
    """The training meta-distribution of MIST (arXiv 2511.18945, section on the meta-dataset).

    Sixteen families of laws through coordinate-wise maps, n 10-500, dim_x = dim_y in 2-32.
    """
    maps = {
        "normal-dense": ("base", "halfcube", "asinh"),
        "normal-sparse": ("wigglify", "base"),
        "normal-lvm": ("wigglify", "base"),
        "normal-2pair": ("base",),
        "student-dense": ("base", "wigglify"),
        "student-sparse": ("halfcube", "base", "asinh"),
        "student-2pair": ("asinh", "halfcube"),
        "additive-noise": ("wigglify",),
    }
    return MetaDistribution(tuple(Component(f, t) for f, ts in maps.items() for t in ts))


def training() -> MetaDistribution:
    """The meta-distribution of the shipped network: the published laws on more shapes.

    Dimensions 1-32, unequal in 30 % of the datasets; n log-uniform in half of them, since small
    samples are hard and cheap.
    """
    return MetaDistribution(published().components, dims=(1, 32), equal_dims=0.7, log_n_samples=0.5)


def _whole(bounds: tuple[int, int], uniform: float) -> int:
    return bounds[0] + int(uniform * (bounds[1] - bounds[0] + 1))


def _range(name: str, bounds: Any) -> tuple[float, float]:
    low, high = bounds
    if not low <= high:
        raise ValueError(f"expected a range of {name} from low to high; got {low} to {high}")
    return low, high


def _expect(what: str, name: str, known: Any) -> None:
    if name not in known:
        raise ValueError(f"expected {what} among {sorted(known)}; got {name!r}")
