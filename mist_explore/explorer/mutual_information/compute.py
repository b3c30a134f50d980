"""Results of the page about mutual information: a sample, its pointwise values, its processing.

Data processing inequality: invertible maps keep mutual information, others can only lower it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, xlogy

from mist_explore.distributions import FAMILIES, Family
from mist_explore.distributions.strength import strength_at
from mist_explore.explorer.mutual_information.settings import InformationState
from mist_explore.interfaces import JointDistribution
from mist_explore.plots.sample import frame_of
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed
from mist_explore.transforms import transformed

__all__ = [
    "GALLERY",
    "PAIRS",
    "Cloud",
    "InformationResult",
    "Step",
    "as_python",
    "binned_information",
    "distribution",
    "result",
    "steps",
]

CELLS = 64
GALLERY_ROWS = 220
PAIRS = 2
"""Columns of X and of Y of the processed example, in independent pairs."""
REACH, POINTS = 9.0, 4_001
"""End and number of the points of an integral over a standard normal variable."""

GALLERY: Mapping[str, tuple[str, str, Mapping[str, float]]] = {
    "a Gaussian cloud": ("normal-dense", "base", {}),
    "heavier tails": ("normal-dense", "halfcube", {}),
    "two modes in each column": ("normal-dense", "bimodal", {}),
    "bent by a random flow": ("normal-dense", "flow", {}),
    "a copula with a corner": ("copula-pairs", "base", {"structure_seed": 4}),
    "clusters": ("clusters", "base", {"structure_seed": 4, "correlation": 0.0}),
    "a noisy curve": ("regression", "base", {"structure_seed": 19}),
    "uniform plus noise": ("additive-noise", "base", {}),
}
"""Clouds of the gallery: family, transform, and the parameters beside the strength."""


@dataclass(frozen=True, eq=False)
class Cloud:
    """One picture of the gallery.

    Args:
        label: its name for people.
        sample: rows of a distribution of the wanted information; None where the family does not
            reach it.
    """

    label: str
    sample: Sample | None


@dataclass(frozen=True)
class Step:
    """One thing that was done to the columns.

    Args:
        words: the processing.
        information: the mutual information after it, in nats.
        keeps: whether it is invertible, so that it keeps everything.
    """

    words: str
    information: float
    keeps: bool


@dataclass(frozen=True, eq=False)
class InformationResult:
    """The results of a state; information is in nats.

    Args:
        state: the state of the results.
        sample: rows of its distribution.
        truth: the mutual information of the distribution.
        provenance: closed form, or numerical with its error.
        joint: pointwise values of the rows, shape `(n,)`.
        product: pointwise values of shuffled rows, X of one with Y of another, shape `(n,)`.
        grid_x, grid_y: the centres of the cells of the map.
        map: pointwise values on the grid, shape `(len(grid_y), len(grid_x))`.
        clouds: samples of other distributions with the same information.
        steps: the information after maps and processing.
    """

    state: InformationState
    sample: Sample
    truth: float
    provenance: str
    joint: NDArray[np.float64]
    product: NDArray[np.float64]
    grid_x: NDArray[np.float64]
    grid_y: NDArray[np.float64]
    map: NDArray[np.float64]
    clouds: tuple[Cloud, ...]
    steps: tuple[Step, ...]


def distribution(state: InformationState) -> JointDistribution:
    """Return the distribution of a state, with one column of X and one of Y."""
    return FAMILIES[state.family].distribution(1, 1, **_parameters(state))


def result(state: InformationState) -> InformationResult:
    """Draw the sample of a state, and split its information over rows and steps."""
    first = InformationState()
    drawn = _drawn(state.with_(noise=first.noise, bins=first.bins, units=first.units))
    return replace(drawn, state=state, steps=steps(drawn.truth, state.noise, state.bins))


def steps(information: float, noise: float, bins: int) -> tuple[Step, ...]:
    r"""Process two independent Gaussian pairs of known mutual information, step by step.

    A pair has \(\rho^2 = 1 - e^{-2 I / 2}\). Noise of deviation \(\sigma\) on its standardised Y
    makes it \(\rho^2 / (1 + \sigma^2)\); then Y is cut into equally likely bins; then one pair
    is dropped.

    Args:
        information: of both pairs together, in nats.
        noise: \(\sigma\).
        bins: the number of bins.

    Example:
        >>> [round(step.information, 3) for step in steps(1.0, noise=1.0, bins=2)][-3:]
        [0.38, 0.225, 0.113]
    """
    squared = -math.expm1(-2 * information / PAIRS)
    noisy = squared / (1 + noise**2)
    blurred = -0.5 * PAIRS * math.log1p(-noisy)
    cut = PAIRS * binned_information(math.sqrt(noisy), bins)
    return (
        Step("original", information, True),
        Step("each column stretched and bent, in order", information, True),
        Step("each column replaced by its ranks", information, True),
        Step("the columns of X mixed, and those of Y", information, True),
        Step("a random flow of X and one of Y", information, True),
        Step(f"noise of {noise:g} standard deviations added to Y", blurred, False),
        Step(f"then Y cut into {bins} bins", cut, False),
        Step("then the second column of Y dropped", cut / PAIRS, False),
    )


def binned_information(correlation: float, bins: int) -> float:
    r"""I(X; bin(Y)) in nats of standard normal X and Y, for equally likely bins of Y.

    .. math:: \ln K + \int \varphi(x) \sum_k p_k(x) \ln p_k(x) \, dx, \qquad
        p_k(x) = \Phi\Big(\frac{b_{k+1} - \rho x}{\sqrt{1 - \rho^2}}\Big)
               - \Phi\Big(\frac{b_k - \rho x}{\sqrt{1 - \rho^2}}\Big)

    by the trapezoid rule, which is exact to rounding for such smooth and fast falling functions.

    Args:
        correlation: \(\rho\), from 0 to below 1.
        bins: K, at least 1.

    Example:
        >>> round(binned_information(0.8, 2), 3), round(-0.5 * math.log(1 - 0.8**2), 3)
        (0.267, 0.511)
    """
    x = np.linspace(-REACH, REACH, POINTS)
    edges = ndtri(np.arange(bins + 1) / bins)
    below = ndtr((edges[:, None] - correlation * x) / math.sqrt(1 - correlation**2))
    share = np.diff(below, axis=0)
    density = np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
    mean = float(np.trapezoid(density * xlogy(share, share).sum(axis=0), x))
    return max(math.log(bins) + mean, 0.0)


def as_python(state: InformationState) -> str:
    """Return lines of Python that print the numbers of a state."""
    return (
        "from mist_explore.explorer.mutual_information import InformationState, result\n"
        f"answer = result({state!r})\n"
        "print(answer.truth, answer.joint.mean(), [s.information for s in answer.steps])\n"
    )


@lru_cache(maxsize=32)
def _drawn(state: InformationState) -> InformationResult:
    joint = distribution(state)
    sample = joint.sample(state.n_samples, state.seed)
    x, y = sample.x[:, 0], sample.y[:, 0]
    shuffled = np.random.default_rng(derive_seed(state.seed, "shuffled")).permutation(len(y))
    cells_x, cells_y = (_centres(*frame_of(side)) for side in (x, y))
    map_x, map_y = np.meshgrid(cells_x, cells_y)
    truth = float(joint.mutual_information)
    return InformationResult(
        state=state,
        sample=sample,
        truth=truth,
        provenance=joint.provenance,
        joint=_pointwise(joint, x, y),
        product=_pointwise(joint, x, y[shuffled]),
        grid_x=cells_x,
        grid_y=cells_y,
        map=_pointwise(joint, map_x.ravel(), map_y.ravel()).reshape(map_x.shape),
        clouds=_clouds(math.floor(1_000 * truth) / 1_000),
        steps=(),
    )


@lru_cache(maxsize=64)
def _clouds(information: float) -> tuple[Cloud, ...]:
    return tuple(
        Cloud(label, _cloud(information, FAMILIES[family], transform, values))
        for label, (family, transform, values) in GALLERY.items()
    )


def _cloud(
    information: float, family: Family, transform: str, values: Mapping[str, float]
) -> Sample | None:
    try:
        strength = strength_at(family, information, 1, 1, **values)
    except ValueError:  # beyond the reach of the family
        return None
    base = family.distribution(1, 1, **{family.parameters[0].name: strength}, **values)
    return transformed(base, transform).sample(GALLERY_ROWS, seed=1)


def _parameters(state: InformationState) -> dict[str, float]:
    family = FAMILIES[state.family]
    values: dict[str, float] = {family.parameters[0].name: state.strength}
    if any(p.name == "structure_seed" for p in family.parameters):
        values["structure_seed"] = state.shape
    return values


def _pointwise(
    joint: JointDistribution, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return log p(x, y) / (p(x) p(y)), minus infinity where the joint density is 0."""
    columns = (torch.from_numpy(np.array(side)[:, None]) for side in (x, y))
    values = joint.pointwise_mutual_information(*columns).numpy()
    return np.where(np.isnan(values), -np.inf, values)


def _centres(low: float, high: float) -> NDArray[np.float64]:
    edges = np.linspace(low, high, CELLS + 1)
    return (edges[1:] + edges[:-1]) / 2
