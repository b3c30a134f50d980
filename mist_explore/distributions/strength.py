"""Strength of a family at a given mutual information."""

from __future__ import annotations

from functools import lru_cache

from scipy.optimize import brentq

from mist_explore.distributions.family import Family
from mist_explore.threads import one_thread

__all__ = ["strength_at"]

DIGITS = 6
"""Decimals of a strength: few enough to read in a link."""


def strength_at(
    family: Family, information: float, dim_x: int, dim_y: int, **values: float
) -> float:
    r"""Solve \(I_s(X; Y) = I\) for the first parameter s of a family.

    The root of \(I_s - I\) between the bounds of the parameter, by Brent's method, to six
    decimals of s. Where the information is numerical it is met within the error of the
    distribution; where it is no monotone function of s, the root is one of several.

    Args:
        family: whose first parameter, the strength of the dependence, is free.
        information: the wanted mutual information in nats.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        **values: the other parameters; those left out take their defaults.

    Raises:
        ValueError: if the information at the bounds of the strength is not below and above the
            wanted one, a parameter is unknown or out of its bounds, or the strength is among them
            or a whole number.

    Source: Brent, "Algorithms for Minimization without Derivatives" (1973), chapter 4.

    Example:
        >>> from mist_explore import FAMILIES
        >>> strength_at(FAMILIES["normal-dense"], 1.0, 2, 2)
        0.868938
    """
    strength = family.parameters[0]
    if strength.name in values or strength.integer:
        raise ValueError(f"expected a free strength of {family.name}; got {values}")
    with one_thread():
        return _root(family, information, dim_x, dim_y, tuple(sorted(values.items())))


@lru_cache(maxsize=1024)
def _root(
    family: Family,
    information: float,
    dim_x: int,
    dim_y: int,
    values: tuple[tuple[str, float], ...],
) -> float:
    strength = family.parameters[0]

    def surplus(value: float) -> float:
        distribution = family.distribution(dim_x, dim_y, **{strength.name: value}, **dict(values))
        return float(distribution.mutual_information) - information

    ends = (strength.low, strength.high)
    at_ends = [surplus(end) for end in ends]
    for end, rest in zip(ends, at_ends, strict=True):
        # An end may lie a rounding error off: the independent distribution of many families does.
        if abs(rest) < 10**-DIGITS:
            return end
    if at_ends[0] * at_ends[1] > 0:
        low, high = sorted(rest + information for rest in at_ends)
        raise ValueError(
            f"expected a mutual information from {low:.3g} to {high:.3g} nats for {family.name} "
            f"on {dim_x} + {dim_y} columns; got {information:g}"
        )
    return round(brentq(surplus, *ends, xtol=10**-DIGITS / 2), DIGITS)
