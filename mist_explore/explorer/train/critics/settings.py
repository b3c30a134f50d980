"""The settings of the critics on the training page."""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.explorer.settings import Settings, family, family_strength, seed, slider, stops

__all__ = ["CriticState"]

ROWS = (100, 200, 300, 500, 1_000, 2_000, 5_000)
STEPS = (100, 200, 300, 600, 1_000, 2_000, 3_000)
BATCHES = (8, 16, 32, 64, 128, 256, 512)


@dataclass(frozen=True)
class CriticState(Settings):
    """A dataset, and the training of critics on it.

    By default it has more information than InfoNCE can reach with so small a batch.

    Example:
        >>> CriticState.from_query(CriticState(batch=64).to_query()) == CriticState(batch=64)
        True
    """

    prefix = "critic_"

    family: str = family("normal-sparse")
    strength: float = family_strength(8.0)
    n_samples: int = stops("Rows", 1_000, ROWS)  # half of them are held out
    dim: int = slider("Columns of X and of Y", 2, 1, 16)
    batch: int = stops("Rows in a batch", 16, BATCHES)
    steps: int = stops("Steps", 600, STEPS)
    seed: int = seed("Seed of dataset and critics")
