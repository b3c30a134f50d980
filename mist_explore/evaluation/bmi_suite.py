"""BMI-40: the 40 tasks of the BMI benchmark as a suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch

from mist_explore.evaluation.bmi import BMI_TASKS, Task
from mist_explore.evaluation.suite import Cell, check_draws, sized
from mist_explore.seeding import as_generator, derive_seed

__all__ = ["BMI40"]

GROUP = "40 tasks"
NARROW, WIDE = "at most 10 columns a side", "more than 10 columns a side"
WIDEST_NARROW = 10

PUBLISHED = {
    "Alice Base": {1_000: 0.092, 5_000: 0.063, 10_000: 0.060},
    "Alice Small": {1_000: 0.101, 5_000: 0.103, 10_000: 0.104},
    "InfoAtlas": {1_000: 0.253, 5_000: 0.271, 10_000: 0.276},
    "MINDE-C": {1_000: 0.353, 5_000: 0.070, 10_000: 0.065},
    "MINE": {1_000: 0.248, 5_000: 0.117, 10_000: 0.108},
    "InfoNCE": {1_000: 0.887, 5_000: 0.123, 10_000: 0.083},
    "D-V": {1_000: 1.229, 5_000: 0.279, 10_000: 0.144},
    "NWJ": {5_000: 1.261, 10_000: 0.130},
    "KSG": {1_000: 0.288, 5_000: 0.240, 10_000: 0.219},
    "LNN": {1_000: 4.864, 5_000: 4.966, 10_000: 4.970},
    "CCA": {1_000: 0.195, 5_000: 0.192, 10_000: 0.181},
}
"""Mean absolute errors in nats over the 40 tasks by number of rows, as published with Alice.

NWJ at 1,000 rows is published as "> 10", which is no number.
"""
PUBLISHED_BY_WIDTH = {
    "Alice Base": {
        NARROW: {1_000: 0.079, 5_000: 0.057, 10_000: 0.054},
        WIDE: {1_000: 0.153, 5_000: 0.090, 10_000: 0.086},
    },
    "InfoAtlas": {
        NARROW: {1_000: 0.100, 5_000: 0.117, 10_000: 0.123},
        WIDE: {1_000: 0.978, 5_000: 0.998, 10_000: 1.000},
    },
}
"""Mean absolute errors in nats over the 33 narrow and the 7 wide tasks, as published with Alice."""


@dataclass(frozen=True)
class BMI40:
    """The 40 tasks of the BMI benchmark; the datasets of a task are one cell.

    Args:
        n_samples: rows of each dataset.
        replicates: datasets of each task.
        by_width: group the tasks by their number of columns, 33 narrow and 7 wide ones, instead
            of all in one group.

    Raises:
        ValueError: if there are too few rows or no replicate.

    Source: Czyz et al., "Beyond Normal" (NeurIPS 2023, arXiv 2306.11078); published errors from
    Alice (2026, arXiv 2609.34962), tables 2 and 3.

    Example:
        >>> BMI40().n_cells, BMI40().published["KSG"]
        (40, {'40 tasks': 0.288})
        >>> list(BMI40(10_000, by_width=True).published["Alice Base"].values())
        [0.054, 0.086]
    """

    n_samples: int = 1_000
    replicates: int = 1
    by_width: bool = False

    name: ClassVar[str] = "bmi-40"
    error: ClassVar[Literal["squared", "absolute"]] = "absolute"
    note: ClassVar[str] = (
        "A cell is a task. Published errors are those of other draws of the same tasks."
    )

    def __post_init__(self) -> None:
        check_draws(self.replicates, self.n_samples)

    @property
    def n_cells(self) -> int:
        """The number of tasks."""
        return len(BMI_TASKS)

    @property
    def published(self) -> Mapping[str, Mapping[str, float]]:
        """Published mean absolute errors in nats, by method and group, for this number of rows."""
        tables = (
            PUBLISHED_BY_WIDTH
            if self.by_width
            else {method: {GROUP: errors} for method, errors in PUBLISHED.items()}
        )
        return {
            method: {
                self._sized(group): errors[self.n_samples]
                for group, errors in groups.items()
                if self.n_samples in errors
            }
            for method, groups in tables.items()
            if any(self.n_samples in errors for errors in groups.values())
        }

    def cells(self, seed: int) -> Iterator[Cell]:
        """The tasks, each drawn from its own derived seed."""
        for name, task in BMI_TASKS.items():
            generator = as_generator(derive_seed(seed, "bmi-40", name, self.n_samples))
            pairs = [
                task.distribution.draw(self.n_samples, generator) for _ in range(self.replicates)
            ]
            yield Cell(
                group=self._group(task),
                distribution=name,
                name=name,
                x=torch.stack([x for x, _ in pairs]),
                y=torch.stack([y for _, y in pairs]),
                truths=task.distribution.mutual_information.expand(self.replicates),
            )

    def _group(self, task: Task) -> str:
        if not self.by_width:
            return self._sized(GROUP)
        narrow = max(task.distribution.dim_x, task.distribution.dim_y) <= WIDEST_NARROW
        return self._sized(NARROW if narrow else WIDE)

    def _sized(self, group: str) -> str:
        return sized(group, self.n_samples, type(self).n_samples)
