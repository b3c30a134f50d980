"""Scores of features by their mutual information with a target, as scikit-learn takes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.estimators import DEFAULT
from mist_explore.evaluation.pairwise import pairwise_information
from mist_explore.interfaces import Estimator
from mist_explore.preparation import Treatment, TreatmentOptions, sides_as_columns
from mist_explore.sample import MINIMUM_ROWS
from mist_explore.tables import TableLike, as_table

__all__ = ["information_scores"]

Columns = dict[str, NDArray[np.float64]]


def information_scores(
    x: TableLike,
    y: ArrayLike,
    estimator: str | Path | Estimator = DEFAULT,
    **options: Unpack[TreatmentOptions],
) -> NDArray[np.float64]:
    r"""Return \(I(X_j; Y)\) in nats for each feature j by itself, `(n_features,)`.

    It is a `score_func` for `sklearn.feature_selection.SelectKBest`. Features are looked at one by
    one: two copies of one feature both score high, and a feature that only helps beside another
    scores low. Each score is from the rows in which both the feature and the target have a value.

    Args:
        x: the features: a frame, an array or a tensor `(n, n_features)`, or one of them `(n,)`;
            categories and dates as in `prepare`. A constant feature scores 0.
        y: the target: numbers, dates or classes, `(n,)`.
        estimator: a name, see `load`, or an estimator; networks take many features at once.
        **options: `missing`, `categories`, `encoding`, `gap_values` as in `prepare`.

    Raises:
        ValueError: if there are fewer than 4 rows, the sides have different numbers of them, a
            column is free text, or the target never varies.

    Example:
        >>> from mist_explore.estimators import GaussianCopula
        >>> rows = np.linspace(0, 1, 60)
        >>> features = np.column_stack([np.cos(40 * rows), rows + 0.1 * np.cos(40 * rows)])
        >>> information_scores(features, rows, GaussianCopula()).argmax()
        np.int64(1)
    """
    columns, names, targets = _columns(x, y, options)
    (goal,) = targets
    values = columns[goal].reshape(len(columns[goal]), -1)
    if len(values) < MINIMUM_ROWS:
        raise ValueError(f"expected at least {MINIMUM_ROWS} rows; got n_samples = {len(values)}")
    if not (np.nanmax(values, axis=0) > np.nanmin(values, axis=0)).any():
        raise ValueError("expected a target that varies; it is constant")
    pairs = [(name, goal) for name in names]
    found = pairwise_information(columns, estimator=estimator, pairs=pairs).estimates
    return np.array([found[pair].median if pair in found else 0.0 for pair in pairs])


def _columns(
    features: Any, target: Any, options: TreatmentOptions
) -> tuple[Columns, list[str], list[str]]:
    """The features and the target as numbers, gaps as NaN, and their names."""
    raw, names, targets = sides_as_columns(features, target)
    if len(targets) != 1:
        raise ValueError(f"expected one target for each row; got {len(targets)}")
    treatment = Treatment.of(**options)
    if all(_is_plain(column) for column in raw.values()) and treatment == Treatment():
        return {name: np.asarray(raw[name], np.float64) for name in raw}, names, targets
    table = as_table(raw)
    treatment.check(table)
    ready = {}
    for name in raw:
        if name in table.left_out:
            raise ValueError(f"expected numbers in column {name!r}; got {table.left_out[name]}")
        blocks = list(treatment.encode(table, name)[0].values())
        ready[name] = blocks[0] if len(blocks) == 1 else np.column_stack(blocks)
    return ready, names, targets


def _is_plain(column: Any) -> bool:
    """Whether a column is an array of finite numbers."""
    return (
        isinstance(column, np.ndarray)
        and not isinstance(column, np.ma.MaskedArray)
        and column.dtype.kind in "biuf"
        and bool(np.isfinite(column).all())
    )
