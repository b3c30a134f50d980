"""Features chosen by their mutual information with a target, in a scikit-learn pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from mist_explore.datasets import load_dataset
from mist_explore.evaluation import information_scores
from mist_explore.explorer.differentiable.settings import TABLES
from mist_explore.preparation import describe, prepare
from mist_explore.seeding import derive_seed

__all__ = ["FOLDS", "Selection", "selection"]

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


@lru_cache
def selection(table: str) -> Selection:
    """Select features of a bundled table inside each fold of a cross-validation."""
    opened, target = load_dataset(table), TABLES[table]
    numbers = [column.name for column in describe(opened) if column.numeric]
    ready = prepare(opened, numbers, [target])
    x, y = ready.sample.x, opened.columns[target][ready.rows].astype(str)
    ways: dict[str, ScoreFunction] = {
        "mutual information": information_scores,
        "F-test": lambda a, b: np.asarray(f_classif(a, b)[0]),
        "chance": _random_scores,
    }
    accuracy = {way: _accuracy(score, x, y) for way, score in ways.items()}
    return Selection(table, ready.names_x, information_scores(x, y), accuracy, len(x))


def _accuracy(score: ScoreFunction, x: Scores, y: Classes) -> Scores:
    """Return the mean accuracy of five nearest neighbours for each number of features, `(d,)`.

    As a pipeline of standardisation, selection and classifier in a cross-validation for each
    number, with the features of a fold scored once.
    """
    right: list[list[float]] = []
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, y):
        scaler = StandardScaler().fit(x[train])
        known, unseen = scaler.transform(x[train]), scaler.transform(x[test])
        chosen = SelectKBest(score, k="all").fit(known, y[train])
        right.append([])
        for kept in range(1, x.shape[1] + 1):
            best = chosen.set_params(k=kept).get_support()
            classifier = KNeighborsClassifier(5).fit(known[:, best], y[train])
            right[-1].append(classifier.score(unseen[:, best], y[test]))
    return np.mean(right, axis=0)


def _random_scores(features: Scores, target: Classes) -> Scores:
    seed = derive_seed(0, "random features", len(target), float(features.sum()))
    return np.asarray(np.random.default_rng(seed).random(features.shape[1]))
