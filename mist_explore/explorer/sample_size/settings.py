"""The settings of the page on the number of rows."""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.evaluation import Grid
from mist_explore.explorer.baselines import BASELINE, LEARNED
from mist_explore.explorer.settings import Settings, family, seed, slider, stops, whole

__all__ = ["RECORDED", "SampleSizeState"]

ROWS = (50, 100, 200, 500, 1_000, 2_000, 5_000)

RECORDED = Grid(
    family=("normal-2pair", "student-2pair", "regression"),
    n_samples=ROWS,
    dim=(1, 3, 8),
    information=(0.5, 1.0, 1.5),
    estimators=(LEARNED, BASELINE, "ksg"),
    replicates=9,
)
"""The grid that comes with the package: `make sample-size` computes it anew."""

FAMILY_NAMES = (*RECORDED.family, "normal-spectrum", "additive-noise", "copula-pairs", "path")


@dataclass(frozen=True)
class SampleSizeState(Settings):
    """A distribution, and the error that is wanted.

    Example:
        >>> SampleSizeState(dim=8).grid.dim, SampleSizeState(dim=8) == SampleSizeState(dim=3)
        ((8,), False)
        >>> SampleSizeState(error=0.05).grid == SampleSizeState().grid
        True
    """

    error: float = slider("Error you accept (nats)", 0.1, 0.01, 0.5)
    family: str = family("normal-2pair", FAMILY_NAMES)
    dim: int = stops("Columns of X and of Y", 3, (1, 2, 3, 5, 8, 12))
    information: float = stops("True value (nats)", 1.0, (0.2, 0.5, 1.0, 1.5, 2.0, 3.0))
    replicates: int = whole("Datasets at each number of rows", RECORDED.replicates, 2, 64)
    seed: int = seed("Seed of all datasets")

    @property
    def grid(self) -> Grid:
        """The sweep over numbers of rows; it does not depend on the wanted error."""
        return Grid(
            family=(self.family,),
            n_samples=ROWS,
            dim=(self.dim,),
            information=(self.information,),
            estimators=RECORDED.estimators,
            replicates=self.replicates,
            seed=self.seed,
        )
