"""The learned estimator's network: front end, attention, head, loss, checkpoints."""

from __future__ import annotations

from mist_explore.network.architectures import AnyNetwork, features_of, network_of
from mist_explore.network.checkpoint import (
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    save_checkpoint,
)
from mist_explore.network.config import NetworkConfig
from mist_explore.network.familiarity import Familiarity
from mist_explore.network.features import Features, featurise
from mist_explore.network.judge import Evidence, JudgedNetwork
from mist_explore.network.loss import pinball_loss
from mist_explore.network.model import Network
from mist_explore.network.published import PublishedNetwork

__all__ = [
    "AnyNetwork",
    "Checkpoint",
    "CheckpointError",
    "Evidence",
    "Familiarity",
    "Features",
    "JudgedNetwork",
    "Network",
    "NetworkConfig",
    "PublishedNetwork",
    "features_of",
    "featurise",
    "load_checkpoint",
    "network_of",
    "pinball_loss",
    "save_checkpoint",
]
