r"""The network `mist-qr`: an ensemble that weighs base estimates by what they are worth here.

A sample is reduced exactly (`reductions`), and belongs to one of three types: *continuous* (both
sides numeric), *mixed* (one side is a categorical variable) or *discrete* (both are). Each type has
base estimates and statistics of its own, and members of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import torch
from torch import Tensor, nn

from mist_explore.network.combined import (
    N_CONDITIONS,
    Combined,
    calibrated,
    free_share,
    mixture,
)
from mist_explore.network.config import NetworkConfig
from mist_explore.network.layout import Layout
from mist_explore.network.member import N_HEADS, Member
from mist_explore.network.model import Network
from mist_explore.network.stacking import (
    BACKBONE_LEVELS,
    N_BASE,
    N_STATISTICS,
    TYPES,
    StackFeatures,
    stack_features,
)

__all__ = ["REFERENCES", "StackedEnsemble"]

CLIP = 5.0
"""Standardised numbers are clipped at this many standard deviations."""

BELOW_ZERO = 0.05
"""The weight in training of what lies below 0, which is answered as 0."""

LOW, MIDDLE, HIGH = BACKBONE_LEVELS

REFERENCES = 1_000
"""Training datasets of each type against which the out-of-distribution score is computed."""

NEAREST = 5

SINGLE = "backbone."
"""The first part of the names of the weights of a backbone in older files."""


class StackedEnsemble(nn.Module):
    r"""Stacked generalisation over base estimates of mutual information.

    Each member reads a few hundred statistics of a sample, whatever its shape, and gives quantiles
    around a mixture of base estimates. Members differ: every second one does not read the last
    layers of the backbones (trained `Network`s that stay as they are, for the continuous type), and
    some read the last backbone alone. The answer is the mixture of their distributions (`mixture`),
    where the free heads have the share

    .. math:: g = \sigma(b^T (c, \Delta)),

    and the others the rest; its steps away from the median are multiplied by factors

    .. math:: f_j \exp(a_\pm^T c),

    with the conditions c of `Combined` and the signed distance of the heads. Both are fitted on
    datasets of kinds that the members never saw (`calibrate`). Quantiles are clipped at the entropy
    of a discrete side.

    Source: MIST, arXiv 2511.18945 (supervised estimation, quantile loss); Wolpert, "Stacked
    generalization" (1992).
    """

    mean: Tensor
    deviation: Tensor
    references: Tensor
    distances: Tensor
    gate: Tensor
    slopes: Tensor
    steps: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.backbones = nn.ModuleList(
            Network(config).requires_grad_(False) for _ in range(config.backbones)
        )
        self.layout = Layout(tuple(b.n_embedding for b in self.networks), config.extended)
        self.n_numbers = self.layout.n_numbers
        self.members = nn.ModuleList(
            nn.ModuleList(self._member(t, i) for i in range(config.members))
            for t in range(len(TYPES))
        )
        n_types, n_steps = len(TYPES), len(config.levels) - 1
        self.register_buffer("mean", torch.zeros(n_types, self.n_numbers))
        self.register_buffer("deviation", torch.ones(n_types, self.n_numbers))
        self.register_buffer("references", torch.zeros(n_types, REFERENCES, max(N_STATISTICS)))
        self.register_buffer("distances", torch.full((n_types, REFERENCES), torch.inf))
        self.register_buffer("gate", torch.zeros(n_types, N_CONDITIONS + 1))
        self.register_buffer("slopes", torch.zeros(n_types, 2, N_CONDITIONS))
        self.register_buffer("steps", torch.zeros(n_types, n_steps))

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Any:
        """Load weights, also those saved when the one backbone had no number."""
        numbered = {
            f"backbones.0.{name.removeprefix(SINGLE)}" if name.startswith(SINGLE) else name: tensor
            for name, tensor in state_dict.items()
        }
        return super().load_state_dict(numbered, strict, assign)

    @property
    def networks(self) -> list[Network]:
        """The backbones."""
        return [network for network in self.backbones if isinstance(network, Network)]

    def _member(self, type_index: int, i: int) -> Member:
        count = self.config.backbones
        alone = i >= self.config.members - self.config.last_alone
        backbones = tuple(range(count - 1 if alone else 0, count))
        numbers, base = self.layout.places(type_index, backbones, last_layers=i % 2 == 0)
        return Member(numbers, base, self.config.levels)

    @torch.no_grad()
    def features(self, x: Tensor, y: Tensor) -> StackFeatures:
        """Return the features of datasets `(B, n, dim_x)` and `(B, n, dim_y)` of one shape."""
        self.backbones.eval()
        return stack_features(self.networks, self.n_numbers, self.config.extended, x, y)

    @torch.no_grad()
    def fit_standardizer(self, features: StackFeatures) -> None:
        """Store mean and deviation of the numbers over training, and the reference datasets."""
        for t in range(len(TYPES)):
            numbers = features.numbers[features.types == t]
            if len(numbers) < 2:
                continue
            self.mean[t].copy_(numbers.mean(0))
            self.deviation[t].copy_(numbers.std(0) + 1e-3)
            statistics = self._standardised(numbers, t)[:, : N_STATISTICS[t]]
            stride = max(1, len(statistics) // (2 * REFERENCES))
            kept, ranked = (statistics[i * stride :: 2 * stride][:REFERENCES] for i in (0, 1))
            self.references[t].fill_(torch.inf)
            self.references[t, : len(kept), : N_STATISTICS[t]] = kept
            self.references[t, : len(kept), N_STATISTICS[t] :] = 0
            self.distances[t].fill_(torch.inf)
            apart = self._distance(ranked, t)
            self.distances[t, : len(apart)] = apart
            self.distances[t].copy_(self.distances[t].sort().values)

    @torch.no_grad()
    def add_references(self, features: StackFeatures, ranked: StackFeatures) -> None:
        """Replace up to half of the reference datasets of each type by others.

        Args:
            features: of the datasets that become references.
            ranked: of further datasets, old and new, whose distances rank those of others.
        """
        for t in features.types.unique().tolist():
            new, others = features[features.types == t], ranked[ranked.types == t]
            count, n_read = min(len(new.unit), REFERENCES // 2), N_STATISTICS[t]
            self.references[t, -count:] = 0
            kept = self._standardised(new.numbers[:count], t)[:, :n_read]
            self.references[t, -count:, :n_read] = kept
            statistics = self._standardised(others.numbers[:REFERENCES], t)[:, :n_read]
            apart = self._distance(statistics, t)
            self.distances[t].fill_(torch.inf)
            self.distances[t, : len(apart)] = apart.sort().values

    def ood_score(self, features: StackFeatures) -> Tensor:
        """Return the share of training datasets that lie nearer to the others, `(B,)`.

        The distance is the root mean square to the 5 nearest reference datasets over the
        standardised numbers (Sun et al., "Out-of-Distribution Detection with Deep Nearest
        Neighbors", 2022).
        """
        score = torch.zeros(len(features.types))
        for t in features.types.unique().tolist():
            rows = features.types == t
            statistics = self._standardised(features.numbers[rows], t)[:, : N_STATISTICS[t]]
            known = int(torch.isfinite(self.distances[t]).sum())
            if known:
                rank = torch.searchsorted(self.distances[t, :known], self._distance(statistics, t))
                score[rows] = rank.float() / known
        return score

    def forward(self, features: StackFeatures) -> Tensor:
        """Return quantiles in nats at `config.levels`, not clipped at 0: `(B, levels)`.

        While training, those of each head of each member, `(2 members, B, levels)`, since each
        learns by itself.
        """
        if self.training:
            return self.head_quantiles(features)
        return self.calibrated(self.combine(features))

    def head_quantiles(self, features: StackFeatures) -> Tensor:
        """Return the quantiles of all heads as in training, `(2 members, B, levels)`.

        Answers below 0 count little.
        """
        quantiles = self._members(features)[0].flatten(0, 1)
        return torch.where(quantiles > 0, quantiles, BELOW_ZERO * quantiles)

    def combine(self, features: StackFeatures) -> Combined:
        """Return the mixture of the members, and what the width of its interval depends on."""
        members, weights = self._members(features)
        low, middle, high = (self.config.levels.index(level) for level in (LOW, MIDDLE, HIGH))
        levels = members.new_tensor(self.config.levels)
        heads, weights = mixture(members, levels), weights.mean(0)  # (2, B, levels), (2, B, N_BASE)
        mean = heads.mean(0)
        width = (mean[:, high] - mean[:, low]).clamp(min=1e-4)
        median = mean[:, middle].clamp(min=0)
        apart = members[..., middle].clamp(min=0).std(0, unbiased=False).mean(0) / width
        offsets = (features.base - median[:, None]).square()
        spread = (weights.mean(0) * offsets).sum(-1).sqrt() / width
        score = self.ood_score(features)
        unseen = -torch.log(1 - score + 0.005)
        bound, free = heads[..., middle].clamp(min=0)
        shift = (free - bound) / width
        stacked = torch.stack(
            [
                torch.ones_like(width),
                apart.log1p(),
                unseen.to(width),
                spread.log1p(),
                shift.abs().log1p(),
            ],
            -1,
        )
        return Combined(
            heads.transpose(0, 1),
            weights.transpose(0, 1),
            stacked,
            shift,
            score,
            features.types,
            features.bound,
        )

    def calibrated(self, combined: Combined) -> Tensor:
        """Return the calibrated quantiles, at most the entropy of a discrete side."""
        types, middle = combined.types, self.config.levels.index(MIDDLE)
        gate, slopes, steps = self.gate[types], self.slopes[types], self.steps[types]
        return calibrated(combined, gate, slopes, steps, middle)

    def gating_weights(self, combined: Combined) -> Tensor:
        """Return the weights of the base estimates in the answer, `(B, N_BASE)`."""
        share = free_share(combined, self.gate[combined.types])[:, None]
        bound, free = combined.weights.unbind(1)
        return (1 - share) * bound + share * free

    def _members(self, features: StackFeatures) -> tuple[Tensor, Tensor]:
        """Quantiles `(members, 2, B, levels)` and gating weights `(members, 2, B, N_BASE)`."""
        size = (self.config.members, N_HEADS, len(features.types))
        quantiles = features.unit.new_zeros(*size, len(self.config.levels))
        weights = features.unit.new_zeros(*size, N_BASE)
        for t in features.types.unique().tolist():
            rows = (features.types == t).nonzero()[:, 0]
            numbers = self._standardised(features.numbers[rows], t)
            base, unit = features.base[rows], features.unit[rows]
            members = self.members[t]
            assert isinstance(members, nn.ModuleList)
            answers = [member(numbers, base, unit) for member in members]
            quantiles = quantiles.index_copy(2, rows, torch.stack([q for q, _ in answers]))
            weights = weights.index_copy(2, rows, torch.stack([w for _, w in answers]))
        if self.training:  # processes that share a step expect a gradient of every weight
            quantiles = quantiles + 0 * sum(p.sum() for p in self.members.parameters())
        return quantiles, weights

    def _standardised(self, numbers: Tensor, t: int) -> Tensor:
        return ((numbers - self.mean[t]) / self.deviation[t]).clamp(-CLIP, CLIP)

    def _distance(self, statistics: Tensor, t: int) -> Tensor:
        references = self.references[t, :, : N_STATISTICS[t]]
        references = references[torch.isfinite(references[:, 0])]
        apart = torch.cdist(statistics, references.to(statistics)) / statistics.shape[1] ** 0.5
        return apart.topk(min(NEAREST, len(references)), largest=False).values.mean(1)


def joined(parts: Sequence[StackFeatures]) -> StackFeatures:
    """Concatenate batches of features."""
    return StackFeatures(
        *(torch.cat([getattr(p, f.name) for p in parts]) for f in fields(StackFeatures))
    )
