"""From a state of the gradient page to what it shows: seeded, cached, without widgets."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mist_explore.distributions.ridge import Ridge
from mist_explore.estimators import (
    DifferentiableEstimator,
    LearnedEstimator,
    available_models,
    informative_projection,
)
from mist_explore.explorer.gradient.state import GradientState
from mist_explore.explorer.peers import estimator
from mist_explore.progress import Cancellation
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed

__all__ = [
    "STEP",
    "STEPS",
    "Climb",
    "Field",
    "climb",
    "climb_distribution",
    "field",
    "points_distribution",
    "smooth",
    "smooth_networks",
]

STEP = 0.15
"""How far the point with the longest arrow goes in one move, in standard deviations."""

STEPS = 40
"""Of a climb."""


@dataclass(frozen=True, eq=False)
class Field:
    """A sample and the gradient of the estimate at each of its points; in nats.

    Args:
        state: what it was computed from.
        sample: the points after their moves, standardised at the start.
        by_x: the derivatives by x, `(n, 1)`.
        by_y: those by y.
        information: the estimate from soft ranks.
        before: that of the state one move nearer to the start; None at the start.
        expected: what the gradient said that move would change; None at the start.
        truth: the mutual information of the distribution that the points were drawn from.
        provenance: how it is known.
    """

    state: GradientState
    sample: Sample
    by_x: NDArray[np.float64]
    by_y: NDArray[np.float64]
    information: float
    before: float | None
    expected: float | None
    truth: float
    provenance: str


@dataclass(frozen=True, eq=False)
class Climb:
    """A climb over directions of X, so far; in nats.

    Args:
        state: what it was computed from.
        estimates: of the projected sample at each step, from soft ranks.
        unseen: the same on other rows of the distribution, which the climb never saw.
        direction: the last one, `(dim,)`.
        projected: the rows projected on it, against Y.
        truth: the mutual information of X and Y, which no projection exceeds.
        provenance: how it is known.
        best: the direction that reaches it.
    """

    state: GradientState
    estimates: tuple[float, ...]
    unseen: tuple[float, ...]
    direction: NDArray[np.float64]
    projected: Sample
    truth: float
    provenance: str
    best: NDArray[np.float64]

    @property
    def alignment(self) -> float:
        """|cos| of the angle to the best direction."""
        return float(abs(self.direction @ self.best))


@lru_cache
def smooth(network: str) -> DifferentiableEstimator:
    """A network with soft ranks.

    Raises:
        ValueError: if it reads nearest neighbours, which have no gradient.
    """
    asked = estimator(network)
    if not isinstance(asked, LearnedEstimator):
        raise ValueError(f"expected a trained network; got {network!r}")
    return DifferentiableEstimator(asked.checkpoint)


def smooth_networks() -> tuple[str, ...]:
    """The networks that have a gradient, those too that another page has just saved."""
    return tuple(name for name in available_models() if _has_gradient(name))


@lru_cache
def _has_gradient(network: str) -> bool:
    try:
        smooth(network)
    except ValueError:
        return False
    return True


def points_distribution(state: GradientState) -> Ridge:
    """The distribution of the points with arrows: one column on each side."""
    return Ridge(state.curve, (1.0,), state.noise)


def climb_distribution(state: GradientState) -> Ridge:
    """The distribution of the climb: Y depends on one direction of X, which the seed draws."""
    generator = np.random.default_rng(derive_seed(state.seed, "best direction"))
    weights = generator.normal(size=state.dim)
    return Ridge(state.curve, tuple(np.round(weights, 6).tolist()), state.noise)


def field(state: GradientState) -> Field:
    """The points after the moves of a state, with their arrows."""
    return replace(_field(replace(state.distribution, moves=state.moves)), state=state)


@lru_cache(maxsize=128)
def _field(state: GradientState) -> Field:
    distribution = points_distribution(state)
    before = expected = None
    if state.moves == 0:
        drawn = distribution.sample(state.n_samples, state.seed)
        x, y = (_standardised(side) for side in (drawn.x, drawn.y))
    else:
        sign = 1 if state.moves > 0 else -1
        last = _field(state.with_moves(state.moves - sign))
        longest = np.hypot(last.by_x, last.by_y).max()
        length = sign * STEP / max(longest, 1e-12)
        x, y = last.sample.x + length * last.by_x, last.sample.y + length * last.by_y
        before = last.information
        expected = float(length * (np.square(last.by_x).sum() + np.square(last.by_y).sum()))
    gradient = smooth(state.network).gradient(x, y)
    return Field(
        state=state,
        sample=Sample(x, y),
        by_x=gradient.x,
        by_y=gradient.y,
        information=gradient.information,
        before=before,
        expected=expected,
        truth=float(distribution.mutual_information),
        provenance=distribution.provenance,
    )


def climb(state: GradientState, cancellation: Cancellation) -> Generator[Climb, None, None]:
    """Climb from a random direction; yields what there is after each step."""
    distribution, information = climb_distribution(state), smooth(state.network)
    sample = distribution.sample(state.n_samples, derive_seed(state.seed, "climb"))
    other = distribution.sample(state.n_samples, derive_seed(state.seed, "unseen rows"))
    truth, best = float(distribution.mutual_information), distribution.direction.numpy()
    estimates: list[float] = []
    unseen: list[float] = []
    for step in informative_projection(
        sample.x, sample.y, STEPS, seed=state.seed, estimator=information
    ):
        estimates.append(max(step.information, 0.0))
        unseen.append(information.estimate(other.x @ step.direction, other.y).median)
        yield Climb(
            state=state,
            estimates=tuple(estimates),
            unseen=tuple(unseen),
            direction=step.direction,
            projected=Sample(sample.x @ step.direction, sample.y),
            truth=truth,
            provenance=distribution.provenance,
            best=best,
        )
        if cancellation.is_set():
            return


def _standardised(side: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((side - side.mean(0)) / side.std(0))
