"""The temporary folder of a server, and those that killed servers have left."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest
from filelock import FileLock

from mist_explore.server.serving import PREFIX, SECONDS_TO_LOCK, temporary_folder


def test_only_folders_without_a_server_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    abandoned, living, young, other = (
        tmp_path / name for name in (f"{PREFIX}a", f"{PREFIX}b", f"{PREFIX}c", "mist-explore-d")
    )
    for folder in (abandoned, living, young, other):
        folder.mkdir()
        (folder / "lock").touch()
    old = time.time() - 2 * SECONDS_TO_LOCK
    with FileLock(living / "lock"):
        for folder in (abandoned, living, other):
            os.utime(folder, (old, old))
        with temporary_folder() as own:
            assert set(tmp_path.iterdir()) == {living, young, other, own}
    assert not own.exists()
