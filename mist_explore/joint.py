"""Joint distributions with known mutual information: one function makes and transforms them."""

from __future__ import annotations

from mist_explore.distributions import FAMILIES
from mist_explore.interfaces import JointDistribution, Transform
from mist_explore.transforms import transformed

__all__ = ["distribution"]

NO_TRANSFORM = "base"


def distribution(
    family: str | JointDistribution,
    dim_x: int = 1,
    dim_y: int = 1,
    *,
    transform: str | tuple[Transform, Transform] = NO_TRANSFORM,
    transform_seed: int = 0,
    transform_strength: float = 1.0,
    **parameters: float,
) -> JointDistribution:
    r"""Return a joint distribution of a family, sent through injective maps of each side.

    The maps leave the mutual information unchanged, \(I(f(X); g(Y)) = I(X; Y)\).

    Args:
        family: a name in `FAMILIES`, or a distribution to transform, which has its columns and
            parameters already.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        transform: a name in `TRANSFORMS`, or the maps f and g.
        transform_seed: of the transforms that are drawn at random.
        transform_strength: of the transform `"flow"`, from 0 (the identity) to 1.
        **parameters: those of the family, such as `strength` or `df`; others keep their defaults.

    Raises:
        ValueError: if a name is unknown, a parameter or the strength is out of its bounds, or a
            transform does not fit the columns of its side.

    Example:
        >>> plain = distribution("student-2pair", 3, 3, strength=1.5, df=2)
        >>> wiggly = distribution("student-2pair", 3, 3, strength=1.5, df=2, transform="wigglify")
        >>> float(wiggly.mutual_information) == float(plain.mutual_information)
        True
        >>> distribution(wiggly, transform="spiral").sample(100, seed=0).x.shape
        (100, 3)
    """
    if not isinstance(family, str):
        if parameters or (dim_x, dim_y) != (1, 1):
            raise ValueError(
                "expected only a transform beside a distribution, which has its columns and "
                f"parameters already; got {', '.join(parameters) or 'numbers of columns'}"
            )
        base = family
    elif family in FAMILIES:
        base = FAMILIES[family].distribution(dim_x, dim_y, **parameters)
    else:
        raise ValueError(f"expected a family among {', '.join(FAMILIES)}; got {family!r}")
    if transform == NO_TRANSFORM and transform_strength == 1:
        return base
    return transformed(base, transform, transform_seed, transform_strength)
