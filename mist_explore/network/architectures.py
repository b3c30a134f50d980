"""The networks by name: what each reads of a batch of datasets, and how it is made.

A network maps what it reads to quantiles at the levels of its configuration; training,
checkpoints and the estimator are the same for all of them.
"""

from __future__ import annotations

from typing import TypeAlias

from torch import Tensor

from mist_explore.network.config import NetworkConfig
from mist_explore.network.ensemble import StackedEnsemble
from mist_explore.network.features import Features, featurise
from mist_explore.network.model import Network
from mist_explore.network.published import PublishedNetwork, padded_rows
from mist_explore.network.stacking import StackFeatures

__all__ = ["AnyFeatures", "AnyNetwork", "features_of", "network_of"]

AnyNetwork: TypeAlias = Network | StackedEnsemble | PublishedNetwork
"""A network of any architecture."""

AnyFeatures: TypeAlias = Features | StackFeatures | Tensor
"""What a network reads of a batch."""


def network_of(config: NetworkConfig) -> AnyNetwork:
    """The network of a configuration, with new weights from torch's generator."""
    if config.architecture == "published":
        return PublishedNetwork(config)
    return StackedEnsemble(config) if config.members else Network(config)


def features_of(network: AnyNetwork, x: Tensor, y: Tensor) -> AnyFeatures:
    """Return what a network reads of a batch of datasets, in the floating-point type of `x`.

    Args:
        network: the network.
        x: `(B, n, dim_x)`, no column constant.
        y: `(B, n, dim_y)`, no column constant.

    Raises:
        ValueError: if the architecture cannot take the number of columns.
    """
    if isinstance(network, StackedEnsemble):
        return network.features(x, y)
    return featurise(x, y) if isinstance(network, Network) else padded_rows(x, y)
