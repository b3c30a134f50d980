"""Validation: held-out datasets that compare a network in training with other estimators."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from mist_explore.meta import Batch
from mist_explore.metrics import coverage, mean_squared_error
from mist_explore.network import AnyNetwork, NetworkConfig
from mist_explore.results import HIGH, LOW, table_of
from mist_explore.training.data_loader import HELD_OUT, Example, as_read, batch_of
from mist_explore.training.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["N_BATCHES", "SUITE", "ValidationSet", "measured", "validation_set"]

SUITE = "validation"
"""The name of held-out datasets in the table of results."""

N_BATCHES = 40
"""Held-out batches, unless a training has others."""


@dataclass(frozen=True, eq=False)
class ValidationSet:
    """Datasets of the distributions of a recipe that its training never sees.

    Args:
        batches: datasets of one shape each, N in all.
    """

    batches: tuple[Batch, ...]
    _examples: dict[NetworkConfig, list[Example]] = field(default_factory=dict, repr=False)

    @property
    def origins(self) -> list[tuple[str, str, str]]:
        """The family of each batch, its distribution and its name."""
        return [(*_origin(batch), f"batch {i}") for i, batch in enumerate(self.batches)]

    @cached_property
    def datasets(self) -> pd.DataFrame:
        """The N rows of the table of results, without an estimate; a batch is a cell."""
        return table_of(
            {"suite": SUITE, "squared": False, "number": number, "truth": truth}
            | dict(zip(("group", "distribution", "cell"), origin, strict=True))
            | {"n_samples": b.x.shape[1], "dim_x": b.x.shape[2], "dim_y": b.y.shape[2]}
            for b, origin in zip(self.batches, self.origins, strict=True)
            for number, truth in enumerate(b.mutual_information.tolist())
        )

    def examples(self, network: AnyNetwork) -> list[Example]:
        """Return the batches as a network reads them, computed once.

        Raises:
            ValueError: if its architecture cannot take the number of columns.
        """
        if network.config not in self._examples:
            self._examples[network.config] = [as_read(network, b) for b in self.batches]
        return self._examples[network.config]

    @torch.no_grad()
    def quantiles(self, network: AnyNetwork) -> list[Tensor]:
        """Return the quantiles of a network, without dropout, `(B, levels)` for each batch."""
        learns, device = network.training, next(network.parameters()).device
        network.eval()
        found = [network(e.features.to(device=device)).cpu() for e in self.examples(network)]
        network.train(learns)
        return found

    def table(self, estimator: str, network: AnyNetwork, quantiles: list[Tensor]) -> pd.DataFrame:
        """Return the table of results of quantiles of a network."""
        found, levels = torch.cat(quantiles).clamp(min=0).double().numpy(), network.config.levels
        ends = {"low": LOW, "median": 0.5, "high": HIGH}
        estimates = {name: found[:, levels.index(level)] for name, level in ends.items()}
        return self.datasets.assign(estimator=estimator, **estimates)

    def by_network(self, estimator: str, network: AnyNetwork) -> pd.DataFrame:
        """Return the table of results of a network of this name, a batch at a time.

        Raises:
            ValueError: if its architecture cannot take the number of columns.
        """
        return self.table(estimator, network, self.quantiles(network))


def validation_set(recipe: Recipe, n_batches: int = N_BATCHES) -> ValidationSet:
    """Return the first held-out batches of a recipe, by which `train` is validated.

    Example:
        >>> from mist_explore.network import network_of
        >>> recipe = Recipe(batch_size=2, max_cells=2_000)
        >>> datasets = validation_set(recipe, 3)
        >>> table = datasets.by_network("untrained", network_of(recipe.network))
        >>> table["cell"].unique().tolist(), bool((table["truth"] >= 0).all())
        (['batch 0', 'batch 1', 'batch 2'], True)
    """
    return ValidationSet(tuple(batch_of(recipe, HELD_OUT, index) for index in range(n_batches)))


def measured(table: pd.DataFrame) -> dict[str, float]:
    """Return the squared error of the median and the coverage of the interval, mean over cells."""
    cells = [
        (c["median"], c[["low", "high"]], c["truth"], c["cell"].tolist())
        for _, c in table.groupby("cell", sort=False)
    ]
    errors = [mean_squared_error(median, truth, cell).value for median, _, truth, cell in cells]
    shares = [coverage(interval, truth, cell).value for _, interval, truth, cell in cells]
    return {"held_out_mse": float(np.mean(errors)), "coverage_90": float(np.mean(shares))}


def _origin(batch: Batch) -> tuple[str, str]:
    """The family or the families of the columns of a batch, and their distribution."""
    components = [c for c in (batch.component, batch.beside) if c]
    return (
        " + ".join(c.family for c in components),
        " + ".join(f"{c.family}-{c.transform}" for c in components),
    )
