"""`ties`: tied, discrete and mixed columns with exact mutual information.

These kinds are for testing only: they are in no registry, so that no training can draw them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from mist_explore.evaluation.suite import Plan, Suite
from mist_explore.evaluation.tied_numbers import (
    classes,
    clumps,
    duplicated_columns,
    mixed_side,
    rare_class,
    rounded_classes,
)
from mist_explore.evaluation.tied_tables import (
    Tied,
    binomial_counts,
    exclusive_or,
    modulo,
    noisy_codes,
    one_hot,
    one_to_one,
    permuted_table,
    poisson_counts,
)

__all__ = ["TIED_KINDS", "Ties"]

DATASETS_PER_KIND = 10
ROWS = (100, 5_000)
STRENGTHS = (0.0, 1.0)
"""Strengths of the first two of every five datasets of a kind; the others are uniform."""
MIDDLE = (0.3, 1.0)


TIED_KINDS: dict[str, Callable[[int, float, np.random.Generator], Tied]] = {
    "codes, one to one": one_to_one,
    "codes, noisy": noisy_codes,
    "codes, permuted tables": permuted_table,
    "exclusive or": exclusive_or,
    "modulo": modulo,
    "one-hot groups": one_hot,
    "Poisson counts": poisson_counts,
    "binomial counts": binomial_counts,
    "clumps": clumps,
    "rare classes": rare_class,
    "classes and numbers": classes,
    "classes and rounded numbers": rounded_classes,
    "mixed sides": mixed_side,
    "duplicated columns": duplicated_columns,
}
"""`(rows of the dataset, strength, rng)` to a random distribution, by kind.

A strength of 0 makes the sides independent (but for codes one to one); at 1 there is no noise,
where a kind has noise.
"""


@dataclass(frozen=True)
class Ties(Suite):
    """Ten datasets of each kind of tied or mixed columns, each dataset a cell.

    Rows are 100 to 5,000, log-uniform. In two of ten datasets the sides are independent. Where a
    side comes out constant, the rows are drawn again.

    Args:
        replicates: draws of ten datasets of each kind.
        thin: keep one dataset in `thin` of each kind.

    Raises:
        ValueError: if there is no replicate, or `thin` is below 1.

    Example:
        >>> Ties().n_cells
        140
    """

    replicates: int = 1
    thin: int = 1

    name: ClassVar[str] = "ties"
    note: ClassVar[str] = "A cell is a dataset. The kinds are used for testing only."

    def plans(self) -> Iterator[Plan]:
        """The datasets by kind."""
        for name in TIED_KINDS:
            for number in range(0, self.replicates * DATASETS_PER_KIND, self.thin):
                draw = partial(_draw, name, number)
                yield Plan(name, name, f"{name} {number + 1}", (name, number), draw)


def _draw(name: str, number: int, seed: int) -> tuple[Tensor, Tensor, float]:
    rng = np.random.default_rng(seed)
    n_samples = round(ROWS[0] * (ROWS[1] / ROWS[0]) ** rng.random())
    place = number % 5
    strength = STRENGTHS[place] if place < len(STRENGTHS) else float(rng.uniform(*MIDDLE))
    distribution = TIED_KINDS[name](n_samples, strength, rng)
    x, y = distribution.draw(n_samples, rng)
    while any((side == side[:1]).all() for side in (x, y)):
        x, y = distribution.draw(n_samples, rng)
    columns_x, columns_y = (torch.from_numpy(side.astype(np.float64)) for side in (x, y))
    return columns_x, columns_y, distribution.mutual_information
