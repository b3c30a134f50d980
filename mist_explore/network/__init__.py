"""The learned estimator's network: front end, attention, head, loss, checkpoints."""

from __future__ import annotations

from mist_explore.network.architectures import AnyFeatures, AnyNetwork, features_of, network_of
from mist_explore.network.checkpoint import (
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    save_checkpoint,
)
from mist_explore.network.config import NetworkConfig
from mist_explore.network.ensemble import StackedEnsemble
from mist_explore.network.features import Features, featurise
from mist_explore.network.loss import LEAST_UNIT, pinball_loss, relative_loss
from mist_explore.network.model import Network
from mist_explore.network.published import PublishedNetwork
from mist_explore.network.stacking import StackFeatures
from mist_explore.network.training_distance import TrainingDistance

__all__ = [
    "LEAST_UNIT",
    "AnyFeatures",
    "AnyNetwork",
    "Checkpoint",
    "CheckpointError",
    "Features",
    "Network",
    "NetworkConfig",
    "PublishedNetwork",
    "StackFeatures",
    "StackedEnsemble",
    "TrainingDistance",
    "features_of",
    "featurise",
    "load_checkpoint",
    "network_of",
    "pinball_loss",
    "relative_loss",
    "save_checkpoint",
]
