"""Results of the gradient page: arrows, a climb, and features; seeded, without widgets."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from tempfile import TemporaryDirectory

import numpy as np
import torch
from joblib import Memory
from numpy.typing import NDArray
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.model_selection import StratifiedKFold, validation_curve
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mist_explore.datasets import load_dataset
from mist_explore.distributions.ridge import Ridge
from mist_explore.estimators import iter_informative_projection
from mist_explore.evaluation import information_scores
from mist_explore.explorer.differentiable.settings import TABLES, GradientState, smooth
from mist_explore.preparation import describe, prepare
from mist_explore.progress import Cancellation
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed

__all__ = [
    "STEP",
    "STEPS",
    "Climb",
    "Field",
    "Selection",
    "as_python",
    "climb",
    "climb_distribution",
    "result",
    "selection",
    "start",
]

STEP = 0.15
"""Length in standard deviations of the longest arrow in one move."""

STEPS = 40
"""The number of steps of a climb."""

FOLDS = 5  # of the cross-validation of features

Floats = NDArray[np.float64]
Classes = NDArray[np.str_]


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
    by_x: Floats
    by_y: Floats
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
        sampling_error: the standard error of an efficient estimate on the same number of rows.
    """

    state: GradientState
    estimates: tuple[float, ...]
    unseen: tuple[float, ...]
    direction: Floats
    projected: Sample
    truth: float
    provenance: str
    best: Floats
    at_best: tuple[float, float]
    sampling_error: float

    @property
    def alignment(self) -> float:
        """|cos| of the angle to the best direction."""
        return float(abs(self.direction @ self.best))


@dataclass(frozen=True, eq=False)
class Selection:
    """Accuracy of a classifier by the number of features and the way to choose them.

    Args:
        names: of the features.
        scores: the mutual information of each with the target on all rows, in nats.
        accuracy: on held-out rows by the number of features, `(features,)`, for each way.
    """

    names: tuple[str, ...]
    scores: Floats
    accuracy: Mapping[str, Floats]


def _points_distribution(state: GradientState) -> Ridge:
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
    distribution = _points_distribution(state)
    before = expected = None
    if state.moves == 0:
        sample = distribution.sample(state.n_samples, state.seed)
        x, y = ((side - side.mean(0)) / side.std(0) for side in (sample.x, sample.y))
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


@lru_cache
def selection(table: str) -> Selection:
    """Select features of a bundled table inside each fold of a cross-validation."""
    opened, target = load_dataset(table), TABLES[table]
    numbers = [column.name for column in describe(opened) if column.numeric]
    ready = prepare(opened, numbers, [target])
    x, y = ready.sample.x, opened.columns[target][ready.rows].astype(str)
    ways: dict[str, Callable[[Floats, Classes], Floats]] = {
        "mutual information": information_scores,
        "F-test": lambda a, b: np.asarray(f_classif(a, b)[0]),
        "chance": _random_scores,
    }
    accuracy = {way: _accuracy(score, x, y) for way, score in ways.items()}
    return Selection(ready.names_x, information_scores(x, y), accuracy)


def as_python(state: GradientState) -> str:
    """Return lines of Python that print the gradient, the climb and the chosen features."""
    points, climbed = _points_distribution(state), climb_distribution(state)
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


def _accuracy(score: Callable[[Floats, Classes], Floats], x: Floats, y: Classes) -> Floats:
    """Return the mean accuracy of five nearest neighbours for each number of features, `(d,)`."""
    with TemporaryDirectory() as folder:  # the features of a fold are scored once
        select = SelectKBest(Memory(folder, verbose=0).cache(score))
        pipeline = make_pipeline(StandardScaler(), select, KNeighborsClassifier(5))
        _, accuracy = validation_curve(
            pipeline,
            x,
            y,
            param_name="selectkbest__k",
            param_range=range(1, x.shape[1] + 1),
            cv=StratifiedKFold(FOLDS, shuffle=True, random_state=0),
        )
    return np.asarray(accuracy.mean(1))


def _random_scores(features: Floats, target: Classes) -> Floats:
    seed = derive_seed(0, "random features", len(target), float(features.sum()))
    return np.asarray(np.random.default_rng(seed).random(features.shape[1]))
