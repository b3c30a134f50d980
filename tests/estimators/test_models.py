"""Trained networks by name: saved whole or not at all, and found again everywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from mist_explore.cli import main
from mist_explore.estimators import ESTIMATORS, LearnedEstimator, available_models, load, save_model
from mist_explore.estimators.models import user_models_directory
from mist_explore.meta import Component, MetaDistribution
from mist_explore.network import (
    Checkpoint,
    CheckpointError,
    NetworkConfig,
    load_checkpoint,
    network_of,
    save_checkpoint,
)
from mist_explore.resources import models_directory

SHIPPED = sorted(path.parent.name for path in models_directory().glob("*/config.json"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the models of a user."""
    monkeypatch.setenv("MIST_EXPLORE_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def checkpoint(seed: int = 0) -> Checkpoint:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = network_of(NetworkConfig(8, 4, 2, 1)).eval()
        torch.nn.init.normal_(next(network.parameters()))
    training = {"steps": 1, "datasets": 2, "finished": False}
    meta = MetaDistribution((Component("normal-dense"),), (10, 20), (1, 1))
    return Checkpoint("unnamed", network, meta, training)


def test_a_saved_network_is_found_by_its_name(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert save_model(checkpoint(), "my-net") == home / "my-net"
    assert list(available_models()) == [*SHIPPED, "my-net"]
    found = load("my-net")
    assert isinstance(found, LearnedEstimator)
    assert found.name == "my-net"
    assert found.estimate([1, 2, 3, 4], [2, 1, 4, 3]).estimator == "my-net"
    assert main(["models"]) == 0
    assert "\nmy-net\n  network of" in capsys.readouterr().out


def test_a_name_is_replaced_only_if_that_is_meant(home: Path) -> None:
    save_model(checkpoint(), "my-net")
    before = load("my-net")
    with pytest.raises(ValueError, match="expected a new name; there is already a model 'my-net'"):
        save_model(checkpoint(1), "my-net")
    save_model(checkpoint(1), "my-net", replacing=True)
    after = load("my-net")
    assert isinstance(before, LearnedEstimator)
    assert isinstance(after, LearnedEstimator)
    assert before.checkpoint.sha256 != after.checkpoint.sha256
    assert {path.suffix for path in (home / "my-net").iterdir()} == {".json", ".safetensors"}
    assert len(list((home / "my-net").iterdir())) == 2


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mine",
        "../mine",
        "a/b",
        ".hidden",
        "a" * 41,
        "my-net\n",
        "naïve",
        "two words",
        "mist-qr.",
        "mist-qr-",
        "con",
        "nul.x",
    ],
)
def test_a_name_that_cannot_name_a_folder_everywhere_is_refused(home: Path, name: str) -> None:
    with pytest.raises(ValueError, match="expected a name of at most 40 small letters"):
        save_model(checkpoint(), name)
    assert not home.exists()


@pytest.mark.parametrize("name", sorted({*SHIPPED, *ESTIMATORS}))
def test_the_name_of_an_estimator_at_hand_is_refused(home: Path, name: str) -> None:
    with pytest.raises(ValueError, match="expected a name of your own"):
        save_model(checkpoint(), name, replacing=True)


def test_an_interrupted_save_leaves_no_model(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(self: Path, target: Path) -> Path:
        if target.name == "config.json":
            raise OSError("no space left on device")
        return rename(self, target)

    rename = Path.replace
    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="no space left"):
        save_model(checkpoint(), "my-net")
    assert "my-net" not in available_models()


def test_a_user_has_a_folder_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MIST_EXPLORE_MODELS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_models_directory() == tmp_path / ".local/share/mist-explore/models"
    assert list(available_models()) == SHIPPED


def test_two_who_save_one_name_leave_a_whole_network_to_each_reader(tmp_path: Path) -> None:
    networks = [checkpoint(0), checkpoint(1)]
    save_checkpoint(tmp_path, networks[0])
    until = threading.Event()

    def save(network: Checkpoint) -> int:
        times = 0
        while not until.is_set() or times < 20:
            save_checkpoint(tmp_path, network)
            times += 1
        return times

    with ThreadPoolExecutor(2) as pool:
        savers = [pool.submit(save, network) for network in networks]
        read = {load_checkpoint(tmp_path).sha256 for _ in range(100)}
        until.set()
        assert all(saver.result() >= 20 for saver in savers)
    assert len(read) == 2
    assert load_checkpoint(tmp_path).sha256 in read
    assert len(list(tmp_path.iterdir())) == 2


def test_of_two_who_save_one_new_name_one_gets_it(home: Path) -> None:
    start = threading.Barrier(2)

    def save(seed: int) -> int | None:
        network = checkpoint(seed)
        start.wait()
        try:
            save_model(network, "ours")
        except CheckpointError:
            return None
        return seed

    # Seeds of networks are set one after the other: the generator is one for all threads.
    with ThreadPoolExecutor(2) as pool:
        saved = [seed for seed in pool.map(save, (0, 1)) if seed is not None]
    assert len(saved) == 1
    assert isinstance(load("ours"), LearnedEstimator)


def test_what_a_killed_process_left_goes_with_the_next_save(home: Path) -> None:
    folder = save_model(checkpoint(), "my-net")
    (folder / ".weights-0123456789ab.safetensors.99-1").write_bytes(b"half of a netw")
    (folder / "weights-0123456789ab.safetensors").write_bytes(b"of no configuration")
    save_model(checkpoint(), "my-net", replacing=True)
    assert len(list(folder.iterdir())) == 2


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "half": lambda text: text[: len(text) // 2],
    "other bytes": lambda text: b"\xff\xfe" + text,
    "no object": lambda text: b"[]",
    "no weights": lambda text: text.replace(b'"weights"', b'"heights"'),
    "no hash": lambda text: text.replace(b'"sha256"', b'"md5"'),
    "no network": lambda text: text.replace(b'"network"', b'"net"'),
    "a setting too much": lambda text: text.replace(b'"network": {', b'"network": {"x": 1,'),
    "no distributions": lambda text: text.replace(b'"meta"', b'"beta"'),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_network_is_a_clear_error_and_the_others_are_offered(
    home: Path, damage: str
) -> None:
    save_model(checkpoint(), "whole")
    config = save_model(checkpoint(1), "broken") / "config.json"
    config.write_bytes(DAMAGE[damage](config.read_bytes()))
    with pytest.raises(CheckpointError, match=r"expected .*(broken|checkpoint format|hash)"):
        load("broken")
    assert {"whole", "broken", *SHIPPED} <= available_models().keys()
    assert isinstance(load("whole"), LearnedEstimator)
