"""What a suite of datasets with known mutual information is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from torch import Tensor

from mist_explore.sample import MINIMUM_ROWS

__all__ = ["Cell", "Suite", "check_draws", "sized"]


@dataclass(frozen=True, eq=False)
class Cell:
    """Datasets of one shape that share more than chance: the unit of standard errors.

    Args:
        group: the line of the summary that they belong to.
        distribution: the family and transform, or the task, that they were drawn from.
        name: what tells this cell from all others of the suite.
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


class Suite(Protocol):
    """A frozen value that draws the cells of one benchmark."""

    name: ClassVar[str]
    """The name in `SUITES`."""
    error: ClassVar[Literal["squared", "absolute"]]
    """The error whose mean the benchmark reports."""
    note: ClassVar[str]
    """What must be said beside its numbers, and what its cells are."""

    @property
    def n_cells(self) -> int:
        """The number of cells."""
        ...

    @property
    def published(self) -> Mapping[str, Mapping[str, float]]:
        """Published mean errors, by method and group; the first method is the one to beat."""
        ...

    def cells(self, seed: int) -> Iterator[Cell]:
        """The cells, each drawn from its own derived seed."""
        ...


def sized(group: str, n_samples: int, default: int) -> str:
    """Return the name of a group of datasets, with the number of rows unless it is the default.

    Example:
        >>> sized("40 tasks", 1_000, default=1_000), sized("40 tasks", 5_000, default=1_000)
        ('40 tasks', '40 tasks, n = 5,000')
    """
    return group if n_samples == default else f"{group}, n = {n_samples:,}"


def check_draws(replicates: int = 1, n_samples: int = MINIMUM_ROWS, thin: int = 1) -> None:
    """Check the parameters that the suites share.

    Args:
        replicates: number of draws.
        n_samples: rows of each dataset.
        thin: one cell in `thin` is kept.

    Raises:
        ValueError: if there is no replicate, too few rows, or `thin` is below 1.
    """
    if n_samples < MINIMUM_ROWS:
        raise ValueError(f"expected at least {MINIMUM_ROWS} rows; got {n_samples}")
    if replicates < 1:
        raise ValueError(f"expected at least one replicate; got {replicates}")
    if thin < 1:
        raise ValueError(f"expected thin of at least 1; got {thin}")
