"""Member of a stacked ensemble: a perceptron that weighs base estimates, with two heads."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from mist_explore.network.model import monotone

__all__ = ["N_HEADS", "Member"]

WIDTH = 256
LAYERS = 3
DROPOUT = 0.1
LEAST_SCALE = 0.02

N_HEADS = 2
"""Heads of a member: the first stays within the range of the base estimates, the second is free."""


class Member(nn.Module):
    r"""Member of the ensemble with two heads, one of them bound to the range of the base estimates.

    Each head has gating weights over the base estimates and a spread, the second one a shift too.

    .. math:: q^{(h)}_{1/2} = \sum_s \pi^{(h)}_s G_s + [h = 2]\, (u + 0.02)\, m

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
        self.out = nn.Linear(WIDTH, N_HEADS * sum(self.sizes))
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)
        score = torch.special.ndtri(torch.tensor(levels, dtype=torch.float64))
        with torch.no_grad():
            steps = score.diff().expm1().log().float()
            self.out.bias.view(N_HEADS, -1)[:, n_base + 2 :] = steps

    def forward(self, numbers: Tensor, base: Tensor, unit: Tensor) -> tuple[Tensor, Tensor]:
        """Return quantiles `(2, B, levels)` and gating weights `(2, B, n_base)` of both heads."""
        out = self.out(self.layers(numbers[:, : self.n_numbers])).float()
        heads = out.view(len(out), N_HEADS, -1).transpose(0, 1)
        gate, shift, spread, steps = heads.split(self.sizes, -1)
        weights = gate.softmax(-1)
        scale = unit[:, None] + LEAST_SCALE
        free = torch.tensor([0.0, 1.0], device=out.device)[:, None, None]
        median = (weights * base[:, : self.n_base]).sum(-1, keepdim=True) + free * scale * shift
        steps = functional.softplus(steps) * scale * spread.clamp(-8, 6).exp()
        return monotone(median, steps, self.middle), weights
