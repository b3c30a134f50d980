"""The adaptive histogram of Darbellay and Vajda, for one column each of X and Y."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from mist_explore.estimators.point_estimator import PointEstimator, Value, check_one_column_each
from mist_explore.estimators.scaling import unit_ranks
from mist_explore.sample import Sample

__all__ = ["Histogram"]

Points = NDArray[np.float64]

FEWEST_ROWS = 4
"""Cells with fewer are not cut."""


@dataclass(frozen=True)
class Histogram(PointEstimator):
    r"""Cells of the plane, cut in four as long as the rows in them are not independent.

    .. math::
        \hat I = \sum_{ij} \frac{n_{ij}}{n} \ln \frac{n \, n_{ij}}{n_i \, n_j}

    over the cells of the final partition, with \(n_i\) and \(n_j\) the rows in their margins. On
    ranks, a cell is cut at the middle of both margins when a chi-squared test on its 2 x 2 or its
    4 x 4 parts rejects independence within it. There is no number of bins to choose, cells are
    small only where the dependence is fine, and cells that the test leaves whole add no bias, where
    equal bins need a correction.

    One value in nats, without an interval; strictly monotone maps of a column do not change it.
    Ties share their middle rank.

    Args:
        significance: of each test, in (0, 1): more makes more cells.

    Raises:
        ValueError: if `significance` is not in (0, 1).

    Source: Darbellay & Vajda, "Estimation of the information by an adaptive partitioning of the
    observation space" (1999).

    Example:
        >>> rows = np.linspace(0, 1, 500)
        >>> round(Histogram().estimate(rows, (rows - 0.5) ** 2).median, 2)
        3.07
    """

    name = "histogram"

    significance: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.significance < 1:
            raise ValueError(f"expected a significance in (0, 1); got {self.significance}")

    def value(self, sample: Sample) -> Value:
        """Return the value in nats from rows of shape `(n, 1)` and `(n, 1)`.

        Raises:
            ValueError: if a side has several columns.
        """
        n = sample.n_samples
        check_one_column_each(sample.x, sample.y, "a histogram", "ksg or gaussian-copula")
        points = unit_ranks(np.hstack([sample.x, sample.y]))
        margins = np.sort(points, axis=0)
        value = sum(
            rows / n * np.log(n * rows / (of_x * of_y))
            for rows, of_x, of_y in self._cells(points, margins, np.zeros(2), 1.0)
        )
        return Value(float(value))

    def _cells(
        self, points: Points, margins: Points, corner: Points, width: float
    ) -> Iterator[tuple[int, int, int]]:
        """The rows in each final cell, and in its two margins."""
        if len(points) >= FEWEST_ROWS and any(
            self._rejects(points, margins, corner, width, cut) for cut in (2, 4)
        ):
            half = width / 2
            for offset in np.ndindex(2, 2):
                start = corner + np.multiply(offset, half)
                inside = ((points >= start) & (points < start + half)).all(axis=1)
                yield from self._cells(points[inside], margins, start, half)
        elif len(points):
            of_x, of_y = (int(counts.sum()) for counts in _in_margins(margins, corner, width, 1))
            yield len(points), of_x, of_y

    def _rejects(
        self, points: Points, margins: Points, corner: Points, width: float, cut: int
    ) -> bool:
        """Whether the `cut` x `cut` parts of a cell hold other than independent margins make."""
        in_x, in_y = _in_margins(margins, corner, width, cut)
        expected = len(points) * np.outer(in_x / in_x.sum(), in_y / in_y.sum())
        part = np.floor((points - corner) / width * cut).astype(np.intp)
        observed = np.zeros((cut, cut))
        np.add.at(observed, (part[:, 0], part[:, 1]), 1)
        possible = expected > 0
        statistic = ((observed - expected)[possible] ** 2 / expected[possible]).sum()
        degrees = np.count_nonzero(possible) - 1
        return bool(degrees > 0 and chdtrc(degrees, statistic) < self.significance)


def _in_margins(
    margins: Points, corner: Points, width: float, cut: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows of the whole sample in each of the equal parts of the two margins of a cell."""
    steps = width * np.arange(cut + 1) / cut
    in_x, in_y = (
        np.diff(np.searchsorted(margin, start + steps))
        for margin, start in zip(margins.T, corner, strict=True)
    )
    return in_x, in_y
