"""Kills and full disks: what was saved before stays whole, and nothing is left lying about."""

from __future__ import annotations

import ast
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import mist_explore
from mist_explore.estimators import Gaussian, available_models, load, save_model
from mist_explore.evaluation import ResultCache
from mist_explore.explorer.run_folder import locked_folder, run_folder
from mist_explore.files import replace_file
from mist_explore.network import load_checkpoint, save_checkpoint
from mist_explore.sample import Sample
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
    file = tmp_path / "report.json"
    replace_file(file, b"old")
    with full_disk(100), pytest.raises(OSError, match="too large"):
        replace_file(file, bytes(1_000))
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


WRITERS = {
    *("write_text", "write_bytes", "write_html", "write_image", "savez", "savez_compressed"),
    *("tofile", "to_excel", "save_file"),
}
"""Calls that write to a path, where a kill or a full disk would leave half a file."""
WHOLE = {"files.py", "evaluation/result_cache.py"}
"""Where files are opened for writing: to be renamed once whole, and to append a whole line."""


def writes(source: str) -> list[str]:
    """The calls of a source by which a file is written in place."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = [ast.unparse(call.func).rpartition(".")[2] for call in calls]
    modes = [[ast.unparse(one).strip("'") for one in call.args[:2]] for call in calls]
    return [
        name
        for name, mode in zip(names, modes, strict=True)
        if name in WRITERS or (name == "open" and {"w", "wb", "a", "ab", "x", "xb"} & {*mode})
    ]


def test_files_are_written_whole() -> None:
    assert writes("p.write_text('a'); p.open('wb'); open(p, 'a')") == ["write_text", "open", "open"]
    assert writes("p.open(); open(p, 'rb'); p.read_text()") == []
    folder = Path(mist_explore.__file__).parent
    found = {
        str(path.relative_to(folder)): writes(path.read_text(encoding="utf-8"))
        for path in folder.rglob("*.py")
    }
    in_memory = {"tables/writing.py": ["savez"]}
    assert {
        path: calls for path, calls in found.items() if calls and path not in WHOLE
    } == in_memory


def test_a_full_disk_leaves_whole_lines_in_a_cache(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    first, second = (Sample([1, 2, 3, 4], [2, 1, last, 3]) for last in (4, 5))
    known = cache.estimate(Gaussian(), first)
    path = cache.path(Gaussian())
    content = path.read_bytes()
    with full_disk(len(content) + 10), pytest.raises(OSError, match="too large"):
        cache.estimate(Gaussian(), second)
    assert path.read_bytes() == content
    assert ResultCache(tmp_path).estimate(Gaussian(), first) == known
    cache.estimate(Gaussian(), second)
    assert len(path.read_bytes().splitlines()) == 2


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


def test_files_that_a_killed_kernel_was_writing_go_with_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIST_EXPLORE_MODELS", str(tmp_path))
    whole = run_folder("a run") / "state.pt"
    half = whole.parent / "flow" / ".state.pt.99-1"
    half.parent.mkdir(parents=True)
    for file in (whole, half):
        file.write_bytes(b"state")
    with locked_folder("a run"):
        assert whole.exists()
        assert not half.exists()
