"""From a state of the flows page to what it shows: seeded, cached, without widgets."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.distributions import FAMILIES
from mist_explore.distributions.strength import strength_at
from mist_explore.estimate import Estimate
from mist_explore.explorer.flows.state import FlowsState
from mist_explore.explorer.peers import BASELINE, estimates_of
from mist_explore.interfaces import JointDistribution, Transform
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed
from mist_explore.transforms import Pushforward, warped

__all__ = [
    "SEEDS",
    "STRENGTHS",
    "Drift",
    "FlowsResult",
    "asked",
    "drift",
    "finished",
    "law",
    "result",
]

STRENGTHS = tuple(i / 5 for i in range(6))
SEEDS = 8
"""Samples at each strength of a drift."""

REACH, LINES, STOPS = 4.0, 17, 65


@dataclass(frozen=True, eq=False)
class FlowsResult:
    """What the page shows at one strength; informations are in nats.

    Args:
        state: what it was computed from.
        sample: rows of the warped law.
        truth: the mutual information of the law, with and without flows.
        provenance: how the truth is known.
        estimates: by the name of the estimator; None where it failed.
        failures: why an estimator failed, by its name.
        grids: for X and for Y, the lines of a square grid after the flow, each `(m, 2)`.
        marked: for X and for Y, the rows on whose other side the first column is above its median
            before the flow: what a side tells about the other.
    """

    state: FlowsState
    sample: Sample
    truth: float
    provenance: str
    estimates: Mapping[str, Estimate | None]
    failures: Mapping[str, str]
    grids: tuple[tuple[NDArray[np.float64], ...], ...]
    marked: tuple[NDArray[np.bool_], NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class Drift:
    """The estimates along the path of a state, so far.

    Args:
        path: the state at strength 0.
        truth: in nats, everywhere on the path.
        estimates: by the name of the estimator, `(P, K)` for the first P of `STRENGTHS` and K
            samples; those that failed are left out.
    """

    path: FlowsState
    truth: float
    estimates: Mapping[str, NDArray[np.float64]]

    @property
    def places(self) -> int:
        """How many strengths are done."""
        return max(map(len, self.estimates.values()), default=0)


def asked(state: FlowsState) -> tuple[str, ...]:
    """The estimators of a state, its network first."""
    return (state.network, BASELINE, "ksg")


def law(state: FlowsState) -> Pushforward:
    """The law of a state: of its family, with its mutual information, through its flows.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    return warped(_plain_law(state.path), state.strength, state.flow_seed)


@lru_cache(maxsize=64)
def result(state: FlowsState) -> FlowsResult:
    """Draw the sample of a state and estimate its mutual information.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    joint = law(state)
    sample = joint.sample(state.n_samples, state.seed)
    before = _plain_law(state.path).sample(state.n_samples, state.seed)
    estimates, failures = estimates_of(sample, asked(state))
    return FlowsResult(
        state=state,
        sample=sample,
        truth=float(joint.mutual_information),
        provenance=joint.provenance,
        estimates=estimates,
        failures=failures,
        grids=(_grid(joint.transform_x, state.dim), _grid(joint.transform_y, state.dim)),
        marked=(_above_median(before.y), _above_median(before.x)),
    )


def drift(path: FlowsState) -> Generator[Drift, None, None]:
    """The estimates on `SEEDS` samples at each of `STRENGTHS`; yields what there is after each.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    truth = float(law(path).mutual_information)
    rows: dict[str, list[list[float]]] = {name: [] for name in asked(path)}
    for strength in STRENGTHS:
        for name, values in _medians(path.with_strength(strength)).items():
            rows[name].append(values)
        done = {name: np.array(found) for name, found in rows.items() if found}
        yield Drift(path, truth, done)


def finished(path: FlowsState) -> Drift:
    """The whole drift of a path."""
    *_, last = drift(path)
    return last


@lru_cache(maxsize=256)
def _medians(state: FlowsState) -> dict[str, list[float]]:
    """For each estimator that can take such samples, its medians on `SEEDS` of them."""
    joint = law(state)
    found: dict[str, list[float]] = {name: [] for name in asked(state)}
    for number in range(SEEDS):
        sample = joint.sample(state.n_samples, derive_seed(state.seed, "drift", number))
        for name, estimate in estimates_of(sample, asked(state))[0].items():
            if estimate is not None:
                found[name].append(estimate.median)
    return {name: values for name, values in found.items() if len(values) == SEEDS}


@lru_cache(maxsize=64)
def _plain_law(path: FlowsState) -> JointDistribution:
    family = FAMILIES[path.family]
    strength = strength_at(family, path.information, path.dim, path.dim)
    return family.law(path.dim, path.dim, **{family.parameters[0].name: strength})


def _grid(flow: Transform, dim: int) -> tuple[NDArray[np.float64], ...]:
    """The lines of a square grid of the first two columns, the others at 0, after the flow."""
    places = torch.linspace(-REACH, REACH, LINES, dtype=torch.float64)
    along = torch.linspace(-REACH, REACH, STOPS, dtype=torch.float64)
    rows = torch.zeros(2, LINES, STOPS, dim, dtype=torch.float64)
    for first in (0, 1):
        rows[first, :, :, first] = places[:, None]
        rows[first, :, :, 1 - first] = along
    lines = flow.forward(rows).flatten(0, 1)[..., :2]
    return tuple(line.numpy() for line in lines)


def _above_median(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(values[:, 0] > np.median(values[:, 0]))
