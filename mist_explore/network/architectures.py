"""The networks by name: what each reads of a batch of datasets, and how it is made.

A network maps what it reads to quantiles at the levels of its configuration; training,
checkpoints and the estimator are the same for all of them.
"""

from __future__ import annotations

from typing import TypeAlias

from torch import Tensor

from mist_explore.network.config import NetworkConfig
from mist_explore.network.features import Features, featurise
from mist_explore.network.judge import JudgedNetwork
from mist_explore.network.model import Network
from mist_explore.network.published import PublishedNetwork, padded_rows

__all__ = ["AnyNetwork", "features_of", "network_of"]

AnyNetwork: TypeAlias = Network | JudgedNetwork | PublishedNetwork
"""A network of any architecture."""


def network_of(config: NetworkConfig) -> AnyNetwork:
    """The network of a configuration, with new weights from torch's generator."""
    if config.architecture == "published":
        return PublishedNetwork(config)
    return JudgedNetwork(config) if config.judges else Network(config)


def features_of(config: NetworkConfig, x: Tensor, y: Tensor) -> Features | Tensor:
    """What the network of a configuration reads, in the floating-point type of `x`.

    Args:
        config: of the network.
        x: `(B, n, dim_x)`, no column constant.
        y: `(B, n, dim_y)`, no column constant.

    Raises:
        ValueError: if the architecture cannot take so many columns.
    """
    if config.architecture == "pairs":
        return featurise(x, y, neighbours=config.judges > 0)
    return padded_rows(x, y)
