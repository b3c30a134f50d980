"""Warnings about an estimate: differences of its sample from the training data, with numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from mist_explore.network import Checkpoint
from mist_explore.network.ensemble import StackedEnsemble
from mist_explore.network.knn import ksg_information
from mist_explore.network.random_order import random_order
from mist_explore.network.reductions import Reduced
from mist_explore.network.scores import distinctness, normal_scores
from mist_explore.sample import TIED_SHARE, Sample, tied_share

__all__ = ["FLAGGED", "Diagnosis", "diagnose"]

FLAGGED = 0.95
"""The out-of-distribution score from which on a sample is flagged: 5 % of the training data are."""

GROWTH = {1: 0.7, 2: 0.8}
"""The share of the growth of a function, of one or more columns, from which on it is flagged."""

PARTS = 4
LEAST_ROWS, MOST_ROWS = 40, 400


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """Inputs of the warnings about an estimate.

    Args:
        checkpoint: the network with its training settings.
        sample: without constant columns.
        reduced: the sample after exact reductions, if the network makes them.
        ood_score: the share of training datasets that lie nearer to the others, if measured.
        quantiles: estimated quantiles in nats at the levels of the network.
    """

    checkpoint: Checkpoint
    sample: Sample
    reduced: Reduced | None
    ood_score: float | None
    quantiles: Sequence[float]


def diagnose(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Return the warnings about an estimate, the most specific first."""
    return (
        *_function(diagnosis),
        *_ranges(diagnosis),
        *_ties(diagnosis),
        *_unseen(diagnosis),
    )


def _ranges(diagnosis: Diagnosis) -> Iterator[str]:
    """Numbers of rows and columns outside those of training."""
    meta, reduced, sample = diagnosis.checkpoint.meta, diagnosis.reduced, diagnosis.sample
    rows, dims = sample.n_samples, (sample.dim_x, sample.dim_y)
    if reduced is not None:
        rows = reduced.n_samples
        of_x, of_y = (
            1 if side.is_categorical else side.columns.shape[1] for side in (reduced.x, reduced.y)
        )
        dims = of_x, of_y
    ranges = (
        ("rows", rows, meta.n_samples),
        ("columns of x", dims[0], meta.dims),
        ("columns of y", dims[1], meta.dims),
    )
    for name, number, (low, high) in ranges:
        if not low <= number <= high:
            yield f"{number} {name}: trained on {low} to {high}"


def _ties(diagnosis: Diagnosis) -> Iterator[str]:
    """Columns whose values repeat, where training had continuous ones alone."""
    if isinstance(diagnosis.checkpoint.network, StackedEnsemble):
        return
    for side, array in (("x", diagnosis.sample.x), ("y", diagnosis.sample.y)):
        share = max(tied_share(column) for column in array.T)
        if share > TIED_SHARE:
            yield (
                f"{share:.0%} of the values of a column of {side} are tied: "
                "trained on continuous columns"
            )


def _unseen(diagnosis: Diagnosis) -> Iterator[str]:
    score = diagnosis.ood_score
    if score is not None and score >= FLAGGED:
        yield (
            f"unlike the training data: {score:.1%} of its datasets lie nearer to the others, "
            "so the interval is made wider"
        )


def _function(diagnosis: Diagnosis) -> Iterator[str]:
    """Dependence that grows with the rows as that of Y = f(X) does.

    From n / 4 to n rows the nearest-neighbour estimate of a function of d columns grows by
    ln(4) / d; of more than two columns, other dependence grows as fast.
    """
    sample = diagnosis.sample
    if diagnosis.reduced is not None:
        sides = (diagnosis.reduced.x, diagnosis.reduced.y)
        if any(side.is_categorical for side in sides):
            return
        columns = [side.columns for side in sides]
    else:
        columns = [sample.x, sample.y]
    n = min(len(columns[0]), MOST_ROWS) // PARTS * PARTS
    if n < LEAST_ROWS:
        return
    as_it_came = (torch.from_numpy(side.T.copy()) for side in (sample.x, sample.y))
    if min(float(distinctness(side).max()) for side in as_it_came) < 1 - TIED_SHARE:
        return  # the entropy of a tied side is a bound, and finite
    z = normal_scores(torch.from_numpy(np.hstack(columns).T.copy()))
    dims = [c.shape[1] for c in columns]
    order = random_order(z.numpy())[:n]
    x, y = (side.numpy() for side in z.split(dims))
    many = ksg_information(x, y, order)
    few = float(np.mean([ksg_information(x, y, part) for part in np.array_split(order, PARTS)]))
    columns_of_function = min(max(dims), 2)
    if many - few >= GROWTH[columns_of_function] * math.log(PARTS) / columns_of_function:
        yield (
            f"as if Y were a function of X, or X of Y: nearest neighbours find {many:.1f} nats in "
            f"{n} rows and {few:.1f} in {n // PARTS}; the mutual information is at least about the "
            "lower end, and may be infinite"
        )
