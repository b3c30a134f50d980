"""Trained networks on this computer: shipped and saved by the user."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from mist_explore.estimators.registry import ESTIMATORS
from mist_explore.network import Checkpoint, save_checkpoint
from mist_explore.network.checkpoint import CONFIG
from mist_explore.resources import models_directory

__all__ = ["available_models", "checked_name", "save_model", "user_models_directory"]

NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,38}[a-z0-9])?")
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
"""Names that are no folders on Windows."""


def user_models_directory() -> Path:
    """Where `save_model` writes: `MIST_EXPLORE_MODELS`, or a folder of the user's own data.

    Example:
        >>> user_models_directory().name
        'models'
    """
    chosen = os.environ.get("MIST_EXPLORE_MODELS")
    return Path(chosen) if chosen else Path.home() / ".local" / "share" / "mist-explore" / "models"


def available_models() -> dict[str, Path]:
    """The folder of every trained network by its name, the shipped ones first.

    It is read anew at each call, since another page may just have saved one.

    Example:
        >>> "mist-qr" in available_models()
        True
    """
    found: dict[str, Path] = {}
    for directory in (models_directory(), user_models_directory()):
        for config in sorted(directory.glob(f"*/{CONFIG}")):
            found.setdefault(config.parent.name, config.parent)
    return found


def checked_name(name: str) -> str:
    """The name, if a model of the user may have it.

    Raises:
        ValueError: if it cannot name a folder everywhere, or belongs to an estimator at hand.
    """
    if not NAME.fullmatch(name) or DEVICES.fullmatch(name):
        raise ValueError(
            "expected a name of at most 40 small letters, digits, dots, hyphens and underscores, "
            f"beginning and ending with a letter or a digit; got {name!r}"
        )
    shipped = {path.name for path in models_directory().iterdir()}
    if name in shipped or name in ESTIMATORS:
        raise ValueError(f"expected a name of your own; {name!r} is an estimator at hand")
    return name


def save_model(checkpoint: Checkpoint, name: str, *, replacing: bool = False) -> Path:
    """Save a network under a name, by which `load` then finds it; returns its folder.

    Whatever interrupts it, the name stands for the old network or the new one, never a part.

    Args:
        checkpoint: the network with its training settings.
        name: its name.
        replacing: whether a model that already has the name may give way.

    Raises:
        ValueError: if the name is not possible or taken.
    """
    directory = user_models_directory() / checked_name(name)
    save_checkpoint(directory, replace(checkpoint, name=name), replacing=replacing)
    return directory
