"""The meta-distribution over joint distributions, sample sizes and dimensions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.configuration import Configuration
from mist_explore.distributions import Stack, split
from mist_explore.meta.component import Component, whole_range
from mist_explore.meta.draws import drawn
from mist_explore.meta.nuisances import copied, mapped, one_hot, padded, permuted
from mist_explore.seeding import as_generator
from mist_explore.transforms import TRANSFORMS, transformed

__all__ = ["Batch", "MetaDistribution"]

_SHARES = (
    "equal_dims",
    "log_n_samples",
    "log_dims",
    "stacked",
    "swapped",
    "shuffled",
    "one_hot",
    "copied",
    "padded",
    "permuted",
    "mapped",
)


@dataclass(frozen=True)
class Batch:
    """Datasets of one shape with their truth.

    Args:
        x: float32 of shape `(batch, n, dim_x)`.
        y: float32 of shape `(batch, n, dim_y)`.
        mutual_information: nats, float32 of shape `(batch,)`.
        component: the family and transform that they were drawn from.
        beside: the family of the further columns of a stack, if there are any.
    """

    x: Tensor
    y: Tensor
    mutual_information: Tensor
    component: Component
    beside: Component | None = None


@dataclass(frozen=True)
class MetaDistribution(Configuration):
    """A distribution over (joint distribution, n_samples, dim_x, dim_y).

    Args:
        components: families with transforms, drawn by weight.
        n_samples: smallest and largest number of rows, drawn uniformly or log-uniformly.
        dims: smallest and largest number of columns of a side, drawn uniformly or log-uniformly.
        equal_dims: the share of datasets with dim_x = dim_y.
        log_n_samples: the share of datasets whose n_samples is drawn log-uniformly.
        log_dims: the share of datasets whose dims are drawn log-uniformly.
        stacked: the share of datasets, where both sides have two columns or more, that are
            distributions of two components side by side, as they are or linearly mixed.
        swapped: the share of datasets whose X and Y change places.
        shuffled: the share of datasets whose rows of Y are shuffled, so that X and Y are
            independent.
        one_hot: the share of datasets whose columns of few codes become indicator columns.
        copied: the share of sides that monotone functions of their columns join.
        padded: the share of sides that independent columns join.
        permuted: the share of sides whose columns are put in random order.
        mapped: the share of datasets whose columns go through increasing maps at last, after all
            that mixes them.

    Raises:
        ValueError: if a name is unknown or a range is empty.

    Example:
        >>> from mist_explore.meta import published
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
    log_dims: float = 0.0
    stacked: float = 0.0
    swapped: float = 0.0
    shuffled: float = 0.0
    one_hot: float = 0.0
    copied: float = 0.0
    padded: float = 0.0
    permuted: float = 0.0
    mapped: float = 0.0

    def __post_init__(self) -> None:
        if not self.components:
            raise ValueError("expected at least one component; got none")
        object.__setattr__(self, "components", tuple(self.components))
        for name, least in (("n_samples", 4), ("dims", 1)):
            object.__setattr__(self, name, whole_range(name, getattr(self, name), least))
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"expected a share {name} in [0, 1]; got {getattr(self, name)}")
        for component in self.components:
            self._check_dims(component)
            low, high = _within(component.n_samples, self.n_samples)
            if low > high:
                raise ValueError(
                    f"expected n_samples of {component.family} within {self.n_samples}; "
                    f"got {component.n_samples}"
                )

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
        rows = _within(component.n_samples, self.n_samples)
        n = _between(rows, uniform[1], log=uniform[6] < self.log_n_samples)
        dim_x, dim_y = self._dims(component, uniform[2:5], generator)
        if max_cells is not None:
            size = max(1, min(size, max_cells // (n * (dim_x + dim_y))))
        # A share of zero draws no number, so that older meta-distributions keep their datasets.
        beside, transform = None, component.transform
        if self.stacked and min(dim_x, dim_y) > 1 and _uniform(generator) < self.stacked:
            beside = self._component(_uniform(generator))
            # Transforms that mix columns suit columns of one family only.
            transform = "linear" if _uniform(generator) < 0.5 else "base"
        if beside is None:
            distribution = component.distributions(dim_x, dim_y, size, generator)
        else:
            shares = zip(split(dim_x, 2), split(dim_y, 2), strict=True)
            parts = zip((component, beside), shares, strict=True)
            distribution = Stack(
                tuple(part.distributions(*share, size, generator) for part, share in parts)
            )
        truth = distribution.mutual_information
        if transform != "base":
            seed_of_map, strength = int(uniform[5] * 2**53), 1.0
            if beside is None and component.strength != (1.0, 1.0):
                low, high = component.strength
                strength = low + (high - low) * _uniform(generator)
            distribution = transformed(distribution, transform, seed_of_map, strength)
        x, y = drawn(distribution, n, generator)
        if self.swapped and _uniform(generator) < self.swapped:
            x, y = y, x
        if self.shuffled and _uniform(generator) < self.shuffled:
            y = y[:, torch.randperm(n, generator=generator)]
            truth = torch.zeros_like(truth)
        x, y = (self._with_nuisances(side, generator) for side in (x, y))
        if max_cells is not None:  # columns may have joined
            size = max(1, min(len(x), max_cells // (n * (x.shape[-1] + y.shape[-1]))))
            x, y, truth = x[:size], y[:size], truth[:size]
        if self.mapped and _uniform(generator) < self.mapped:
            x, y = (mapped(side, generator) for side in (x, y))
        return Batch(x, y, truth.float(), component, beside)

    def _with_nuisances(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Return a side of datasets with columns replaced, joined and put in another order."""
        most = self.dims[1]
        if self.one_hot and _uniform(generator) < self.one_hot:
            rows = one_hot(rows, most)
        if self.copied and _uniform(generator) < self.copied:
            rows = copied(rows, generator, most)
        if self.padded and _uniform(generator) < self.padded:
            rows = padded(rows, generator, most)
        if self.permuted and _uniform(generator) < self.permuted:
            rows = permuted(rows, generator)
        return rows

    def _component(self, uniform: float) -> Component:
        target = uniform * sum(c.weight for c in self.components)
        for component in self.components:
            target -= component.weight
            if target < 0:
                return component
        return self.components[-1]

    def _dims(
        self, component: Component, uniform: list[float], generator: torch.Generator
    ) -> tuple[int, int]:
        """Numbers of columns, drawn again until the transform of the component fits them."""
        bounds = self._bounds(component)
        while True:
            log = self.log_dims > 0 and _uniform(generator) < self.log_dims
            dim_x = dim_y = _between(bounds, uniform[0], log)
            if uniform[1] >= self.equal_dims:
                dim_y = _between(bounds, uniform[2], log)
            if TRANSFORMS[component.transform].fits(dim_x, dim_y):
                return dim_x, dim_y
            uniform = torch.rand(3, generator=generator, dtype=torch.float64).tolist()

    def _bounds(self, component: Component) -> tuple[int, int]:
        return _within(component.dims, self.dims)

    def _check_dims(self, component: Component) -> None:
        low, high = self._bounds(component)
        sides = [(d, d) for d in range(low, high + 1)]
        if sides and self.equal_dims < 1:
            sides += [(low, high), (high, low)]
        if not any(TRANSFORMS[component.transform].fits(*dims) for dims in sides):
            raise ValueError(
                f"expected dims that {component.family} with {component.transform} can take; "
                f"got {low} to {high}"
            )


def _uniform(generator: torch.Generator) -> float:
    return float(torch.rand((), generator=generator, dtype=torch.float64))


def _between(bounds: tuple[int, int], uniform: float, log: bool) -> int:
    """A whole number within the bounds, from a number that is uniform on [0, 1)."""
    if not log:
        return bounds[0] + int(uniform * (bounds[1] - bounds[0] + 1))
    low, high = math.log(bounds[0]), math.log(bounds[1] + 1)
    return min(int(math.exp(low + (high - low) * uniform)), bounds[1])


def _within(own: tuple[int, int] | None, outer: tuple[int, int]) -> tuple[int, int]:
    low, high = own or outer
    return max(low, outer[0]), min(high, outer[1])
