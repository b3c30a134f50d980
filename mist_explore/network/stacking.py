"""The features of a stacked ensemble: base estimates and statistics of reduced samples, by type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mist_explore.network.canonical import Canonical
from mist_explore.network.class_conditional import (
    MIXED_ESTIMATES,
    N_MIXED,
    mixed_estimates,
    scores_and_order,
)
from mist_explore.network.continuous import (
    CONTINUOUS_ESTIMATES,
    N_CONTINUOUS,
    continuous_estimates,
)
from mist_explore.network.discrete import (
    DISCRETE_ESTIMATES,
    N_DISCRETE,
    contingency_table,
    discrete_estimates,
    entropy_with_error,
)
from mist_explore.network.extended import EXTENDED_ESTIMATES, extended_estimates
from mist_explore.network.features import N_SUMMARY, analyse, features_of_analysis
from mist_explore.network.knn import MAX_ROWS
from mist_explore.network.model import Network
from mist_explore.network.random_order import Order, random_order
from mist_explore.network.reductions import Reduced, Side, reduce_sample
from mist_explore.network.scores import normal_scores

__all__ = [
    "BACKBONE_LEVELS",
    "BASE_ESTIMATES",
    "CONTINUOUS",
    "N_BACKBONE",
    "N_BASE",
    "N_ESTIMATES",
    "N_STATISTICS",
    "TYPES",
    "StackFeatures",
    "stack_features",
]

Floats = NDArray[np.float64]

TYPES = ("continuous", "mixed", "discrete")
CONTINUOUS, MIXED, DISCRETE = range(len(TYPES))

BACKBONE_LEVELS = (0.05, 0.5, 0.95)
"""The quantiles of the backbone that are base estimates."""

BASE_ESTIMATES = {
    "continuous": (
        *CONTINUOUS_ESTIMATES,
        *(
            f"{network}, {level:.0%} quantile"
            for network in ("broad smooth network", "smooth network")
            for level in BACKBONE_LEVELS
        ),
        *EXTENDED_ESTIMATES,
    ),
    "mixed": MIXED_ESTIMATES,
    "discrete": DISCRETE_ESTIMATES,
}
"""The names of the base estimates of each type, in the order of their weights; ensembles of earlier
releases have no estimates of the second network, or none of the last ones."""

N_BASE = max(map(len, BASE_ESTIMATES.values()))
N_STATISTICS = (N_SUMMARY + N_CONTINUOUS, N_MIXED, N_DISCRETE)
"""The statistics of each type that need no backbone."""

N_ESTIMATES = (len(CONTINUOUS_ESTIMATES), len(MIXED_ESTIMATES), len(DISCRETE_ESTIMATES))
"""The base estimates of each type that need no backbone."""

ROWS_OF_A_PART = 100_000
MOST_PARTS = 8
"""Larger samples are divided into disjoint random parts of `MAX_ROWS` rows, one for each 100,000
rows and at most eight; features are means over the parts."""

BACKBONE_ROWS = 500
"""Rows that the backbone reads, at most, in training and in use."""

N_BACKBONE = 2 * len(BACKBONE_LEVELS) + 2
"""Numbers of each backbone besides its last layer."""
ENTROPY_ERRORS = 2.0
"""Standard errors that are added to the entropy of a side where it bounds the information."""


@dataclass(frozen=True)
class StackFeatures:
    """What members of an ensemble read of B datasets, of any shapes and types.

    Args:
        numbers: statistics, `(B, n_numbers)`, zeros where a type has fewer.
        base: base estimates in nats, `(B, N_BASE)`, zeros where a type has fewer.
        unit: the natural scale of the estimation error in nats, `(B,)`.
        types: the index of the type in `TYPES`, integers `(B,)`.
        bound: the largest possible information in nats, infinite where nothing bounds it, `(B,)`.
    """

    numbers: Tensor
    base: Tensor
    unit: Tensor
    types: Tensor
    bound: Tensor

    def __getitem__(self, rows: Tensor) -> StackFeatures:
        return StackFeatures(*(getattr(self, f.name)[rows] for f in fields(self)))

    def to(
        self, *, device: torch.device | None = None, dtype: torch.dtype | None = None
    ) -> StackFeatures:
        """The same features on another device or in another floating-point type."""
        moved = {}
        for f in fields(self):
            value: Tensor = getattr(self, f.name)
            moved[f.name] = value.to(device, dtype if value.is_floating_point() else None)
        return StackFeatures(**moved)


def stack_features(
    backbones: Iterable[Network], n_numbers: int, extended: bool, x: Tensor, y: Tensor
) -> StackFeatures:
    """Reduce datasets of one shape and return their features.

    Args:
        backbones: the frozen networks whose quantiles and last layers are read for the continuous
            type.
        n_numbers: the length of the vectors of statistics.
        extended: whether the estimates of `EXTENDED_ESTIMATES` are computed.
        x: `(B, n, dim_x)`, no column constant.
        y: `(B, n, dim_y)`, no column constant.
    """
    reduced = [
        reduce_sample(a, b) for a, b in zip(x.double().numpy(), y.double().numpy(), strict=True)
    ]
    return features_of_reduced(backbones, n_numbers, extended, reduced)


def features_of_reduced(
    backbones: Iterable[Network], n_numbers: int, extended: bool, reduced: Sequence[Reduced]
) -> StackFeatures:
    """Return the features of reduced samples of any shapes."""
    numbers = torch.zeros(len(reduced), n_numbers)
    base = torch.zeros(len(reduced), N_BASE)
    unit = torch.zeros(len(reduced))
    types = torch.tensor([_type(sample) for sample in reduced])
    shapes: dict[tuple[int, ...], list[int]] = {}
    for i, sample in enumerate(reduced):
        if types[i] == CONTINUOUS:
            shape = (sample.n_samples, sample.x.columns.shape[1], sample.y.columns.shape[1])
            shapes.setdefault(shape, []).append(i)
            continue
        estimates, statistics, scale = _discrete(sample) if types[i] == DISCRETE else _mixed(sample)
        base[i, : len(estimates)] = torch.from_numpy(estimates).float()
        numbers[i, : len(statistics)] = torch.from_numpy(statistics).float()
        unit[i] = scale
    for chosen in shapes.values():
        numbers_c, base_c, unit_c = _continuous(backbones, extended, [reduced[i] for i in chosen])
        numbers[chosen, : numbers_c.shape[1]] = numbers_c
        base[chosen, : base_c.shape[1]] = base_c
        unit[chosen] = unit_c
    bounds = [float(min(_bound(s.x), _bound(s.y))) for s in reduced]
    bound = torch.tensor(bounds, dtype=torch.float32)
    return StackFeatures(numbers.nan_to_num(0, 20, -20), base, unit, types, bound)


def _type(sample: Reduced) -> int:
    return CONTINUOUS + sample.x.is_categorical + sample.y.is_categorical


def _bound(side: Side) -> float:
    """The entropy of a discrete side with its upper error; infinite for a continuous one."""
    counts = side.counts
    if counts is None:
        return float("inf")
    entropy, error = entropy_with_error(counts)
    return entropy + ENTROPY_ERRORS * error


def _discrete(sample: Reduced) -> tuple[Floats, Floats, float]:
    assert sample.x.codes is not None
    assert sample.y.codes is not None
    return discrete_estimates(contingency_table(sample.x.codes, sample.y.codes))


def _mixed(sample: Reduced) -> tuple[Floats, Floats, float]:
    one, other = (sample.x, sample.y) if sample.x.is_categorical else (sample.y, sample.x)
    assert one.codes is not None
    z, order = scores_and_order(one.codes, other.columns)
    if len(order) <= MAX_ROWS:
        return mixed_estimates(one.codes, z, order)
    found = []
    for kept in _parts(order):
        codes = np.unique(one.codes[kept], return_inverse=True)[1].reshape(-1)
        found.append(mixed_estimates(codes, z[:, kept], np.arange(len(kept))))
    estimates, statistics, scales = zip(*found, strict=True)
    return np.mean(estimates, 0), np.mean(statistics, 0), float(np.mean(scales))


def _continuous(
    backbones: Iterable[Network], extended: bool, samples: Sequence[Reduced]
) -> tuple[Tensor, Tensor, Tensor]:
    """Statistics, base estimates and units of samples of one shape."""
    pairs = [part for s in samples for part in _random_parts(s.x.columns, s.y.columns)]
    analysis = seen = analyse(*_stacked(pairs))
    if len(pairs[0][0]) > BACKBONE_ROWS:
        seen = analyse(*_stacked([_random_part(x, y, BACKBONE_ROWS) for x, y in pairs]))
    read = features_of_analysis(seen).to(dtype=torch.float32)
    found = []
    for i, z in enumerate(analysis.z):
        canonical = Canonical(*(v[i : i + 1] for v in vars(analysis.canonical).values()))
        order = random_order(z.numpy())
        estimates, statistics = continuous_estimates(z, analysis.dim_x, canonical, order)
        found.append([estimates, statistics])
        if extended:
            x, y = (torch.from_numpy(side.T.copy()) for side in pairs[i])
            found[-1] += extended_estimates(x, y, z, order, estimates)
    of_all = [torch.from_numpy(np.stack(part)) for part in zip(*found, strict=True)]
    unit = analysis.unit
    numbers, base = [analysis.summary, of_all[1]], [of_all[0]]
    embeddings = []
    for backbone in backbones:
        embedding, quantiles = backbone.embed(read)
        levels = [backbone.config.levels.index(level) for level in BACKBONE_LEVELS]
        smooth = quantiles[:, levels].double()
        numbers += [
            smooth.sign() * smooth.abs().log1p(),
            smooth / unit[:, None],
            (smooth[:, -1:] - smooth[:, :1]).clamp(min=1e-4).log(),
            unit.log()[:, None],
        ]
        base.append(smooth.clamp(min=0))
        embeddings.append(embedding.double())
    base += of_all[2:3]
    numbers += [*embeddings, *of_all[3:]]
    by_part = torch.cat(numbers, -1), torch.cat(base, -1), unit
    of_parts = (v.unflatten(0, (len(samples), -1)).mean(1).float() for v in by_part)
    return tuple(of_parts)


def _stacked(pairs: Sequence[tuple[Floats, Floats]]) -> tuple[Tensor, Tensor]:
    x, y = (torch.from_numpy(np.stack(side)) for side in zip(*pairs, strict=True))
    return x, y


def _random_parts(x: Floats, y: Floats) -> list[tuple[Floats, Floats]]:
    """The rows, or disjoint random parts of `MAX_ROWS` of them."""
    if len(x) <= MAX_ROWS:
        return [(x, y)]
    return [(x[kept], y[kept]) for kept in np.sort(_parts(_order_of_rows(x, y)), 1)]


def _parts(order: Order) -> NDArray[np.intp]:
    """The rows of each part, `(parts, MAX_ROWS)`, in random order."""
    count = min(max(len(order) // ROWS_OF_A_PART, 1), MOST_PARTS)
    return order[: count * MAX_ROWS].reshape(count, MAX_ROWS)


def _random_part(x: Floats, y: Floats, most: int) -> tuple[Floats, Floats]:
    """A random part of the rows, or all of them where there are at most `most`."""
    if len(x) <= most:
        return x, y
    kept = np.sort(_order_of_rows(x, y)[:most])
    return x[kept], y[kept]


def _order_of_rows(x: Floats, y: Floats) -> Order:
    return random_order(normal_scores(torch.from_numpy(np.hstack([x, y]).T.copy())).numpy())
