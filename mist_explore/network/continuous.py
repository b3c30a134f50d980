r"""Base estimates between numeric columns, and statistics that show which of them to weigh most.

Each base estimate is an estimate of the whole in nats: Gaussian copulas at several shrinkages,
nearest neighbours on all columns and on leading linear and nonlinear variates, sums over matched
pairs of columns (`matching`) and over canonical pairs, grids and Chatterjee's coefficient. How an
estimate moves with the number of rows (all, half, a quarter) shows its bias.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from mist_explore.network.canonical import N_CLOSED_FORMS, SHRINKAGES, Canonical, wishart_bias
from mist_explore.network.knn import (
    KS,
    MAX_ROWS,
    N_NEIGHBOUR,
    N_PAIR,
    USUAL_K,
    neighbour_information,
    pair_information,
)
from mist_explore.network.matching import GRIDS, N_MATCHED, matching
from mist_explore.network.nonlinear import LEADING, N_NONLINEAR, nonlinear_analysis
from mist_explore.network.random_order import Order
from mist_explore.network.scores import compressed, distinctness

__all__ = ["CONTINUOUS_ESTIMATES", "N_CONTINUOUS", "continuous_estimates"]

Floats = NDArray[np.float64]

SETS = (
    "all columns",
    "leading canonical variates",
    "leading nonlinear variates",
    "all canonical variates",
)
MATCHED = 6
"""Matched pairs whose nearest neighbours are computed, at most."""

CANONICAL_PAIRS = 3
CORRELATED = 4
"""Canonical pairs count from this many nats of information over n on: beyond chance."""

PREDICTED_ROWS = 500
N_PREDICTED = 8
N_SIZES = 6
N_TIES = 6

CONTINUOUS_ESTIMATES = (
    *(f"Gaussian copula, shrinkage {s:g}" for s in SHRINKAGES),
    "Gaussian copula, adaptive shrinkage",
    "Gaussian copula",
    *(f"KSG, {name}" for name in SETS),
    "KSG, all columns, k = 1",
    "KSG, all columns, extrapolated in n",
    "KSG, dependent pairs, k = 1",
    "KSG, dependent pairs",
    "LNC, dependent pairs",
    "KSG, canonical pairs",
    "KSG, first nonlinear pair",
    *(f"grid of {m}, dependent pairs" for m in GRIDS),
    "xi, dependent pairs",
)

N_CONTINUOUS = (
    len(SETS) * N_NEIGHBOUR + 4 * N_PAIR + N_MATCHED + N_NONLINEAR + N_PREDICTED + N_SIZES + N_TIES
)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Nearest-neighbour statistics of pairs of columns, `(pairs, N_PAIR)`."""

    matched: Floats
    canonical: Floats
    nonlinear: Floats


def continuous_estimates(
    z: torch.Tensor, dim_x: int, canonical: Canonical, order: Order
) -> tuple[Floats, Floats]:
    """Base estimates and statistics of one sample.

    Args:
        z: normal scores of the columns of X and then of Y, `(dim, n)`, float64.
        dim_x: how many of them belong to X.
        canonical: their canonical analysis, as a batch of one.
        order: the random order of the rows.

    Returns:
        The estimates in the order of `CONTINUOUS_ESTIMATES` in nats and `N_CONTINUOUS` numbers.
    """
    dim, n = z.shape
    bent, bent_u, bent_v = nonlinear_analysis(z[None, :dim_x], z[None, dim_x:])
    columns = z.numpy()
    u, v = canonical.u[0].numpy(), canonical.v[0].numpy()
    nonlinear = bent_u[0].numpy(), bent_v[0].numpy()
    everything = neighbour_information(columns[:dim_x], columns[dim_x:], order)
    bends = neighbour_information(*nonlinear, order)
    if dim == 2:  # the variates are the columns, up to their signs
        sets = np.stack([everything, everything, bends, everything])
    else:
        leading = neighbour_information(u[:LEADING], v[:LEADING], order)
        whole = neighbour_information(u, v, order) if len(u) > LEADING else leading
        sets = np.stack([everything, leading, bends, whole])
    matches = matching(torch.special.ndtr(z).numpy(), dim_x, order)
    n_dependent = int(matches.significant.sum())
    close = matches.pairs[: max(1, min(n_dependent, MATCHED))]
    correlated = canonical.pairs[0, -1].numpy() > CORRELATED / n
    n_canonical = max(1, int(correlated[:CANONICAL_PAIRS].sum()))
    pairs = _pairs(columns, dim_x, close, (u[:n_canonical], v[:n_canonical]), nonlinear, order)
    form = canonical.pairs[0, -1]
    beyond = float(form[LEADING:].sum())
    exact = _unshrunk(canonical, z, dim_x)
    dependent = pairs.matched.sum(0)
    rest = float(form[n_canonical:].sum())
    counted = sets[:, USUAL_K].copy()
    counted[1] += beyond
    estimates = np.array(
        [
            *canonical.closed_forms[0].tolist(),
            exact,
            *counted,
            sets[0, 0],
            2 * sets[0, USUAL_K] - sets[0, len(KS)],
            dependent[0],
            dependent[USUAL_K],
            dependent[USUAL_K] + dependent[len(KS)],
            pairs.canonical[:, USUAL_K].sum() + rest,
            pairs.nonlinear[0, USUAL_K],
            *matches.grid_sums,
            matches.xi_sum,
        ]
    ).clip(0)
    numbers = [
        *compressed(sets.ravel()),
        *compressed(pairs.matched.max(0)),
        *compressed(dependent),
        *compressed(pairs.canonical.sum(0)),
        *compressed(pairs.nonlinear[0]),
        *matches.numbers,
        *compressed(bent[0].numpy()),
        *_predicted(columns, dim_x, order),
        *compressed(np.array([beyond, exact])),
        math.log1p(n_dependent),
        math.log(len(matches.pairs)),
        math.log(min(n, MAX_ROWS)) / 3,
        float(sets[0, USUAL_K] - sets[0, len(KS) + 1]),
        *_ties(z, dim_x),
    ]
    return estimates, np.array(numbers, dtype=float)


def _pairs(
    columns: Floats,
    dim_x: int,
    close: NDArray[np.int64],
    variates: tuple[Floats, Floats],
    nonlinear: tuple[Floats, Floats],
    order: Order,
) -> _Pairs:
    n = columns.shape[1]
    queries = max(2_000, min(n, MAX_ROWS) // (len(close) + len(variates[0])))
    matched = np.stack(
        [pair_information(columns[i], columns[dim_x + j], order, queries) for i, j in close]
    )
    if len(columns) == 2:  # both are the pair of columns itself
        canonical = matched
    else:
        canonical = np.stack(
            [
                pair_information(a, b, order, queries) if a.any() and b.any() else np.zeros(N_PAIR)
                for a, b in zip(*variates, strict=True)
            ]
        )
    a, b = nonlinear[0][0], nonlinear[1][0]
    first = (
        pair_information(a, b, order, min(queries, 2_000))
        if a.any() and b.any()
        else np.zeros(N_PAIR)
    )
    return _Pairs(matched, canonical, first[None])


def _unshrunk(canonical: Canonical, z: torch.Tensor, dim_x: int) -> float:
    """The Gaussian plug-in at no shrinkage, without its bias; the shrunk form for few rows."""
    dim, n = z.shape
    if n < dim + 3:
        return float(canonical.closed_forms[0, -1])
    r = (z @ z.mT / n).clone()
    r.diagonal().add_(1e-9)
    parts = [torch.linalg.slogdet(b)[1] for b in (r[:dim_x, :dim_x], r[dim_x:, dim_x:], r)]
    plug_in = 0.5 * float(parts[0] + parts[1] - parts[2])
    return max(plug_in - float(wishart_bias(n, dim_x, dim - dim_x)), 0.0)


def _predicted(columns: Floats, dim_x: int, order: Order) -> list[float]:
    """How well the nearest row of one side predicts the other: mean and difference of both ways."""
    z = columns[:, order[:PREDICTED_ROWS]].T
    sides = z[:, :dim_x], z[:, dim_x:]
    ways = []
    for given, wanted in (sides, sides[::-1]):
        nearest = np.asarray(cKDTree(given).query(given, 2)[1])[:, 1]
        apart = wanted[nearest] - wanted
        typical = -np.log(np.maximum(np.median(np.abs(apart), 0), 1e-3) / 0.954)
        overall = -np.log(np.maximum((np.square(apart).mean(0) / 2) ** 0.5, 1e-3))
        ways.append(np.array([typical.sum(), typical.max(), overall.sum(), overall.max()]))
    both = [(ways[0] + ways[1]) / 2, np.abs(ways[0] - ways[1])]
    return [float(v) for part in both for v in compressed(part)]


def _ties(z: torch.Tensor, dim_x: int) -> list[float]:
    """Distinctness and the commonest value of the columns of both sides, symmetrically."""
    distinct = distinctness(z)
    common = torch.full_like(distinct, 1 / z.shape[1])
    for j in (distinct < 1).nonzero()[:, 0].tolist():
        common[j] = z[j].unique(return_counts=True)[1].max() / z.shape[1]
    found = []
    for values, worst in ((distinct, torch.amin), (common, torch.amax)):
        x, y = (worst(values[side], 0) for side in (slice(dim_x), slice(dim_x, None)))
        found += [float(values.mean()), float((x + y) / 2), float((x - y).abs())]
    return found


assert len(CONTINUOUS_ESTIMATES) == N_CLOSED_FORMS + 1 + len(SETS) + 7 + len(GRIDS) + 1
