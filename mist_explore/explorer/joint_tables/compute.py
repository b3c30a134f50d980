"""Results of the page of joint tables from a state: seeded, cached, no widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import entr

from mist_explore.distributions.table import Axis, Table
from mist_explore.estimate import Estimate
from mist_explore.estimators.sample_estimator import SampleEstimator
from mist_explore.explorer.baselines import LEARNED, estimator
from mist_explore.explorer.joint_tables.settings import JointTableState
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed

__all__ = [
    "GRID",
    "LEARNED_SAMPLES",
    "SAMPLES",
    "Entropies",
    "JointTableResult",
    "Sampling",
    "as_python",
    "distribution",
    "entropies",
    "result",
]

GRID = (10, 20, 50, 100, 200, 500, 1_000)
"""Numbers of rows at which the bias is measured, beside that of the state."""

LEARNED_GRID = (50, 200, 1_000)
"""Those of them at which the learned estimator is measured."""

SAMPLES = 500
"""Samples at each number of rows."""

LEARNED_SAMPLES = 16
"""Those of them that the learned estimator takes."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Entropies:
    """Entropies of a joint table in nats.

    Args:
        x: H(X).
        y: H(Y).
        joint: H(X, Y).
    """

    x: float
    y: float
    joint: float

    @property
    def information(self) -> float:
        """I(X; Y) = H(X) + H(Y) - H(X, Y)."""
        return max(self.x + self.y - self.joint, 0.0)

    @property
    def x_given_y(self) -> float:
        """H(X | Y) = H(X, Y) - H(Y)."""
        return max(self.joint - self.y, 0.0)

    @property
    def y_given_x(self) -> float:
        """H(Y | X) = H(X, Y) - H(X)."""
        return max(self.joint - self.x, 0.0)


@dataclass(frozen=True, eq=False)
class Sampling:
    """Estimates on many samples against the number of rows, in nats.

    Args:
        rows: the numbers of rows.
        plug_in: plug-in estimates, `(len(rows), SAMPLES)`.
        predicted: the bias of the plug-in by Miller and Madow, `(len(rows),)`.
        learned: estimates of the network by the number of rows, `(LEARNED_SAMPLES,)` each; not
            for every number.
    """

    rows: tuple[int, ...]
    plug_in: Numbers
    predicted: Numbers
    learned: Mapping[int, Numbers]


@dataclass(frozen=True, eq=False)
class JointTableResult:
    """The results of a state; information is in nats.

    Args:
        state: the state of the results.
        probabilities: the table, `(rows, columns)`, of sum 1.
        truth: its entropies and mutual information.
        counts: the rows that are drawn, by cell.
        plug_in: the estimate from the relative frequencies of the counts.
        learned: the estimate of the network; None where a column is constant.
        sampling: the estimates on many samples.
    """

    state: JointTableState
    probabilities: Numbers
    truth: Entropies
    counts: NDArray[np.int64]
    plug_in: float
    learned: Estimate | None
    sampling: Sampling

    @property
    def here(self) -> int:
        """The index of the number of rows of the state in `sampling.rows`."""
        return self.sampling.rows.index(self.state.n_samples)


def distribution(state: JointTableState) -> Table:
    """Return the distribution of a state; X and Y are numbered from 0."""
    parts = torch.tensor(state.table, dtype=torch.float64)
    axes = [(Axis(size, codes=torch.arange(size, dtype=torch.float64)),) for size in state.size]
    return Table(parts / parts.sum(), axes[0], axes[1])


def entropies(probabilities: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return H(X), H(Y) and H(X, Y) in nats of tables `(..., rows, columns)`, each `(...)`."""
    x, y = probabilities.sum(-1), probabilities.sum(-2)
    return entr(x).sum(-1), entr(y).sum(-1), entr(probabilities).sum((-1, -2))


def result(state: JointTableState) -> JointTableResult:
    """Return the entropies of a state, its counts, and the estimates from them."""
    return replace(_estimated(state.with_(units="nats")), state=state)


def as_python(state: JointTableState) -> str:
    """Return lines of Python that print the numbers of a state."""
    rows, columns = state.size
    return (
        "import torch\n"
        "import mist_explore as mx\n"
        "from mist_explore.estimate import NATS_PER_UNIT\n"
        "from mist_explore.distributions.table import Axis, Table\n"
        f"parts = torch.tensor({[list(row) for row in state.table]}, dtype=torch.float64)\n"
        f"x, y = (Axis(m, codes=torch.arange(m).double()) for m in ({rows}, {columns}))\n"
        "distribution = Table(parts / parts.sum(), (x,), (y,))\n"
        f"sample = distribution.sample({state.n_samples}, seed={state.seed})\n"
        f"counts = torch.zeros({rows}, {columns}, dtype=torch.float64)\n"
        "for a, b in zip(sample.x[:, 0].astype(int), sample.y[:, 0].astype(int)):\n"
        "    counts[a, b] += 1\n"
        "print(counts.int().tolist())\n"
        "plug_in = Table(counts / counts.sum(), (x,), (y,)).mutual_information\n"
        f'unit = NATS_PER_UNIT["{state.units}"]\n'
        "print(float(distribution.mutual_information) / unit, float(plug_in) / unit)\n"
        "learned = mx.load().estimate(sample.x, sample.y, rows_independent=True)\n"
        f'print(learned.to("{state.units}").median)\n'
    )


@lru_cache(maxsize=64)
def _estimated(state: JointTableState) -> JointTableResult:
    joint = distribution(state)
    sample = joint.sample(state.n_samples, state.seed)
    counts = _counts(_cells(sample, state)[None], state)[0]
    probabilities = joint.probabilities.numpy()
    return JointTableResult(
        state=state,
        probabilities=probabilities,
        truth=Entropies(*map(float, entropies(probabilities))),
        counts=counts,
        plug_in=float(_information(counts / counts.sum())),
        learned=_learned([sample])[0],
        sampling=_sampling(state),
    )


def _sampling(state: JointTableState) -> Sampling:
    rows = tuple(sorted({*GRID, state.n_samples}))
    generator = torch.Generator().manual_seed(derive_seed(state.seed, "samples"))
    x, y = (side.numpy() for side in distribution(state).draw(SAMPLES * rows[-1], generator))
    cells = _cells(Sample(x, y), state).reshape(SAMPLES, rows[-1])
    tables = [_counts(cells[:, :n], state) / n for n in rows]
    learned = {}
    for n in sorted({*LEARNED_GRID, state.n_samples}):
        few = [divmod(one[:n, None], state.size[1]) for one in cells[:LEARNED_SAMPLES]]
        estimates = _learned([Sample(a, b) for a, b in few])
        learned[n] = np.array([one.median if one else 0.0 for one in estimates])
    p = np.array(state.table) > 0
    freedom = p.sum() - p.any(1).sum() - p.any(0).sum() + 1
    return Sampling(
        rows,
        plug_in=np.array([_information(table) for table in tables]),
        predicted=freedom / (2 * np.array(rows)),
        learned=learned,
    )


def _learned(samples: list[Sample]) -> list[Estimate | None]:
    """Return the estimates of samples of one shape, None where a side is constant."""
    network = estimator(LEARNED)
    assert isinstance(network, SampleEstimator)
    varying = [bool(np.ptp(one.x) and np.ptp(one.y)) for one in samples]
    kept = [one for one, varies in zip(samples, varying, strict=True) if varies]
    found = iter(network.estimate_many(kept, rows_independent=True))
    return [next(found) if varies else None for varies in varying]


def _cells(sample: Sample, state: JointTableState) -> NDArray[np.int64]:
    """Return the number of the cell of each row, `(n,)`."""
    x, y = (side[:, 0].astype(np.int64) for side in (sample.x, sample.y))
    return np.asarray(x * state.size[1] + y)


def _counts(cells: NDArray[np.int64], state: JointTableState) -> NDArray[np.int64]:
    """Return the tables of counts of samples `(samples, n)`, `(samples, rows, columns)`."""
    size = state.size[0] * state.size[1]
    places = cells + size * np.arange(len(cells))[:, None]
    counts = np.bincount(places.ravel(), minlength=size * len(cells))
    return counts.reshape(len(cells), *state.size)


def _information(tables: Numbers) -> Numbers:
    """Return the mutual information in nats of tables of probabilities, never below 0."""
    x, y, joint = entropies(tables)
    return np.maximum(x + y - joint, 0.0)
