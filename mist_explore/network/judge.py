"""The network `mist-qr`: judges that weigh a trained network and nearest neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor, nn
from torch.nn import functional

from mist_explore.network.canonical import N_CLOSED_FORMS
from mist_explore.network.config import NetworkConfig
from mist_explore.network.features import N_SUMMARY, Features
from mist_explore.network.model import Network, monotone, stretched
from mist_explore.network.statistics import N_STATISTICS, N_TRUSTED, compressed, trusted

__all__ = ["Evidence", "JudgedNetwork"]

HEARD = (0.05, 0.5, 0.95)
"""The quantiles of the trunk that are heard."""

WIDTH = 256
LAYERS = 3
FARTHEST = 5.0
"""Numbers farther than so many standard deviations from their mean in training count as there."""

LEAST_SCALE = 0.05

BELOW_ZERO = 0.05
"""How much a step below 0 counts in training: an answer there is told as 0."""

AGREED, DISAGREED = 0.7, 4.5
"""How wide the interval is where judges agree, in widths of their mean, and what a disagreement as
large as that width adds. The mean of their quantiles is too wide on laws like those of training,
where each judge is right by itself, and too narrow on others."""


@dataclass(frozen=True)
class Evidence:
    """What judges are told of a batch of B datasets, of any shapes.

    Args:
        numbers: `(B, n_numbers)`.
        forms: candidates for the information in nats, `(B, n_forms)`.
        unit: the natural scale of the estimation error in nats, `(B,)`.
    """

    numbers: Tensor
    forms: Tensor
    unit: Tensor

    def of(self, rows: Tensor) -> Evidence:
        """That of some of the datasets."""
        return Evidence(self.numbers[rows], self.forms[rows], self.unit[rows])

    def to(
        self, *, device: torch.device | None = None, dtype: torch.dtype | None = None
    ) -> Evidence:
        """The same evidence on another device or in another floating-point type."""
        return Evidence(*(getattr(self, f.name).to(device, dtype) for f in fields(self)))


class Judge(nn.Module):
    """One member of the jury: a mixture of the candidates, and how sure it is.

    Args:
        n_numbers: how many of the numbers it is told, from the first on.
        n_forms: the number of candidates.
        levels: the quantile levels.
        adds: whether it may leave the range of the candidates: it errs less on kinds of laws like
            those of training, and more on others.
    """

    def __init__(
        self, n_numbers: int, n_forms: int, levels: tuple[float, ...], *, adds: bool
    ) -> None:
        super().__init__()
        self.n_numbers, self.adds = n_numbers, adds
        layers: list[nn.Module] = []
        for i in range(LAYERS):
            layers += [nn.Linear(WIDTH if i else n_numbers, WIDTH), nn.GELU(), nn.Dropout(0.1)]
        self.layers = nn.Sequential(*layers)
        self.sizes = [n_forms, 1, 1, len(levels) - 1]
        self.middle = levels.index(0.5)
        self.out = nn.Linear(WIDTH, sum(self.sizes))
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)
        score = torch.special.ndtri(torch.tensor(levels, dtype=torch.float64))
        with torch.no_grad():
            self.out.bias[n_forms + 2 :] = score.diff().expm1().log().float()

    def forward(self, numbers: Tensor, forms: Tensor, unit: Tensor) -> Tensor:
        trust, shift, spread, steps = self._decide(numbers)
        scale = unit[:, None] + LEAST_SCALE
        median = (trust.softmax(-1) * forms).sum(-1, keepdim=True)
        if self.adds:
            median = median + scale * shift
        return monotone(median, functional.softplus(steps) * scale * spread.exp(), self.middle)

    def _decide(self, numbers: Tensor) -> Sequence[Tensor]:
        out: Tensor = self.out(self.layers(numbers[:, : self.n_numbers]))
        return out.float().split(self.sizes, -1)


class JudgedNetwork(nn.Module):
    r"""A trained `Network` that stays as it is, and judges who weigh it against nearest neighbours.

    Each judge reads the `Evidence`, a few hundred numbers whatever the shape of the dataset, and
    gives quantiles around a mixture of candidates,

    .. math:: q_{1/2} = \sum_s \pi_s G_s + (u + 0.05)\, m,

    with the closed forms, nearest-neighbour estimates and quantiles of the trunk as \(G_s\), the
    learned trust \(\pi\), and the unit u that shrinks with n. Judges differ: every second one
    is not told the last layer of the trunk, and two of four have m = 0, so that they cannot all
    be wrong in the same way about laws of unknown kinds. The answer is the mean of their
    quantiles, stretched around the median by

    .. math:: 0.7 + 4.5\, \frac{\operatorname{sd}_j q_{1/2}^{(j)}}{\bar q_{0.95} - \bar q_{0.05}}.

    Since the trunk is not trained, evidence can be drawn once and learned from over and over.

    Source: MIST, arXiv 2511.18945 (supervised estimation, quantile loss); stacked generalisation
    (Wolpert 1992).
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.trunk = Network(config).requires_grad_(False)
        n_heard = len(HEARD)
        n_told = N_SUMMARY + N_STATISTICS + 2 * n_heard + 2
        n_numbers = n_told + self.trunk.n_said
        n_forms = N_CLOSED_FORMS + N_TRUSTED + n_heard
        self.judges = nn.ModuleList(
            Judge(n_told if i % 2 else n_numbers, n_forms, config.levels, adds=i // 2 % 2 == 0)
            for i in range(config.judges)
        )
        self.register_buffer("mean", torch.zeros(n_numbers))
        self.register_buffer("deviation", torch.ones(n_numbers))

    @torch.no_grad()
    def acquaint(self, evidence: Sequence[Evidence]) -> None:
        """Remember the mean and spread of the numbers of training."""
        numbers = torch.cat([e.numbers for e in evidence])
        self.mean.copy_(numbers.mean(0))
        self.deviation.copy_(numbers.std(0) + 1e-3)

    @torch.no_grad()
    def evidence(self, features: Features) -> Evidence:
        """What the judges are told of a batch of datasets of one shape."""
        self.trunk.eval()
        said, quantiles = self.trunk.said(features)
        low, _, high = heard = quantiles[:, [self.config.levels.index(q) for q in HEARD]].mT
        unit = features.unit
        numbers = [
            features.fingerprint,
            compressed(heard.mT),
            heard.mT / unit[:, None],
            (high - low).clamp(min=1e-4).log()[:, None],
            unit.log()[:, None],
            said,
        ]
        forms = [features.closed_forms, trusted(features.statistics), heard.mT.clamp(min=0)]
        return Evidence(torch.cat(numbers, -1), torch.cat(forms, -1), unit)

    def forward(self, read: Features | Evidence) -> Tensor:
        """The quantiles in nats at `config.levels`, not clipped: `(B, levels)`.

        While training, those of each judge, `(judges, B, levels)`, since each learns by itself;
        what lies below 0 is drawn near to it, so that it costs little to be sure of none.
        """
        evidence = read if isinstance(read, Evidence) else self.evidence(read)
        numbers = (evidence.numbers - self.mean) / self.deviation
        numbers = numbers.clamp(-FARTHEST, FARTHEST)
        said = torch.stack([j(numbers, evidence.forms, evidence.unit) for j in self.judges])
        if self.training:
            return torch.where(said > 0, said, BELOW_ZERO * said)
        return self.weighed(said)

    def weighed(self, said: Tensor) -> Tensor:
        """The mean of what judges say, `(judges, B, levels)`, stretched by how they disagree."""
        low, middle, high = (self.config.levels.index(level) for level in HEARD)
        mean = said.mean(0)
        apart = said[..., middle].std(0, unbiased=False) / (mean[:, high] - mean[:, low])
        return stretched(mean, AGREED + DISAGREED * apart, middle)
