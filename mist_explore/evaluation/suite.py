"""Suites of datasets with known mutual information, and their cells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from mist_explore.sample import MINIMUM_ROWS
from mist_explore.seeding import derive_seed

__all__ = ["Cell", "Plan", "Suite", "sized"]


@dataclass(frozen=True, eq=False)
class Cell:
    """Datasets of one shape with dependent errors: the unit of standard errors.

    Args:
        group: the line of the summary that they belong to.
        distribution: the family and transform, or the task, that they were drawn from.
        name: unique name of the cell in the suite.
        x: float64 of shape `(datasets, n_samples, dim_x)`.
        y: float64 of shape `(datasets, n_samples, dim_y)`.
        truths: mutual information in nats, of shape `(datasets,)`.
    """

    group: str
    distribution: str
    name: str
    x: Tensor
    y: Tensor
    truths: Tensor


@dataclass(frozen=True, eq=False)
class Plan:
    """A cell that is not drawn yet.

    Args:
        group, distribution, name: as in `Cell`.
        keys: the parts of its seed, beside the seed and the name of the suite.
        draw: the seed of the cell to x `(n_samples, dim_x)`, y `(n_samples, dim_y)` and the mutual
            information in nats, or to several datasets of these along a first axis.
    """

    group: str
    distribution: str
    name: str
    keys: tuple[object, ...]
    draw: Callable[[int], tuple[Tensor, Tensor, Tensor | float]]


class Suite(ABC):
    """The cells of one benchmark: a frozen dataclass of its settings, with a plan for each cell.

    Raises:
        ValueError: if it has fields of these names with no replicate, too few rows, or a `thin`
            below 1.
    """

    name: ClassVar[str]
    """The name in `SUITES`."""
    error: ClassVar[Literal["squared", "absolute"]] = "absolute"
    """The error whose mean the benchmark reports."""
    note: ClassVar[str]
    """Conditions of its published numbers, and its cells."""

    def __post_init__(self) -> None:
        if (n_samples := getattr(self, "n_samples", MINIMUM_ROWS)) < MINIMUM_ROWS:
            raise ValueError(f"expected at least {MINIMUM_ROWS} rows; got {n_samples}")
        if (replicates := getattr(self, "replicates", 1)) < 1:
            raise ValueError(f"expected at least one replicate; got {replicates}")
        if (thin := getattr(self, "thin", 1)) < 1:
            raise ValueError(f"expected thin of at least 1; got {thin}")

    @abstractmethod
    def plans(self) -> Iterator[Plan]:
        """The cells in their order."""

    @property
    def n_cells(self) -> int:
        """The number of cells."""
        return sum(1 for _ in self.plans())

    @property
    def published(self) -> Mapping[str, Mapping[str, float]]:
        """Published mean errors, by method and group; the first method is the one to beat."""
        return {}

    def cells(self, seed: int) -> Iterator[Cell]:
        """The cells, each drawn from its own derived seed."""
        for plan in self.plans():
            x, y, truths = plan.draw(derive_seed(seed, self.name, *plan.keys))
            x, y = (side if side.ndim == 3 else side[None] for side in (x, y))
            truths = torch.as_tensor(truths, dtype=torch.float64).expand(len(x))
            yield Cell(plan.group, plan.distribution, plan.name, x, y, truths)


def sized(group: str, n_samples: int, default: int) -> str:
    """Return the name of a group of datasets, with the number of rows unless it is the default.

    Example:
        >>> sized("40 tasks", 1_000, default=1_000), sized("40 tasks", 5_000, default=1_000)
        ('40 tasks', '40 tasks, n = 5,000')
    """
    return group if n_samples == default else f"{group}, n = {n_samples:,}"
