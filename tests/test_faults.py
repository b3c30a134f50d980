"""Kills and full disks: what was saved before stays whole, and nothing is left lying about."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mist_explore.estimators import available_models, load, save_model
from mist_explore.files import replace_file
from mist_explore.network import load_checkpoint, save_checkpoint
from tests.estimators.test_models import checkpoint

SAVING = """
import sys
from pathlib import Path
from mist_explore.network import save_checkpoint
from tests.estimators.test_models import checkpoint
networks = [checkpoint(2), checkpoint(3)]
save_checkpoint(Path(sys.argv[1]), networks[0])
print("saved", flush=True)
while True:
    for network in networks:
        save_checkpoint(Path(sys.argv[1]), network)
"""


@contextmanager
def full_disk(free: int) -> Iterator[None]:
    """Let no file grow beyond some bytes, as on a disk that is nearly full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("free", [0, 500, 2_000])
def test_a_full_disk_leaves_the_network_that_was_there(
    free: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIST_EXPLORE_MODELS", str(tmp_path))
    before = load_checkpoint(save_model(checkpoint(), "my-net")).sha256
    with full_disk(free), pytest.raises(OSError, match="too large"):
        save_model(checkpoint(1), "my-net", replacing=True)
    with full_disk(free), pytest.raises(OSError, match="too large"):
        save_model(checkpoint(1), "new")
    assert load_checkpoint(tmp_path / "my-net").sha256 == before
    assert load("my-net").name == "my-net"
    assert "new" not in available_models()
    assert not list(tmp_path.glob("*/.*"))
    save_model(checkpoint(1), "new")
    assert load("new").name == "new"


def test_a_full_disk_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    file = tmp_path / "cache.jsonl"
    replace_file(file, b"old")
    with full_disk(100), pytest.raises(OSError, match="too large"):
        replace_file(file, bytes(1_000))
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_kill_while_saving_leaves_a_whole_network(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SAVING, str(tmp_path)], stdout=subprocess.PIPE
    ) as saving:
        assert saving.stdout is not None
        assert saving.stdout.readline() == b"saved\n"
        time.sleep(0.03)
        saving.kill()
    assert load_checkpoint(tmp_path).name == "unnamed"
    save_checkpoint(tmp_path, checkpoint())
    assert len(list(tmp_path.iterdir())) == 2
