"""The nearest-neighbour estimators of Kraskov, Stögbauer and Grassberger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimators.ksg_anatomy import ksg_anatomy
from mist_explore.estimators.point_estimator import PointEstimator, Value
from mist_explore.sample import Sample

__all__ = ["KSG"]


@dataclass(frozen=True)
class KSG(PointEstimator):
    r"""Mutual information from the distances to the k nearest rows, without a parametric model.

    Variant 1 counts on each side the rows nearer than the k-th neighbour, variant 2 those within
    the rectangle around the k neighbours:

    .. math::
        \hat I_1 = \psi(k) + \psi(n) - \langle \psi(n_x + 1) + \psi(n_y + 1) \rangle, \qquad
        \hat I_2 = \psi(k) - \tfrac1k + \psi(n) - \langle \psi(n_x) + \psi(n_y) \rangle

    Columns are standardised, as in the BMI benchmark; distances are of the maximum norm. One value
    in nats, without an interval; values below 0 occur, and are clipped to 0. It is near 0 under
    independence, and far too low where the information is high for the number of rows.

    It is meant for continuous columns. Ties are decided by the values alone, never by the order of
    rows, and warned of: rows on the border of a positive distance are left out (but for the one
    neighbour that sets it, in variant 2), at distance 0 all that coincide are counted, and variant
    2 takes the square of the k-th distance where the k nearest are not unique. `MixedKSG` is for
    columns with many ties.

    Args:
        variant: 1 or 2.
        n_neighbors: k, at least 1: few for a small bias, many for a small variance.

    Raises:
        ValueError: if `variant` or `n_neighbors` is not possible.

    Source: Kraskov, Stögbauer & Grassberger, "Estimating mutual information" (2004), equations 8
    and 9; Czyz et al., "Beyond Normal" (2023), for the standardisation.

    Example:
        >>> rows = np.linspace(0, 1, 200)
        >>> round(KSG().estimate(rows + 0.1 * np.cos(999 * rows), rows).median, 2)
        1.63
    """

    variant: int = 1
    n_neighbors: int = 3

    def __post_init__(self) -> None:
        if self.variant not in (1, 2):
            raise ValueError(f"expected variant 1 or 2; got {self.variant}")
        if self.n_neighbors < 1:
            raise ValueError(f"expected at least one neighbour; got {self.n_neighbors}")

    @property
    def name(self) -> str:
        """The name in the registry."""
        return "ksg" if self.variant == 1 else "ksg-2"

    def value(self, sample: Sample) -> Value:
        """Return the value in nats from rows of shape `(n, dim_x)` and `(n, dim_y)`.

        Raises:
            ValueError: if there are not more rows than neighbours.
        """
        found = ksg_anatomy(sample, self.n_neighbors, self.variant)
        value = float(found.terms.mean()) - (self.variant == 2) / self.n_neighbors
        return Value(value, _tie_warning(found.tied))


def _tie_warning(tied: NDArray[np.bool_]) -> tuple[str, ...]:
    if not tied.any():
        return ()
    return (
        f"{100 * tied.mean():.2g}% of the rows have neighbours at tied distances: made for "
        "continuous columns; KSG for mixed columns (mixed-ksg) takes ties",
    )
