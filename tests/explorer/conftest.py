"""What tests of several pages share."""

from __future__ import annotations

from pathlib import Path

import pytest

from mist_explore.estimators import save_model
from mist_explore.explorer.baselines import LEARNED
from mist_explore.network import load_checkpoint
from mist_explore.resources import models_directory


@pytest.fixture
def saved_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a network that the user has just saved."""
    monkeypatch.setenv("MIST_EXPLORE_MODELS", str(tmp_path))
    save_model(load_checkpoint(models_directory() / LEARNED), "my-net")
    return "my-net"
