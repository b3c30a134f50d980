"""The folder of an adapted network: finished, under way, or of another network."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mist_explore.adaptation.budget import AdaptationSettings
from mist_explore.adaptation.card import AdaptationCard
from mist_explore.adaptation.meta import AdaptedMeta
from mist_explore.estimators import LearnedEstimator
from mist_explore.estimators.learned import load_learned
from mist_explore.estimators.models import (
    NAME,
    checked_name,
    save_model,
    user_models_directory,
)
from mist_explore.files import replace_file
from mist_explore.network import Checkpoint, load_checkpoint
from mist_explore.network.checkpoint import CONFIG
from mist_explore.sample import Sample

__all__ = [
    "CARD",
    "WORK",
    "Adaptation",
    "is_finished",
    "model_directory",
    "read_adaptation",
    "save_adaptation",
    "training_record",
]

CARD = "README.md"
"""The name of the file of the card, for people."""

WORK = "adaptation"
"""The folder, within that of the model, of the state of an interrupted adaptation."""

SETTINGS = "settings.json"


@dataclass(frozen=True, eq=False)
class Adaptation:
    """An adapted network.

    Args:
        directory: its folder.
        card: errors and coverage before and after.
        meta: the meta-distribution that it learned from.
    """

    directory: Path
    card: AdaptationCard
    meta: AdaptedMeta

    @property
    def estimator(self) -> LearnedEstimator:
        """The network as an estimator."""
        return load_learned(self.directory)


def model_directory(out: str | Path) -> Path:
    """Return the folder of a name among the user's models, or the folder itself.

    Raises:
        ValueError: if the name is that of a shipped estimator.
    """
    if isinstance(out, str) and NAME.fullmatch(out):
        return user_models_directory() / checked_name(out)
    return Path(out)


def read_adaptation(directory: Path) -> Adaptation:
    """Read an adaptation from the folder of its network.

    Raises:
        CheckpointError: if there is no network.
        ValueError: if the network was not adapted.
    """
    found = load_checkpoint(directory).training.get("adaptation")
    if found is None:
        raise ValueError(f"expected an adapted network in {directory}; got one that was not")
    return Adaptation(
        directory,
        AdaptationCard.from_mapping(found["card"]),
        AdaptedMeta.from_mapping(found["meta"]),
    )


def save_adaptation(directory: Path, name: str, *, replacing: bool = False) -> Path:
    """Copy an adapted network from its folder to a name among the user's models.

    Args:
        directory: the folder.
        name: by which `load` then finds the network.
        replacing: whether a model that already has the name may give way.

    Raises:
        ValueError: if the name is not possible or taken.
    """
    text = (directory / CARD).read_text(encoding="utf-8")
    target = save_model(load_checkpoint(directory), name, replacing=replacing)
    for file in directory.glob("flow-*.safetensors"):
        shutil.copyfile(file, target / file.name)
    heading = f"# {directory.name}"
    replace_file(target / CARD, text.replace(heading, f"# {name}", 1).encode())
    return target


def training_record(
    start: Checkpoint,
    sample: Sample,
    settings: AdaptationSettings,
    meta: AdaptedMeta,
    card: AdaptationCard,
) -> dict[str, Any]:
    """Return how the adapted network was trained."""
    return {
        **start.training,
        "began_from": {"name": start.name, "sha256": start.sha256},
        "adaptation": {
            "data": digest(sample),
            "settings": settings.to_mapping(),
            "meta": meta.to_mapping(),
            "card": card.to_mapping(),
        },
    }


def is_finished(directory: Path, sample: Sample, settings: AdaptationSettings) -> bool:
    """Return whether the folder holds this adaptation; otherwise note what is under way.

    Raises:
        ValueError: if the folder holds another network, or another adaptation is under way.
    """
    wanted = {"data": digest(sample), "settings": settings.to_mapping()}
    if (directory / CONFIG).exists():
        found = load_checkpoint(directory).training.get("adaptation")
        if found is None or {key: found[key] for key in wanted} != wanted:
            raise ValueError(
                f"expected a folder for a new network; {directory} holds another one: "
                "choose another name"
            )
        return True
    note = directory / WORK / SETTINGS
    if note.exists():
        if json.loads(note.read_text()) != wanted:
            raise ValueError(
                f"expected to go on with the adaptation in {directory}; it is one to other data "
                "or with other settings: choose another name, or remove the folder"
            )
    else:
        replace_file(note, json.dumps(wanted).encode())
    return False


def digest(sample: Sample) -> str:
    """Return a hash of the data of both sides."""
    both = np.ascontiguousarray(np.hstack([sample.x, sample.y]))
    return hashlib.sha256(both.tobytes() + repr((sample.dim_x, both.shape)).encode()).hexdigest()
