"""Injective maps of one side, which leave mutual information unchanged.

To add one, write a file with a `Transform` and a line in `TRANSFORMS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mist_explore.interfaces import JointDistribution, Transform
from mist_explore.seeding import derive_seed
from mist_explore.transforms.bimodal import BIMODAL_X, BIMODAL_Y, Bimodal
from mist_explore.transforms.chain import Exchange, Shear, Twist, random_chain
from mist_explore.transforms.composition import Composition
from mist_explore.transforms.elementwise import (
    Asinh,
    Elementwise,
    HalfCube,
    Identity,
    NormalCdf,
)
from mist_explore.transforms.flows import Flow
from mist_explore.transforms.linear import LinearMap, linear_mixing
from mist_explore.transforms.pushforward import Pushforward, pushforward
from mist_explore.transforms.spiral import Spiral
from mist_explore.transforms.swiss_roll import SwissRoll
from mist_explore.transforms.wiggle import WIGGLE_X, WIGGLE_Y, Wiggle

__all__ = [
    "BIMODAL_X",
    "BIMODAL_Y",
    "TRANSFORMS",
    "WIGGLE_X",
    "WIGGLE_Y",
    "Asinh",
    "Bimodal",
    "Composition",
    "Elementwise",
    "Exchange",
    "Flow",
    "HalfCube",
    "Identity",
    "LinearMap",
    "NormalCdf",
    "Pushforward",
    "Shear",
    "Spiral",
    "SwissRoll",
    "TransformPair",
    "Twist",
    "Wiggle",
    "linear_mixing",
    "pushforward",
    "random_chain",
    "transformed",
    "warped",
]


@dataclass(frozen=True)
class TransformPair:
    """A named choice of one transform for X and one for Y.

    Args:
        name: the name in `TRANSFORMS`.
        label: the name that people read.
        constructor: makes the pair from `dim_x`, `dim_y` and a seed.
    """

    name: str
    label: str
    constructor: Callable[[int, int, int], tuple[Transform, Transform]]

    def make(self, dim_x: int, dim_y: int, seed: int) -> tuple[Transform, Transform]:
        """The transform of X and that of Y; only random transforms depend on the seed.

        Raises:
            ValueError: if a transform does not fit the columns of its side.

        Example:
            >>> TRANSFORMS["spiral"].make(2, 2, seed=0)
            Traceback (most recent call last):
            ...
            ValueError: spiral does not fit Y: expected at least 3 columns for the spiral; got 2
        """
        pair = self.constructor(dim_x, dim_y, seed)
        for side, transform, dim in zip("XY", pair, (dim_x, dim_y), strict=True):
            try:
                transform.dim_out(dim)
            except ValueError as error:
                raise ValueError(f"{self.name} does not fit {side}: {error}") from None
        return pair

    def fits(self, dim_x: int, dim_y: int) -> bool:
        """Whether there is such a pair for sides of these numbers of columns.

        Example:
            >>> TRANSFORMS["spiral"].fits(2, 2), TRANSFORMS["spiral"].fits(2, 3)
            (False, True)
        """
        try:
            self.make(dim_x, dim_y, seed=0)
        except ValueError:
            return False
        return True


def _fixed(name: str, label: str, transform_x: Transform, transform_y: Transform) -> TransformPair:
    return TransformPair(name, label, lambda dim_x, dim_y, seed: (transform_x, transform_y))


def _random(name: str, label: str, constructor: Callable[[int, int], Transform]) -> TransformPair:
    return TransformPair(
        name,
        label,
        lambda dim_x, dim_y, seed: (
            constructor(dim_x, derive_seed(seed, name, "x")),
            constructor(dim_y, derive_seed(seed, name, "y")),
        ),
    )


TRANSFORMS: dict[str, TransformPair] = {
    pair.name: pair
    for pair in (
        _fixed("base", "none", Identity(), Identity()),
        _fixed("wigglify", "wiggle each column", WIGGLE_X, WIGGLE_Y),
        _fixed("halfcube", "half-cube (longer tails)", HalfCube(), HalfCube()),
        _fixed("asinh", "asinh (shorter tails)", Asinh(), Asinh()),
        _fixed("normal-cdf", "normal CDF (uniform columns)", NormalCdf(), NormalCdf()),
        _fixed("bimodal", "two modes in each column", BIMODAL_X, BIMODAL_Y),
        _fixed("spiral", "spiral", Spiral((0, 1)), Spiral((1, 2))),
        _fixed("swiss-roll", "Swiss roll", Composition(NormalCdf(), SwissRoll()), NormalCdf()),
        _random("linear", "random linear mixing", linear_mixing),
        _random("flow", "random flow", Flow),
        _random(
            "halfcube-linear",
            "half-cube, then linear mixing",
            lambda dim, seed: Composition(HalfCube(), linear_mixing(dim, seed)),
        ),
        _random("chain", "random chain of maps", random_chain),
    )
}
"""The transforms by name; every property test runs over them."""


def transformed(distribution: JointDistribution, name: str, seed: int = 0) -> Pushforward:
    """The distribution of the named pair of transforms of (X, Y), with the same mutual information.

    Raises:
        ValueError: if the name is unknown or a transform does not fit the columns of its side.

    Example:
        >>> from mist_explore.distributions import Gaussian, sparse_correlation
        >>> distribution = Gaussian(sparse_correlation(2.0, 2, 3, 3), 3)
        >>> tangled = transformed(transformed(distribution, "normal-cdf"), "spiral")
        >>> round(float(tangled.mutual_information), 5)
        1.02165
    """
    if name not in TRANSFORMS:
        raise ValueError(f"expected a transform among {', '.join(TRANSFORMS)}; got {name!r}")
    return pushforward(
        distribution, *TRANSFORMS[name].make(distribution.dim_x, distribution.dim_y, seed)
    )


def warped(distribution: JointDistribution, strength: float, seed: int = 0) -> Pushforward:
    """The distribution after a random flow of X and another of Y, with the same mutual information.

    For one seed the distributions change continuously with the strength, from the distribution
    itself at 0 to `transformed(distribution, "flow", seed)` at 1.

    Raises:
        ValueError: if the strength is outside [0, 1].

    Example:
        >>> from mist_explore.distributions import Gaussian, dense_correlation
        >>> distribution = Gaussian(dense_correlation(0.5, 2, 2), 2)
        >>> float(warped(distribution, 0.5).mutual_information - distribution.mutual_information)
        0.0
    """
    return pushforward(
        distribution,
        Flow(distribution.dim_x, derive_seed(seed, "flow", "x"), strength),
        Flow(distribution.dim_y, derive_seed(seed, "flow", "y"), strength),
    )
