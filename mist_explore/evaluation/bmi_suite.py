"""BMI-40: the 40 tasks of the BMI benchmark as a suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch

from mist_explore.evaluation.bmi import BMI_TASKS
from mist_explore.evaluation.suite import Cell
from mist_explore.sample import MINIMUM_ROWS
from mist_explore.seeding import as_generator, derive_seed

__all__ = ["BMI40"]

GROUP = "40 tasks"
PUBLISHED = {
    "Alice Base": {1_000: 0.092, 5_000: 0.063, 10_000: 0.060},
    "Alice Small": {1_000: 0.101, 5_000: 0.103, 10_000: 0.104},
    "InfoAtlas": {1_000: 0.253, 5_000: 0.271, 10_000: 0.276},
    "MINDE": {1_000: 0.353, 5_000: 0.070, 10_000: 0.065},
    "MINE": {1_000: 0.248, 5_000: 0.117, 10_000: 0.108},
    "KSG": {1_000: 0.288, 5_000: 0.240, 10_000: 0.219},
    "CCA": {1_000: 0.195, 5_000: 0.192, 10_000: 0.181},
}
"""Mean absolute errors in nats by number of rows, as published with Alice (2026)."""


@dataclass(frozen=True)
class BMI40:
    """The 40 tasks of the BMI benchmark; errors within a task are shared.

    Args:
        n_samples: rows of each dataset.
        replicates: datasets of each task.

    Raises:
        ValueError: if there are too few rows or no replicate.

    Source: Czyz et al., "Beyond Normal" (NeurIPS 2023, arXiv 2306.11078).

    Example:
        >>> BMI40().n_cells, BMI40().published["KSG"]
        (40, {'40 tasks': 0.288})
    """

    n_samples: int = 1_000
    replicates: int = 1

    name: ClassVar[str] = "bmi-40"
    error: ClassVar[Literal["squared", "absolute"]] = "absolute"
    note: ClassVar[str] = (
        "A cell is a task. Published errors are those of other draws of the same tasks."
    )

    def __post_init__(self) -> None:
        if self.n_samples < MINIMUM_ROWS:
            raise ValueError(f"expected at least {MINIMUM_ROWS} rows; got {self.n_samples}")
        if self.replicates < 1:
            raise ValueError(f"expected at least one replicate; got {self.replicates}")

    @property
    def n_cells(self) -> int:
        """The number of tasks."""
        return len(BMI_TASKS)

    @property
    def published(self) -> Mapping[str, Mapping[str, float]]:
        """Published mean absolute errors in nats, by method, where there are some for n."""
        return {
            method: {GROUP: errors[self.n_samples]}
            for method, errors in PUBLISHED.items()
            if self.n_samples in errors
        }

    def cells(self, seed: int) -> Iterator[Cell]:
        """The tasks, each drawn from its own derived seed."""
        for name, task in BMI_TASKS.items():
            generator = as_generator(derive_seed(seed, "bmi-40", name, self.n_samples))
            pairs = [task.law.draw(self.n_samples, generator) for _ in range(self.replicates)]
            yield Cell(
                group=GROUP,
                law=name,
                name=name,
                x=torch.stack([x for x, _ in pairs]),
                y=torch.stack([y for _, y in pairs]),
                truths=task.law.mutual_information.expand(self.replicates),
            )
