"""Estimates: quantiles of the mutual information given a sample, with warnings and notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from statistics import NormalDist

import numpy as np

__all__ = ["LEVELS", "NATS_PER_UNIT", "BaseEstimate", "Estimate", "equivalent_correlation"]

LEVELS: tuple[float, ...] = (
    *(0.005, 0.01, 0.025),
    *(round(0.05 * i, 2) for i in range(1, 20)),
    *(0.975, 0.99, 0.995),
)  # fmt: skip
"""The quantile levels of learned estimators."""

FAN_LEVELS = (0.9, 0.8, 0.5)
FAN_WIDTH = 320

NATS_PER_UNIT = {"nats": 1.0, "bits": math.log(2.0)}


@dataclass(frozen=True)
class BaseEstimate:
    """Base estimate of a stacked ensemble with its gating weight.

    Args:
        name: the estimator.
        value: its value, in the units of the estimate that it explains.
        weight: its share in that estimate, from 0 to 1.
    """

    name: str
    value: float
    weight: float


@dataclass(frozen=True)
class Estimate:
    r"""Quantiles \(q_\tau\) of the mutual information given one sample.

    Under the distributions that the estimator was trained on, \(P(I \le q_\tau) = \tau\): the
    interval is a statement about the mutual information of distributions like those, not a
    bootstrap interval. Values below 0 are clipped to 0, where the mutual information lives. A point
    estimator gives one value at level 0.5.

    Args:
        levels: increasing quantile levels in (0, 1).
        quantiles: one non-decreasing value for each level, in `units`.
        warnings: conditions under which the estimate is less accurate, each with its number.
        estimator: the name of the estimator.
        n_samples, dim_x, dim_y: the shape of the sample.
        units: `"nats"` or `"bits"`.
        notes: steps of the preparation and exact reductions of the sample, each a sentence.
        explanation: the base estimates of an ensemble, by decreasing weight.

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
        """Return one line: median, 90 % interval, shape of the sample, estimator, warnings."""
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

    def _repr_html_(self) -> str:
        """Return the line, a fan of central intervals as inline SVG, and the warnings."""
        warnings = "".join(f"<li>{escape(warning)}</li>" for warning in self.warnings)
        return (
            f"<div><div>{escape(repr(self))}</div>{self._fan()}"
            f"{f'<ul>{warnings}</ul>' if warnings else ''}</div>"
        )

    def _fan(self) -> str:
        """Return the median and central intervals above an axis from 0, for both themes."""
        low, high = self.levels[0], self.levels[-1]
        tails = {level: round((1 - level) / 2, 12) for level in FAN_LEVELS}
        shown = [level for level, tail in tails.items() if low <= tail and 1 - tail <= high]
        intervals = [self.interval(level) for level in shown]
        highest = max([self.median, *(end for _, end in intervals)])
        scale = FAN_WIDTH / (1.05 * highest or 1.0)
        bars = "".join(
            f'<rect x="{scale * start:.1f}" y="4" width="{scale * (end - start):.1f}" height="16" '
            'fill="#4a86c5" fill-opacity="0.35"/>'
            for start, end in intervals
        )
        levels = f", {', '.join(f'{100 * level:g}' for level in shown)} % intervals" * bool(shown)
        title = f"median {self.median:.3g}{levels}, in {self.units}"
        return (
            f'<svg viewBox="-8 0 {FAN_WIDTH + 48} 38" width="{FAN_WIDTH + 56}" height="38" '
            f'role="img" aria-label="{title}" fill="currentColor" font-size="11">'
            f"<title>{title}</title>{bars}"
            f'<rect x="{scale * self.median - 1:.1f}" y="1" width="2" height="22"/>'
            f'<rect x="0" y="24" width="{FAN_WIDTH}" height="1"/><text x="-3" y="36">0</text>'
            f'<text x="{scale * highest:.1f}" y="36" text-anchor="middle">{highest:.3g}</text>'
            "</svg>"
        )

    @property
    def is_point(self) -> bool:
        """Whether the estimate is one value, without an interval."""
        return len(self.levels) == 1

    @property
    def median(self) -> float:
        """The quantile at level 0.5, or the one value of a point estimator."""
        return self.quantiles[0] if self.is_point else self.quantile(0.5)

    def quantile(self, tau: float) -> float:
        """Return the quantile at level `tau`, interpolated monotonically between the levels.

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
        (score,) = _normal_scores((tau,))
        return float(np.interp(score, _normal_scores(self.levels), self.quantiles))

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Return the central interval that holds the mutual information with probability `level`.

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
        """Return the estimate in `"nats"` or `"bits"`.

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


@lru_cache(maxsize=256)
def _normal_scores(levels: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(map(NormalDist().inv_cdf, levels))


def equivalent_correlation(nats: float) -> float:
    r"""Return the correlation of two Gaussian columns with this mutual information, from 0 to 1.

    .. math:: \rho = \sqrt{1 - e^{-2 I}}

    Source: Linfoot, "An informational measure of correlation" (1957).

    Example:
        >>> round(equivalent_correlation(0.5 * math.log(4 / 3)), 6)
        0.5
    """
    return math.sqrt(-math.expm1(-2 * nats))
