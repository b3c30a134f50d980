"""Grid of a sweep: its cases, estimators and seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Self

from mist_explore.configuration import Configuration
from mist_explore.evaluation.case import AXES, Case
from mist_explore.seeding import derive_seed

__all__ = ["Grid"]


@dataclass(frozen=True)
class Grid(Configuration):
    """Grid of a sweep: every combination of the values, every estimator, every replicate.

    Args:
        family: names in `FAMILIES`.
        n_samples: numbers of rows.
        dim: numbers of columns of X, and of Y.
        information: mutual informations in nats; none for the default strength of each family.
        df: degrees of freedom; none for the default of each family.
        flow: strengths of the random flows that X and Y go through.
        estimators: names, or directories of trained models.
        replicates: datasets of each case.
        n_resamples: where positive, estimators that answer one value get an interval from so many
            halves of the rows (see `Bootstrap`).
        seed: of all datasets; a dataset depends on it, its case and its number alone.

    Raises:
        ValueError: if a name is unknown, a number out of its bounds, a value there twice, or an
            axis is empty that must not be.

    Example:
        >>> grid = Grid(dim=(2, 3), information=(0.5, 1.0, 2.0), estimators=("ksg",))
        >>> len(grid.cases), grid.varied
        (6, ('dim', 'information'))
    """

    family: tuple[str, ...] = ("normal-2pair",)
    n_samples: tuple[int, ...] = (300,)
    dim: tuple[int, ...] = (3,)
    information: tuple[float, ...] = ()
    df: tuple[float, ...] = ()
    flow: tuple[float, ...] = (0.0,)
    estimators: tuple[str, ...] = ("mist-qr", "gaussian-copula", "ksg")
    replicates: int = 8
    n_resamples: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in (*AXES, "estimators"):
            values = tuple(getattr(self, name))
            if len(set(values)) < len(values):
                raise ValueError(f"expected each value of {name} once; got {values}")
            if not values and name not in ("information", "df"):
                raise ValueError(f"expected at least one value of {name}; got none")
            object.__setattr__(self, name, values)
        if self.replicates < 1:
            raise ValueError(f"expected at least one replicate; got {self.replicates}")
        _ = self.cases  # raises where a value is not possible

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases, the last of `AXES` varying fastest."""
        values = (getattr(self, axis) or (None,) for axis in AXES)
        return tuple(Case(**dict(zip(AXES, each, strict=True))) for each in product(*values))

    @property
    def varied(self) -> tuple[str, ...]:
        """The axes with more than one value."""
        return tuple(axis for axis in AXES if len(getattr(self, axis)) > 1)

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> Self:
        """Build a grid from a mapping; older files name `n_resamples` as `resamples`.

        Raises:
            ValueError: if a key is unknown, or a value is not possible.
        """
        names = {"resamples": "n_resamples"}
        return super().from_mapping({names.get(key, key): value for key, value in raw.items()})

    def seed_of(self, case: Case, replicate: int) -> int:
        """Return the seed of a dataset, below 2^31, which the pages take."""
        return derive_seed(self.seed, "sweep", case, replicate) % 2**31
