"""The transforms by name, each a pair of maps for X and Y."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from mist_explore.interfaces import Transform
from mist_explore.seeding import derive_seed
from mist_explore.transforms.bimodal import BIMODAL_X, BIMODAL_Y
from mist_explore.transforms.chain import random_chain
from mist_explore.transforms.composition import Composition
from mist_explore.transforms.elementwise import Asinh, HalfCube, Identity, NormalCdf
from mist_explore.transforms.flows import Flow
from mist_explore.transforms.linear import linear_mixing
from mist_explore.transforms.spiral import Spiral
from mist_explore.transforms.swiss_roll import SwissRoll
from mist_explore.transforms.wiggle import WIGGLE_X, WIGGLE_Y

__all__ = ["TRANSFORMS", "TransformPair"]


@dataclass(frozen=True)
class TransformPair:
    """A named choice of one transform for X and one for Y.

    Args:
        name: the name in `TRANSFORMS`.
        label: the name on the pages.
        constructor: `(dim_x, dim_y, seed, strength) -> (f, g)`.
        graded: whether the strength may differ from 1, down to the identity at 0.
    """

    name: str
    label: str
    constructor: Callable[[int, int, int, float], tuple[Transform, Transform]]
    graded: bool = False

    def make(
        self, dim_x: int, dim_y: int, seed: int, strength: float = 1.0
    ) -> tuple[Transform, Transform]:
        """Return the transform of X and that of Y; only random transforms depend on the seed.

        Raises:
            ValueError: if a transform does not fit the columns of its side, or has no strength
                other than 1.

        Example:
            >>> TRANSFORMS["spiral"].make(2, 2, seed=0)
            Traceback (most recent call last):
            ...
            ValueError: spiral does not fit Y: expected at least 3 columns for the spiral; got 2
        """
        if strength != 1 and not self.graded:
            raise ValueError(
                f"expected a strength for transform='flow' alone; got {strength} for {self.name!r}"
            )
        pair = self.constructor(dim_x, dim_y, seed, strength)
        for side, transform, dim in zip("XY", pair, (dim_x, dim_y), strict=True):
            try:
                transform.dim_out(dim)
            except ValueError as error:
                raise ValueError(f"{self.name} does not fit {side}: {error}") from None
        return pair

    def fits(self, dim_x: int, dim_y: int) -> bool:
        """Return whether the transforms take sides of these numbers of columns.

        Example:
            >>> TRANSFORMS["spiral"].fits(2, 2), TRANSFORMS["spiral"].fits(2, 3)
            (False, True)
        """
        return _fits(self, dim_x, dim_y)


@cache
def _fits(pair: TransformPair, dim_x: int, dim_y: int) -> bool:
    try:
        pair.make(dim_x, dim_y, seed=0)
    except ValueError:
        return False
    return True


def _fixed(name: str, label: str, transform_x: Transform, transform_y: Transform) -> TransformPair:
    return TransformPair(name, label, lambda *_: (transform_x, transform_y))


def _random(
    name: str,
    label: str,
    constructor: Callable[[int, int], Transform],
) -> TransformPair:
    return TransformPair(
        name,
        label,
        lambda dim_x, dim_y, seed, _: (
            constructor(dim_x, derive_seed(seed, name, "x")),
            constructor(dim_y, derive_seed(seed, name, "y")),
        ),
    )


def _flows(dim_x: int, dim_y: int, seed: int, strength: float) -> tuple[Transform, Transform]:
    return (
        Flow(dim_x, derive_seed(seed, "flow", "x"), strength),
        Flow(dim_y, derive_seed(seed, "flow", "y"), strength),
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
        TransformPair("flow", "random flow", _flows, graded=True),
        _random(
            "halfcube-linear",
            "half-cube, then linear mixing",
            lambda dim, seed: Composition(HalfCube(), linear_mixing(dim, seed)),
        ),
        _random("chain", "random chain of maps", random_chain),
    )
}
"""The transforms by name; every property test runs over them."""
