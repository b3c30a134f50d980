"""What makes a sample unlike the training data of a network, in words with the number."""

from __future__ import annotations

import math

import numpy as np
import torch

from mist_explore.network import Checkpoint
from mist_explore.network.neighbours import TRUSTED, neighbour_information, value_order
from mist_explore.network.scores import distinctness, normal_scores
from mist_explore.sample import TIED_SHARE, Sample, tied_share

__all__ = ["UNLIKE", "WIDER", "doubts"]

UNLIKE = 0.95
"""The share of training datasets that lie nearer to the others than a flagged sample does."""

WIDER = 1.5
"""How many times as wide the interval of a flagged sample is made: with it, 90 % intervals of
flagged datasets of kinds that were left out of training hold nine truths in ten
(`benchmarks/leave_one_out.py`)."""

_GROWTH, _PARTS = 0.7, 4
_LEAST, _MOST = 40, 256


def doubts(checkpoint: Checkpoint, sample: Sample, unlike: float | None) -> tuple[str, ...]:
    """Reasons to trust an estimate less.

    Args:
        checkpoint: the network and what it was trained on.
        sample: without constant columns.
        unlike: the share of training datasets that lie nearer to the others, if it was measured.
    """
    found = [*_ranges(checkpoint, sample), *_ties(checkpoint, sample)]
    if unlike is not None and unlike >= UNLIKE:
        found.append(
            f"unlike the training data: {unlike:.1%} of its datasets lie nearer to the others; "
            f"the interval is made {WIDER:g} times as wide"
        )
    return (*found, *_function(sample))


def _ranges(checkpoint: Checkpoint, sample: Sample) -> list[str]:
    """Numbers of rows and columns that training never had."""
    ranges = (
        ("rows", sample.n_samples, checkpoint.meta.n_samples),
        ("columns of x", sample.dim_x, checkpoint.meta.dims),
        ("columns of y", sample.dim_y, checkpoint.meta.dims),
    )
    return [
        f"{number} {what}: trained on {low} to {high}"
        for what, number, (low, high) in ranges
        if not low <= number <= high
    ]


def _ties(checkpoint: Checkpoint, sample: Sample) -> list[str]:
    """Columns whose values repeat, where the network learned from continuous ones alone."""
    if checkpoint.network.config.judges:
        return []
    found = []
    for side, array in (("x", sample.x), ("y", sample.y)):
        share = max(tied_share(column) for column in array.T)
        if share > TIED_SHARE:
            found.append(
                f"{share:.0%} of the values of a column of {side} are tied: "
                "trained on continuous columns"
            )
    return found


def _function(sample: Sample) -> list[str]:
    """Dependence that grows with the rows as that of Y = f(X) does: by ln 4 from n / 4 to n."""
    n = min(sample.n_samples, _MOST) // _PARTS * _PARTS
    if n < _LEAST:
        return []
    dims = [sample.dim_x, sample.dim_y]
    columns = torch.from_numpy(np.hstack([sample.x, sample.y]).T.copy())
    tied = min(float(side.max()) for side in distinctness(columns).split(dims)) < 1 - TIED_SHARE
    if tied:  # the entropy of a tied side is a bound, and finite
        return []
    z_x, z_y = normal_scores(columns)[None].split(dims, 1)
    order = value_order(z_x, z_y)[0, :n]
    x, y = z_x[..., order], z_y[..., order]
    parts = (torch.cat(side.chunk(_PARTS, -1)) for side in (x, y))
    few, many = (float(neighbour_information(*s)[:, TRUSTED].mean()) for s in (parts, (x, y)))
    if many - few < _GROWTH * math.log(_PARTS):
        return []
    return [
        f"as if Y were a function of X: nearest neighbours find {many:.1f} nats in {n} rows and "
        f"{few:.1f} in {n // _PARTS}; the mutual information may be infinite"
    ]
