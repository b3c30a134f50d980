"""Mixed types: categories against numbers, and columns with a clump of equal values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from mist_explore.distributions.batched import batched
from mist_explore.distributions.coded import coded
from mist_explore.distributions.correlation import dense_correlation
from mist_explore.distributions.densities import DENSITIES, random_density
from mist_explore.distributions.family import Family, Parameter
from mist_explore.distributions.functions import Values, log_uniform
from mist_explore.distributions.gaussian import Gaussian
from mist_explore.distributions.grids import (
    IMBALANCE,
    LEVELS,
    MOST_PAIRS,
    N_PAIRS,
    STRENGTH,
    grid_block,
    random_codes,
    random_margin,
    random_weights,
    with_weaker_dependence,
)
from mist_explore.distributions.structure import STRUCTURE_SEED
from mist_explore.distributions.table import Axis, Table, with_noise_columns
from mist_explore.interfaces import JointDistribution
from mist_explore.seeding import derive_seed

__all__ = ["MIXED", "Clumped", "mixed", "zero_inflated"]

CELLS = 160
_CLUMP = Parameter("share", "share of zeros", 0, 0.95, 0.4, (0.05, 0.8))


@dataclass(frozen=True, eq=False)
class Clumped(JointDistribution):
    r"""A pair of continuous columns, each replaced by zero where a flag of its side is set.

    With flags (A, B) independent of the pair \((X_0, Y_0)\), the chain rule gives

    .. math:: I(X; Y) = I(A; B) + P(A = 0, B = 0)\,I(X_0; Y_0).

    It has no batch axes.

    Args:
        pair: the distribution of \((X_0, Y_0)\), one column a side.
        flags: probabilities of (A, B), float64 of shape `(2, 2)`.
        positive: whether the columns are exponentials of those of the pair, as amounts are.

    Example:
        >>> flags = torch.tensor([[0.5, 0.0], [0.0, 0.5]], dtype=torch.float64)
        >>> pair = Gaussian(dense_correlation(torch.tensor(0.0), 1, 1), 1)
        >>> round(float(Clumped(pair, flags, positive=True).mutual_information), 5)
        0.69315
    """

    pair: JointDistribution
    flags: Tensor
    positive: bool
    dim_x: int = 1
    dim_y: int = 1

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `()`."""
        between = (self.flags * self._log_ratio).nansum().clamp(min=0)
        return between + self.flags[0, 0] * self.pair.mutual_information

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(n, 1)` and `(n, 1)`."""
        x, y = self.pair.draw(n_samples, generator)
        if self.positive:
            x, y = x.exp(), y.exp()
        chance = torch.rand(n_samples, 1, generator=generator, dtype=torch.float64)
        flag = torch.searchsorted(self.flags.flatten().cumsum(0)[:3].contiguous(), chance)
        zero = torch.zeros((), dtype=torch.float64)
        return torch.where(flag >= 2, zero, x).to(dtype), torch.where(flag % 2 == 1, zero, y).to(
            dtype
        )

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(x, y) / (p(x) p(y)) in nats, of shape `(n,)`."""
        a, b = ((side == 0)[..., 0] for side in (x, y))
        first, second = (
            torch.where(side == 0, 1.0, side).log() if self.positive else side
            for side in (x.double(), y.double())
        )
        inside = self.pair.pointwise_mutual_information(first, second)
        return self._log_ratio[a.long(), b.long()] + torch.where(a | b, 0.0, inside)

    @property
    def _log_ratio(self) -> Tensor:
        margins = (self.flags.sum(axis, keepdim=True).log() for axis in (0, 1))
        return self.flags.log() - sum(margins)


def mixed(
    dim_x: int,
    dim_y: int,
    strength: Tensor,
    levels: Tensor,
    imbalance: Tensor,
    n_pairs: Tensor,
    structure_seed: Tensor,
) -> JointDistribution:
    """A categorical column against a continuous one, pair by pair, with exact mutual information.

    Given the category, the continuous column has a random histogram, bell curves, an interval or
    a mixture of these with a part that all categories share.

    Args:
        dim_x: number of columns of X, the categorical side.
        dim_y: number of columns of Y.
        strength: weight of the dependence in [0, 1], of shape `(...)`.
        levels: the number of categories, integers of shape `(...)`.
        imbalance: probability of the commonest category over that of the rarest, `(...)`.
        n_pairs: the number of pairs, whose MI adds; further columns are independent noise.
        structure_seed: integers of shape `(...)`.
    """

    def construct(
        s: float, levels: int, imbalance: float, pairs: int, seed: int
    ) -> JointDistribution:
        blocks: list[JointDistribution] = []
        for i in range(min(pairs, dim_x, dim_y, MOST_PAIRS)):
            random = np.random.default_rng(derive_seed(seed, "mixed", i))
            weights = random_weights(random, levels, imbalance)
            given = _given_category(random, levels, CELLS)
            codes = Axis(levels, codes=random_codes(random, levels, ordered=False))
            matrix = with_weaker_dependence(weights[:, None] * given, s)
            blocks.append(Table(matrix, (codes,), (Axis(CELLS, random_margin(random)),)))
        return with_noise_columns(blocks, dim_x, dim_y, levels_x=levels)

    return batched(construct, strength, levels, imbalance, n_pairs, structure_seed)


def zero_inflated(
    dim_x: int, dim_y: int, strength: Tensor, share: Tensor, n_pairs: Tensor, structure_seed: Tensor
) -> JointDistribution:
    """Pairs of columns in which many values are exactly zero.

    The zeros of the two sides are dependent, independent or on one side alone; what lies beside
    them is a Gaussian pair, its exponential, or a random shape in the plane.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: weight of the dependence of the zeros and of the numbers in [0, 1], `(...)`.
        share: the share of zeros of X in [0, 0.95], of shape `(...)`.
        n_pairs: the number of pairs, whose MI adds; further columns are independent noise.
        structure_seed: integers of shape `(...)`.
    """

    def construct(s: float, share: float, pairs: int, seed: int) -> JointDistribution:
        blocks: list[JointDistribution] = []
        for i in range(min(pairs, dim_x, dim_y, MOST_PAIRS)):
            random = np.random.default_rng(derive_seed(seed, "zeros", i))
            other = random.choice([0.0, share, random.uniform(0.05, 0.8)])
            overlap = share * other
            if random.random() < 0.7:  # zeros of X and of Y go together, or avoid each other
                bounds = [max(0.0, share + other - 1), min(share, other)]
                overlap += s * (bounds[random.integers(2)] - overlap)
            flags = [[1 - share - other + overlap, other - overlap], [share - overlap, overlap]]
            probabilities = torch.tensor(flags, dtype=torch.float64).clamp(min=0)
            if random.random() < 0.5:
                rho = torch.tensor(0.998 * s * random.choice([-1, 1]), dtype=torch.float64)
                pair: JointDistribution = Gaussian(dense_correlation(rho, 1, 1), 1)
                positive = random.random() < 0.7
            else:
                kind = int(random.integers(len(DENSITIES)))
                pair = grid_block(random, random_density(random, kind, (64, 64)), 1, s)
                positive = False
            blocks.append(Clumped(pair, probabilities, positive))
        return with_noise_columns(blocks, dim_x, dim_y)

    return batched(construct, strength, share, n_pairs, structure_seed)


def _given_category(random: np.random.Generator, levels: int, cells: int) -> Values:
    """Return the probabilities of the cells given each category, of shape `(levels, cells)`."""
    place = (np.arange(cells) + 0.5) / cells
    kind = random.integers(3)
    if kind == 0:
        bins = int(log_uniform(random, 3, 40))
        given = random.gamma(log_uniform(random, 0.1, 2), size=(levels, bins)) + 1e-9
        given = given[:, np.arange(cells) * bins // cells]
    else:
        centres = random.permutation(np.linspace(0.05, 0.95, levels))
        centres = centres if random.random() < 0.5 else random.uniform(0.1, 0.9, levels)
        widths = log_uniform(random, 0.008, 0.2) * np.exp(0.4 * random.normal(size=levels))
        away = (place - centres[:, None]) / widths[:, None]
        given = np.exp(-0.5 * away**2) if kind == 1 else np.where(abs(away) < 2, 1.0, 1e-9)
        given = given + 1e-12
    given = given / given.sum(1, keepdims=True)
    if random.random() < 0.4:
        common = random.gamma(0.5, size=8)[np.arange(cells) * 8 // cells] + 1e-9
        share = random.uniform(0.1, 0.7, (levels, 1))
        given = (1 - share) * given + share * common / common.sum()
    return given


MIXED = (
    Family(
        "mixed",
        "Categories against numbers",
        (
            STRENGTH,
            replace(LEVELS, label="categories", drawn=(2, 30)),
            IMBALANCE,
            N_PAIRS,
            STRUCTURE_SEED,
        ),
        mixed,
        "the numbers of categories have no order, but correlation uses one",
    ),
    Family(
        "coded",
        "A code beside a number",
        (
            STRENGTH,
            replace(LEVELS, label="codes", drawn=(2, 12)),
            IMBALANCE,
            N_PAIRS,
            STRUCTURE_SEED,
        ),
        coded,
        "how a number and Y belong together changes from code to code",
    ),
    Family(
        "zero-inflated",
        "Columns with many zeros",
        (STRENGTH, _CLUMP, N_PAIRS, STRUCTURE_SEED),
        zero_inflated,
        "many equal zeros are one large tie for ranks",
    ),
)
"""Families of mixed types."""
