"""M_test: the test protocol of MIST, in and out of its training meta-distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import ClassVar, Literal

import torch
from torch import Tensor

from mist_explore.distributions import FAMILIES
from mist_explore.evaluation.suite import Plan, Suite
from mist_explore.seeding import as_generator
from mist_explore.transforms import transformed

__all__ = ["MTest"]

BINS = (("n in [10, 100)", 10, 99), ("n in [100, 300)", 100, 299), ("n in [300, 500]", 300, 500))
DATASETS_PER_CELL = 9
DIMS = (2, 32)
DISTRIBUTIONS = {
    "IMD": (
        ("normal-dense", "base"),
        ("normal-lvm", "wigglify"),
        ("normal-dense", "halfcube"),
        ("student-dense", "base"),
        ("student-sparse", "base"),
        ("student-sparse", "asinh"),
    ),
    "OoMD": (
        ("normal-dense", "wigglify"),
        ("normal-sparse", "halfcube"),
        ("normal-sparse", "asinh"),
        ("student-sparse", "wigglify"),
        ("student-dense", "halfcube"),
        ("additive-noise", "base"),
        ("additive-noise", "halfcube"),
    ),
}
"""Family and transform, in the published meta-distribution (IMD) and out of it (OoMD)."""
PUBLISHED = {
    "MIST-QR": {"IMD": (3.1, 0.31, 0.12), "OoMD": (9.5, 9.9, 10.0)},
    "MIST": {"IMD": (3.1, 0.34, 0.28), "OoMD": (8.0, 7.3, 8.8)},
}
"""Mean squared errors in nats² by bin, as published in arXiv 2511.18945."""


@dataclass(frozen=True)
class MTest(Suite):
    """The 13 families of M_test, 20 sample sizes from 10 to 500, 9 datasets of each.

    The dimension dim_x = dim_y, uniform in 2-32, is drawn once for those 9 datasets: they are a
    cell. Each dataset has its own distribution, with parameters in the published ranges.

    Args:
        replicates: number of draws of M_test.
        sample_sizes: the grid of n, each in 10-500.
        datasets: number of the first datasets of each cell, of nine.

    Raises:
        ValueError: if there is no replicate, a sample size is off the published range, or not
            1-9 datasets are given.

    Source: MIST, arXiv 2511.18945.

    Example:
        >>> suite = MTest()
        >>> suite.n_cells * DATASETS_PER_CELL
        2340
    """

    replicates: int = 1
    sample_sizes: tuple[int, ...] = tuple(int(10 + i * 490 / 19) for i in range(20))
    datasets: int = DATASETS_PER_CELL

    name: ClassVar[str] = "m-test"
    error: ClassVar[Literal["squared", "absolute"]] = "squared"
    note: ClassVar[str] = (
        "A cell is the datasets of one family and number of rows, which share their dimension. "
        "The published script averages over 50 bootstrap resamples of a dataset; here every "
        "estimator takes the dataset once."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for n_samples in self.sample_sizes:
            if not 10 <= n_samples <= 500:
                raise ValueError(f"expected sample sizes in 10-500; got {n_samples}")
        if not 1 <= self.datasets <= DATASETS_PER_CELL:
            raise ValueError(
                f"expected 1-{DATASETS_PER_CELL} datasets of a cell; got {self.datasets}"
            )

    @property
    def published(self) -> Mapping[str, Mapping[str, float]]:
        """Published mean squared errors in nats², by method and group."""
        return {
            method: {
                f"{side}, {label}": value
                for side, values in sides.items()
                for (label, _, _), value in zip(BINS, values, strict=True)
            }
            for method, sides in PUBLISHED.items()
        }

    def plans(self) -> Iterator[Plan]:
        """The cells by draw, side, family and number of rows."""
        sides = [(side, *pair) for side, pairs in DISTRIBUTIONS.items() for pair in pairs]
        every = product(range(self.replicates), sides, self.sample_sizes)
        for replicate, (side, family, transform), n_samples in every:
            label = next(label for label, low, high in BINS if low <= n_samples <= high)
            yield Plan(
                group=f"{side}, {label}",
                distribution=f"{family}-{transform}",
                name=f"{family}-{transform} n={n_samples} #{replicate + 1}",
                keys=(replicate, family, transform, n_samples),
                draw=partial(self._draw, family, transform, n_samples),
            )

    def _draw(
        self, family: str, transform: str, n_samples: int, seed: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        generator = as_generator(seed)
        dim = int(torch.randint(DIMS[0], DIMS[1] + 1, (), generator=generator))
        distributions = FAMILIES[family].random(dim, dim, DATASETS_PER_CELL, generator)
        x, y = transformed(distributions, transform, seed=seed).draw(n_samples, generator)
        first = slice(self.datasets)
        return x[first], y[first], distributions.mutual_information[first]
