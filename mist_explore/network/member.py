"""Member of a stacked ensemble: a perceptron that weighs base estimates, with two heads."""

from __future__ import annotations

from collections.abc import Sequence

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
        numbers: the places of the numbers that it reads.
        base: the places of the base estimates that it weighs.
        levels: the quantile levels.
    """

    numbers: Tensor
    base: Tensor

    def __init__(
        self, numbers: Sequence[int], base: Sequence[int], levels: tuple[float, ...]
    ) -> None:
        super().__init__()
        self.register_buffer("numbers", torch.tensor(numbers), persistent=False)
        self.register_buffer("base", torch.tensor(base), persistent=False)
        layers: list[nn.Module] = []
        for i in range(LAYERS):
            n_read = WIDTH if i else len(numbers)
            layers += [nn.Linear(n_read, WIDTH), nn.GELU(), nn.Dropout(DROPOUT)]
        self.layers = nn.Sequential(*layers)
        n_base = len(base)
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
        """Return quantiles `(2, B, levels)` and gating weights of both heads, as wide as `base`.

        Base estimates that the member does not weigh have weight 0.
        """
        out = self.out(self.layers(numbers[:, self.numbers])).float()
        heads = out.view(len(out), N_HEADS, -1).transpose(0, 1)
        gate, shift, spread, steps = heads.split(self.sizes, -1)
        weights = gate.softmax(-1)
        scale = unit[:, None] + LEAST_SCALE
        free = torch.tensor([0.0, 1.0], device=out.device)[:, None, None]
        median = (weights * base[:, self.base]).sum(-1, keepdim=True) + free * scale * shift
        steps = functional.softplus(steps) * scale * spread.clamp(-8, 6).exp()
        all_weights = weights.new_zeros(*weights.shape[:2], base.shape[1])
        all_weights = all_weights.index_copy(2, self.base, weights)
        return monotone(median, steps, self.middle), all_weights
