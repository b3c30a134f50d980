"""Results of the home page from a state: seeded, cached, no widgets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.distributions import FAMILIES
from mist_explore.distributions.latent import POINTS, Curve, SharedLatent
from mist_explore.explorer.home.settings import HomeState
from mist_explore.interfaces import JointDistribution
from mist_explore.sample import Sample

__all__ = ["HomeResult", "as_python", "distribution", "result"]

ROWS = 4_000
SHARE = 0.06
"""Share of the rows that count as having the known X."""

CURVE = 19
"""Structure seed of a random function that rises and falls again."""


@dataclass(frozen=True, eq=False)
class HomeResult:
    """The results of a state; information is in bits.

    Args:
        state: the state of the results.
        sample: rows of its distribution.
        known: mask of the rows near the known X, shape `(n,)`.
        information: the mutual information of the distribution.
        here: mean of the pointwise values of the known rows.
        correlation: of the sample.
    """

    state: HomeState
    sample: Sample
    known: NDArray[np.bool_]
    information: float
    here: float
    correlation: float

    @property
    def seen_by_correlation(self) -> float:
        """The information of Gaussian columns of this correlation, as a share of the truth."""
        bits = -0.5 * math.log2(1 - self.correlation**2)
        return bits / self.information if self.information else 0.0


def distribution(state: HomeState) -> JointDistribution:
    """Return the distribution of a state, with one column of X and one of Y."""
    strength = state.dependence
    angle = 2 * math.pi * torch.arange(POINTS, dtype=torch.float64)[:, None] / POINTS
    match state.shape:
        case "line":
            return FAMILIES["normal-dense"].distribution(1, 1, correlation=0.95 * strength)
        case "curve":
            return FAMILIES["regression"].distribution(
                1, 1, strength=9 * strength**2, structure_seed=CURVE
            )
        case "spread":
            side = Curve(torch.zeros_like(angle), (2 * strength * angle.cos()).exp())
            return SharedLatent(side, side)
    noise = torch.full_like(angle, 0.1**strength)
    return SharedLatent(Curve(angle.cos(), noise), Curve(angle.sin(), noise))


def result(state: HomeState) -> HomeResult:
    """Draw the sample of a state, and average its information over the rows of the known X."""
    sample, pointwise, information = _drawn(state.with_(known=0.5))
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


def as_python(state: HomeState) -> str:
    """Return lines of Python that print the numbers of a state."""
    return (
        "from mist_explore.explorer.home import HomeState, result\n"
        f"answer = result({state!r})\n"
        "print(answer.information, answer.here, answer.correlation)\n"
    )


@lru_cache(maxsize=128)
def _drawn(state: HomeState) -> tuple[Sample, NDArray[np.float64], float]:
    """Return rows, their pointwise values in nats, and the mutual information in bits."""
    joint = distribution(state)
    sample = joint.sample(ROWS, state.seed)
    pointwise = joint.pointwise_mutual_information(
        torch.from_numpy(sample.x.copy()), torch.from_numpy(sample.y.copy())
    )
    return sample, pointwise.numpy(), float(joint.mutual_information) / math.log(2)
