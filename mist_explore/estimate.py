"""What an estimator answers: quantiles of the mutual information, and what to doubt about them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

__all__ = ["LEVELS", "NATS_PER_UNIT", "BaseEstimate", "Estimate", "equivalent_correlation"]

LEVELS: tuple[float, ...] = (
    *(0.005, 0.01, 0.025),
    *(round(0.05 * i, 2) for i in range(1, 20)),
    *(0.975, 0.99, 0.995),
)  # fmt: skip
"""The grid of quantile levels that learned estimators answer on."""

NATS_PER_UNIT = {"nats": 1.0, "bits": math.log(2.0)}


@dataclass(frozen=True)
class BaseEstimate:
    """A simpler estimate that a learned one weighs.

    Args:
        name: how it was made.
        value: its value, in the units of the estimate that it explains.
        weight: its share in that estimate, from 0 to 1.
    """

    name: str
    value: float
    weight: float


@dataclass(frozen=True)
class Estimate:
    r"""Quantiles \(q_\tau\) of the mutual information given one sample.

    Under the laws that the estimator was trained on, \(P(I \le q_\tau) = \tau\): the interval is
    a statement about the mutual information of laws like those, not a bootstrap interval.
    Values below 0 are clipped to 0, where the mutual information lives. A point estimator
    answers one value at level 0.5.

    Args:
        levels: increasing quantile levels in (0, 1).
        quantiles: one non-decreasing value for each level, in `units`.
        warnings: what makes this answer doubtful, in words, with the number.
        estimator: the name of what made it.
        n_samples, dim_x, dim_y: the sample that it was made from.
        units: `"nats"` or `"bits"`.
        notes: exact reductions of the sample that were made first, in words.
        explanation: the base estimates that an ensemble weighed, the heaviest first.

    Raises:
        ValueError: if levels and quantiles do not match, levels do not increase inside (0, 1),
            quantiles decrease or are not finite, or units are unknown.

    Example:
        >>> e = Estimate((0.05, 0.5, 0.95), (0.1, 0.2, 0.4))
        >>> e.median, e.interval(0.9), round(e.to("bits").median, 4)
        (0.2, (0.1, 0.4), 0.2885)
    """

    levels: Sequence[float]
    quantiles: Sequence[float]
    warnings: tuple[str, ...] = ()
    estimator: str = ""
    n_samples: int = 0
    dim_x: int = 0
    dim_y: int = 0
    units: str = "nats"
    notes: tuple[str, ...] = ()
    explanation: tuple[BaseEstimate, ...] = ()

    def __post_init__(self) -> None:
        levels = tuple(float(t) for t in self.levels)
        values = tuple(float(q) for q in self.quantiles)
        if len(levels) != len(values) or not levels:
            raise ValueError(
                f"expected one quantile for each level; got {len(values)} for {len(levels)} levels"
            )
        if any(not 0 < t < 1 for t in levels) or any(np.diff(levels) <= 0):
            raise ValueError(f"expected levels that increase inside (0, 1); got {levels}")
        if not all(map(math.isfinite, values)) or any(np.diff(values) < 0):
            raise ValueError(f"expected finite quantiles that never decrease; got {values}")
        if self.units not in NATS_PER_UNIT:
            raise ValueError(f"expected units among {sorted(NATS_PER_UNIT)}; got {self.units!r}")
        object.__setattr__(self, "levels", levels)
        object.__setattr__(self, "quantiles", tuple(max(q, 0.0) for q in values))
        object.__setattr__(self, "warnings", tuple(self.warnings))

    def __repr__(self) -> str:
        """One line: the median, the 90 % interval, the sample, the estimator and its warnings."""
        parts = [f"{self.median:.3g} {self.units}"]
        if not self.is_point and self.levels[0] <= 0.05 and self.levels[-1] >= 0.95:
            low, high = self.interval(0.9)
            parts.append(f"90 % interval {low:.3g} to {high:.3g}")
        if self.n_samples:
            parts += [f"n = {self.n_samples}", f"{self.dim_x} + {self.dim_y} columns"]
        if self.estimator:
            parts.append(self.estimator)
        if self.warnings:
            parts.append(f"{len(self.warnings)} warning{'s' * (len(self.warnings) != 1)}")
        return ", ".join(parts)

    @property
    def is_point(self) -> bool:
        """Whether the estimator answers one value, without an interval."""
        return len(self.levels) == 1

    @property
    def median(self) -> float:
        """The quantile at level 0.5, or the one value of a point estimator."""
        return self.quantiles[0] if self.is_point else self.quantile(0.5)

    def quantile(self, tau: float) -> float:
        """The quantile at level `tau`, interpolated monotonically between the levels.

        The interpolation is linear in the normal score of the level.

        Raises:
            ValueError: if `tau` lies outside the grid of levels.

        Example:
            >>> Estimate((0.25, 0.5, 0.75), (0.1, 0.2, 0.4)).quantile(0.75)
            0.4
        """
        if self.is_point and tau != self.levels[0]:
            raise ValueError(
                f"{self.estimator or 'a point estimator'} gives one value, not quantiles; "
                "put the bootstrap around it for an interval"
            )
        if not self.levels[0] <= tau <= self.levels[-1]:
            raise ValueError(
                f"expected a quantile level from {self.levels[0]} to {self.levels[-1]}; got {tau}"
            )
        score = NormalDist().inv_cdf
        return float(np.interp(score(tau), [score(t) for t in self.levels], self.quantiles))

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """The central interval that holds the mutual information with probability `level`.

        Raises:
            ValueError: if `level` is not in (0, 1), needs quantiles beyond the grid, or the
                estimator gives one value only.

        Example:
            >>> Estimate((0.05, 0.5, 0.95), (0.1, 0.2, 0.4)).interval(0.9)
            (0.1, 0.4)
        """
        if not 0 < level < 1:
            raise ValueError(f"expected an interval level in (0, 1), for example 0.9; got {level}")
        tail = round((1 - level) / 2, 12)
        if not self.is_point and tail < self.levels[0]:
            widest = round(1 - 2 * self.levels[0], 12)
            raise ValueError(f"expected an interval level of at most {widest}; got {level}")
        return self.quantile(tail), self.quantile(round(1 - tail, 12))

    def to(self, units: str) -> Estimate:
        """The same estimate in `"nats"` or `"bits"`.

        Example:
            >>> Estimate((0.5,), (1.0,)).to("bits").quantiles
            (1.4426950408889634,)
        """
        if units not in NATS_PER_UNIT:
            raise ValueError(f"expected units among {sorted(NATS_PER_UNIT)}; got {units!r}")
        factor = NATS_PER_UNIT[self.units] / NATS_PER_UNIT[units]
        return replace(
            self,
            quantiles=tuple(q * factor for q in self.quantiles),
            units=units,
            explanation=tuple(replace(b, value=b.value * factor) for b in self.explanation),
        )


def equivalent_correlation(nats: float) -> float:
    r"""The correlation of two Gaussian columns with this mutual information, from 0 to 1.

    .. math:: \rho = \sqrt{1 - e^{-2 I}}

    Source: Linfoot, "An informational measure of correlation" (1957).

    Example:
        >>> round(equivalent_correlation(0.5 * math.log(4 / 3)), 6)
        0.5
    """
    return math.sqrt(-math.expm1(-2 * nats))
