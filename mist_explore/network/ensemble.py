r"""The network `mist-qr`: an ensemble that weighs base estimates by what they are worth here.

A sample is reduced exactly (`reductions`), and belongs to one of three types: *continuous* (both
sides numeric), *mixed* (one side is a categorical variable) or *discrete* (both are). Each type has
base estimates and statistics of its own, and members of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor, nn
from torch.nn import functional

from mist_explore.network.config import NetworkConfig
from mist_explore.network.model import Network, monotone
from mist_explore.network.stacking import (
    BACKBONE_LEVELS,
    BASE_ESTIMATES,
    N_BACKBONE,
    N_BASE,
    N_TOLD,
    TYPES,
    StackFeatures,
    stack_features,
)

__all__ = ["REFERENCES", "StackedEnsemble"]

WIDTH = 256
LAYERS = 3
DROPOUT = 0.1
CLIP = 5.0
"""Standardised numbers are clipped at this many standard deviations."""

LEAST_SCALE = 0.02
BELOW_ZERO = 0.05
"""The weight in training of what lies below 0, which is answered as 0."""

LOW, MIDDLE, HIGH = BACKBONE_LEVELS

REFERENCES = 1_000
"""Training datasets of each type against which the out-of-distribution score is computed."""

NEAREST = 5
N_CONDITIONS = 4
"""A constant, the disagreement of members, the out-of-distribution score, and the spread of the
base estimates: what the width of an interval depends on beside the members."""


class Member(nn.Module):
    r"""One member of the ensemble: gating weights over base estimates, a shift, and a spread.

    .. math:: q_{1/2} = \sum_s \pi_s G_s + (u + 0.02)\, m

    Args:
        n_numbers: how many of the numbers it reads, from the first on.
        n_base: the number of base estimates.
        levels: the quantile levels.
    """

    def __init__(self, n_numbers: int, n_base: int, levels: tuple[float, ...]) -> None:
        super().__init__()
        self.n_numbers, self.n_base = n_numbers, n_base
        layers: list[nn.Module] = []
        for i in range(LAYERS):
            layers += [nn.Linear(WIDTH if i else n_numbers, WIDTH), nn.GELU(), nn.Dropout(DROPOUT)]
        self.layers = nn.Sequential(*layers)
        self.sizes = [n_base, 1, 1, len(levels) - 1]
        self.middle = levels.index(0.5)
        self.out = nn.Linear(WIDTH, sum(self.sizes))
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)
        score = torch.special.ndtri(torch.tensor(levels, dtype=torch.float64))
        with torch.no_grad():
            self.out.bias[n_base + 2 :] = score.diff().expm1().log().float()

    def forward(self, numbers: Tensor, base: Tensor, unit: Tensor) -> tuple[Tensor, Tensor]:
        """Return quantiles `(B, levels)` and gating weights `(B, n_base)`."""
        out = self.out(self.layers(numbers[:, : self.n_numbers])).float()
        gate, shift, spread, steps = out.split(self.sizes, -1)
        weights = gate.softmax(-1)
        scale = unit[:, None] + LEAST_SCALE
        median = (weights * base[:, : self.n_base]).sum(-1, keepdim=True) + scale * shift
        steps = functional.softplus(steps) * scale * spread.clamp(-8, 6).exp()
        return monotone(median, steps, self.middle), weights


@dataclass(frozen=True)
class Combined:
    """The answers of the ensemble before its intervals are calibrated.

    Args:
        quantiles: the mean of the members, `(B, levels)`.
        weights: the mean of the gating weights, `(B, N_BASE)`.
        conditions: what the width depends on, `(B, N_CONDITIONS)`.
        ood_score: the share of training datasets that lie nearer to the others, `(B,)`.
        types: the type of each dataset, integers `(B,)`.
        bound: the largest possible value, `(B,)`.
    """

    quantiles: Tensor
    weights: Tensor
    conditions: Tensor
    ood_score: Tensor
    types: Tensor
    bound: Tensor

    def __getitem__(self, rows: Tensor) -> Combined:
        return Combined(*(getattr(self, f.name)[rows] for f in fields(self)))


class StackedEnsemble(nn.Module):
    r"""Stacked generalisation over base estimates of mutual information.

    Each member reads a few hundred statistics of a sample, whatever its shape, and gives quantiles
    around a mixture of base estimates. Members differ: every second one does not read the last
    layer of the backbone (a trained `Network` that stays as it is, for the continuous type). The
    answer is the mean of their
    quantiles, its steps away from the median multiplied by factors

    .. math:: f_j \exp(a_\pm^T c),

    with the conditions c of `Combined`, which are fitted on datasets of kinds that the members
    never saw (`calibrate`), and clipped at the entropy of a discrete side.

    Source: MIST, arXiv 2511.18945 (supervised estimation, quantile loss); Wolpert, "Stacked
    generalization" (1992).
    """

    mean: Tensor
    deviation: Tensor
    references: Tensor
    distances: Tensor
    slopes: Tensor
    steps: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = Network(config).requires_grad_(False)
        self.n_numbers = max(N_TOLD[0] + N_BACKBONE + self.backbone.n_embedding, *N_TOLD[1:])
        self.members = nn.ModuleList(
            nn.ModuleList(self._member(t, i) for i in range(config.members))
            for t in range(len(TYPES))
        )
        n_types, n_steps = len(TYPES), len(config.levels) - 1
        self.register_buffer("mean", torch.zeros(n_types, self.n_numbers))
        self.register_buffer("deviation", torch.ones(n_types, self.n_numbers))
        self.register_buffer("references", torch.zeros(n_types, REFERENCES, max(N_TOLD)))
        self.register_buffer("distances", torch.full((n_types, REFERENCES), torch.inf))
        self.register_buffer("slopes", torch.zeros(n_types, 2, N_CONDITIONS))
        self.register_buffer("steps", torch.zeros(n_types, n_steps))

    def _member(self, type_index: int, i: int) -> Member:
        told = N_TOLD[type_index]
        if type_index == 0:
            told += N_BACKBONE + (0 if i % 2 else self.backbone.n_embedding)
        n_base = len(BASE_ESTIMATES[TYPES[type_index]])
        return Member(told, n_base, self.config.levels)

    @torch.no_grad()
    def features(self, x: Tensor, y: Tensor) -> StackFeatures:
        """Return the features of datasets `(B, n, dim_x)` and `(B, n, dim_y)` of one shape."""
        self.backbone.eval()
        return stack_features(self.backbone, self.n_numbers, x, y)

    @torch.no_grad()
    def fit_standardizer(self, features: StackFeatures) -> None:
        """Store mean and deviation of the numbers over training, and the reference datasets."""
        for t in range(len(TYPES)):
            numbers = features.numbers[features.types == t]
            if len(numbers) < 2:
                continue
            self.mean[t].copy_(numbers.mean(0))
            self.deviation[t].copy_(numbers.std(0) + 1e-3)
            told = self._standardised(numbers, t)[:, : N_TOLD[t]]
            stride = max(1, len(told) // (2 * REFERENCES))
            kept, ranked = (told[i * stride :: 2 * stride][:REFERENCES] for i in (0, 1))
            self.references[t].fill_(torch.inf)
            self.references[t, : len(kept), : N_TOLD[t]] = kept
            self.references[t, : len(kept), N_TOLD[t] :] = 0
            self.distances[t].fill_(torch.inf)
            apart = self._distance(ranked, t)
            self.distances[t, : len(apart)] = apart
            self.distances[t].copy_(self.distances[t].sort().values)

    def ood_score(self, features: StackFeatures) -> Tensor:
        """Return the share of training datasets that lie nearer to the others, `(B,)`.

        The distance is the root mean square to the 5 nearest reference datasets over the
        standardised numbers (Sun et al., "Out-of-Distribution Detection with Deep Nearest
        Neighbors", 2022).
        """
        score = torch.zeros(len(features.types))
        for t in features.types.unique().tolist():
            rows = features.types == t
            told = self._standardised(features.numbers[rows], t)[:, : N_TOLD[t]]
            known = int(torch.isfinite(self.distances[t]).sum())
            if known:
                rank = torch.searchsorted(self.distances[t, :known], self._distance(told, t))
                score[rows] = rank.float() / known
        return score

    def forward(self, features: StackFeatures) -> Tensor:
        """Return quantiles in nats at `config.levels`, not clipped at 0: `(B, levels)`.

        While training, those of each member, `(members, B, levels)`, since each learns by itself.
        """
        if self.training:
            quantiles, _ = self._members(features)
            return torch.where(quantiles > 0, quantiles, BELOW_ZERO * quantiles)
        return self.calibrated(self.combine(features))

    def combine(self, features: StackFeatures) -> Combined:
        """Return the mean of the members, and what the width of their interval depends on."""
        members, weights = self._members(features)
        low, middle, high = (self.config.levels.index(level) for level in (LOW, MIDDLE, HIGH))
        mean, weights = members.mean(0), weights.mean(0)
        width = (mean[:, high] - mean[:, low]).clamp(min=1e-4)
        median = mean[:, middle].clamp(min=0)
        apart = members[..., middle].clamp(min=0).std(0, unbiased=False) / width
        spread = (weights * (features.base - median[:, None]).square()).sum(-1).sqrt() / width
        score = self.ood_score(features)
        unseen = -torch.log(1 - score + 0.005)
        conditions = [torch.ones_like(width), apart.log1p(), unseen.to(width), spread.log1p()]
        stacked = torch.stack(conditions, -1)
        return Combined(mean, weights, stacked, score, features.types, features.bound)

    def calibrated(self, combined: Combined) -> Tensor:
        """Return the calibrated quantiles, at most the entropy of a discrete side."""
        factors = calibration_factors(
            self.slopes[combined.types],
            self.steps[combined.types],
            combined.conditions,
            self.config.levels.index(MIDDLE),
        )
        quantiles = rescaled(combined.quantiles, factors, self.config.levels.index(MIDDLE))
        return torch.minimum(quantiles, combined.bound.to(quantiles)[:, None])

    def _members(self, features: StackFeatures) -> tuple[Tensor, Tensor]:
        """Quantiles `(members, B, levels)` and gating weights `(members, B, N_BASE)`."""
        size = (self.config.members, len(features.types))
        quantiles = features.unit.new_zeros(*size, len(self.config.levels))
        weights = features.unit.new_zeros(*size, N_BASE)
        for t in features.types.unique().tolist():
            rows = (features.types == t).nonzero()[:, 0]
            numbers = self._standardised(features.numbers[rows], t)
            base, unit = features.base[rows], features.unit[rows]
            members = self.members[t]
            assert isinstance(members, nn.ModuleList)
            answers = [member(numbers, base, unit) for member in members]
            quantiles = quantiles.index_copy(1, rows, torch.stack([q for q, _ in answers]))
            padded = [functional.pad(w, (0, N_BASE - w.shape[1])) for _, w in answers]
            weights = weights.index_copy(1, rows, torch.stack(padded))
        if self.training:  # processes that share a step expect a gradient of every weight
            quantiles = quantiles + 0 * sum(p.sum() for p in self.members.parameters())
        return quantiles, weights

    def _standardised(self, numbers: Tensor, t: int) -> Tensor:
        return ((numbers - self.mean[t]) / self.deviation[t]).clamp(-CLIP, CLIP)

    def _distance(self, told: Tensor, t: int) -> Tensor:
        references = self.references[t, :, : N_TOLD[t]]
        references = references[torch.isfinite(references[:, 0])]
        apart = torch.cdist(told, references.to(told)) / told.shape[1] ** 0.5
        return apart.topk(min(NEAREST, len(references)), largest=False).values.mean(1)


def calibration_factors(slopes: Tensor, steps: Tensor, conditions: Tensor, middle: int) -> Tensor:
    """Return the factor of each step between neighbouring quantiles, `(B, levels - 1)`.

    Args:
        slopes: below and above the median, `(B, 2, N_CONDITIONS)` or broadcastable.
        steps: the logarithm of the factor of each step, `(B, levels - 1)`.
        conditions: `(B, N_CONDITIONS)`.
        middle: the index of the median.
    """
    sides = (slopes * conditions[:, None]).sum(-1).clamp(-1.5, 2.5)  # (B, 2)
    below = sides[:, :1].expand(-1, middle)
    above = sides[:, 1:].expand(-1, steps.shape[-1] - middle)
    return (torch.cat([below, above], -1) + steps).exp()


def rescaled(quantiles: Tensor, factors: Tensor, middle: int) -> Tensor:
    """Multiply the steps between quantiles by factors; the median stays.

    Example:
        >>> rescaled(torch.tensor([[4.0, 5.0, 7.0]]), torch.tensor([[2.0, 1.0]]), 1)
        tensor([[3., 5., 7.]])
    """
    steps = quantiles.diff(dim=-1) * factors
    return monotone(quantiles[:, middle, None], steps, middle)


def joined(parts: Sequence[StackFeatures]) -> StackFeatures:
    """Concatenate batches of features."""
    return StackFeatures(
        *(torch.cat([getattr(p, f.name) for p in parts]) for f in fields(StackFeatures))
    )
