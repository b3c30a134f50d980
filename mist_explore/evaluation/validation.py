"""The held-out datasets of a training, as a suite for all estimators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from torch import Tensor

from mist_explore.evaluation.suite import Plan, Suite
from mist_explore.meta import Batch
from mist_explore.network import load_checkpoint
from mist_explore.training.run import recipe_of
from mist_explore.training.validation import SUITE, ValidationSet, validation_set

__all__ = ["Validation"]


@dataclass(frozen=True)
class Validation(Suite):
    """Held-out datasets of the distributions of a training; a batch is a cell.

    They do not depend on the seed of an evaluation: all estimators, and the network during its
    training, have the same ones.

    Args:
        held_out: the datasets.

    Example:
        >>> from mist_explore.estimators import Gaussian
        >>> from mist_explore.evaluation import evaluate, result_table
        >>> from mist_explore.training import Recipe
        >>> suite = Validation(validation_set(Recipe(batch_size=2, max_cells=2_000), 3))
        >>> table = result_table(evaluate(Gaussian(), suite))
        >>> table["cell"].unique().tolist()
        ['batch 0', 'batch 1', 'batch 2']
    """

    name = SUITE
    note = "Held-out datasets of the distributions of a training; a cell is a batch of one shape."

    held_out: ValidationSet

    @classmethod
    def of_model(cls, directory: Path) -> Validation:
        """Return held-out datasets of the training of a directory, `N_BATCHES` batches."""
        return cls(validation_set(recipe_of(load_checkpoint(directory))))

    def plans(self) -> Iterator[Plan]:
        """The batches in their order."""
        for batch, origin in zip(self.held_out.batches, self.held_out.origins, strict=True):
            yield Plan(*origin, (), partial(_rows, batch))


def _rows(batch: Batch, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """The rows of a batch, whatever the seed: it is drawn."""
    return batch.x.double(), batch.y.double(), batch.mutual_information
