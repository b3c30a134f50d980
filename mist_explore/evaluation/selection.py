"""Scores of features by their mutual information with a target, as scikit-learn takes them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.evaluation.pairwise import pairwise_information
from mist_explore.interfaces import Estimator

__all__ = ["information_scores"]

TARGET = "target"


def information_scores(
    features: ArrayLike, target: ArrayLike, estimator: Estimator | None = None
) -> NDArray[np.float64]:
    r"""\(I(X_j; Y)\) in nats for each feature j by itself, `(n_features,)`.

    It is a `score_func` for `sklearn.feature_selection.SelectKBest`. Features are looked at one by
    one: two that say the same both score high, and one that only helps beside another scores low.

    Args:
        features: `(n, n_features)`; a constant feature scores 0.
        target: numbers, or classes as text, which become columns of 0 and 1, `(n,)`.
        estimator: what to ask; None for the default network, which takes many features at once.

    Raises:
        ValueError: if the arrays do not fit, hold gaps, or the target never varies.

    Example:
        >>> from mist_explore.estimators import GaussianCopula
        >>> rows = np.linspace(0, 1, 60)
        >>> features = np.column_stack([np.cos(40 * rows), rows + 0.1 * np.cos(40 * rows)])
        >>> information_scores(features, rows, GaussianCopula()).argmax()
        np.int64(1)
    """
    columns = np.asarray(features, np.float64)
    classes = np.asarray(target)
    y = classes.astype(np.float64) if classes.dtype.kind in "biuf" else _indicators(classes)
    if columns.ndim != 2 or classes.shape != columns.shape[:1]:
        raise ValueError(
            "expected features of shape (n, n_features) and one target for each row; "
            f"got shapes {columns.shape} and {classes.shape}"
        )
    if not (np.isfinite(columns).all() and np.isfinite(y).all()):
        raise ValueError("expected finite features and targets; got gaps: fill or remove them")
    if (y == y[0]).all():
        raise ValueError("expected a target that varies; it is constant")
    table: dict[str, NDArray[np.float64]] = {str(j): column for j, column in enumerate(columns.T)}
    pairs = [(name, TARGET) for name in table]
    found = pairwise_information(table | {TARGET: y}, estimator, pairs).estimates
    return np.array([found[pair].median if pair in found else 0.0 for pair in pairs])


def _indicators(classes: NDArray[np.generic]) -> NDArray[np.float64]:
    """A column of 0 and 1 for each class; one where there are two."""
    names, codes = np.unique(classes.astype(str), return_inverse=True)
    if len(names) <= 2:
        return codes.astype(np.float64)
    return (codes[:, None] == np.arange(len(names))).astype(np.float64)
