"""Results of the gradient page from a state: seeded, cached, without widgets."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.distributions.ridge import Ridge
from mist_explore.estimators import iter_informative_projection
from mist_explore.explorer.differentiable.selection import FOLDS
from mist_explore.explorer.differentiable.settings import TABLES, GradientState, smooth
from mist_explore.progress import Cancellation
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed

__all__ = [
    "STEP",
    "STEPS",
    "Climb",
    "Field",
    "as_python",
    "climb",
    "climb_distribution",
    "points_distribution",
    "result",
    "start",
]

STEP = 0.15
"""Length in standard deviations of the longest arrow in one move."""

STEPS = 40
"""The number of steps of a climb."""


@dataclass(frozen=True, eq=False)
class Field:
    """A sample and the gradient of the estimate at each of its points; information is in nats.

    Args:
        state: the state of the results.
        sample: the points after their moves, standardised at the start.
        by_x: the derivatives by x, `(n, 1)`.
        by_y: the derivatives by y, `(n, 1)`.
        information: the estimate from soft ranks.
        before: the estimate one move nearer to the start; None at the start.
        expected: the change in the last move to first order; None at the start.
        truth: the mutual information of the distribution of the points.
        provenance: closed form, or numerical with its error.
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
    """Gradient ascent over directions of X after some steps; information is in nats.

    Args:
        state: the state of the results.
        estimates: on the projected sample after each step, from soft ranks.
        unseen: the same on held-out rows of the distribution.
        direction: the last direction, `(dim,)`.
        projected: the projected rows, and Y.
        truth: the mutual information of X and Y, an upper bound for every projection.
        provenance: closed form, or numerical with its error.
        best: the direction that reaches the bound, `(dim,)`.
        at_best: the estimates along it on the rows of the climb, and on the held-out rows.
        sampling_error: the standard error of an efficient estimate on so many rows.
    """

    state: GradientState
    estimates: tuple[float, ...]
    unseen: tuple[float, ...]
    direction: NDArray[np.float64]
    projected: Sample
    truth: float
    provenance: str
    best: NDArray[np.float64]
    at_best: tuple[float, float]
    sampling_error: float

    @property
    def alignment(self) -> float:
        """|cos| of the angle to the best direction."""
        return float(abs(self.direction @ self.best))


def points_distribution(state: GradientState) -> Ridge:
    """Return the distribution of the points with arrows: one column of X and one of Y."""
    return Ridge(state.curve, (1.0,), state.noise)


def climb_distribution(state: GradientState) -> Ridge:
    """Return the distribution of the climb: Y depends on one random direction of X."""
    generator = np.random.default_rng(derive_seed(state.seed, "best direction"))
    weights = generator.normal(size=state.dim)
    return Ridge(state.curve, tuple(np.round(weights, 6).tolist()), state.noise)


def result(state: GradientState) -> Field:
    """Return the points after the moves of a state, with their arrows.

    Raises:
        ValueError: if the network has no gradient.
    """
    return replace(_field(state.distribution.with_(moves=state.moves)), state=state)


@lru_cache(maxsize=128)
def _field(state: GradientState) -> Field:
    distribution = points_distribution(state)
    before = expected = None
    if state.moves == 0:
        sample = distribution.sample(state.n_samples, state.seed)
        x, y = (_standardised(values) for values in (sample.x, sample.y))
    else:
        sign = 1 if state.moves > 0 else -1
        last = _field(state.moved(-sign))
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
    """Climb from a random direction for `STEPS` steps; yield the climb after each."""
    distribution, information = climb_distribution(state), smooth(state.network)
    sample = distribution.sample(state.n_samples, derive_seed(state.seed, "climb"))
    other = distribution.sample(state.n_samples, derive_seed(state.seed, "unseen rows"))
    truth, best = float(distribution.mutual_information), distribution.direction.numpy()
    along, along_other = (
        information.estimate(rows.x @ best, rows.y).median for rows in (sample, other)
    )
    pointwise = distribution.pointwise_mutual_information(
        torch.from_numpy(other.x.copy()), torch.from_numpy(other.y.copy())
    )
    estimates: list[float] = []
    unseen: list[float] = []
    for step in iter_informative_projection(
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
            at_best=(along, along_other),
            sampling_error=float(pointwise.std()) / math.sqrt(state.n_samples),
        )
        if cancellation.is_set():
            return


def start(state: GradientState) -> Climb:
    """Return the climb before its first step."""
    return next(climb(state, Cancellation()))


def as_python(state: GradientState) -> str:
    """Return lines of Python that print the gradient, the climb and the chosen features."""
    points, climbed = points_distribution(state), climb_distribution(state)
    target = TABLES[state.table]
    return (
        "import torch\n"
        "import mist_explore as mx\n"
        "from mist_explore.distributions.ridge import Ridge\n"
        "from mist_explore.estimators import DifferentiableEstimator\n\n"
        f"smooth = DifferentiableEstimator(mx.load({state.network!r}).checkpoint)\n\n"
        "# The gradient of an estimate by the sample\n"
        f"distribution = Ridge({points.curve!r}, {points.weights!r}, {points.noise!r})\n"
        f"sample = distribution.sample({state.n_samples}, seed={state.seed})\n"
        "x, y = (torch.tensor((s - s.mean(0)) / s.std(0), requires_grad=True) "
        "for s in (sample.x, sample.y))\n"
        "information = smooth.mutual_information(x, y)\n"
        "information.backward()\n"
        "print(float(information.detach()), x.grad.norm(), y.grad.norm())\n\n"
        "# The direction of X with the most information on Y\n"
        f"distribution = Ridge({climbed.curve!r}, {climbed.weights!r}, {climbed.noise!r})\n"
        f"seed = {derive_seed(state.seed, 'climb')}\n"
        f"sample = distribution.sample({state.n_samples}, seed)\n"
        f"last = mx.informative_projection(\n"
        f"    sample.x, sample.y, {STEPS}, seed={state.seed}, estimator=smooth)\n"
        "print(last.information, distribution.mutual_information)\n"
        "print(last.direction, distribution.direction)\n\n"
        "# Features in a scikit-learn pipeline\n"
        "from sklearn.feature_selection import SelectKBest\n"
        "from sklearn.model_selection import StratifiedKFold, cross_val_score\n"
        "from sklearn.neighbors import KNeighborsClassifier\n"
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        f"table = mx.load_dataset({state.table!r})\n"
        f"numbers = [name for name in table.numeric_columns if name != {target!r}]\n"
        f"ready = mx.prepare(table, numbers, [{target!r}])\n"
        f"select = SelectKBest(mx.information_scores, k={state.kept})\n"
        "pipeline = make_pipeline(StandardScaler(), select, KNeighborsClassifier(5))\n"
        f"folds = StratifiedKFold({FOLDS}, shuffle=True, random_state=0)\n"
        f"classes = table.columns[{target!r}][ready.rows].astype(str)\n"
        "print(cross_val_score(pipeline, ready.sample.x, classes, cv=folds).mean())\n"
    )


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((values - values.mean(0)) / values.std(0))
