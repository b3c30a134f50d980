"""`lowdim`: pairs of 1 to 3 columns a side whose mutual information runs from 0 to 10 nats."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import ClassVar

import torch
from torch import Tensor

from mist_explore.evaluation.lowdim_pairs import (
    PairSampler,
    log_gamma_exponential_pair,
    noisy_channel_pair,
    normal_pair,
    quantised_pair,
    rare_event_pair,
    smoothed_discrete_uniform_pair,
    smoothed_uniform_pair,
)
from mist_explore.evaluation.suite import Plan, Suite, sized
from mist_explore.seeding import as_generator
from mist_explore.transforms import linear_mixing

__all__ = ["DIMS", "DISTRIBUTIONS", "Distribution", "Lowdim"]

DIMS = (1, 2, 3)
INFORMATION = tuple(range(11))
"""The mutual information of a dataset in nats."""
POSITIVE = INFORMATION[1:]
FAILURES = (0.3, 0.5, 0.7)


@dataclass(frozen=True)
class Distribution:
    """A family of bivariate distributions indexed by their mutual information.

    A side of a dataset stacks the columns of independent pairs.

    Args:
        pair: sampler of one pair.
        group: first part of the name of the groups.
        information: total mutual information of the datasets, in nats.
        uneven: whether the total is split over the pairs by a uniform point of the simplex, and
            not in equal parts.
        after: elementwise map that follows a random orthogonal mixing of each side; None for a
            distribution without mixing.
        least: least mutual information of a pair in nats.
    """

    pair: PairSampler
    group: str
    information: tuple[int, ...] = INFORMATION
    uneven: bool = False
    after: Callable[[Tensor], Tensor] | None = None
    least: float = 0.0

    def possible(self, information: int, dim: int) -> bool:
        """Whether `dim` pairs can have this total mutual information in nats."""
        return information >= dim * self.least

    def draw(
        self, information: float, dim: int, n_samples: int, seed: int
    ) -> tuple[Tensor, Tensor, float]:
        """Draw x and y of shape `(n, dim)`, beside their mutual information in nats."""
        generator = as_generator(seed)
        shares = torch.ones(dim, dtype=torch.float64)
        if self.uneven:
            shares = -torch.rand(dim, generator=generator, dtype=torch.float64).log()
        parts = (information * shares / shares.sum()).tolist()
        pairs = [self.pair(part, n_samples, generator) for part in parts]
        x, y = torch.stack([x for x, _ in pairs], -1), torch.stack([y for _, y in pairs], -1)
        if self.after is None:
            return x, y, information
        mix_x, mix_y = (linear_mixing(dim, generator, stretch=1.0) for _ in "xy")
        return self.after(mix_x.forward(x)), self.after(mix_y.forward(y)), information


def _power(x: Tensor, exponent: float) -> Tensor:
    return x.sign() * x.abs().pow(exponent)


_normal_based = partial(Distribution, normal_pair, uneven=True)

DISTRIBUTIONS: dict[str, Distribution] = {
    "normal": _normal_based("normal", after=torch.clone),
    "uniform": _normal_based("uniform", after=torch.special.ndtr),
    "smoothed uniform": Distribution(smoothed_uniform_pair, "smoothed uniform", uneven=True),
    "log-gamma-exponential": Distribution(
        log_gamma_exponential_pair, "log-gamma-exponential", POSITIVE, uneven=True
    ),
    "uniformly quantised": Distribution(quantised_pair, "uniformly quantised", POSITIVE),
    **{
        f"power {exponent}": _normal_based(
            f"power {exponent}", POSITIVE, after=partial(_power, exponent=exponent)
        )
        for exponent in (1.5, 2, 3)
    },
    "smoothed discrete uniform": Distribution(
        smoothed_discrete_uniform_pair, "smoothed discrete uniform", POSITIVE
    ),
    "symmetric noisy channel": Distribution(noisy_channel_pair, "symmetric noisy channel"),
    **{
        f"rare event {failure}": Distribution(
            partial(rare_event_pair, failure=failure),
            "rare event",
            POSITIVE,
            least=-failure * math.log(failure) - (1 - failure) * math.log(1 - failure),
        )
        for failure in FAILURES
    },
}
"""The distributions by name; those of rare events share their groups."""

_METHODS = ("KSG", "WKL", "MINE", "NWJ", "InfoNCE")
_TABLES = {
    (10_000, "normal"): """
        0 .01 .05 .18 .45 .83 1.27 1.77 2.34 3.01 3.79
        .01 .02 .02 .07 .29 .64 .65 1.01 1.59 2.26 3.01
        0 .02 .02 .05 .13 .30 .66 1.31 2.12 3.00 3.88
        0 .03 .03 .08 .21 .48 1.01 1.77 2.66 3.69 4.59
        0 .02 .03 .06 .14 .30 .63 1.19 1.98 2.91 3.89""",
    (10_000, "uniform"): """
        0 .03 .11 .29 .60 .99 1.45 1.95 2.53 3.21 3.99
        0 .05 .07 .19 .44 .79 1.22 1.67 2.19 2.80 3.51
        0 .07 .12 .25 .46 .82 1.42 2.17 3.04 4.02 4.92
        0 .07 .14 .28 .53 .96 1.58 2.43 3.30 4.24 5.22
        0 .07 .14 .22 .35 .58 .99 1.61 2.43 3.34 4.30""",
    (10_000, "smoothed uniform"): """
        0 .11 .18 .33 .60 .98 1.41 1.90 2.44 3.09 3.85
        0 .10 .13 .21 .44 .79 1.21 1.68 2.18 2.77 3.45
        0 .07 .08 .12 .19 .38 .68 1.29 2.07 2.99 3.89
        0 .07 .09 .15 .26 .52 1.02 1.79 2.72 3.65 4.60
        0 .07 .07 .09 .14 .26 .56 1.16 1.97 2.93 3.92""",
    (10_000, "log-gamma-exponential"): """
        .01 .02 .04 .06 .11 .20 .37 .66 1.13 1.80
        .02 .02 .03 .04 .08 .13 .23 .42 .70 1.07
        .02 .07 .11 .24 .50 .92 1.75 2.54 3.39 4.35
        .03 .10 .17 .35 .67 1.22 1.99 2.94 3.87 4.89
        .03 .05 .09 .18 .37 .70 1.27 2.04 2.97 3.94""",
    (10_000, "uniformly quantised"): """
        .02 .03 .06 .09 .15 .24 .40 .88 3.01 6.12
        1 2 3 4 5 6 7 8 9 10
        .03 .06 .15 .25 .54 1.02 1.54 2.25 3.09 4.07
        .03 .07 .17 .34 .69 1.22 1.95 2.78 3.70 4.70
        .02 .03 .06 .13 .27 .59 1.18 2.02 2.96 3.93""",
    (10_000, "smoothed discrete uniform"): """
        .01 .02 .04 .06 .10 .17 .29 .54 1.01 1.64
        1 2 3 4 5 6 7 8 9 9.61
        .04 .04 .08 .14 .32 .51 .97 1.46 2.22 3.05
        .04 .05 .10 .21 .47 .89 1.61 2.40 3.35 4.24
        .04 .03 .07 .10 .23 .52 1.12 1.94 2.89 3.88""",
    (1_000, "rare event"): """
        .01 .30 .63 1.16 1.84 2.65 3.54 4.49 5.45 6.43
        .02 .26 .42 .87 1.47 2.23 3.07 4.00 4.95 5.92
        .16 .56 1.00 1.44 2.06 2.83 3.72 4.66 5.70 6.80
        .12 .42 1.04 1.52 2.19 3.01 3.95 4.95 5.93 6.89
        .15 .60 1.02 1.39 1.92 2.62 3.46 4.38 5.35 6.27""",
}
"""Published mean absolute errors in nats by rows and group, one line a method, ending at 10 nats.

They start at 0 nats, or at 1 nat where the sides of 0 nats are constant.
"""


@dataclass(frozen=True)
class Lowdim(Suite):
    """Distributions of 1, 2 and 3 columns a side with 0, 1, …, 10 nats, each dataset a cell.

    Combinations that cannot be are left out: 0 nats where that makes a side constant, and rare
    events of too little information.

    Args:
        n_samples: rows of each dataset; published are 1,000 (rare events) and 10,000 (the others).
        replicates: datasets of each distribution, information and number of columns.
        thin: keep one dataset in `thin`, with the distributions in turn.

    Raises:
        ValueError: if there are too few rows or no replicate, or `thin` is below 1.

    Source: definitions and errors from github.com/VanessB/mutinfo (`lowdim` configuration, tables
    of August 2026).

    Example:
        >>> suite = Lowdim()
        >>> suite.n_cells, suite.published["KSG"]["normal, 5 nats"]
        (395, 0.83)
    """

    n_samples: int = 10_000
    replicates: int = 1
    thin: int = 1

    name: ClassVar[str] = "lowdim"
    note: ClassVar[str] = (
        "A cell is a dataset. Published errors are those of other draws, of ten seeds, each method "
        "with its best hyperparameter of every group, chosen by the true value; their KSG does not "
        "standardise the columns."
    )

    @property
    def published(self) -> Mapping[str, Mapping[str, float]]:
        """Published mean absolute errors in nats, by method and group, for this number of rows."""
        errors: dict[str, dict[str, float]] = {}
        for (n_samples, group), table in _TABLES.items():
            if n_samples == self.n_samples:
                for method, line in zip(_METHODS, table.strip().splitlines(), strict=True):
                    values = [float(value) for value in line.split()]
                    for information, value in zip(INFORMATION[-len(values) :], values, strict=True):
                        name = self._group(group, information)
                        errors.setdefault(method, {})[name] = value
        return errors

    def plans(self) -> Iterator[Plan]:
        """The datasets by distribution, mutual information and number of columns."""
        every = (
            Plan(
                group=self._group(distribution.group, information),
                distribution=name,
                name=f"{name}, {information} nats, {dim} + {dim} #{replicate + 1}",
                keys=(name, information, dim, replicate, self.n_samples),
                draw=partial(distribution.draw, information, dim, self.n_samples),
            )
            for name, distribution in DISTRIBUTIONS.items()
            for information in distribution.information
            for dim in DIMS
            if distribution.possible(information, dim)
            for replicate in range(self.replicates)
        )
        return islice(every, 0, None, self.thin)

    def _group(self, group: str, information: int) -> str:
        plural = "nat" if information == 1 else "nats"
        return sized(f"{group}, {information} {plural}", self.n_samples, type(self).n_samples)
