"""Bivariate distributions with a given mutual information, from the `lowdim` benchmark.

Each sampler takes the information in nats, the number of rows and a generator, and returns two
columns of shape `(n,)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from scipy.optimize import brentq
from scipy.special import digamma, entr, lambertw, xlogy
from torch import Tensor

__all__ = [
    "PairSampler",
    "alphabet",
    "channel_information",
    "log_gamma_exponential_pair",
    "near_uniform",
    "noisy_channel_pair",
    "normal_pair",
    "quantised_pair",
    "rare_event_pair",
    "smoothed_discrete_uniform_pair",
    "smoothed_information",
    "smoothed_uniform_pair",
]

PairSampler = Callable[[float, int, torch.Generator], tuple[Tensor, Tensor]]
"""`(information of the pair in nats, rows, generator)` to two columns of shape `(n,)`."""


def normal_pair(
    information: float, n_samples: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    r"""Standard normal pair with correlation \(\rho = \sqrt{1 - e^{-2I}}\)."""
    x, noise = torch.randn(2, n_samples, generator=generator, dtype=torch.float64)
    return x, math.sqrt(-math.expm1(-2 * information)) * x + math.exp(-information) * noise


def smoothed_uniform_pair(
    information: float, n_samples: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    r"""\(Y = \min(1, s) X + U / \max(1, s)\) with X and U uniform on (0, 1).

    \(I = s/2\) for \(s \le 1\) and \(\ln s + 1/(2s)\) for \(s > 1\).
    """
    s = 2 * information
    if s > 1:
        s = -0.5 / float(lambertw(-0.5 * math.exp(-information)).real)
    x, noise = _uniform(2, n_samples, generator)
    return x, min(1.0, s) * x + noise / max(1.0, s)


def log_gamma_exponential_pair(
    information: float, n_samples: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    r"""\(X = \ln G\) and \(Y = \ln E - X\), G gamma of shape 1/a, E exponential.

    \(I = \psi(1/a) + a + \ln a\). In logarithms, since G underflows where a is large.
    """
    a = _root(
        lambda a: float(digamma(1 / a)) + a + math.log(a) - information,
        2 * information,
        math.exp(information + np.euler_gamma),
    )
    # G(shape) = G(shape + 1) U^(1 / shape) in distribution.
    shape = torch.full((n_samples,), 1 / a + 1, dtype=torch.float64)
    gamma = torch._standard_gamma(shape, generator)
    x = gamma.log() + a * _uniform(1, n_samples, generator)[0].log() - float(digamma(1 / a))
    return x, _log_exponential(n_samples, generator) - x


def quantised_pair(
    information: float, n_samples: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """X standard normal, Y the number of its quantile bin; I = H(Y).

    The bins have equal mass, but for the last one, which makes the entropy exact.
    """
    x = torch.randn(n_samples, generator=generator, dtype=torch.float64)
    m, rare = near_uniform(information)
    bins = (torch.special.ndtr(x) * (m - 1) / (1 - rare)).floor()
    return x, bins.clamp(max=m - 1)


def smoothed_discrete_uniform_pair(
    information: float, n_samples: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """X uniform on 0, …, m - 1, Y = X + w U with U uniform on (0, 1); both are scaled to (0, 1).

    m is the least alphabet with ln m ≥ I; `smoothed_information` gives I by the width w.
    """
    m = alphabet(information)
    width = 1.0
    if math.log(m) > information:
        # One count covers nearly all of a wide window, so that I < ln(m) m / w.
        most = m * math.log(m) / information + 1
        width = _root(lambda w: information - smoothed_information(m, w), 1.0, most)
    x = torch.randint(m, (n_samples,), generator=generator).double()
    noise = _uniform(1, n_samples, generator)[0]
    return x / (m - 1), (x + width * noise) / (m - 1 + width)


def noisy_channel_pair(
    information: float, n_samples: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """X uniform on m letters; Y is X, or with probability r a new uniform letter.

    m is the least alphabet of two or more letters with ln m ≥ I.
    """
    m = max(2, alphabet(information))
    reroll = _root(lambda r: information - channel_information(m, r), 0.0, 1.0)
    x, other = torch.randint(m, (2, n_samples), generator=generator).double()
    return x, torch.where(_uniform(1, n_samples, generator)[0] < reroll, other, x)


def rare_event_pair(
    information: float, n_samples: int, generator: torch.Generator, failure: float
) -> tuple[Tensor, Tensor]:
    """X and Y uniform on (0, 1), independent within the diagonal blocks of a common label.

    One block has the probability `failure`; the others share the rest as equally as the mutual
    information, the entropy of the label, allows.
    """
    rest = max(0.0, information - _binary_entropy(failure)) / (1 - failure)
    m, rare = near_uniform(rest)
    width = (1 - failure) * (1 - rare) / max(1, m - 1)
    x, noise = _uniform(2, n_samples, generator)
    number = ((x - failure) / width).floor().clamp(0, max(0, m - 2))
    start, size = failure + number * width, torch.full_like(x, width)
    for inside, low, high in (
        (x < failure, 0.0, failure),
        (x >= 1 - (1 - failure) * rare, 1 - (1 - failure) * rare, 1.0),
    ):
        start = torch.where(inside, low, start)
        size = torch.where(inside, high - low, size)
    return x, start + size * noise


def alphabet(information: float) -> int:
    """Return the least m with ln m ≥ `information`."""
    return math.ceil(math.exp(information) - 1e-9)


def near_uniform(entropy: float) -> tuple[int, float]:
    """Return m and the probability of the rarest of m labels with this entropy in nats.

    The other m - 1 labels share the rest equally.

    Example:
        >>> m, rare = near_uniform(1.0)
        >>> m, round(float(entr(rare) + 2 * entr((1 - rare) / 2)), 6)
        (3, 1.0)
    """
    m = alphabet(entropy)
    if m == 1:
        return 1, 1.0

    def excess(rare: float) -> float:
        return _binary_entropy(rare) + (1 - rare) * math.log(m - 1) - entropy

    return m, 1 / m if excess(1 / m) <= 0 else _root(excess, 0.0, 1 / m)


def smoothed_information(m: int, width: float) -> float:
    r"""I(X; X + w U) in nats, X uniform on 0, …, m - 1 and U on (0, 1), for a width w ≥ 1.

    Given y, X is uniform on the c(y) integers of the window [y - w, y], so that
    \(I = \ln m - E[\ln c(Y)]\), where c is constant between the points j and j + w.

    Example:
        >>> round(smoothed_information(8, 1.0) / math.log(8), 6)
        1.0
    """
    starts = np.arange(m, dtype=np.float64)
    points = np.sort(np.concatenate([starts, starts + width]))
    middle = (points[1:] + points[:-1]) / 2
    counts = np.searchsorted(starts, middle) - np.searchsorted(starts + width, middle)
    return math.log(m) - float((np.diff(points) * xlogy(counts, counts)).sum()) / (m * width)


def channel_information(m: int, reroll: float) -> float:
    """I(X; Y) in nats of a symmetric channel of m letters with a uniform input."""
    wrong = reroll * (1 - 1 / m)
    return math.log(m) - _binary_entropy(wrong) - wrong * math.log(m - 1)


def _uniform(count: int, n_samples: int, generator: torch.Generator) -> Tensor:
    """Uniform numbers of (0, 1) without 0, of shape `(count, n)`."""
    return 1 - torch.rand(count, n_samples, generator=generator, dtype=torch.float64)


def _log_exponential(n_samples: int, generator: torch.Generator) -> Tensor:
    return (-_uniform(1, n_samples, generator)[0].log()).log()


def _binary_entropy(chance: float) -> float:
    return float(entr(chance) + entr(1 - chance))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """The zero of a function that changes sign between `low` and `high`, ends included."""
    for end in (low, high):
        if abs(function(end)) < 1e-12:
            return end
    return float(brentq(function, low, high, xtol=1e-14))
