"""All that decides the outcome of a training run."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from mist_explore.configuration import Configuration
from mist_explore.meta import MetaDistribution, training
from mist_explore.network import NetworkConfig

__all__ = ["Recipe"]


@dataclass(frozen=True)
class Recipe(Configuration):
    """What is trained on what, for how many steps; the same recipe gives the same weights.

    Args:
        meta: the laws, sample sizes and dimensions to train on.
        network: the shape of the network.
        steps: optimizer steps in all.
        batches: batches whose gradients make a step; each has one family and one shape.
        batch_size: datasets in a batch, at most.
        max_cells: numbers in the datasets of a batch, at most, so that steps cost alike.
        learning_rate: its largest value, reached after `warmup` steps; then a cosine to 0.
        weight_decay: of AdamW.
        warmup: steps of linear increase.
        clip: the largest norm of the gradient.
        relative: whether errors count relative to the scale that noise gives them (and a tenth of
            a nat), so that few rows of many columns do not drown the rest.
        drawn: batches that are drawn once and learned from over and over; 0 for fresh ones at
            each step. Only judges, whose trunk is not trained, can learn so.
        trunk: the shipped network that judges weigh against nearest neighbours.
        seed: of the weights and of all datasets.

    Raises:
        ValueError: if a number is not positive, or judges have no trunk.

    Example:
        >>> recipe = Recipe(steps=100)
        >>> Recipe.from_json(recipe.to_json()) == recipe
        True
    """

    meta: MetaDistribution = field(default_factory=training)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    steps: int = 22_000
    batches: int = 4
    batch_size: int = 32
    max_cells: int = 40_000
    learning_rate: float = 1.5e-3
    weight_decay: float = 1e-4
    warmup: int = 500
    clip: float = 1.0
    relative: bool = False
    drawn: int = 0
    trunk: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("steps", "batches", "batch_size", "max_cells", "learning_rate", "clip"):
            if not getattr(self, name) > 0:
                raise ValueError(f"expected a positive {name}; got {getattr(self, name)}")
        if bool(self.network.judges) != bool(self.trunk):
            raise ValueError(
                "expected the name of a trunk for judges, and for nothing else; "
                f"got trunk={self.trunk!r} for {self.network.judges} judges"
            )

    def learning_rate_at(self, step: int) -> float:
        """The learning rate of a step, counted from 0: warm-up, then a cosine.

        Example:
            >>> recipe = Recipe(steps=100, warmup=10, learning_rate=1.0)
            >>> [round(recipe.learning_rate_at(s), 2) for s in (0, 9, 55, 100)]
            [0.1, 1.0, 0.5, 0.0]
        """
        if step < self.warmup:
            return self.learning_rate * (step + 1) / self.warmup
        share = min(1.0, (step - self.warmup) / max(1, self.steps - self.warmup))
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * share))
