"""Base estimates that only some samples have, and others that stand in for them elsewhere.

Canonical pairs of the values (`linear`) need several columns on a side, the chain rule
(`chain_rule`) columns that are discrete in part.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mist_explore.network.chain_rule import CHAIN_ESTIMATES, N_CHAIN, chain_rule
from mist_explore.network.continuous import CONTINUOUS_ESTIMATES
from mist_explore.network.linear import LINEAR_ESTIMATES, N_LINEAR, linear_estimates
from mist_explore.network.random_order import Order

__all__ = ["EXTENDED_ESTIMATES", "N_EXTENDED", "extended_estimates"]

Floats = NDArray[np.float64]

EXTENDED_ESTIMATES = (*LINEAR_ESTIMATES, *CHAIN_ESTIMATES)
N_EXTENDED = N_LINEAR + N_CHAIN

_STAND_IN = [
    CONTINUOUS_ESTIMATES.index(name)
    for name in (
        *("Gaussian copula", "KSG, canonical pairs") * 2,
        *("KSG, all columns", "Gaussian copula"),
    )
]


def extended_estimates(
    x: Tensor, y: Tensor, z: Tensor, order: Order, estimates: Floats
) -> tuple[Floats, Floats]:
    """Return the estimates of `EXTENDED_ESTIMATES` in nats and `N_EXTENDED` statistics.

    Args:
        x: values of X, `(dim_x, n)`, no row constant; float64.
        y: values of Y, `(dim_y, n)`.
        z: the normal scores of both, `(dim_x + dim_y, n)`.
        order: the random order of the rows.
        estimates: those of `CONTINUOUS_ESTIMATES`, some of which stand in; statistics are 0 there.
    """
    stand_in = estimates[_STAND_IN]
    n_linear = len(LINEAR_ESTIMATES)
    values, pairs = linear_estimates(x, y, z, order) or (stand_in[:n_linear], np.zeros(N_LINEAR))
    chain, terms = chain_rule(z.numpy(), len(x), order) or (
        stand_in[n_linear:],
        np.zeros(N_CHAIN),
    )
    return np.concatenate([values, chain]), np.concatenate([pairs, terms])
