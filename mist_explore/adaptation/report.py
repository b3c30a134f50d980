"""How well a fitted flow describes rows that it was not fitted to."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mist_explore.configuration import Configuration
from mist_explore.seeding import as_generator
from mist_explore.transforms.fitted import FittedFlow

__all__ = ["FlowReport", "flow_report"]

SEPARATED = 0.001
"""The p-value below which draws and data count as separated."""

MOST_COMPARED = 2_000
"""Rows of data and of the flow that the classifier compares, at most."""


@dataclass(frozen=True)
class FlowReport(Configuration):
    """Fit of a flow to its data.

    Args:
        flow: mean log-likelihood of held-out rows in nats a row, under the flow.
        gaussian: under a Gaussian distribution.
        gaussian_copula: under a Gaussian copula with the marginals of the flow.
        marginals: Kolmogorov-Smirnov distance between data and draws, by column.
        classifier: cross-validated accuracy of a classifier that separates data from draws; 0.5
            where they cannot be separated.
        p_value: probability of an accuracy as high where they have one distribution.
        n_held_out: number of held-out rows.

    Example:
        >>> report = FlowReport(-1.2, -2.0, -1.5, (0.01,), 0.52, 0.2, 150)
        >>> print(report)
        log-likelihood of 150 held-out rows, nats a row: -1.20
          Gaussian copula: -1.50
          Gaussian: -2.00
        largest distance of a marginal distribution: 0.010
        a classifier separates data from draws in 52 % (p = 0.2)
    """

    flow: float
    gaussian: float
    gaussian_copula: float
    marginals: tuple[float, ...]
    classifier: float
    p_value: float
    n_held_out: int

    @property
    def is_close(self) -> bool:
        """Whether draws of the flow and data cannot be separated beyond chance."""
        return self.p_value >= SEPARATED

    def __str__(self) -> str:
        return "\n".join(
            [
                f"log-likelihood of {self.n_held_out:,} held-out rows, nats a row: {self.flow:.2f}",
                f"  Gaussian copula: {self.gaussian_copula:.2f}",
                f"  Gaussian: {self.gaussian:.2f}",
                f"largest distance of a marginal distribution: {max(self.marginals):.3f}",
                f"a classifier separates data from draws in {self.classifier:.0%} "
                f"(p = {self.p_value:.2g})".replace("%", " %"),
            ]
        )


@torch.no_grad()
def flow_report(
    flow: FittedFlow, known: Tensor, held: Tensor, fitted: Tensor, held_out: Tensor, seed: int
) -> FlowReport:
    """Compare a flow with its data.

    Args:
        flow: the flow.
        known: the rows that it was fitted to, `(n, dim)`.
        held: the rows that it was not fitted to, `(m, dim)`.
        fitted: `known`, dequantised.
        held_out: `held`, dequantised.
        seed: of the draws and of the classifier.
    """
    rows = torch.cat([held, known])[:MOST_COMPARED].numpy()
    z = torch.randn(len(rows), flow.dim, generator=as_generator(seed), dtype=torch.float64)
    draws = flow.forward(z).numpy()
    accuracy, p_value = _two_sample_test(rows, draws, seed)
    copula = FittedFlow(flow.cells, flow.marginals, flow.root, 0, flow.hidden, None)
    return FlowReport(
        flow=float(flow.log_density(held_out).mean()),
        gaussian=_gaussian(fitted, held_out),
        gaussian_copula=float(copula.log_density(held_out).mean()),
        marginals=tuple(_distance(a, b) for a, b in zip(rows.T, draws.T, strict=True)),
        classifier=accuracy,
        p_value=p_value,
        n_held_out=len(held),
    )


def _gaussian(fitted: Tensor, held_out: Tensor) -> float:
    """Mean log-likelihood in nats of held-out rows under a Gaussian distribution."""
    centred, dim = fitted - fitted.mean(0), fitted.shape[1]
    covariance = centred.T @ centred / len(fitted)
    covariance.diagonal().add_(1e-6 * covariance.diagonal().mean())
    root = torch.linalg.cholesky(covariance)
    white = torch.linalg.solve_triangular(root, (held_out - fitted.mean(0)).T, upper=False)
    log_det = root.diagonal().log().sum()
    each = -0.5 * white.square().sum(0) - log_det - 0.5 * dim * math.log(2 * math.pi)
    return float(each.mean())


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    from scipy.stats import ks_2samp

    return float(ks_2samp(one, other).statistic)


def _two_sample_test(
    rows: NDArray[np.float64], draws: NDArray[np.float64], seed: int
) -> tuple[float, float]:
    """Accuracy and p-value (Lopez-Paz & Oquab, "Revisiting classifier two-sample tests", 2017)."""
    from scipy.stats import norm
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    both = np.vstack([rows, draws])
    source = np.repeat([0, 1], [len(rows), len(draws)])
    folds = StratifiedKFold(2, shuffle=True, random_state=seed % 2**32)
    classifier = HistGradientBoostingClassifier(max_iter=40, random_state=seed % 2**32)
    accuracy = float((cross_val_predict(classifier, both, source, cv=folds) == source).mean())
    return accuracy, float(norm.sf((accuracy - 0.5) * 2 * math.sqrt(len(both))))
