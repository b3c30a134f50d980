"""Self-consistency checks: properties of mutual information that need no true value."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from mist_explore.distributions import FAMILIES
from mist_explore.estimators import estimator_of
from mist_explore.evaluation.markdown import pipe_table
from mist_explore.interfaces import Estimator, JointDistribution
from mist_explore.metrics import Mean, clustered_mean
from mist_explore.progress import Progress, run_job
from mist_explore.seeding import as_generator, derive_seed

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "consistency",
    "consistency_table",
    "iter_consistency",
]

DIM = 3
N_SAMPLES = 300
EXACT = 1e-3
"""Greatest difference in nats between two estimates from the same rows."""
STANDARD_ERRORS = 3.0
"""Standard errors from 0 beyond which the mean over the draws of a distribution is a breach."""

Sides = tuple[Tensor, Tensor]
Change = Callable[[Tensor, Tensor, torch.Generator], Sides]
Views = Callable[[JointDistribution, torch.Generator], tuple[Sequence[Sides], Sides]]


@dataclass(frozen=True)
class Check:
    """Relation between the estimates from two views of a distribution.

    Args:
        claim: property of mutual information, in words.
        must: sign of the second estimate less the first.
        same_rows: whether both views hold the same rows, without sampling noise.
        views: the datasets of the first estimate, which is their sum, and that of the second.
    """

    claim: str
    must: Literal["not rise", "not change", "rise"]
    same_rows: bool
    views: Views

    def breach(self, differences: Sequence[float]) -> float:
        """Return the nats by which draws of a distribution break the claim beyond noise, or 0.

        Example:
            >>> CHECKS["noise on Y"].breach([0.2, 0.3, 0.25, 0.25])
            0.25
            >>> CHECKS["noise on Y"].breach([0.2, -0.3, 0.25, -0.25])
            0.0
        """
        d = np.asarray(differences)
        mean = float(np.abs(d).mean() if self.same_rows else d.mean())
        noise = EXACT if self.same_rows else STANDARD_ERRORS * float(d.std(ddof=1)) / len(d) ** 0.5
        if self.must == "rise":
            return max(0.0, noise - mean)
        size = abs(mean) if self.must == "not change" else mean
        return size if size > noise else 0.0


def _seen(change: Change) -> Views:
    """A draw of the distribution, and the same draw changed."""

    def views(
        distribution: JointDistribution, generator: torch.Generator
    ) -> tuple[list[Sides], Sides]:
        x, y = distribution.draw(N_SAMPLES, generator)
        return [(x, y)], change(x, y, generator)

    return views


def _noise(x: Tensor, y: Tensor, generator: torch.Generator) -> Sides:
    noise = torch.randn(y.shape, generator=generator, dtype=y.dtype)
    return x, y + 0.5 * y.std(0) * noise


def _side_by_side(
    distribution: JointDistribution, generator: torch.Generator
) -> tuple[tuple[Sides, Sides], Sides]:
    one, two = distribution.draw(N_SAMPLES, generator), distribution.draw(N_SAMPLES, generator)
    return (one, two), (torch.cat([one[0], two[0]], 1), torch.cat([one[1], two[1]], 1))


def _function(
    distribution: JointDistribution, generator: torch.Generator
) -> tuple[list[Sides], Sides]:
    x = torch.randn(N_SAMPLES, distribution.dim_x, generator=generator, dtype=torch.float64)
    y = x + x.square()
    return [(x[: N_SAMPLES // 4], y[: N_SAMPLES // 4])], (x, y)


def _row_order(x: Tensor, y: Tensor, generator: torch.Generator) -> Sides:
    order = torch.randperm(len(x), generator=generator)
    return x[order], y[order]


def _mixed(x: Tensor, y: Tensor, generator: torch.Generator) -> Sides:
    square = torch.randn(x.shape[1], x.shape[1], generator=generator, dtype=x.dtype)
    return x @ torch.linalg.qr(square).Q, y


CHECKS: dict[str, Check] = {
    "noise on Y": Check(
        "noise added to Y never raises it (data processing)", "not rise", False, _seen(_noise)
    ),
    "fewer columns": Check(
        "a column of X less never raises it (data processing)",
        "not rise",
        False,
        _seen(lambda x, y, _: (x[:, 1:], y)),
    ),
    "coarser Y": Check(
        "Y rounded to its standard deviation never raises it (data processing)",
        "not rise",
        False,
        _seen(lambda x, y, _: (x, (y / y.std(0)).round())),
    ),
    "side by side": Check(
        "independent pairs side by side add up", "not change", False, _side_by_side
    ),
    "function": Check(
        "where Y is a function of X, four times the rows raise it", "rise", False, _function
    ),
    "order of rows": Check(
        "the order of rows does not count", "not change", True, _seen(_row_order)
    ),
    "order of columns": Check(
        "the order of the columns of a side does not count",
        "not change",
        True,
        _seen(lambda x, y, _: (x.flip(1), y.roll(1, 1))),
    ),
    "swap": Check("X and Y may change places", "not change", True, _seen(lambda x, y, _: (y, x))),
    "units": Check(
        "sign and scale of a column do not count",
        "not change",
        True,
        _seen(lambda x, y, _: (-100 * x + 7, y)),
    ),
    "monotone maps": Check(
        "monotone maps of a column do not count",
        "not change",
        True,
        _seen(lambda x, y, _: (x.arcsinh(), y + y.pow(3))),
    ),
    "linear mixing": Check(
        "a rotation of the columns of X does not count", "not change", True, _seen(_mixed)
    ),
}
"""Every check by its name."""


@dataclass(frozen=True)
class Finding:
    """Result of one check of an estimator.

    Args:
        check: its name in `CHECKS`.
        claim: property of mutual information, in words.
        n_distributions: number of distributions.
        change: the mean of the second estimate less the first in nats, clustered by distribution.
        broken: the share of distributions that break the claim beyond noise.
        breach: by how many nats they do, on average; 0 where none does.
        largest: by how many nats the worst distribution does.
        flagged: the share of second estimates that carry a warning.
    """

    check: str
    claim: str
    n_distributions: int
    change: Mean
    broken: float
    breach: float
    largest: float
    flagged: float


def consistency(
    estimator: str | Path | Estimator,
    seed: int = 0,
    replicates: int = 6,
    *,
    progress: bool = False,
) -> tuple[Finding, ...]:
    """Run every consistency check on draws of every distribution family.

    Args:
        estimator: a name, see `load`, or an estimator.
        seed: of the datasets, which are the same for every estimator.
        replicates: draws of each distribution, two or more.
        progress: whether to show a tqdm bar.

    Raises:
        ValueError: if there are fewer than two draws, or the estimator refuses a dataset.

    Example:
        >>> findings = consistency("gaussian", replicates=2)
        >>> {f.check: f.broken for f in findings}["order of rows"]
        0.0
    """
    return run_job(iter_consistency(estimator, seed, replicates), progress)


def iter_consistency(
    estimator: str | Path | Estimator, seed: int = 0, replicates: int = 6
) -> Generator[Progress, None, tuple[Finding, ...]]:
    """Yield the progress of `consistency` and return its result; close it to cancel."""
    if replicates < 2:
        raise ValueError(f"expected at least two draws of each distribution; got {replicates}")
    estimator = estimator_of(estimator)
    distributions = {name: family.distribution(DIM, DIM) for name, family in FAMILIES.items()}
    start, findings = perf_counter(), []
    for name, check in CHECKS.items():
        by_distribution: list[list[float]] = []
        flagged = 0
        for family, distribution in distributions.items():
            differences = []
            for draw in range(replicates):
                generator = as_generator(derive_seed(seed, "consistency", name, family, draw))
                before, after = check.views(distribution, generator)
                first = sum(estimator.estimate(x.numpy(), y.numpy()).median for x, y in before)
                second = estimator.estimate(after[0].numpy(), after[1].numpy())
                differences.append(second.median - first)
                flagged += bool(second.warnings)
            by_distribution.append(differences)
        breaches = np.array([check.breach(differences) for differences in by_distribution])
        findings.append(
            Finding(
                check=name,
                claim=check.claim,
                n_distributions=len(distributions),
                change=clustered_mean(
                    [d for differences in by_distribution for d in differences],
                    [distribution for distribution in distributions for _ in range(replicates)],
                ),
                broken=float((breaches > 0).mean()),
                breach=float(breaches[breaches > 0].mean()) if breaches.any() else 0.0,
                largest=float(breaches.max()),
                flagged=flagged / (len(distributions) * replicates),
            )
        )
        yield Progress(len(findings), len(CHECKS), perf_counter() - start)
    return tuple(findings)


def consistency_table(findings: Sequence[Finding]) -> str:
    """Return the findings as a Markdown table."""
    what = "what must hold", "mean change", "distributions that break it"
    header = (*what, "by", "at most", "flagged")
    lines = []
    for f in findings:
        shares = f"{f.broken:.0%} of {f.n_distributions}", f"{f.breach:.2g}", f"{f.largest:.2g}"
        lines.append((f.claim, str(f.change), *shares, f"{f.flagged:.0%}"))
    note = (
        f"Nats, medians; {N_SAMPLES} rows, {DIM} + {DIM} columns, every family. A distribution "
        f"breaks a claim when the mean over its draws is more than {STANDARD_ERRORS:g} standard "
        f"errors off, or, where the same rows are seen twice, more than {EXACT:g} nats."
    )
    return f"{pipe_table(header, lines)}\n\n{note}\n"
