"""Random densities on grids, continuous or as codes, whose mutual information is an exact sum."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from mist_explore.distributions.batched import batched
from mist_explore.distributions.densities import DENSITIES, random_density
from mist_explore.distributions.family import Family, Parameter
from mist_explore.distributions.functions import Values, log_uniform
from mist_explore.distributions.structure import STRUCTURE_SEED
from mist_explore.distributions.table import Axis, Table, with_noise_columns
from mist_explore.interfaces import JointDistribution
from mist_explore.seeding import derive_seed

__all__ = [
    "GRIDS",
    "IMBALANCE",
    "LEVELS",
    "MOST_PAIRS",
    "N_PAIRS",
    "STRENGTH",
    "code_grids",
    "cube_grids",
    "grid_block",
    "pair_grids",
    "random_codes",
    "random_margin",
    "random_weights",
    "with_weaker_dependence",
]

MOST_PAIRS = 6
MARGIN_NAMES = ("uniform", "uniform", "normal", "normal", "heavy")
CODE_KINDS = 5
RAREST = 1e-3

STRENGTH = Parameter("strength", "weight of the dependence", 0, 1, 0.8, (0, 1))
N_PAIRS = Parameter("n_pairs", "interacting pairs", 1, MOST_PAIRS, 1, (1, math.inf), integer=True)
_KIND = Parameter(
    "kind", "kind of density", 0, len(DENSITIES) - 1, 0, (0, len(DENSITIES) - 1), integer=True
)
_CUBE_KIND = Parameter("kind", "kind of density", 0, 4, 0, (0, 4), integer=True)
_CODE_KIND = Parameter(
    "kind", "kind of table", 0, CODE_KINDS - 1, 1, (0, CODE_KINDS - 1), integer=True
)
LEVELS = Parameter("levels", "largest number of codes", 2, 40, 6, (2, 40), integer=True)
IMBALANCE = Parameter("imbalance", "commonest over rarest code", 1, 1_000, 1, (1, 1_000), log=True)


def pair_grids(
    dim_x: int, dim_y: int, strength: Tensor, kind: Tensor, n_pairs: Tensor, structure_seed: Tensor
) -> JointDistribution:
    r"""Pairs of columns with random densities on grids of 6 to 128 cells a side.

    The cells have probabilities \(s\,P_{ab} + (1 - s)\,P_{a\cdot} P_{\cdot b}\).

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: s in [0, 1], of shape `(...)`.
        kind: numbers in `DENSITIES`, of shape `(...)`.
        n_pairs: the number of pairs, whose MI adds; further columns are independent noise.
        structure_seed: integers of shape `(...)`.

    Example:
        >>> from mist_explore import FAMILIES
        >>> wide = FAMILIES["grid"].distribution(3, 2, n_pairs=2, kind=6)
        >>> wide.provenance
        'closed form'
    """

    def construct(s: float, kind: int, pairs: int, seed: int) -> JointDistribution:
        blocks: list[JointDistribution] = []
        for i in range(min(pairs, dim_x, dim_y, MOST_PAIRS)):
            random = np.random.default_rng(derive_seed(seed, "grid", kind, i))
            sizes = tuple(int(log_uniform(random, 6, 129)) for _ in range(2))
            if kind >= 5:  # curves and bands are narrow
                sizes = (128, 128) if kind == 5 else (128, 96)
            blocks.append(grid_block(random, random_density(random, kind, sizes), 1, s))
        return with_noise_columns(blocks, dim_x, dim_y)

    return batched(construct, strength, kind, n_pairs, structure_seed)


def cube_grids(
    dim_x: int, dim_y: int, strength: Tensor, kind: Tensor, n_pairs: Tensor, structure_seed: Tensor
) -> JointDistribution:
    """Blocks of 2 + 1, 1 + 2 and 2 + 2 columns with random densities on cubes, as far as they fit.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: weight of the dependence in [0, 1], of shape `(...)`.
        kind: numbers in `DENSITIES` below 5, of shape `(...)`.
        n_pairs: the number of blocks, whose MI adds; further columns are independent noise.
        structure_seed: integers of shape `(...)`.
    """

    def construct(s: float, kind: int, n_blocks: int, seed: int) -> JointDistribution:
        blocks: list[JointDistribution] = []
        for i in range(n_blocks):
            random = np.random.default_rng(derive_seed(seed, "cube", kind, i))
            left_x = dim_x - sum(block.dim_x for block in blocks)
            left_y = dim_y - sum(block.dim_y for block in blocks)
            if min(left_x, left_y) < 1:
                break
            fitting = [d for d in ((2, 1), (1, 2), (2, 2)) if d[0] <= left_x and d[1] <= left_y]
            dims = fitting[random.integers(len(fitting))] if fitting else (1, 1)
            if sum(dims) == 2:
                sizes = tuple(int(log_uniform(random, 6, 65)) for _ in range(2))
            else:
                low, high = (10, 25) if sum(dims) == 3 else (6, 12)
                sizes = (int(random.integers(low, high)),) * sum(dims)
            blocks.append(grid_block(random, random_density(random, kind, sizes), dims[0], s))
        return with_noise_columns(blocks, dim_x, dim_y)

    return batched(construct, strength, kind, n_pairs, structure_seed)


def code_grids(
    dim_x: int,
    dim_y: int,
    strength: Tensor,
    kind: Tensor,
    levels: Tensor,
    imbalance: Tensor,
    n_pairs: Tensor,
    structure_seed: Tensor,
) -> JointDistribution:
    """Categorical columns whose code numbers carry no order, with exact tables.

    With probability 1 - strength the code of Y is replaced by one drawn from its own margin.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: weight of the table in [0, 1], of shape `(...)`.
        kind: 0 random tables, 1 one code for another, 2 many codes for one, 3 sums modulo the
            number of codes (two columns of X, where there are), 4 ordered codes.
        levels: the largest number of codes of a column, integers of shape `(...)`.
        imbalance: probability of the commonest code of X over that of the rarest, `(...)`.
        n_pairs: the number of blocks, whose MI adds; further columns are independent noise.
        structure_seed: integers of shape `(...)`.

    Example:
        >>> from mist_explore import FAMILIES
        >>> copied = FAMILIES["grid-codes"].distribution(1, 1, kind=1, levels=10, strength=1.0)
        >>> round(float(copied.mutual_information), 3)  # ln 10
        2.303
    """

    def construct(
        s: float, kind: int, levels: int, imbalance: float, n_blocks: int, seed: int
    ) -> JointDistribution:
        blocks: list[JointDistribution] = []
        for i in range(n_blocks):
            random = np.random.default_rng(derive_seed(seed, "codes", kind, i))
            left_x = dim_x - sum(block.dim_x for block in blocks)
            if left_x < 1 or len(blocks) == dim_y:
                break
            sizes: tuple[int, ...] = (levels, levels)
            if kind == 3 and left_x > 1:
                most = max(2, min(levels, 16))
                sizes = (int(random.integers(2, most + 1)),) * 3
            elif kind in (0, 4):
                sizes = (levels, int(random.integers(2, levels + 1)))
            elif kind == 2:
                sizes = (levels, max(2, int(levels * random.uniform(0.1, 0.8))))
            weights = [random_weights(random, size, imbalance) for size in sizes[:-1]]
            table = _code_table(random, kind, sizes) * _outer(weights)[..., None]
            axes = tuple(Axis(size, codes=random_codes(random, size, kind == 4)) for size in sizes)
            matrix = with_weaker_dependence(table.reshape(-1, sizes[-1]), s)
            blocks.append(Table(matrix, axes[:-1], axes[-1:]))
        return with_noise_columns(blocks, dim_x, dim_y, levels, levels)

    return batched(construct, strength, kind, levels, imbalance, n_pairs, structure_seed)


def grid_block(random: np.random.Generator, density: Values, dim_x: int, s: float) -> Table:
    """Return the table of a density on a grid whose first `dim_x` axes are those of X."""
    axes = tuple(Axis(size, random_margin(random)) for size in density.shape)
    rows = int(np.prod(density.shape[:dim_x]))
    return Table(with_weaker_dependence(density.reshape(rows, -1), s), axes[:dim_x], axes[dim_x:])


def with_weaker_dependence(table: Values, s: float) -> Tensor:
    r"""Return the table \(s\,P_{ab} + (1 - s)\,P_{a\cdot} P_{\cdot b}\), with sum 1.

    Example:
        >>> with_weaker_dependence(np.eye(2), 0.5)
        tensor([[0.3750, 0.1250],
                [0.1250, 0.3750]], dtype=torch.float64)
    """
    table = table / table.sum()
    product = table.sum(1, keepdims=True) * table.sum(0, keepdims=True)
    return torch.from_numpy(s * table + (1 - s) * product)


def random_margin(random: np.random.Generator) -> str:
    """Draw the margin of a continuous axis, uniform and normal most often."""
    return MARGIN_NAMES[random.integers(len(MARGIN_NAMES))]


def random_codes(random: np.random.Generator, levels: int, ordered: bool) -> Tensor:
    """Return the numbers that stand for the levels, in random order unless `ordered`."""
    codes = np.arange(levels) if ordered else random.permutation(levels)
    return torch.from_numpy(codes.astype(np.float64))


def random_weights(random: np.random.Generator, levels: int, imbalance: float) -> Values:
    """Return probabilities from 1 to 1 / imbalance in random steps, before normalisation."""
    shares = random.uniform(size=levels)
    shares[:2] = 0, 1
    weights = float(imbalance) ** -random.permutation(shares)
    return weights / weights.sum()


def _outer(weights: list[Values]) -> Values:
    result = weights[0]
    for other in weights[1:]:
        result = result[..., None] * other
    return result


def _code_table(random: np.random.Generator, kind: int, sizes: tuple[int, ...]) -> Values:
    """Return the probabilities of the codes of Y, the last axis, given those of X."""
    last = sizes[-1]
    if kind == 0:
        table = random.gamma(log_uniform(random, 0.05, 2), size=sizes) + 1e-30
    elif kind == 4:
        scores = [np.linspace(-2, 2, size) + 0.3 * random.normal(size=size) for size in sizes]
        slope = log_uniform(random, 0.3, 4) * random.choice([-1, 1])
        table = np.exp(-0.5 * (scores[1] - slope * scores[0][:, None]) ** 2 * 4) + 1e-30
    elif kind == 3:
        total = sum(np.meshgrid(*[np.arange(size) for size in sizes[:-1]], indexing="ij"))
        table = np.eye(last)[total % last]
    else:
        images = np.arange(sizes[0]) % last
        table = np.eye(last)[random.permutation(images)]
    # Codes that hardly ever meet never do.
    table = np.where(table < RAREST * table.max(-1, keepdims=True), 0, table)
    return table / table.sum(-1, keepdims=True)


GRIDS = (
    Family(
        "grid",
        "Random shapes in the plane",
        (STRENGTH, _KIND, N_PAIRS, STRUCTURE_SEED),
        pair_grids,
        "a shape in the plane need not rise or fall anywhere",
    ),
    Family(
        "grid-cube",
        "Random shapes in three or four columns",
        (STRENGTH, _CUBE_KIND, N_PAIRS, STRUCTURE_SEED),
        cube_grids,
        "two columns together carry more than each one alone",
    ),
    Family(
        "grid-codes",
        "Categories with a known table",
        (STRENGTH, _CODE_KIND, LEVELS, IMBALANCE, N_PAIRS, STRUCTURE_SEED),
        code_grids,
        "the numbers of categories have no order, but correlation uses one",
    ),
)
"""Families on grids."""
