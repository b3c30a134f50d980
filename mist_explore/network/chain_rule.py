r"""Base estimates by the chain rule, for sides that hold discrete and continuous parts.

An *atom* of a column is a value that repeats in many rows; the class A of a row is the combination
of the atoms that X holds in it, or none, and B that of Y. Since A is a function of X and B of Y,

.. math:: I(X; Y) = I(A; B) + I(A; Y \mid B) + I(X; B \mid A) + I(X; Y \mid A, B).

The first term is that of a table (Miller-Madow), the two in the middle are nearest neighbours
within classes (Ross), and the last one is nearest neighbours (KSG) or a Gaussian copula within a
cell, a pair of classes. A dependence that changes its sign with a code is in the last term alone.

Sources: Cover & Thomas, "Elements of information theory" (2006), section 2.5, for the chain rule;
Miller (1955); Ross (2014); Kraskov, Stögbauer & Grassberger (2004).
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.network.canonical import gaussian_plug_in, wishart_bias
from mist_explore.network.class_conditional import ross_information
from mist_explore.network.discrete import Codes, contingency_table, entropy_with_error
from mist_explore.network.knn import (
    BUDGET,
    MIN_QUERIES,
    USUAL_K,
    neighbour_information,
    pair_information,
)
from mist_explore.network.random_order import Order
from mist_explore.network.scores import compressed, normal_scores

__all__ = ["CHAIN_ESTIMATES", "N_CHAIN", "chain_rule"]

Floats = NDArray[np.float64]

CHAIN_ESTIMATES = ("chain rule, KSG", "chain rule, Gaussian copula")

N_CHAIN = 8
"""The terms, the entropies of both classes, the share of rows in small cells, and the cells."""

FEW_ROWS = 10
MOST_CLASSES = 50
"""Atoms, classes and cells have `FEW_ROWS` rows and 1 / `MOST_CLASSES` of all rows, at least.

Values of continuous columns do not repeat, those of finely rounded columns repeat less often, and
nearest neighbours need the rows. The share bounds the number of cells and with it the cost.
"""

COVERED = 0.75
"""Columns refine the classes as long as this share of the rows is in cells of enough rows."""


def chain_rule(z: Floats, dim_x: int, order: Order) -> tuple[Floats, Floats] | None:
    """Estimate MI by the chain rule over the atoms of both sides.

    Args:
        z: normal scores of the columns of X and then of Y, `(dim, n)`, ties at equal scores.
        dim_x: how many of them belong to X.
        order: the random order of the rows.

    Returns:
        The estimates in the order of `CHAIN_ESTIMATES` in nats and `N_CHAIN` statistics that are
        symmetric in X and Y; None where no atom splits the rows into classes of enough rows.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> code, (x, noise) = rng.integers(0, 2, 800), rng.normal(size=(2, 800))
        >>> z = np.stack([2.0 * code - 1, x, (2 * code - 1) * (0.8 * x + 0.6 * noise)])
        >>> estimates, _ = chain_rule(z, 2, np.arange(800))  # I = -ln(0.6) = 0.51
        >>> bool(np.abs(estimates - 0.51).max() < 0.1)
        True
        >>> chain_rule(z[1:], 1, np.arange(800)) is None
        True
    """
    n = z.shape[1]
    least = max(FEW_ROWS, n // MOST_CLASSES)
    atoms = _atoms(z, least)
    if not atoms:
        return None
    z = z[:, order]
    classes = _classes({j: codes[order] for j, codes in atoms.items()}, dim_x, n, least)
    if classes is None:
        return None
    a, b = classes
    table = contingency_table(a, b)
    h_a, h_b, h_ab = (entropy_with_error(c)[0] for c in (table.rows, table.columns, table.cells))
    between = h_a + h_b - h_ab
    x, y = z[:dim_x], z[dim_x:]
    of_a = float(_conditional(a[None].astype(float), y, b, least, classes=True)[0])
    of_b = float(_conditional(b[None].astype(float), x, a, least, classes=True)[0])
    last = _conditional(x, y, _dense(a * (int(b.max()) + 1) + b), least, classes=False)
    estimates = (between + (of_a + of_b) + last).clip(0)
    terms = between, of_a + of_b, abs(of_a - of_b), float(last[0])
    small = float(table.cells[table.cells < least].sum()) / n
    statistics = [*compressed(terms), h_a + h_b, abs(h_a - h_b), small, math.log(len(table.cells))]
    return estimates, np.array(statistics)


def _atoms(z: Floats, least: int) -> dict[int, Codes]:
    """The atom of each row, from 1, or 0 without one, `(n,)`, of the columns that have atoms."""
    n = z.shape[1]
    ordered = np.sort(z, 1)
    repeats = (ordered[:, least - 1 :] == ordered[:, : max(n - least + 1, 0)]).any(1)
    found = {}
    for j in np.flatnonzero(repeats).tolist():
        _, which, counts = np.unique(z[j], return_inverse=True, return_counts=True)
        many = counts >= least
        found[j] = np.where(many, np.cumsum(many), 0)[which.reshape(-1)]
    return found


def _classes(atoms: dict[int, Codes], dim_x: int, n: int, least: int) -> tuple[Codes, Codes] | None:
    """The classes of both sides from 0, `(n,)`, of the columns that split the rows least.

    Combinations of too few rows are one class of a side. Columns that split the rows equally are
    taken together, so that their order and side do not matter.
    """
    coincide = {j: int((np.bincount(codes) ** 2).sum()) for j, codes in atoms.items()}
    ranked = sorted(atoms, key=lambda j: -coincide[j])
    combined = [np.zeros(n, dtype=np.int64) for _ in range(2)]
    found: tuple[Codes, Codes] | None = None
    for _, group in itertools.groupby(ranked, key=lambda j: coincide[j]):
        for j in group:
            side = int(j >= dim_x)
            combined[side] = _dense(combined[side] * (int(atoms[j].max()) + 1) + atoms[j])
        often = [np.bincount(codes)[codes] >= least for codes in combined]
        a, b = (_dense(np.where(o, codes, -1)) for o, codes in zip(often, combined, strict=True))
        cells = _dense(a * (int(b.max()) + 1) + b)
        if (often[0] & often[1] & (np.bincount(cells)[cells] >= least)).mean() < COVERED:
            break
        found = a, b
    return found if found is not None and max(c.max() for c in found) > 0 else None


def _conditional(a: Floats, b: Floats, given: Codes, least: int, *, classes: bool) -> Floats:
    """KSG and the Gaussian copula of I(a; b | given), or twice Ross where a is classes, `(2,)`."""
    total, counts = np.zeros(2), np.bincount(given)
    large = np.flatnonzero(counts >= least)
    cap = max(MIN_QUERIES, math.isqrt(BUDGET // max(len(large), 1)))
    for group in large:
        rows = np.flatnonzero(given == group)
        u, v = (_varying_scores(side[:, rows]) for side in (a, b))
        if min(len(u), len(v)) == 0:
            continue
        first = np.arange(len(rows) if len(u) == len(v) == 1 else min(len(rows), cap))
        if classes:
            nearest = ross_information(_dense(u[0, first]), v[:, first], first)[:, USUAL_K].mean()
        elif len(u) == len(v) == 1:  # by a tree, which is quick
            nearest = pair_information(u[0], v[0], first, 2 * cap)[USUAL_K]
        else:
            nearest = neighbour_information(u, v, first)[USUAL_K]
        gaussian = nearest if classes else _gaussian(u, v, nearest)
        total += np.array([nearest, gaussian]) * len(rows)
    return total / len(given)


def _gaussian(a: Floats, b: Floats, otherwise: float) -> float:
    """The Gaussian plug-in without its bias, of more rows than `FEW_ROWS` beyond the columns."""
    z, d = np.vstack([a, b]), len(a)
    dim, n = z.shape
    if n < dim + FEW_ROWS:
        return otherwise
    r = z @ z.T / n + 1e-6 * np.eye(dim)
    return gaussian_plug_in(r, d) - float(wishart_bias(n, d, dim - d))


def _varying_scores(z: Floats) -> Floats:
    """Normal scores of the columns that are not constant, `(varying, n)`."""
    return normal_scores(torch.from_numpy(z[z.min(1) < z.max(1)])).numpy()


def _dense(codes: Codes | Floats) -> Codes:
    return np.unique(codes, return_inverse=True)[1].reshape(-1)
