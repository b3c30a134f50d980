"""M_test: the test protocol of MIST, in and out of its training meta-distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import torch

from mist_explore.distributions import FAMILIES
from mist_explore.evaluation.suite import Cell
from mist_explore.seeding import as_generator, derive_seed
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
class MTest:
    """The 13 families of M_test, 20 sample sizes from 10 to 500, 9 datasets of each.

    The dimension dim_x = dim_y, uniform in 2-32, is drawn once for those 9 datasets: they are a
    cell. Each dataset has its own distribution, with parameters in the published ranges.

    Args:
        replicates: how many M_tests to draw.
        sample_sizes: the grid of n, each in 10-500.
        datasets: how many of the nine of a cell, the first ones.

    Raises:
        ValueError: if there is no replicate, a sample size is off the published range, or not
            1-9 datasets are asked for.

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
        "estimator sees the dataset once."
    )

    def __post_init__(self) -> None:
        if self.replicates < 1:
            raise ValueError(f"expected at least one replicate; got {self.replicates}")
        for n_samples in self.sample_sizes:
            if not 10 <= n_samples <= 500:
                raise ValueError(f"expected sample sizes in 10-500; got {n_samples}")
        if not 1 <= self.datasets <= DATASETS_PER_CELL:
            raise ValueError(
                f"expected 1-{DATASETS_PER_CELL} datasets of a cell; got {self.datasets}"
            )

    @property
    def n_cells(self) -> int:
        """The number of cells."""
        return self.replicates * len(self.sample_sizes) * sum(map(len, DISTRIBUTIONS.values()))

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

    def cells(self, seed: int) -> Iterator[Cell]:
        """The cells, each drawn from its own derived seed."""
        for replicate in range(self.replicates):
            for side, distributions in DISTRIBUTIONS.items():
                for family, transform in distributions:
                    for n_samples in self.sample_sizes:
                        cell = _cell(seed, replicate, side, family, transform, n_samples)
                        first = slice(self.datasets)
                        yield replace(
                            cell, x=cell.x[first], y=cell.y[first], truths=cell.truths[first]
                        )


def _cell(
    seed: int, replicate: int, side: str, family: str, transform: str, n_samples: int
) -> Cell:
    key = derive_seed(seed, "m-test", replicate, family, transform, n_samples)
    generator = as_generator(key)
    dim = int(torch.randint(DIMS[0], DIMS[1] + 1, (), generator=generator))
    distributions = FAMILIES[family].random(dim, dim, DATASETS_PER_CELL, generator)
    x, y = transformed(distributions, transform, seed=key).draw(n_samples, generator)
    label = next(label for label, low, high in BINS if low <= n_samples <= high)
    distribution = f"{family}-{transform}"
    return Cell(
        group=f"{side}, {label}",
        distribution=distribution,
        name=f"{distribution} n={n_samples} #{replicate + 1}",
        x=x,
        y=y,
        truths=distributions.mutual_information,
    )
