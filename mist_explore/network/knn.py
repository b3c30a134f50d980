r"""Nearest-neighbour statistics: dependence of any shape, without a model.

The estimator of Kraskov, Stögbauer & Grassberger (2004, equation 8) in the maximum norm,

.. math:: \psi(k) + \psi(n) - \langle \psi(n_x + 1) + \psi(n_y + 1) \rangle,

against all rows, up to `MAX_ROWS`; above, against a random part of them. The mean is over all rows
where a tree counts (a pair of columns), and over as many random rows as `BUDGET` distances allow
elsewhere, so that the cost is linear in n. Where rows coincide, k and the counts are those of the
coinciding rows (Gao et al. 2017). Random parts are the first rows of a random order
(`random_order`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import digamma
from torch import Tensor

from mist_explore.network.counts import neighbour_terms, within
from mist_explore.network.random_order import Order

__all__ = [
    "KS",
    "MAX_ROWS",
    "N_NEIGHBOUR",
    "N_PAIR",
    "USUAL_K",
    "ksg_information",
    "neighbour_information",
    "pair_information",
]

Floats = NDArray[np.float64]

KS = (1, 3, 10)
"""The numbers of neighbours."""

USUAL_K = KS.index(3)
"""Which number of neighbours is taken where one must be."""

N_NEIGHBOUR = len(KS) + 3
"""KSG at each k, at half and a quarter of the rows, and the spread of the pointwise values."""

N_PAIR = len(KS) + 2
"""KSG of a pair at each k, the correction for local non-uniformity, the spread."""

MAX_ROWS = 20_000
BUDGET = 2**20
CACHED = 2**19
"""Distances that are computed at a time."""

MIN_QUERIES = 256
EQUALLY_FAR = 1e-5
"""Distances of normal scores that differ by less are equal but for rounding."""

EQUAL = 1e-7
"""Values of a column in double precision that differ by less are equal."""

CLUMP = 64
"""Rows that coincide up to this often are found by a tree."""

NON_UNIFORM_K = 7


@dataclass(frozen=True)
class _Rows:
    """The distances from some rows, the queries, to the first `n` rows of the random order."""

    n: int
    queries: int

    @classmethod
    def of(cls, n: int) -> _Rows:
        n = min(n, MAX_ROWS)
        return cls(n, min(n, max(MIN_QUERIES, BUDGET // n)))


def neighbour_information(a: Floats, b: Floats, order: Order) -> Floats:
    """Nearest-neighbour statistics between two sets of columns, `(N_NEIGHBOUR,)` in nats.

    Args:
        a: `(dim_a, n)`.
        b: `(dim_b, n)`.
        order: the random order of the rows.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(2, 400))
        >>> values = neighbour_information(z[:1], z[1:], np.arange(400))
        >>> values.shape, bool(np.abs(values[:4]).max() < 0.2)
        ((6,), True)
    """
    sides, rows = _ordered(a, b, order)
    values, halves, quarters = _all_pointwise(sides, rows, KS, parts=True)
    spread = values[:, USUAL_K].std(unbiased=False)
    return np.array([*values.mean(0), halves.mean(), quarters.mean(), spread], dtype=float)


def ksg_information(a: Floats, b: Floats, order: Order) -> float:
    """Return the value of `neighbour_information` at the usual k alone."""
    return float(_all_pointwise(*_ordered(a, b, order), (KS[USUAL_K],))[0].mean())


def _ordered(a: Floats, b: Floats, order: Order) -> tuple[list[Tensor], _Rows]:
    """The first rows of both sides in the random order, in single precision."""
    rows = _Rows.of(len(order))
    sides = (np.ascontiguousarray(s[:, order[: rows.n]], dtype=np.float32) for s in (a, b))
    return [torch.from_numpy(side) for side in sides], rows


def _all_pointwise(
    sides: list[Tensor], rows: _Rows, ks: tuple[int, ...], *, parts: bool = False
) -> list[Tensor]:
    """Pointwise values at each k, then those at k = 3 against half and a quarter of the rows."""
    chunk = max(1, min(rows.queries, CACHED // rows.n))
    memory = torch.empty(3, chunk, rows.n)
    sizes = (max(rows.n // 2, 2), max(rows.n // 4, 2)) if parts else ()
    found: list[list[Tensor]] = [[] for _ in range(1 + len(sizes))]
    for start in range(0, rows.queries, chunk):
        stop = min(start + chunk, rows.queries)
        near_a, near_b, spare = memory[:, : stop - start]
        for side, near in zip(sides, (near_a, near_b), strict=True):
            _distances(side, start, stop, near, spare)
        found[0].append(_pointwise(near_a, near_b, spare, ks))
        for size, values in zip(sizes, found[1:], strict=True):
            inside = min(stop, size) - start
            if inside > 0:
                part_a = near_a[:inside, :size].contiguous()
                part_b = near_b[:inside, :size].contiguous()
                values.append(_pointwise(part_a, part_b, torch.empty(inside, size), (3,)))
    return [torch.cat(values) for values in found]


def _distances(side: Tensor, start: int, stop: int, out: Tensor, spare: Tensor) -> None:
    """Write the largest difference in a column from rows start:stop to all rows into `out`."""
    for i, column in enumerate(side):
        target = spare if i else out
        torch.sub(column[start:stop, None], column[None], out=target).abs_()
        if i:
            torch.maximum(out, target, out=out)


def _pointwise(near_a: Tensor, near_b: Tensor, spare: Tensor, ks: tuple[int, ...]) -> Tensor:
    """The values whose mean is the estimate, `(queries, len(ks))`, float64."""
    n = near_a.shape[1]
    ks = tuple(min(k, n - 1) for k in ks)
    joint = torch.maximum(near_a, near_b, out=spare).numpy()
    joint.partition(max(ks), 1)
    nearest = torch.from_numpy(np.sort(joint[:, : max(ks) + 1], 1))
    copies = None
    if bool((nearest[:, 1] <= EQUALLY_FAR).any()):
        together = torch.maximum(near_a, near_b)
        copies = _count(together, torch.full_like(nearest[:, 0], EQUALLY_FAR), spare)
    psi = torch.from_numpy(_digammas(n))
    values = []
    for k in ks:
        # Rounding must not decide whether a row that is equally far is counted.
        reach = nearest[:, k] - EQUALLY_FAR
        psi_k = psi[k - 1]
        if copies is not None:
            equal = reach <= 0
            reach = torch.where(equal, EQUALLY_FAR, reach)
            psi_k = torch.where(equal, psi[copies - 1], psi_k)
        # The row itself is counted, which makes n_x + 1 out of n_x.
        count_a, count_b = (_count(near, reach, spare) for near in (near_a, near_b))
        values.append(psi[n - 1] + psi_k - psi[count_a - 1] - psi[count_b - 1])
    return torch.stack(values, 1)


@lru_cache(maxsize=16)
def _digammas(n: int) -> Floats:
    """Those of 1 to n."""
    return np.asarray(digamma(np.arange(1, n + 1)))


def _count(near: Tensor, reach: Tensor, spare: Tensor) -> Tensor:
    """How many rows are nearer than `reach`, `(queries,)`, themselves included."""
    nearer = torch.lt(near, reach[:, None], out=spare)
    return (nearer @ nearer.new_ones(nearer.shape[1])).long().clamp(min=1)


def pair_information(
    a: Floats, b: Floats, order: Order, queries: int, *, threshold: float = 1.0
) -> Floats:
    """Nearest-neighbour statistics between two columns, `(N_PAIR,)` in nats.

    The correction for local non-uniformity is that of Gao, Ver Steeg & Galstyan (2015) with the
    principal axes of the 7 nearest rows.

    Args:
        a: `(n,)`.
        b: `(n,)`.
        order: the random order of the rows.
        queries: the number of rows to average over, at most.
        threshold: the ratio of volumes below which a row is corrected; at 1 chance alone gives a
            correction of about 0.08 nats.
    """
    kept = order[:MAX_ROWS]
    a, b = a[kept], b[kept]
    n, queries = len(a), min(queries, len(a))
    sorted_a, sorted_b = np.sort(a), np.sort(b)
    rows = np.stack([a, b], 1)
    copies = np.ones(n, dtype=np.int64)
    if min(np.diff(sorted_a).min(), np.diff(sorted_b).min()) <= EQUAL:
        steps = np.rint(rows / EQUAL).astype(np.int64)
        points = (steps[:, 0] << 32) + steps[:, 1]  # normal scores: a step needs 28 bits
        _, which, counts = np.unique(points, return_inverse=True, return_counts=True)
        copies = counts[which]
        if copies.max() > CLUMP:  # a tree is slow where many rows are one point
            sides = [torch.from_numpy(s[None].astype(np.float32)) for s in (a, b)]
            values = _all_pointwise(sides, _Rows.of(n), KS)[0].numpy()
            return np.array([*values.mean(0), 0.0, values[:, 1].std()])
    ks = np.minimum(KS, n - 1)
    asked = np.argsort(a[:queries])  # rows that are neighbours are neighbours in memory
    asked_a, asked_b = rows[asked].T
    found = cKDTree(rows).query(rows[asked], ks.max() + 1, p=np.inf)
    apart, neighbour = np.asarray(found[0]).T, np.asarray(found[1]).T  # (k, queries)
    tied = apart[ks] <= EQUAL
    reach = np.where(tied, EQUAL, apart[ks] * (1 - 1e-9))
    near = np.where(tied, copies[asked], ks[:, None])
    counts = within(sorted_a, asked_a, reach), within(sorted_b, asked_b, reach)
    values = neighbour_terms(near, n, *counts)
    around = neighbour[1 : min(NON_UNIFORM_K, n - 1) + 1]
    correction = _non_uniformity(a[around] - asked_a, b[around] - asked_b, threshold)
    return np.array([*values.mean(1), correction, values[USUAL_K].std()])


def _non_uniformity(a: Floats, b: Floats, threshold: float) -> float:
    """The mean log ratio of the box of neighbours to their box along main axes.

    Args:
        a: the neighbours of each row, from the row, in one column, `(k, queries)`.
        b: in the other one.
        threshold: as in `pair_information`.
    """
    box = np.abs(a).max(0) * np.abs(b).max(0)
    angle = 0.5 * np.arctan2(2 * (a * b).sum(0), (a * a).sum(0) - (b * b).sum(0))
    cos, sin = np.cos(angle), np.sin(angle)
    along, across = np.abs(a * cos + b * sin).max(0), np.abs(b * cos - a * sin).max(0)
    ratio = np.log(np.maximum(along * across, 1e-12) / np.maximum(box, 1e-12))
    correction = np.minimum(ratio, 0)
    return float(-np.where(correction > np.log(threshold), 0.0, correction).mean())
