"""A code beside a number: the dependence of numeric columns is conditional on a category."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from mist_explore.distributions.batched import batched
from mist_explore.distributions.densities import DENSITIES, random_density
from mist_explore.distributions.functions import Values, log_uniform
from mist_explore.distributions.grids import (
    MOST_PAIRS,
    random_codes,
    random_margin,
    random_weights,
    with_weaker_dependence,
)
from mist_explore.distributions.table import Axis, Table, with_noise_columns
from mist_explore.interfaces import JointDistribution
from mist_explore.seeding import derive_seed

__all__ = ["coded"]


def coded(
    dim_x: int,
    dim_y: int,
    strength: Tensor,
    levels: Tensor,
    imbalance: Tensor,
    n_pairs: Tensor,
    structure_seed: Tensor,
) -> JointDistribution:
    """Number in X that depends on Y given a code beside it.

    Given each code, the number and Y have their own density on a grid, a common density or its
    mirror image, or they depend on each other under some codes only. X has one such pair of
    columns for each column of Y that depends on it; a single column of X is the code alone.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: weight of the dependence in [0, 1], of shape `(...)`.
        levels: the number of codes, integers of shape `(...)`.
        imbalance: probability of the commonest code over that of the rarest, `(...)`.
        n_pairs: the number of blocks, whose MI adds; further columns are independent noise.
        structure_seed: integers of shape `(...)`.

    Example:
        >>> from mist_explore import FAMILIES
        >>> FAMILIES["coded"].distribution(2, 1, levels=2, strength=1.0).provenance
        'closed form'
    """

    def construct(
        s: float, levels: int, imbalance: float, pairs: int, seed: int
    ) -> JointDistribution:
        blocks: list[JointDistribution] = []
        for i in range(min(pairs, max(1, dim_x // 2), dim_y, MOST_PAIRS)):
            random = np.random.default_rng(derive_seed(seed, "coded", i))
            given, is_number = _given_code(random, levels)
            weights = random_weights(random, levels, imbalance)
            codes = Axis(levels, codes=random_codes(random, levels, ordered=False))
            of_y = given.shape[2]
            y = (
                Axis(of_y, random_margin(random))
                if is_number
                else Axis(of_y, codes=random_codes(random, of_y, ordered=False))
            )
            table = weights[:, None, None] * given
            x: tuple[Axis, ...] = (codes, Axis(given.shape[1], random_margin(random)))
            if dim_x == 1:
                table, x = table.sum(1), x[:1]
            table = table.reshape(-1, of_y)
            blocks.append(Table(with_weaker_dependence(table, s), x, (y,)))
        return with_noise_columns(blocks, dim_x, dim_y)

    return batched(construct, strength, levels, imbalance, n_pairs, structure_seed)


def _given_code(random: np.random.Generator, levels: int) -> tuple[Values, bool]:
    """Return densities of the number and Y given each code, `(levels, cells, cells)`.

    And whether Y is a number; otherwise its cells are codes.
    """
    is_number = bool(random.random() < 0.75)
    sizes = (48, 48 if is_number else int(random.integers(2, 7)))
    kinds = [k for k, name in enumerate(DENSITIES) if is_number or name not in ("curves", "bands")]

    def density() -> Values:
        return random_density(random, int(random.choice(kinds)), sizes)

    if is_number and random.random() < 0.4:
        place = np.linspace(-2, 2, sizes[0])
        width = log_uniform(random, 0.1, 1)
        common = np.exp(-0.5 * ((place[:, None] - place) / width) ** 2)
    else:
        common = density()
    common = common / common.sum()
    independent = common.sum(1, keepdims=True) * common.sum(0, keepdims=True)
    kind = random.integers(3)

    def other() -> Values:
        if kind == 0:
            return common[:, ::-1] if random.random() < 0.5 else common[::-1]
        return density() if kind == 1 else independent

    chosen = [common if c == 0 or random.random() < 0.3 else other() for c in range(levels)]
    return np.stack(chosen), is_number
