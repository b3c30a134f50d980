"""Results of the flows page from a state: seeded, cached, without widgets."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.distributions import FAMILIES
from mist_explore.distributions.strength import strength_at
from mist_explore.estimate import Estimate
from mist_explore.explorer.baselines import BASELINE, estimates_of, estimator
from mist_explore.explorer.flows.settings import FlowsState
from mist_explore.interfaces import JointDistribution, Transform
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed
from mist_explore.transforms import TransformedDistribution, transformed

__all__ = [
    "STRENGTHS",
    "FlowsResult",
    "SensitivityCurve",
    "as_python",
    "distribution",
    "estimator_names",
    "finished",
    "result",
    "sensitivity_curve",
]

STRENGTHS = tuple(i / 5 for i in range(6))
SAMPLES = 8
"""Samples at each strength of a sensitivity curve."""

REACH, LINES, STOPS = 4.0, 17, 65


@dataclass(frozen=True, eq=False)
class FlowsResult:
    """The results at one strength; information is in nats.

    Args:
        state: the state of the results.
        sample: rows of the transformed distribution.
        truth: the mutual information of the distribution, with and without flows.
        provenance: closed form, or numerical with its error.
        estimates: by the name of the estimator; None where it failed.
        failures: why an estimator failed, by its name.
        grids: for X and for Y, the lines of a square grid after the flow, each `(m, 2)`.
        marked: for X and for Y, `(n,)`, the rows in which the first column of the other variable
            is above its median before the flow.
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
class SensitivityCurve:
    """The estimates along the path of a state, as far as they are computed.

    Args:
        path: the state at strength 0.
        truth: in nats, everywhere on the path.
        estimates: by the name of the estimator, `(P, K)` for the first P of `STRENGTHS` and K
            samples; failed estimators are left out.
    """

    path: FlowsState
    truth: float
    estimates: Mapping[str, NDArray[np.float64]]

    @property
    def places(self) -> int:
        """The number of strengths with estimates."""
        return max(map(len, self.estimates.values()), default=0)


def estimator_names(state: FlowsState) -> tuple[str, ...]:
    """Return the estimators of a state, its network first."""
    return (state.network, BASELINE, "ksg")


def distribution(state: FlowsState) -> TransformedDistribution:
    """Return the distribution of a state, of its mutual information, after its flows.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    return transformed(_plain(state.path), "flow", state.flow_seed, state.strength)


@lru_cache(maxsize=64)
def result(state: FlowsState) -> FlowsResult:
    """Draw the sample of a state and estimate its mutual information.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    joint = distribution(state)
    sample = joint.sample(state.n_samples, state.seed)
    before = _plain(state.path).sample(state.n_samples, state.seed)
    estimates, failures = estimates_of(sample, estimator_names(state))
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


def sensitivity_curve(path: FlowsState) -> Generator[SensitivityCurve, None, None]:
    """Yield the curve of a path after each of `STRENGTHS`, from `SAMPLES` samples at each.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    truth = float(distribution(path).mutual_information)
    rows: dict[str, list[list[float]]] = {name: [] for name in estimator_names(path)}
    for strength in STRENGTHS:
        for name, values in _medians(path.with_(strength=strength)).items():
            rows[name].append(values)
        done = {name: np.array(found) for name, found in rows.items() if found}
        yield SensitivityCurve(path, truth, done)


def finished(path: FlowsState) -> SensitivityCurve:
    """Return the whole sensitivity curve of a path."""
    *_, last = sensitivity_curve(path)
    return last


def as_python(state: FlowsState) -> str:
    """Return lines of Python that print the truth and the estimates of a state.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    family = FAMILIES[state.family]
    strength = strength_at(family, state.information, state.dim, state.dim)
    parameter = f"{family.parameters[0].name}={strength!r}"
    return (
        "import mist_explore as mx\n"
        "distribution = mx.distribution(\n"
        f'    "{state.family}", {state.dim}, {state.dim}, {parameter}, transform="flow",\n'
        f"    transform_seed={state.flow_seed}, transform_strength={state.strength!r},\n"
        ")\n"
        f"sample = distribution.sample({state.n_samples}, seed={state.seed})\n"
        'print("truth", float(distribution.mutual_information))\n'
        f"for name in {estimator_names(state)!r}:\n"
        "    print(name, mx.load(name).estimate(sample.x, sample.y).median)\n"
    )


@lru_cache(maxsize=256)
def _medians(state: FlowsState) -> dict[str, list[float]]:
    """Return the medians on `SAMPLES` samples of each estimator that fails on none."""
    joint = distribution(state)
    seeds = [derive_seed(state.seed, "drift", number) for number in range(SAMPLES)]
    samples = [joint.sample(state.n_samples, seed) for seed in seeds]
    found: dict[str, list[float]] = {}
    for name in estimator_names(state):
        with suppress(ValueError, FileNotFoundError):
            estimates = estimator(name).estimate_many(samples)
            found[name] = [estimate.median for estimate in estimates]
    return found


@lru_cache(maxsize=64)
def _plain(path: FlowsState) -> JointDistribution:
    family = FAMILIES[path.family]
    strength = strength_at(family, path.information, path.dim, path.dim)
    return family.distribution(path.dim, path.dim, **{family.parameters[0].name: strength})


def _grid(flow: Transform, dim: int) -> tuple[NDArray[np.float64], ...]:
    """Return the lines of a square grid of two columns, the others at 0, after the flow."""
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
