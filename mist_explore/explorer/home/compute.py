"""From a state of the home page to what it shows: seeded, cached, without widgets."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.distributions import FAMILIES
from mist_explore.distributions.latent import POINTS, Curve, SharedLatent
from mist_explore.explorer.home.state import HomeState
from mist_explore.interfaces import JointDistribution
from mist_explore.sample import Sample

__all__ = ["HomeResult", "distribution", "result"]

ROWS = 4_000
SHARE = 0.06
"""What of all rows counts as having the known X."""

CURVE = 19
"""The number of a random function that goes up and down again."""


@dataclass(frozen=True, eq=False)
class HomeResult:
    """What the home page shows for a state; informations are in bits.

    Args:
        state: what it was computed from.
        sample: the rows that were drawn.
        known: which rows have about the known X, shape `(n,)`.
        information: the mutual information of the distribution.
        here: what the known X alone tells: the mean over the known rows of the pointwise values.
        correlation: of the sample.
    """

    state: HomeState
    sample: Sample
    known: NDArray[np.bool_]
    information: float
    here: float
    correlation: float


def distribution(state: HomeState) -> JointDistribution:
    """The distribution of one column X and one column Y that a state describes."""
    strength = state.dependence
    angle = 2 * math.pi * torch.arange(POINTS, dtype=torch.float64)[:, None] / POINTS
    match state.shape:
        case "line":
            return FAMILIES["normal-dense"].distribution(1, 1, correlation=0.95 * strength)
        case "curve":
            return FAMILIES["regression"].distribution(1, 1, strength=9 * strength**2, structure_seed=CURVE)
        case "spread":
            side = Curve(torch.zeros_like(angle), (2 * strength * angle.cos()).exp())
            return SharedLatent(side, side)
    noise = torch.full_like(angle, 0.1**strength)
    return SharedLatent(Curve(angle.cos(), noise), Curve(angle.sin(), noise))


def result(state: HomeState) -> HomeResult:
    """Draw the sample of a state and see what its known X tells about Y."""
    sample, pointwise, information = _drawn(replace(state, known=0.5))
    order = sample.x[:, 0].argsort(kind="stable")
    width = round(SHARE * ROWS)
    start = round(state.known * (ROWS - width))
    known = np.zeros(ROWS, dtype=np.bool_)
    known[order[start : start + width]] = True
    return HomeResult(
        state=state,
        sample=sample,
        known=known,
        information=information,
        here=max(float(pointwise[known].mean()), 0.0) / math.log(2),
        correlation=float(np.corrcoef(sample.x[:, 0], sample.y[:, 0])[0, 1]),
    )


@lru_cache(maxsize=128)
def _drawn(state: HomeState) -> tuple[Sample, NDArray[np.float64], float]:
    """The rows, their pointwise values in nats, and the mutual information in bits."""
    joint = distribution(state)
    sample = joint.sample(ROWS, state.seed)
    pointwise = joint.pointwise_mutual_information(
        torch.from_numpy(sample.x.copy()), torch.from_numpy(sample.y.copy())
    )
    return sample, pointwise.numpy(), float(joint.mutual_information) / math.log(2)
