"""Features chosen by their mutual information with a target, in a scikit-learn pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from mist_explore.datasets import load_dataset
from mist_explore.evaluation import information_scores
from mist_explore.explorer.differentiable.settings import TABLES
from mist_explore.preparation import describe, prepare
from mist_explore.seeding import derive_seed

__all__ = ["FOLDS", "Selection", "pipeline", "selection"]

FOLDS = 5

Scores = NDArray[np.float64]
Classes = NDArray[np.str_]
ScoreFunction = Callable[[Scores, Classes], Scores]


@dataclass(frozen=True, eq=False)
class Selection:
    """Accuracy of a classifier by the number of features and the way to choose them.

    Args:
        table: a key of `TABLES`.
        names: of the features.
        scores: the mutual information of each with the target on all rows, in nats.
        accuracy: for each way to choose, the accuracy on held-out rows for each number of
            features from 1, `(features,)`.
        rows: the number of rows without missing values.
    """

    table: str
    names: tuple[str, ...]
    scores: Scores
    accuracy: Mapping[str, Scores]
    rows: int


def pipeline(score: ScoreFunction, kept: int) -> Pipeline:
    """Return a pipeline of standardisation, selection of features and five nearest neighbours."""
    return make_pipeline(StandardScaler(), SelectKBest(score, k=kept), KNeighborsClassifier(5))


@lru_cache
def selection(table: str) -> Selection:
    """Select features of a bundled table inside each fold of a cross-validation."""
    opened, target = load_dataset(table), TABLES[table]
    numbers = [column.name for column in describe(opened) if column.numeric]
    ready = prepare(opened, numbers, [target])
    x, y = ready.sample.x, opened.columns[target][ready.rows].astype(str)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    ways: dict[str, ScoreFunction] = {
        "mutual information": _cached(information_scores),
        "F-test": lambda a, b: np.asarray(f_classif(a, b)[0]),
        "chance": _random_scores,
    }
    accuracy = {
        way: np.array(
            [
                cross_val_score(pipeline(score, kept), x, y, cv=folds).mean()
                for kept in range(1, x.shape[1] + 1)
            ]
        )
        for way, score in ways.items()
    }
    return Selection(table, ready.names_x, information_scores(x, y), accuracy, len(x))


def _random_scores(features: Scores, target: Classes) -> Scores:
    seed = derive_seed(0, "random features", len(target), float(features.sum()))
    return np.asarray(np.random.default_rng(seed).random(features.shape[1]))


def _cached(score: ScoreFunction) -> ScoreFunction:
    """Return the function with a cache: one call for each fold, not for each number of features."""
    known: dict[bytes, Scores] = {}

    def cached(features: Scores, target: Classes) -> Scores:
        key = features.tobytes() + target.tobytes()
        if key not in known:
            known[key] = score(features, target)
        return known[key]

    return cached
