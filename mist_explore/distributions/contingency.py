"""Discrete columns from tables of joint probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.distributions.structure import normal, uniform
from mist_explore.interfaces import JointDistribution

__all__ = ["ContingencyTables", "counts", "random_tables"]

LEVELS = 6
MOST_COUNTS = 32
RATES = 21


@dataclass(frozen=True, eq=False)
class ContingencyTables(JointDistribution):
    r"""Independent pairs of columns; pair i takes the levels (a, b) with probability \(P_{iab}\).

    .. math:: I(X_i; Y_i) = \sum_{ab} P_{iab} \ln \frac{P_{iab}}{P_{ia\cdot} P_{i\cdot b}}

    The mutual information is the sum over the first min(dim_x, dim_y) pairs; further columns of
    one side are independent of the other side.

    Args:
        probabilities: P, float64 of shape `(..., max(dim_x, dim_y), levels, levels)`.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.

    Source: Cover & Thomas, "Elements of Information Theory" (2006), section 2.3.

    Example:
        >>> coin = torch.tensor([[[0.5, 0.0], [0.0, 0.5]]], dtype=torch.float64)
        >>> round(float(ContingencyTables(coin, 1, 1).mutual_information), 5)
        0.69315
    """

    probabilities: Tensor
    dim_x: int
    dim_y: int

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `(...)`."""
        p, k = self.probabilities, min(self.dim_x, self.dim_y)
        entropies = [
            torch.special.entr(table).sum((-1, -2))
            for table in (p.sum(-1, keepdim=True), p.sum(-2, keepdim=True), p)
        ]
        return (entropies[0] + entropies[1] - entropies[2])[..., :k].sum(-1)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Levels, counted from 0, of shape `(..., n, dim_x)` and `(..., n, dim_y)`."""
        *batch, pairs, levels, _ = self.probabilities.shape
        edges = self.probabilities.flatten(-2).cumsum(-1)
        chance = torch.rand(*batch, pairs, n_samples, generator=generator, dtype=torch.float64)
        cells = torch.searchsorted(edges / edges[..., -1:], chance, right=True).mT
        x, y = cells.div(levels, rounding_mode="floor"), cells % levels
        return x[..., : self.dim_x].to(dtype), y[..., : self.dim_y].to(dtype)

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log P(a, b) / (P(a) P(b)) in nats, of shape `(..., n)`, for rows on the support."""
        k, levels = min(self.dim_x, self.dim_y), self.probabilities.shape[-1]
        p = self.probabilities[..., :k, :, :]
        information = p.log() - p.sum(-1, keepdim=True).log() - p.sum(-2, keepdim=True).log()
        cells = (x[..., :k].round() * levels + y[..., :k].round()).long()
        return information.flatten(-2).gather(-1, cells.mT).sum(-2)


def random_tables(
    dim_x: int, dim_y: int, strength: Tensor, structure_seed: Tensor
) -> ContingencyTables:
    r"""Tables \(P_{ab} \propto e^{u_a + v_b + s g_{ab}}\) with 2 to 6 levels a side.

    In half of the pairs \(g_{ab} = g_a g_b\) with ordered scores, as if two dependent numbers had
    been binned; in the others g is random.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: s, shape `(..., max(dim_x, dim_y))`.
        structure_seed: integers of shape `(...)`.
    """
    pairs = max(dim_x, dim_y)
    sides = normal(structure_seed, "sides", pairs, 2, LEVELS)
    scores = normal(structure_seed, "scores", pairs, 2, LEVELS).sort(-1).values
    chance = uniform(structure_seed, "levels", pairs, 3)
    levels = 2 + (chance[..., :2] * (LEVELS - 1)).long()
    ordered = scores[..., 0, :, None] * scores[..., 1, None, :]
    pattern = torch.where(
        chance[..., 2, None, None] < 0.5,
        ordered,
        normal(structure_seed, "pattern", pairs, LEVELS, LEVELS),
    )
    logits = 0.5 * (sides[..., 0, :, None] + sides[..., 1, None, :])
    logits = logits + strength[..., None, None] * pattern
    used = torch.arange(LEVELS) < levels[..., None]
    logits = torch.where(used[..., 0, :, None] & used[..., 1, None, :], logits, -torch.inf)
    return ContingencyTables(logits.flatten(-2).softmax(-1).view_as(logits), dim_x, dim_y)


def counts(dim_x: int, dim_y: int, strength: Tensor, structure_seed: Tensor) -> ContingencyTables:
    r"""Poisson counts \(X \sim \mathrm{Po}(a e^{sZ}),\ Y \sim \mathrm{Po}(b e^{\pm sZ})\).

    Z is normal on a grid of 21 points, the counts end at 31, and the tables are exact for that.

    Args:
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        strength: s, the spread of the common log-rate, shape `(..., max(dim_x, dim_y))`.
        structure_seed: integers of shape `(...)`.
    """
    pairs = max(dim_x, dim_y)
    chance = uniform(structure_seed, "rates", pairs, 3, 1)
    z = torch.linspace(-3, 3, RATES, dtype=torch.float64)
    sign = torch.where(chance[..., 2, :] < 0.5, -1.0, 1.0)
    log_rate = -1 + 3 * chance[..., :2, :] - strength[..., None, None].square() / 2
    spread = strength[..., None] * z
    exponent = log_rate + torch.stack([spread, sign * spread], -2)  # (..., pairs, 2, rates)
    level = torch.arange(MOST_COUNTS, dtype=torch.float64)
    poisson = (level[:, None] * exponent[..., None, :] - torch.lgamma(level + 1)[:, None]).softmax(
        -2
    )
    weights = (-0.5 * z.square()).softmax(-1)
    tables = (poisson[..., 0, :, :] * weights) @ poisson[..., 1, :, :].mT
    return ContingencyTables(tables, dim_x, dim_y)
