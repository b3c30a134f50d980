r"""Base estimates between a categorical variable C and numeric columns Z.

- *Ross*: nearest neighbours within the class of a row, counted among all rows (Ross 2014),

  .. math:: \psi(n) + \langle \psi(k) - \psi(n_c) - \psi(m) \rangle,

  with the rule of Gao et al. (2017) where rows of Z coincide;
- *linear discriminants*: \(-\frac12 \ln\det(I - R^{-1} B)\) with the correlations R of the normal
  scores and the covariance B of their class means, without its bias \((k - 1) d / 2n\);
- *Gaussian classes*: \(\frac12 (\ln |R| - \sum_c p_c \ln |R_c|)\), the covariances of classes
  shrunk towards R;
- *grid*: the Miller-Madow estimate between C and the most dependent column in equal-frequency bins.
"""

from __future__ import annotations

import itertools

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.network.counts import neighbour_terms, within
from mist_explore.network.discrete import (
    Codes,
    contingency_table,
    discrete_estimates,
    entropy_with_error,
)
from mist_explore.network.knn import BUDGET, EQUALLY_FAR, KS, MAX_ROWS, MIN_QUERIES
from mist_explore.network.matching import GRIDS, equal_frequency_bins
from mist_explore.network.random_order import Order, random_order
from mist_explore.network.scores import compressed, normal_scores

__all__ = ["MIXED_ESTIMATES", "N_MIXED", "mixed_estimates", "ross_information", "scores_and_order"]

Floats = NDArray[np.float64]

MAX_COLUMNS = 6
"""Columns whose information is computed one by one, at most."""

MIXED_ESTIMATES = (
    *(f"Ross, k = {k}" for k in KS),
    "Ross, half of the rows",
    "Ross, best column",
    "Ross, sum of columns",
    "linear discriminants",
    "Gaussian classes",
    *(f"grid of {m}, best column" for m in GRIDS),
    "entropy of the classes",
)
N_MIXED = 24 + 3 * len(MIXED_ESTIMATES)
"""How many numbers describe a sample."""


def scores_and_order(codes: Codes, columns: Floats) -> tuple[Floats, Order]:
    """Return the normal scores of columns, `(dim, n)`, and the random order of rows with classes.

    Args:
        codes: classes from 0, `(n,)`.
        columns: `(n, dim)`.
    """
    z = normal_scores(torch.from_numpy(columns.T.copy())).numpy()
    frequency = np.bincount(codes)[codes] / len(codes)
    return z, random_order(np.vstack([frequency[None], z]))


def ross_information(codes: Codes, z: Floats, order: Order) -> Floats:
    """Pointwise values of Ross' estimate at each of `KS`, `(queries, len(KS))` in nats.

    Rows that are alone in their class add nothing.

    Args:
        codes: classes from 0, `(n,)`.
        z: columns, `(dim, n)`.
        order: the random order of the rows.

    Example:
        >>> codes = np.repeat([0, 1], 200)
        >>> z = np.random.default_rng(0).normal(size=400) + 20 * codes
        >>> round(float(ross_information(codes, z[None], np.arange(400)).mean(0)[1]), 2)
        0.69
    """
    kept = order[:MAX_ROWS]
    codes, z = codes[kept], z[:, kept]
    return _in_line(codes, z[0]) if len(z) == 1 else _in_space(codes, z)


def _in_line(codes: Codes, z: Floats) -> Floats:
    """Of one column: windows in the sorted classes."""
    n = len(z)
    ordered = np.sort(z)
    values = np.zeros((n, len(KS)))
    by_class = np.lexsort((z, codes))
    bounds = np.flatnonzero(np.diff(codes[by_class], prepend=-1, append=codes.max() + 1))
    for start, stop in itertools.pairwise(bounds):
        size = stop - start
        if size < 2:
            continue
        members = by_class[start:stop]
        v = z[members]
        padded = np.r_[np.full(max(KS), -np.inf), v, np.full(max(KS), np.inf)]
        for column, k in enumerate(KS):
            k = min(k, int(size) - 1)
            at = np.arange(size) + max(KS)
            reach = np.full(size, np.inf)
            for below in range(k + 1):
                left, right = v - padded[at - below], padded[at - below + k] - v
                np.minimum(reach, np.maximum(left, right), out=reach)
            values[members, column] = _terms(v, v, ordered, reach, k, n, int(size))
    return values


def _terms(
    v: Floats, own: Floats, ordered: Floats, reach: Floats, k: int, n: int, size: int
) -> Floats:
    tied = reach <= EQUALLY_FAR
    radius = np.where(tied, EQUALLY_FAR, reach * (1 - 1e-9))
    among_all = within(ordered, v, radius)
    # The row itself is counted among all, and among those that coincide with it.
    near = np.where(tied, within(own, v, radius), k)
    return neighbour_terms(near, n, size, among_all)


def _in_space(codes: Codes, z: Floats) -> Floats:
    """Of several columns: all distances from random rows."""
    n = len(codes)
    queries = min(n, max(MIN_QUERIES, BUDGET // n))
    sizes = np.bincount(codes)[codes]
    z32 = np.ascontiguousarray(z, dtype=np.float32)
    values = np.zeros((queries, len(KS)))
    chunk = max(1, 2**18 // n)
    for start in range(0, queries, chunk):
        stop = min(start + chunk, queries)
        apart = np.zeros((stop - start, n), dtype=np.float32)
        for column in z32:
            np.maximum(apart, np.abs(column[start:stop, None] - column), out=apart)
        same = np.where(codes[start:stop, None] == codes, apart, np.float32(np.inf))
        copies = (same <= EQUALLY_FAR).sum(1)
        most = min(max(KS), n - 1)
        same.partition(most, 1)
        nearest = np.sort(same[:, : most + 1], 1)
        size = sizes[start:stop]
        for column, wanted in enumerate(KS):
            k = np.minimum(wanted, np.maximum(size - 1, 1))
            reach = np.take_along_axis(nearest, k[:, None], 1)[:, 0] - EQUALLY_FAR
            tied = reach <= 0
            among_all = (apart < np.where(tied, EQUALLY_FAR, reach)[:, None]).sum(1).clip(1)
            near = np.where(tied, copies, k)
            term = neighbour_terms(near, n, size, among_all)
            values[start:stop, column] = np.where(size > 1, term, 0.0)
    return values


def mixed_estimates(codes: Codes, z: Floats, order: Order) -> tuple[Floats, Floats, float]:
    """Base estimates, numbers about the sample, and the unit of the error.

    Args:
        codes: classes from 0, `(n,)`.
        z: normal scores of the columns, `(dim, n)`.
        order: the random order of the rows.

    Returns:
        The estimates in the order of `MIXED_ESTIMATES` in nats, the numbers, and the natural
        scale of the estimation error in nats.
    """
    dim, n = z.shape
    counts = np.bincount(codes).astype(float)
    k = len(counts)
    entropy, entropy_error = entropy_with_error(counts)
    pointwise = ross_information(codes, z, order)
    ross = pointwise.mean(0)
    half = order[: max(n // 2, 4)]
    of_half = ross_information(
        np.unique(codes[half], return_inverse=True)[1].reshape(-1), z[:, half], np.arange(len(half))
    ).mean(0)[1]
    between, linear = _discriminants(codes, counts, z)
    best, total, grids, scores = _columns(codes, z, between, order)
    classes = _gaussian_classes(codes, counts, z)
    estimates = np.array([*ross, of_half, best, total, linear, classes, *grids, entropy]).clip(0)
    spread = float(pointwise[:, 1].std())
    unit = float(spread / n**0.5 + 0.5 * (k - 1 + dim) / n + 0.02 / n**0.5)
    p = counts / n
    numbers = [
        np.log(n) / 3,
        np.log(k) / 2,
        np.log(dim) / 2,
        np.log(n / k) / 3,
        np.log(counts.min()) / 3,
        float(p.max()),
        float(p.min()),
        entropy,
        entropy_error,
        entropy / np.log(max(k, 2)),
        (counts == 1).sum() / n,
        (counts < 6).sum() / k,
        float((counts[counts < 6]).sum() / n),
        spread,
        np.log(unit),
        *_tie_shares(z),
        *scores,
        *compressed(np.array([*ross, of_half, best, total, linear, classes, *grids])),
        *((estimates - estimates[1]) / unit).clip(-20, 20),
        *(estimates / max(entropy, 1e-3)).clip(0, 3),
        float((ross[1] - of_half) / unit),
    ]
    return estimates, np.array(numbers, dtype=float), unit


def _tie_shares(z: Floats) -> list[float]:
    """The shares of distinct values and of the commonest value: mean and largest over columns."""
    distinct, common = [], []
    for column in z:
        counts = np.unique(column, return_counts=True)[1]
        distinct.append(len(counts) / len(column))
        common.append(counts.max() / len(column))
    return [float(np.mean(distinct)), min(distinct), float(np.mean(common)), max(common)]


def _discriminants(codes: Codes, counts: Floats, z: Floats) -> tuple[Floats, float]:
    """The share of the variance of each column between the classes, `(dim,)`, and linear MI."""
    dim, n = z.shape
    sums = np.stack([np.bincount(codes, column, len(counts)) for column in z], 1)  # (k, dim)
    means = sums / counts[:, None]
    between = (means * counts[:, None]).T @ means / n
    # Classes of few rows vary by chance: by (k - 1) / n of the variance within.
    chance = (len(counts) - 1) / n
    shrink = dim / (n + dim)
    r = (1 - shrink) * (z @ z.T / n) + shrink * np.eye(dim)
    root = np.linalg.cholesky(r)
    whitened = np.linalg.solve(root, np.linalg.solve(root, between).T)
    share = np.linalg.eigvalsh(whitened).clip(0, 1 - 1e-6)
    debiased = ((share - chance) / (1 - chance)).clip(0, 1 - 1e-6)
    return np.diag(between), float(-0.5 * np.log1p(-debiased).sum())


def _gaussian_classes(codes: Codes, counts: Floats, z: Floats) -> float:
    dim, n = z.shape
    pooled = z @ z.T / n + 1e-6 * np.eye(dim)
    information = 0.5 * np.linalg.slogdet(pooled)[1]
    within = np.zeros((dim, dim))
    parts = []
    for c, size in enumerate(counts):
        part = z[:, codes == c]
        part = part - part.mean(1, keepdims=True)
        moment = part @ part.T
        within += moment / n
        parts.append((size, moment))
    within += 1e-6 * np.eye(dim)
    for size, moment in parts:
        weight = (dim + 2) / (size + dim + 2)
        covariance = (1 - weight) * moment / size + weight * within
        information -= 0.5 * size / n * np.linalg.slogdet(covariance)[1]
    return float(information)


def _columns(
    codes: Codes, z: Floats, between: Floats, order: Order
) -> tuple[float, float, list[float], list[float]]:
    """Ross of the best column, the sum over columns, grids of the best one, and their scores."""
    dim, n = z.shape
    score = np.full(dim, -np.inf)
    k = int(codes.max()) + 1
    ranks = np.stack([np.searchsorted(np.sort(c), c, "left") for c in z])
    last = np.stack([np.searchsorted(np.sort(c), c, "right") for c in z])
    share = (ranks + last) / (2 * n)
    for j in range(dim):
        for m in GRIDS[:2]:
            table = contingency_table(codes, equal_frequency_bins(share[j], m))
            chi2, dof = table.chi_squared, max((k - 1) * (m - 1), 1)
            score[j] = max(score[j], (chi2 - dof) / (2 * dof) ** 0.5)
    ranked = np.argsort(-score - 1e-6 * between, kind="stable")[:MAX_COLUMNS]
    values = [float(ross_information(codes, z[[j]], order)[:, 1].mean()) for j in ranked]
    best = int(ranked[0])
    grids = []
    for m in GRIDS:
        bins = equal_frequency_bins(share[best], m)
        dense = np.unique(bins, return_inverse=True)[1].reshape(-1)
        grids.append(
            float(discrete_estimates(contingency_table(codes, dense))[0][1])
            if dense.max() > 0
            else 0.0
        )
    scores = [
        float(np.log1p(max(score.max(), 0.0))),
        float(np.log1p(score.clip(0).mean())),
        float(np.log1p((score > 3.5).sum())),
        float(between.max()),
        float(between.mean()),
    ]
    return max(values), float(np.sum(values)), grids, scores
