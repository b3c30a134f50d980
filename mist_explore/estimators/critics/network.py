"""The network that scores pairs."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["JointCritic"]


class JointCritic(nn.Module):
    """A perceptron with two hidden layers that reads x and y side by side.

    Its first layer is linear in (x, y), so each side goes through it once for a row, not once
    for a pair.

    Args:
        dim_x: columns of x.
        dim_y: columns of y.
        width: units of a hidden layer.
        seed: of the first weights; the global generator stays as it was.

    Example:
        >>> JointCritic(2, 3, width=8, seed=0)(torch.zeros(5, 2), torch.zeros(5, 3)).shape
        torch.Size([5, 5])
    """

    def __init__(self, dim_x: int, dim_y: int, width: int, seed: int) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.from_x = nn.Linear(dim_x, width)
            self.from_y = nn.Linear(dim_y, width, bias=False)
            self.score = nn.Sequential(
                nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1)
            )

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Scores `(B, B)` of each row of x `(B, dim_x)` with each row of y `(B, dim_y)`."""
        pairs = self.from_x(x)[:, None] + self.from_y(y)[None]  # (B, B, width)
        scores: Tensor = self.score(pairs)[..., 0]
        return scores
