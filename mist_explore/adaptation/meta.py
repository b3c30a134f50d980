"""Meta-distributions whose sides look like given data, with known mutual information."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mist_explore.adaptation.channel import (
    MOST_LEVELS,
    SCORES,
    Pool,
    channel_information,
    coupled_rows,
    coupling,
    labels,
    with_margins,
)
from mist_explore.adaptation.fit import drawn
from mist_explore.adaptation.flow_file import FlowFile, read_flow
from mist_explore.adaptation.latent import LATENT, latent_distribution
from mist_explore.configuration import Configuration
from mist_explore.seeding import as_generator, derive_seed
from mist_explore.transforms import transformed
from mist_explore.transforms.fitted import FittedFlow

__all__ = ["KINDS", "AdaptedBatch", "AdaptedMeta", "OpenMeta"]

KINDS = (*LATENT, *SCORES)
"""Kinds of dependence: of the latent variables, or a channel between labels of the rows."""

WEIGHTS = {
    "gaussian": 4.0,
    "copula": 2.0,
    "latent": 0.5,
    "column": 3.0,
    "projection": 0.5,
    "clusters": 2.0,
    "radius": 0.1,
}
"""How often a kind is drawn, relative to the others."""

POOL = 20_000
"""Draws of each flow that datasets are taken from: 40 for each row, up to this number."""

INDEPENDENT = 0.1
TWO_CHANNELS = 0.35


@dataclass(frozen=True)
class AdaptedMeta(Configuration):
    """A distribution over joint distributions whose sides are those of two fitted flows.

    Two kinds of dependence are drawn. Where both flows can be undone, the latent variables
    depend, each N(0, I) by itself: the flows keep their information. For any rows, labels of the
    two sides depend through a channel (see `channel`), whose information is that of the rows;
    since labels are functions of the rows as observed, rounding to counts or categories costs
    nothing.

    Args:
        flow_x: the flow of X.
        flow_y: the flow of Y.
        n_samples: smallest and largest number of rows, drawn log-uniformly.
        information: the largest information of latent variables in nats.
        kinds: the weight of each kind of `KINDS`.
        own_rows: share of the channels between the rows of the data themselves, paired anew,
            where they are given; the others are between draws of the flows.

    Raises:
        ValueError: if a kind is unknown, or a range is empty.

    Example:
        >>> file = FlowFile("flow-x.safetensors", "0" * 64)
        >>> meta = AdaptedMeta(file, file, (100, 500))
        >>> meta == AdaptedMeta.from_json(meta.to_json())
        True
    """

    flow_x: FlowFile
    flow_y: FlowFile
    n_samples: tuple[int, int]
    information: float = 2.0
    kinds: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    own_rows: float = 0.5

    def __post_init__(self) -> None:
        low, high = self.n_samples
        if not 4 <= low <= high:
            raise ValueError(f"expected a range of at least 4 rows; got {low} to {high}")
        object.__setattr__(self, "n_samples", (int(low), int(high)))
        unknown = sorted(set(self.kinds) - set(KINDS))
        if unknown or not set(self.kinds) & set(SCORES):
            raise ValueError(
                f"expected kinds among {', '.join(KINDS)}, one of them a channel; "
                f"got {', '.join(self.kinds)}"
            )
        if not self.information > 0:
            raise ValueError(f"expected a positive information; got {self.information}")
        if not 0 <= self.own_rows <= 1:
            raise ValueError(f"expected a share own_rows in [0, 1]; got {self.own_rows}")

    def open(self, directory: Path, x: Tensor | None = None, y: Tensor | None = None) -> OpenMeta:
        """Read the flows.

        Args:
            directory: the folder that holds them.
            x: rows of X that may be paired anew, `(n, dim_x)`.
            y: rows of Y, `(n, dim_y)`.

        Raises:
            ValueError: if a file is missing or has another content.
        """
        flows = read_flow(directory, self.flow_x), read_flow(directory, self.flow_y)
        return OpenMeta(self, flows, None if x is None or y is None else (x, y))


@dataclass(frozen=True, eq=False)
class AdaptedBatch:
    """Datasets of one shape with their mutual information.

    Args:
        x: `(batch, n, dim_x)`, float64.
        y: `(batch, n, dim_y)`.
        mutual_information: nats, `(batch,)`.
        kinds: indices in `KINDS`, `(batch,)`.
    """

    x: Tensor
    y: Tensor
    mutual_information: Tensor
    kinds: Tensor


class OpenMeta:
    """An adapted meta-distribution with its flows, ready to draw from.

    Args:
        meta: the meta-distribution.
        flows: the flows of X and Y.
        own: rows of the data, if they may be paired anew.
    """

    def __init__(
        self,
        meta: AdaptedMeta,
        flows: tuple[FittedFlow, FittedFlow],
        own: tuple[Tensor, Tensor] | None = None,
    ) -> None:
        self.meta, self.flows = meta, flows
        most = meta.n_samples[1]
        size = max(min(POOL, 40 * most), 5 * most)
        self._drawn = tuple(
            _pool(flow, torch.from_numpy(drawn(flow, size, derive_seed(0, "pool", side))))
            for side, flow in enumerate(flows)
        )
        self._own = None
        if own is not None:
            self._own = tuple(_pool(f, rows.double()) for f, rows in zip(flows, own, strict=True))
        invertible = all(flow.is_invertible for flow in flows)
        self.kinds = {k: w for k, w in meta.kinds.items() if invertible or k not in LATENT}

    def batch(self, size: int, seed: int) -> AdaptedBatch:
        """Draw `size` datasets, each of a distribution of its own, with one number of rows."""
        random = np.random.default_rng(seed)
        low, high = self.meta.n_samples
        n = min(high, int(math.exp(random.uniform(math.log(low), math.log(high + 1)))))
        weights = np.array(list(self.kinds.values()))
        found = []
        for _ in range(size):
            kind = str(random.choice(list(self.kinds), p=weights / weights.sum()))
            draw = self._latent if kind in LATENT else self._channel
            found.append((*draw(kind, n, random), KINDS.index(kind)))
        x, y, truth, kinds = zip(*found, strict=True)
        return AdaptedBatch(
            torch.stack(x), torch.stack(y), torch.tensor(truth), torch.tensor(kinds)
        )

    def _latent(
        self, kind: str, n: int, random: np.random.Generator
    ) -> tuple[Tensor, Tensor, float]:
        """Rows of a dataset whose latent variables depend."""
        latent = latent_distribution(
            kind,
            self.flows[0].dim,
            self.flows[1].dim,
            0.0 if random.random() < INDEPENDENT else self._information(random),
            int(random.integers(2**62)),
        )
        joint = transformed(latent, self.flows)
        x, y = joint.draw(n, as_generator(int(random.integers(2**62))))
        return x, y, float(joint.mutual_information)

    def _channel(
        self, kind: str, n: int, random: np.random.Generator
    ) -> tuple[Tensor, Tensor, float]:
        """Rows of a dataset whose labels depend."""
        own = self._own is not None and random.random() < self.meta.own_rows
        pools = self._own if own and self._own is not None else self._drawn
        other = kind if random.random() < 0.6 else str(random.choice(SCORES))
        two = random.random() < TWO_CHANNELS
        count = 2 if two else 1
        most = 5 if two else MOST_LEVELS
        codes, tables = [], []
        for _ in range(count):
            levels = int(2 + (most - 1) * random.random() ** 1.3)
            both = [labels(pools[0], kind, levels, random), labels(pools[1], other, levels, random)]
            codes.append(both)
            margins = [np.bincount(c) / len(c) for c in both]
            ordered = "clusters" not in (kind, other) and random.random() < 0.6
            strength = 0.0 if random.random() < INDEPENDENT else math.sqrt(random.random())
            tables.append(coupling(margins[0], margins[1], random, ordered, strength))
        x, y, table = codes[0][0], codes[0][1], tables[0]
        if two:
            x, y, table = _product(codes, tables)
        rows_x, rows_y = coupled_rows(x, y, table, n, random)
        return (
            torch.from_numpy(pools[0].rows[rows_x]),
            torch.from_numpy(pools[1].rows[rows_y]),
            channel_information(table),
        )

    def _information(self, random: np.random.Generator) -> float:
        most = self.meta.information if random.random() < 0.6 else min(0.5, self.meta.information)
        return float(random.uniform(0, most))


def _pool(flow: FittedFlow, rows: Tensor) -> Pool:
    return Pool(rows.numpy(), flow.inverse(rows).numpy())


def _product(
    codes: list[list[np.ndarray]], tables: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Joint labels of two channels and their table, with the margins of the joint labels."""
    joint = [codes[0][side] * tables[1].shape[side] + codes[1][side] for side in (0, 1)]
    present = [np.unique(c) for c in joint]
    x, y = (np.searchsorted(p, c) for p, c in zip(present, joint, strict=True))
    table = np.kron(tables[0], tables[1])[np.ix_(*present)]
    p, q = np.bincount(x) / len(x), np.bincount(y) / len(y)
    return x, y, with_margins(table + 1e-9, p, q)
