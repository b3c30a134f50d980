"""One case of a sweep: a distribution in a few numbers, and how many rows of it are seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mist_explore.configuration import Configuration
from mist_explore.distributions import FAMILIES
from mist_explore.distributions.strength import strength_at
from mist_explore.interfaces import JointDistribution
from mist_explore.sample import MINIMUM_ROWS, Sample
from mist_explore.transforms import transformed

__all__ = ["AXES", "Case"]

AXES: dict[str, str] = {
    "n_samples": "rows",
    "dim": "columns per variable",
    "information": "mutual information (nats)",
    "df": "degrees of freedom (few: heavy tails)",
    "flow": "strength of a random flow",
    "family": "family",
}
"""The fields of a case, which vary in a sweep, with their labels."""


@dataclass(frozen=True)
class Case(Configuration):
    """A distribution of a family, perhaps sent through random flows, and a number of rows.

    Args:
        family: a name in `FAMILIES`.
        n_samples: rows of a dataset.
        dim: columns of X, and of Y.
        information: mutual information in nats, for which the strength of the family is solved;
            None for its default strength.
        df: degrees of freedom of a Student family; None for its default.
        flow: strength in [0, 1] of the random flows that X and Y go through, drawn anew for each
            dataset; they keep the mutual information.

    Raises:
        ValueError: if the family is unknown or a number is out of its bounds. Whether the family
            reaches the information is checked when its distribution is built.

    Example:
        >>> case = Case("student-dense", n_samples=100, dim=2, information=1.0, df=2)
        >>> case.parameters
        (('correlation', 0.809796), ('df', 2.0))
        >>> round(float(case.distribution().mutual_information), 5)
        1.0
    """

    family: str = "normal-2pair"
    n_samples: int = 300
    dim: int = 3
    information: float | None = None
    df: float | None = None
    flow: float = 0.0

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise ValueError(f"expected a family among {', '.join(FAMILIES)}; got {self.family!r}")
        if self.n_samples < MINIMUM_ROWS:
            raise ValueError(f"expected at least {MINIMUM_ROWS} rows; got {self.n_samples}")
        if self.dim < 1:
            raise ValueError(f"expected at least one column each of X and Y; got {self.dim}")
        if self.information is not None and not self.information >= 0:
            raise ValueError(f"expected an information of at least 0; got {self.information}")
        if not 0 <= self.flow <= 1:
            raise ValueError(f"expected a strength of the flow in [0, 1]; got {self.flow}")
        # One case has one repr, from which its seeds are derived: 1 and 1.0 are the same.
        for name, kind in (("n_samples", int), ("dim", int), ("flow", float)):
            object.__setattr__(self, name, kind(getattr(self, name)))
        for name in ("information", "df"):
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else float(value))

    def __repr__(self) -> str:
        """Return the key from which seeds of datasets are derived, whatever names change."""
        return (
            f"Case(family={self.family!r}, n_samples={self.n_samples}, dim={self.dim}, "
            f"information={self.information}, df={self.df}, flow={self.flow})"
        )

    @property
    def parameters(self) -> tuple[tuple[str, float], ...]:
        """The parameters of the family that are not left at their defaults.

        Raises:
            ValueError: if the family cannot reach the information, or has no degrees of freedom
                to set.
        """
        family = FAMILIES[self.family]
        tails = {} if self.df is None else {"df": self.df}
        if self.information is None:
            return tuple(tails.items())
        strength = strength_at(family, self.information, self.dim, self.dim, **tails)
        return ((family.parameters[0].name, strength), *tails.items())

    def distribution(self, seed: int = 0) -> JointDistribution:
        """The distribution, with the flows that the seed draws.

        Raises:
            ValueError: as `parameters`.
        """
        distribution = _distribution(self.family, self.dim, self.parameters)
        return transformed(distribution, "flow", seed, self.flow) if self.flow else distribution

    def dataset(self, seed: int) -> Sample:
        """The dataset of a seed, which draws both the flows and the rows."""
        return self.distribution(seed).sample(self.n_samples, seed)


@lru_cache(maxsize=64)
def _distribution(
    family: str, dim: int, parameters: tuple[tuple[str, float], ...]
) -> JointDistribution:
    """Kept, because a numerical mutual information is worked out once for a distribution."""
    return FAMILIES[family].distribution(dim, dim, **dict(parameters))
