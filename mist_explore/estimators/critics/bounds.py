r"""Variational bounds of mutual information from the scores of a critic.

A critic T gives every x of a batch a score with every y of it: `scores[..., i, j]` is
\(T(x_i, y_j)\). Pairs of one row, on the diagonal, come from the joint distribution P; the \(B (B -
1)\) others stand for the product Q of the marginals. Several batches, on leading axes, are pooled.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import softplus

__all__ = [
    "BOUNDS",
    "Bound",
    "donsker_varadhan",
    "info_nce",
    "jensen_shannon",
    "nwj",
    "smile",
]

CLIP = 5.0
"""Log ratios beyond this are clipped in SMILE's normaliser: the middle of the values 1, 5 and
infinity that its authors compare."""


def donsker_varadhan(scores: Tensor) -> Tensor:
    r"""The Donsker-Varadhan bound that MINE maximises, in nats.

    .. math:: \mathbb{E}_P[T] - \ln \mathbb{E}_Q[e^T]

    It reaches I at \(T = \ln\frac{p(x, y)}{p(x) p(y)} + c\) for any constant c.

    Args:
        scores: `(..., B, B)`, pooled.

    Returns:
        A scalar.

    Source: Donsker & Varadhan (1983); Belghazi et al., "MINE: mutual information neural
    estimation" (2018), equation 10.

    Example:
        >>> round(float(donsker_varadhan(torch.eye(3))), 6)
        1.0
    """
    return _paired(scores).mean() - _log_mean_exp(_unpaired(scores))


def info_nce(scores: Tensor) -> Tensor:
    r"""The InfoNCE bound in nats, which never exceeds ln B.

    .. math:: \frac1B \sum_i \ln \frac{e^{T(x_i, y_i)}}{\frac1B \sum_j e^{T(x_i, y_j)}}

    It does not change when a function of x is added to T, and nears I for B large against
    \(e^I\).

    Args:
        scores: `(..., B, B)`, averaged over batches.

    Returns:
        A scalar.

    Source: van den Oord, Li & Vinyals, "Representation learning with contrastive predictive
    coding" (2018), section 2.3.

    Example:
        >>> round(float(info_nce(100 * torch.eye(3))), 4) == round(math.log(3), 4)
        True
    """
    among_all = scores.logsumexp(-1) - math.log(scores.shape[-1])
    return (_paired(scores) - among_all).mean()


def nwj(scores: Tensor) -> Tensor:
    r"""The bound of Nguyen, Wainwright & Jordan in nats.

    .. math:: \mathbb{E}_P[T] - \mathbb{E}_Q[e^{T - 1}]

    It reaches I at \(T = 1 + \ln\frac{p(x, y)}{p(x) p(y)}\) only, and never exceeds
    Donsker-Varadhan with the same critic, because \(\ln z \le z / e\).

    Args:
        scores: `(..., B, B)`, pooled.

    Returns:
        A scalar.

    Source: Nguyen, Wainwright & Jordan, "Estimating divergence functionals and the likelihood
    ratio by convex risk minimization" (2010).

    Example:
        >>> float(nwj(torch.ones(3, 3)))
        0.0
    """
    return _paired(scores).mean() - (_unpaired(scores) - 1).exp().mean()


def smile(scores: Tensor, clip: float = CLIP) -> Tensor:
    r"""The SMILE estimate in nats: Donsker-Varadhan with a clipped normaliser.

    .. math:: \mathbb{E}_P[T] - \ln \mathbb{E}_Q[\max(e^{-\tau}, \min(e^T, e^{\tau}))]

    Clipping bounds the variance and gives up the inequality: the value may exceed I.

    Args:
        scores: `(..., B, B)`, pooled.
        clip: \(\tau\), in nats.

    Returns:
        A scalar.

    Source: Song & Ermon, "Understanding the limitations of variational mutual information
    estimators" (2020), the estimator with clipped density ratios.

    Example:
        >>> float(smile(torch.full((3, 3), 9.0)))
        4.0
    """
    return _paired(scores).mean() - _log_mean_exp(_unpaired(scores).clamp(-clip, clip))


def jensen_shannon(scores: Tensor) -> Tensor:
    r"""Jensen-Shannon objective of SMILE's critic, in nats.

    .. math:: -\mathbb{E}_P[\ln(1 + e^{-T})] - \mathbb{E}_Q[\ln(1 + e^T)]

    It is greatest at \(T = \ln\frac{p(x, y)}{p(x) p(y)}\), where it equals twice the
    Jensen-Shannon divergence of P and Q less 2 ln 2. It is no bound of I.

    Args:
        scores: `(..., B, B)`, pooled.

    Returns:
        A scalar.

    Source: Nowozin, Cseke & Tomioka, "f-GAN" (2016); Song & Ermon (2020) train by it.

    Example:
        >>> round(float(jensen_shannon(torch.zeros(3, 3)) + 2 * math.log(2)), 6)
        0.0
    """
    return -softplus(-_paired(scores)).mean() - softplus(_unpaired(scores)).mean()


@dataclass(frozen=True)
class Bound:
    """Training objective of a critic and the estimate from its scores.

    Args:
        value: the estimate in nats from scores `(..., B, B)`.
        objective: the objective of training and early stopping; `value` itself where that
            is a bound.
        has_ceiling: whether the value never exceeds ln B.
    """

    value: Callable[[Tensor], Tensor]
    objective: Callable[[Tensor], Tensor]
    has_ceiling: bool = False


BOUNDS: dict[str, Bound] = {
    "mine": Bound(donsker_varadhan, objective=donsker_varadhan),
    "infonce": Bound(info_nce, objective=info_nce, has_ceiling=True),
    "nwj": Bound(nwj, objective=nwj),
    "smile": Bound(smile, objective=jensen_shannon),
}
"""Every bound by its name."""


def _paired(scores: Tensor) -> Tensor:
    return scores.diagonal(dim1=-2, dim2=-1)


def _unpaired(scores: Tensor) -> Tensor:
    same_row = torch.eye(scores.shape[-1], dtype=torch.bool, device=scores.device)
    return scores[..., ~same_row]


def _log_mean_exp(scores: Tensor) -> Tensor:
    return scores.flatten().logsumexp(0) - math.log(scores.numel())
