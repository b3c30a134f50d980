"""`lmi-grid`: a few informative columns among copies of them and noise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import ClassVar

import torch
from torch import Tensor

from mist_explore.evaluation.suite import Plan, Suite
from mist_explore.seeding import as_generator

__all__ = ["LMIGrid"]

N_SAMPLES = 2_000
PAIRS = range(1, 10)
BITS = tuple(2 * i / 9 for i in range(10))
VARIANCES = 6.0, 3.5
PUBLISHED = {
    "LMI": {10: 0.3958, 20: 0.4417, 30: 0.4387, 40: 0.4354, 50: 0.4145},
    "LMI-MINE": {10: 0.4890, 20: 0.4962, 30: 0.4801, 40: 0.4766, 50: 0.4632},
    "LMI-InfoNCE": {10: 0.4959, 20: 0.4965, 30: 0.4928, 40: 0.4793, 50: 0.4657},
    "MINE": {10: 0.3423, 20: 0.4074, 30: 0.4727, 40: 0.5592, 50: 0.5999},
    "KSG": {10: 0.4578, 20: 0.6851, 30: 0.7850, 40: 0.8386, 50: 0.8725},
    "InfoNCE": {10: 0.4512, 20: 0.6546, 30: 0.8060, 40: 0.9123, 50: 0.9489},
}
"""Mean absolute errors in bits by columns a side, from `results/MI_Gaussian_grids.csv`."""


@dataclass(frozen=True)
class LMIGrid(Suite):
    r"""1 to 9 informative Gaussian pairs of columns in 10 to 50 columns a side, each a cell.

    The pairs are \((x_i, y_i) \sim N(0, [[6, c], [c, 3.5]])\) with
    \(c = \sqrt{21 (1 - e^{-2 I / k})}\), i = 1, …, k. A side of d columns has its k columns, then
    d - k - u copies of them drawn with replacement, then u = (d - k) // 2 columns of noise. The
    information I runs from 0 to 2 bits, and every dataset has 2,000 rows.

    Args:
        dims: columns a side; published are 10, 20, 30, 40 and 50.
        replicates: datasets of each d, k and I.
        thin: keep one of `thin` values of I for each k, the next one for the next k.

    Raises:
        ValueError: if a side has fewer than 9 columns, there is no replicate, or `thin` is not
            1-10.

    Source: Gowri et al., "Approximating mutual information of high-dimensional variables using
    learned representations" (2024); definitions and results of
    github.com/ggdna/latent-mutual-information. Published errors are in bits there, in nats here.

    Example:
        >>> LMIGrid().n_cells, LMIGrid(thin=3).n_cells
        (450, 150)
        >>> round(LMIGrid().published["LMI"]["10 columns a side"] / math.log(2), 4)
        0.3958
    """

    dims: tuple[int, ...] = (10, 20, 30, 40, 50)
    replicates: int = 1
    thin: int = 1

    name: ClassVar[str] = "lmi-grid"
    note: ClassVar[str] = (
        "A cell is a dataset. Published errors, of other draws, are converted from bits to nats."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.thin > len(BITS):
            raise ValueError(f"expected thin of at most {len(BITS)}; got {self.thin}")
        for dim in self.dims:
            if dim < max(PAIRS):
                raise ValueError(f"expected at least {max(PAIRS)} columns a side; got {dim}")

    @property
    def published(self) -> Mapping[str, Mapping[str, float]]:
        """Published mean absolute errors in nats, by method and columns a side."""
        return {
            method: {
                _group(dim): error * math.log(2)
                for dim, error in errors.items()
                if dim in self.dims
            }
            for method, errors in PUBLISHED.items()
        }

    def plans(self) -> Iterator[Plan]:
        """The datasets by number of columns, of pairs, and mutual information."""
        every = product(self.dims, PAIRS, enumerate(BITS), range(self.replicates))
        for dim, pairs, (number, bits), replicate in every:
            if (number + pairs) % self.thin == 0:
                yield Plan(
                    group=_group(dim),
                    distribution=f"{pairs} of {dim}",
                    name=f"{pairs} of {dim}, {bits:.3f} bits #{replicate + 1}",
                    keys=(dim, pairs, round(bits, 6), replicate),
                    draw=partial(_draw, dim, pairs, bits * math.log(2)),
                )


def _group(dim: int) -> str:
    return f"{dim} columns a side"


def _draw(dim: int, pairs: int, information: float, seed: int) -> tuple[Tensor, Tensor, float]:
    """Standardised columns of both sides, of shape `(n, dim)`, beside the information in nats."""
    generator = as_generator(seed)
    var_x, var_y = VARIANCES
    covariance = math.sqrt(-math.expm1(-2 * information / pairs) * var_x * var_y)
    matrix = torch.tensor([[var_x, covariance], [covariance, var_y]], dtype=torch.float64)
    noise = torch.randn(pairs, N_SAMPLES, 2, generator=generator, dtype=torch.float64)
    columns = noise @ torch.linalg.cholesky(matrix).mT
    n_noise = (dim - pairs) // 2

    def side(informative: Tensor) -> Tensor:
        copies = torch.randint(pairs, (dim - pairs - n_noise,), generator=generator)
        other = torch.randn(N_SAMPLES, n_noise, generator=generator, dtype=torch.float64)
        full = torch.cat([informative, informative[:, copies], other], -1)
        return (full - full.mean(0)) / full.std(0, correction=0)

    return side(columns[..., 0].mT), side(columns[..., 1].mT), information
