r"""Channels between labels of the two sides: dependence of known information on any rows.

Let \(S = g(X)\) and \(T = h(Y)\) be labels, functions of the rows as they are observed, and let
\(X - S - T - Y\) be a Markov chain. Then \(I(X; Y) = I(S; T)\) exactly, and a table of
probabilities with the margins of S and of T gives it in closed form, while each side keeps its
distribution. The construction of Lee & Rhee is the case of two classes of pictures.

Source: Lee & Rhee, "A benchmark suite for evaluating neural mutual information estimators on
unstructured datasets" (NeurIPS 2024).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "SCORES",
    "Pool",
    "channel_information",
    "coupled_rows",
    "coupling",
    "labels",
    "with_margins",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

SCORES = ("latent", "column", "projection", "clusters", "radius")
"""What a label is read from: a direction of the latent variable, a column, a direction of the
columns, the nearest of some centres, or the distance from the centre of the latent variable."""

MOST_LEVELS = 12
CLUSTERS = (2, 3, 5, 8, 12)
SINKHORN_STEPS = 200
FITTED_ROWS = 2_000


@dataclass(frozen=True, eq=False)
class Pool:
    """Rows of one side that datasets are drawn from.

    Args:
        rows: as they are observed, `(m, dim)`.
        latent: their latent variable, a function of the rows, `(m, dim)`.
    """

    rows: Floats
    latent: Floats
    _clusters: dict[tuple[int, int], Codes] = field(default_factory=dict, repr=False)

    def clusters(self, count: int, seed: int) -> Codes:
        """Return the nearest of at most `count` centres of standardised rows, `(m,)`."""
        if (count, seed) not in self._clusters:
            from sklearn.cluster import KMeans

            spread = self.rows.std(0)
            scaled = (self.rows - self.rows.mean(0)) / np.where(spread > 0, spread, 1)
            fitted = scaled[:FITTED_ROWS]
            distinct = len(np.unique(fitted, axis=0))
            means = KMeans(min(count, distinct), n_init=1, random_state=seed).fit(fitted)
            self._clusters[count, seed] = means.predict(scaled).astype(np.int64)
        return self._clusters[count, seed]


def labels(pool: Pool, score: str, levels: int, random: np.random.Generator) -> Codes:
    """Return a random label of each row, whole numbers from 0, `(m,)`.

    Args:
        pool: the rows.
        score: one of `SCORES`.
        levels: the largest number of labels; rounded rows may give fewer.
        random: the source of randomness.

    Raises:
        ValueError: if the score is unknown.
    """
    dim = pool.rows.shape[1]
    if score == "clusters":
        count = min(CLUSTERS, key=lambda c: abs(c - levels))
        return _consecutive(pool.clusters(count, int(random.integers(2))))
    weights = random.normal(size=dim) * (random.random(dim) < max(0.3, 1.5 / dim))
    weights[random.integers(dim)] = random.choice([-1.5, 1.5])
    if score == "latent":
        values = pool.latent @ weights
    elif score == "column":
        values = pool.rows[:, random.integers(dim)]
    elif score == "projection":
        spread = pool.rows.std(0)
        values = pool.rows @ (weights / np.where(spread > 0, spread, 1))
    elif score == "radius":
        values = np.square(pool.latent).sum(1)
    else:
        raise ValueError(f"expected a score among {', '.join(SCORES)}; got {score!r}")
    shares = np.arange(1, levels) / levels
    if random.random() < 0.4:
        shares = np.sort(random.uniform(0.05, 0.95, levels - 1))
    cuts = np.unique(np.quantile(values, shares))
    return _consecutive(np.searchsorted(cuts, values, side="left").astype(np.int64))


def coupling(
    p: Floats, q: Floats, random: np.random.Generator, ordered: bool, strength: float
) -> Floats:
    r"""Return a random table \((1 - s)\,p\,q^\top + s\,C\) with margins p and q.

    Where the labels are ordered, C is a band, scaled to the margins (Sinkhorn 1967); otherwise
    one label stands for another as far as the margins allow.

    Args:
        p: probabilities of the labels of X.
        q: those of the labels of Y.
        random: the source of randomness.
        ordered: whether neighbouring labels are alike.
        strength: s in [0, 1].

    Example:
        >>> half = np.full(2, 0.5)
        >>> table = coupling(half, half, np.random.default_rng(0), ordered=False, strength=1.0)
        >>> round(channel_information(table), 3), round(float(np.log(2)), 3)
        (0.693, 0.693)
    """
    if ordered:
        a, b = ((np.cumsum(m) - m / 2)[:, None] for m in (p, q))
        centre = b.T if random.random() < 0.5 else 1 - b.T
        if random.random() < 0.3:
            centre = np.abs(2 * b.T - 1)  # not monotone
        kernel = np.exp(-0.5 * ((a - centre) / random.uniform(0.03, 0.3)) ** 2)
        table = with_margins(kernel + 1e-6, p, q)
    else:
        table = np.zeros((len(p), len(q)))
        rows, columns = (_order(m, random) for m in (p, q))
        table[np.ix_(rows, columns)] = _comonotone(p[rows], q[columns])
    return np.asarray((1 - strength) * np.outer(p, q) + strength * table)


def with_margins(kernel: Floats, p: Floats, q: Floats) -> Floats:
    """Scale a positive table to margins; those of its rows are exact."""
    table = kernel
    for _ in range(SINKHORN_STEPS):
        table = table * (q / table.sum(0))
        table = table * (p / table.sum(1))[:, None]
    return table


def _order(margin: Floats, random: np.random.Generator) -> NDArray[np.intp]:
    """Labels by falling probability, those of about the same one at random."""
    return np.argsort(-margin * random.uniform(0.8, 1.25, len(margin)))


def _comonotone(p: Floats, q: Floats) -> Floats:
    """The table of a common uniform variable, cut into intervals of lengths p and of lengths q."""
    upper = np.minimum(np.cumsum(p)[:, None], np.cumsum(q))
    lower = np.maximum((np.cumsum(p) - p)[:, None], np.cumsum(q) - q)
    return np.asarray((upper - lower).clip(min=0))


def channel_information(table: Floats) -> float:
    """Return the mutual information of a table of probabilities in nats."""
    outer = np.outer(table.sum(1), table.sum(0))
    positive = table > 0
    return max(0.0, float((table[positive] * np.log(table[positive] / outer[positive])).sum()))


def coupled_rows(
    x: Codes, y: Codes, table: Floats, n_samples: int, random: np.random.Generator
) -> tuple[Codes, Codes]:
    """Draw rows of two pools whose labels follow a table, no row twice while there are enough.

    Args:
        x: labels of the first pool.
        y: labels of the second pool.
        table: probabilities of the pairs of labels, with the margins of the pools.
        n_samples: number of pairs of rows.
        random: the source of randomness.

    Returns:
        Indices into both pools, `(n_samples,)` each.
    """
    first = random.choice(len(x), n_samples, replace=n_samples > len(x))
    cumulative = np.cumsum(table / table.sum(1, keepdims=True), 1)[x[first]]
    wanted = (random.random((n_samples, 1)) > cumulative).sum(1).clip(0, table.shape[1] - 1)
    second = np.empty(n_samples, dtype=np.int64)
    for label in np.unique(wanted):
        places, rows = np.flatnonzero(wanted == label), np.flatnonzero(y == label)
        rounds = -(-len(places) // len(rows))
        order = np.concatenate([random.permutation(rows) for _ in range(rounds)])
        second[places] = order[: len(places)]
    return first.astype(np.int64), second


def _consecutive(codes: Codes) -> Codes:
    return np.unique(codes, return_inverse=True)[1].reshape(-1).astype(np.int64)
