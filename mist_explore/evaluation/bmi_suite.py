"""BMI-40: the 40 tasks of the BMI benchmark, and the suite of them.

Source: Czyz et al., "Beyond Normal: On the Evaluation of Mutual Information Estimators"
(NeurIPS 2023, arXiv 2306.11078), section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor

from mist_explore.distributions import FAMILIES
from mist_explore.evaluation.suite import Plan, Suite, sized
from mist_explore.interfaces import JointDistribution
from mist_explore.seeding import as_generator
from mist_explore.transforms import transformed

__all__ = ["BMI40", "BMI_TASKS"]

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


@dataclass(frozen=True, eq=False)
class Task:
    """A distribution to estimate the mutual information of, and its name.

    Example:
        >>> task = BMI_TASKS["spiral-normal-cdf-2pair-3v3"]
        >>> task.distribution.dim_x, round(float(task.distribution.mutual_information), 5)
        (3, 1.02165)
    """

    name: str
    distribution: JointDistribution

    def through(self, *transforms: str) -> Task:
        """The task of the transformed variables, the first transform acting first."""
        name, distribution = self.name, self.distribution
        for transform in transforms:
            name, distribution = f"{transform}-{name}", transformed(distribution, transform)
        return Task(name, distribution)


def _normal(dim: int, correlation: float) -> Task:
    distribution = FAMILIES["normal-dense"].distribution(dim, dim, correlation=correlation)
    return Task(f"normal-{dim}v{dim}-{correlation}", distribution)


def _two_pairs(dim: int) -> Task:
    return Task(f"2pair-{dim}v{dim}", FAMILIES["normal-2pair"].distribution(dim, dim, strength=2.0))


def _student(dim: int, df: int) -> Task:
    distribution = FAMILIES["student-dense"].distribution(dim, dim, correlation=0.0, df=df)
    return Task(f"student-{dim}v{dim}-{df}", distribution)


def _additive(epsilon: float) -> Task:
    distribution = FAMILIES["additive-noise"].distribution(1, 1, epsilon=epsilon)
    return Task(f"additive-1v1-{epsilon}", distribution)


_PAIR = _normal(1, 0.75)

BMI_TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        _PAIR,
        *(_PAIR.through(t) for t in ("normal-cdf", "bimodal", "wigglify", "halfcube")),
        _PAIR.through("swiss-roll"),
        *(_additive(epsilon) for epsilon in (0.1, 0.75)),
        _student(1, 1),
        _student(1, 1).through("asinh"),
        *(_normal(dim, 0.5) for dim in (2, 3, 5, 25, 50)),
        *(_two_pairs(dim) for dim in (2, 3, 5, 25)),
        *(
            _two_pairs(dim).through(*names)
            for names in (("normal-cdf",), ("halfcube",), ("spiral",), ("normal-cdf", "spiral"))
            for dim in (3, 5, 25)
        ),
        *(_student(dim, df) for dim, df in ((2, 1), (2, 2), (3, 2), (3, 3), (5, 2), (5, 3))),
        *(_student(dim, df).through("asinh") for dim, df in ((2, 1), (3, 2), (5, 2))),
    )
}
"""The 40 tasks by name; transforms stand before their argument, as in f(g(x))."""


@dataclass(frozen=True)
class BMI40(Suite):
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
    note: ClassVar[str] = (
        "A cell is a task. Published errors are those of other draws of the same tasks."
    )

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

    def plans(self) -> Iterator[Plan]:
        """The tasks."""
        for name, task in BMI_TASKS.items():
            draw = partial(self._draw, task.distribution)
            yield Plan(self._group(task), name, name, (name, self.n_samples), draw)

    def _draw(self, distribution: JointDistribution, seed: int) -> tuple[Tensor, Tensor, Tensor]:
        generator = as_generator(seed)
        pairs = [distribution.draw(self.n_samples, generator) for _ in range(self.replicates)]
        x, y = (torch.stack(sides) for sides in zip(*pairs, strict=True))
        return x, y, distribution.mutual_information

    def _group(self, task: Task) -> str:
        if not self.by_width:
            return self._sized(GROUP)
        narrow = max(task.distribution.dim_x, task.distribution.dim_y) <= WIDEST_NARROW
        return self._sized(NARROW if narrow else WIDE)

    def _sized(self, group: str) -> str:
        return sized(group, self.n_samples, type(self).n_samples)
