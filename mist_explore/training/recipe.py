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
        meta: the distributions, sample sizes and dimensions to train on.
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
        cached: batches whose features are computed once and learned from over and over; 0 for
            fresh ones at each step. Only an ensemble, whose backbone is frozen, can learn so.
        more: further meta-distributions whose features are cached beside those of the first, so
            that kinds which are frequent in practice are frequent in training.
        more_cached: batches of each of them.
        backbone: the shipped networks that an ensemble reads, joined by "+".
        folds: families of distributions that are left out together, to calibrate an ensemble on
            kinds that its members never saw; none for no calibration.
        fold_steps: optimizer steps of the members that are trained without a fold.
        seed: of the weights and of all datasets.

    Raises:
        ValueError: if a number is not positive, or an ensemble has no backbone.

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
    cached: int = 0
    more: tuple[MetaDistribution, ...] = ()
    more_cached: tuple[int, ...] = ()
    backbone: str = ""
    folds: tuple[tuple[str, ...], ...] = ()
    fold_steps: int = 1_500
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "folds", tuple(tuple(fold) for fold in self.folds))
        for name in ("more", "more_cached"):
            object.__setattr__(self, name, tuple(getattr(self, name) or ()))
        for name in ("steps", "batches", "batch_size", "max_cells", "learning_rate", "clip"):
            if not getattr(self, name) > 0:
                raise ValueError(f"expected a positive {name}; got {getattr(self, name)}")
        if len(self.more) != len(self.more_cached) or any(n < 1 for n in self.more_cached):
            raise ValueError(
                "expected a positive number of batches for each further meta-distribution; "
                f"got more_cached={self.more_cached} for {len(self.more)}"
            )
        if self.folds and not self.cached:
            raise ValueError("expected cached features to calibrate on folds; got cached=0")
        if bool(self.network.members) != bool(self.backbone):
            raise ValueError(
                "expected the name of a backbone for an ensemble, and for nothing else; "
                f"got backbone={self.backbone!r} for {self.network.members} members"
            )
        if self.backbone and len(self.backbones) != self.network.backbones:
            raise ValueError(
                f"expected names of {self.network.backbones} backbones, joined by '+'; "
                f"got backbone={self.backbone!r}"
            )

    @property
    def backbones(self) -> tuple[str, ...]:
        """The names of the backbones."""
        return tuple(self.backbone.split("+")) if self.backbone else ()

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
