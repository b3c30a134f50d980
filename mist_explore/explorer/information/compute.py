"""From a state to all that the page shows: seeded, cached, without widgets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.distributions import FAMILIES, Family
from mist_explore.distributions.strength import strength_at
from mist_explore.explorer.information.processing import Step, steps
from mist_explore.explorer.information.state import FIRST_SCREEN, InformationState
from mist_explore.interfaces import JointDistribution
from mist_explore.plots.sample import frame_of
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed
from mist_explore.transforms import transformed

__all__ = ["GALLERY", "Cloud", "InformationResult", "law", "result"]

CELLS = 64
GALLERY_ROWS = 220

GALLERY: Mapping[str, tuple[str, str, Mapping[str, float]]] = {
    "a Gaussian cloud": ("normal-dense", "base", {}),
    "heavier tails": ("normal-dense", "halfcube", {}),
    "two modes a side": ("normal-dense", "bimodal", {}),
    "bent by a random flow": ("normal-dense", "flow", {}),
    "a copula with a corner": ("copula-pairs", "base", {"shape": 4}),
    "clusters": ("clusters", "base", {"shape": 4, "correlation": 0.0}),
    "a noisy curve": ("regression", "base", {"shape": 19}),
    "uniform plus noise": ("additive-noise", "base", {}),
}
"""Clouds of the gallery: family, transform, and the parameters beside the strength."""


@dataclass(frozen=True, eq=False)
class Cloud:
    """One picture of the gallery.

    Args:
        label: what it is.
        sample: rows of a law with the wanted information; None where the family has none.
    """

    label: str
    sample: Sample | None


@dataclass(frozen=True, eq=False)
class InformationResult:
    """What the page shows for a state; informations are in nats.

    Args:
        state: what it was computed from.
        sample: the rows that were drawn.
        truth: the mutual information of the law.
        provenance: how it is known.
        joint: pointwise values of the rows, shape `(n,)`.
        product: pointwise values of shuffled rows, X of one with Y of another, shape `(n,)`.
        grid_x, grid_y: the centres of the cells of the map.
        map: pointwise values on the grid, shape `(len(grid_y), len(grid_x))`.
        clouds: laws of other kinds with the same information.
        steps: what maps and processing leave of it.
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


def law(state: InformationState) -> JointDistribution:
    """The law of one column X and one column Y that a state describes."""
    return FAMILIES[state.family].law(1, 1, **_parameters(state))


def result(state: InformationState) -> InformationResult:
    """Draw the sample of a state, and take its information apart."""
    default = FIRST_SCREEN
    drawn = _drawn(replace(state, noise=default.noise, bins=default.bins, units=default.units))
    return replace(drawn, state=state, steps=steps(drawn.truth, state.noise, state.bins))


@lru_cache(maxsize=32)
def _drawn(state: InformationState) -> InformationResult:
    joint = law(state)
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
    except ValueError:  # this family cannot carry so much or so little
        return None
    base = family.law(1, 1, **{family.parameters[0].name: strength}, **values)
    return transformed(base, transform).sample(GALLERY_ROWS, seed=1)


def _parameters(state: InformationState) -> dict[str, float]:
    family = FAMILIES[state.family]
    values: dict[str, float] = {family.parameters[0].name: state.strength}
    if any(p.name == "shape" for p in family.parameters):
        values["shape"] = state.shape
    return values


def _pointwise(
    joint: JointDistribution, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Pointwise values; minus infinity where X and Y never come together."""
    columns = (torch.from_numpy(np.array(side)[:, None]) for side in (x, y))
    values = joint.pointwise_mutual_information(*columns).numpy()
    return np.where(np.isnan(values), -np.inf, values)


def _centres(low: float, high: float) -> NDArray[np.float64]:
    edges = np.linspace(low, high, CELLS + 1)
    return (edges[1:] + edges[:-1]) / 2
