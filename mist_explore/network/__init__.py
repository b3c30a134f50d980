"""The learned estimator's network: front end, attention, head, loss, checkpoints."""

from __future__ import annotations

from mist_explore.network.checkpoint import (
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    save_checkpoint,
)
from mist_explore.network.config import NetworkConfig
from mist_explore.network.features import Features, featurise
from mist_explore.network.loss import pinball_loss
from mist_explore.network.model import Network

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "Features",
    "Network",
    "NetworkConfig",
    "featurise",
    "load_checkpoint",
    "pinball_loss",
    "save_checkpoint",
]
