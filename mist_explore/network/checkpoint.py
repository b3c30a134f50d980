"""A trained network on disk: weights in safetensors, everything else in one JSON file.

The JSON file names the weights file and its hash, and is replaced last: whatever interrupts a
save, the previous checkpoint stays whole. One process saves at a time; readers need no lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from mist_explore.files import folder_lock, replace_file
from mist_explore.meta import MetaDistribution
from mist_explore.network.architectures import AnyNetwork, network_of
from mist_explore.network.config import NetworkConfig
from mist_explore.network.published import PUBLISHED_DATASETS
from mist_explore.network.training_distance import TrainingDistance

__all__ = ["Checkpoint", "CheckpointError", "load_checkpoint", "save_checkpoint"]

CONFIG = "config.json"
_FORMAT = 1
_TRAINING_DISTANCE = "familiarity."
"""The prefix of its tensors, as the first checkpoints wrote it."""


class CheckpointError(ValueError):
    """A checkpoint is missing, incomplete or of another kind than expected."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A network and what it was trained on.

    Args:
        name: the name of the model.
        network: the network, in evaluation mode.
        meta: the meta-distribution that it was trained on.
        training: how it was trained (steps, datasets, seconds, seed, versions).
        sha256: the hash of the weights; empty before the network was saved.
        training_distance: the distance from the datasets of training, if it was measured.
    """

    name: str
    network: AnyNetwork
    meta: MetaDistribution
    training: Mapping[str, Any] = field(default_factory=dict)
    sha256: str = ""
    training_distance: TrainingDistance | None = None

    def __repr__(self) -> str:
        weights = sum(p.numel() for p in self.network.parameters())
        return f"Checkpoint({self.name!r}, {weights:,} weights, sha256 {self.sha256[:12]!r})"

    @property
    def backbones(self) -> tuple[str, ...]:
        """The names of the shipped networks that an ensemble reads; none for others."""
        return tuple(filter(None, self.training.get("recipe", {}).get("backbone", "").split("+")))

    @property
    def published_share(self) -> float | None:
        """The share of the published training that a published network had; None for others."""
        if self.network.config.architecture != "published":
            return None
        return float(self.training["datasets"] / PUBLISHED_DATASETS)


def save_checkpoint(directory: Path, checkpoint: Checkpoint, *, replacing: bool = True) -> None:
    """Write the checkpoint into `directory`, replacing the one that is there as a whole.

    Raises:
        CheckpointError: if there is one and `replacing` is false.
    """
    state = {k: v.detach().cpu().contiguous() for k, v in checkpoint.network.state_dict().items()}
    if checkpoint.training_distance:
        tensors = checkpoint.training_distance.tensors()
        state |= {_TRAINING_DISTANCE + name: tensor for name, tensor in tensors.items()}
    weights = save_tensors(state)
    sha256 = hashlib.sha256(weights).hexdigest()
    name = f"weights-{sha256[:12]}.safetensors"
    config = {
        "format": _FORMAT,
        "name": checkpoint.name,
        "weights": name,
        "sha256": sha256,
        "network": checkpoint.network.config.to_mapping(),
        "meta": checkpoint.meta.to_mapping(),
        "training": dict(checkpoint.training),
    }
    directory.mkdir(parents=True, exist_ok=True)
    with folder_lock(directory):
        if not replacing and (directory / CONFIG).exists():
            raise CheckpointError(
                f"expected a new name; there is already a model {directory.name!r} in {directory}"
            )
        replace_file(directory / name, weights)
        replace_file(directory / CONFIG, (json.dumps(config, indent=1) + "\n").encode())
        # Those of earlier checkpoints, and what a killed process left.
        for pattern in ("weights-*", ".weights-*", f".{CONFIG}.*"):
            for old in directory.glob(pattern):
                if old.name != name:
                    old.unlink()


def load_checkpoint(directory: Path) -> Checkpoint:
    """Read a checkpoint strictly: every tensor, no other tensor, the hash as written.

    Raises:
        CheckpointError: if a file is missing or damaged, or does not fit this version.
    """
    try:
        raw, weights = _read(directory)
    except FileNotFoundError as error:
        raise CheckpointError(
            f"expected a trained model in {directory}; there is no {Path(error.filename).name}. "
            "Train one with `mist-explore train`, or restore models/ from the repository"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"expected a readable {directory / CONFIG}; got {error!r}") from None
    if raw.get("format") != _FORMAT:
        raise CheckpointError(f"expected checkpoint format {_FORMAT}; got {raw.get('format')!r}")
    if hashlib.sha256(weights).hexdigest() != raw.get("sha256"):
        raise CheckpointError(
            f"expected {raw['weights']} with the hash in {CONFIG}; it was changed"
        )
    try:
        network = network_of(NetworkConfig.from_mapping(raw["network"]))
        state = load_tensors(weights)
        names = [name for name in state if name.startswith(_TRAINING_DISTANCE)]
        known = {name.removeprefix(_TRAINING_DISTANCE): state.pop(name) for name in names}
        training_distance = TrainingDistance(**known) if known else None
        network.load_state_dict(state, strict=True)
        meta = MetaDistribution.from_mapping(raw["meta"])
        return Checkpoint(
            raw["name"], network.eval(), meta, raw["training"], raw["sha256"], training_distance
        )
    except (
        *(RuntimeError, SafetensorError, TypeError, ValueError),
        *(LookupError, AttributeError),
    ) as error:
        raise CheckpointError(
            f"expected weights in {directory} that fit its configuration; {error}"
        ) from None


def _read(directory: Path) -> tuple[dict[str, Any], bytes]:
    """Return the configuration and the weights that it names.

    Another process may replace both in between: its weights are then in the next configuration.
    """
    while True:
        text = (directory / CONFIG).read_bytes()
        raw: dict[str, Any] = json.loads(text)
        try:
            return raw, (directory / Path(raw["weights"]).name).read_bytes()
        except FileNotFoundError:
            if (directory / CONFIG).read_bytes() == text:
                raise
