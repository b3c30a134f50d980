"""Training learns, pauses, and resumes to the same weights, whatever stopped it."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from mist_explore.meta import Component, MetaDistribution
from mist_explore.network import CheckpointError, NetworkConfig, load_checkpoint, save_checkpoint
from mist_explore.network.checkpoint import Checkpoint
from mist_explore.progress import Cancellation
from mist_explore.training import Recipe, iter_train
from mist_explore.training.loop import share

META = MetaDistribution(
    (Component("normal-dense"), Component("additive-noise", "wigglify")), (10, 60), (1, 3), 0.5
)
RECIPE = Recipe(META, NetworkConfig(16, 8, 2, 1), steps=40, batches=2, batch_size=4, warmup=5)
ENSEMBLE = Recipe(
    META,
    NetworkConfig(members=4),
    steps=10,
    batches=2,
    batch_size=32,
    max_cells=300,
    cached=20,
    backbone="mist-smooth",
)


def run(directory: Path, **options: object) -> list[int]:
    settings = {"save_every": 10, "record_every": 5, "n_held_out": 2, **options}
    return [p.step for p in iter_train(RECIPE, directory, **settings)]  # type: ignore[arg-type]


def weights(directory: Path) -> dict[str, torch.Tensor]:
    return load_checkpoint(directory).network.state_dict()


def assert_same_weights(one: Path, other: Path) -> None:
    a, b = weights(one), weights(other)
    assert a.keys() == b.keys()
    assert all(torch.equal(a[k], b[k]) for k in a)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run."""
    directory = tmp_path_factory.mktemp("whole")
    assert run(directory) == list(range(5, 41, 5))
    return directory


def test_a_run_leaves_a_checkpoint_a_log_and_no_state(whole: Path) -> None:
    checkpoint = load_checkpoint(whole)
    assert checkpoint.meta == META
    assert checkpoint.training["steps"] == 40
    assert checkpoint.training["finished"]
    with (whole / "training.csv").open() as stream:
        log = list(csv.DictReader(stream))
    assert [int(row["step"]) for row in log] == [10, 20, 30, 40]
    assert all(float(row["held_out_loss"]) > 0 for row in log)
    assert not (whole / "state.pt").exists()


def test_a_cancelled_run_resumes_to_the_same_weights(whole: Path, tmp_path: Path) -> None:
    cancellation = Cancellation()
    for progress in iter_train(
        RECIPE, tmp_path, cancellation=cancellation, save_every=10, record_every=1, n_held_out=2
    ):
        if progress.step == 17:
            cancellation.set()
    assert progress.step == 18
    assert not load_checkpoint(tmp_path).training["finished"]
    steps = run(tmp_path)
    assert steps[0] == 20
    assert_same_weights(whole, tmp_path)


def test_a_killed_run_resumes_to_the_same_weights(whole: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.json"
    recipe.write_text(RECIPE.to_json())
    out = tmp_path / "run"
    script = (
        "import sys, pathlib, torch; from mist_explore.training import Recipe, iter_train\n"
        "torch.set_num_threads(1)\n"
        "recipe = Recipe.from_json(pathlib.Path(sys.argv[1]).read_text())\n"
        "for p in iter_train(recipe, pathlib.Path(sys.argv[2]), save_every=10, record_every=1,"
        " n_held_out=2): print(p.step, flush=True)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(recipe), str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    with child, child.stdout as lines:
        for line in lines:
            if int(line) == 23:
                os.kill(child.pid, signal.SIGKILL)
                break
    assert load_checkpoint(out).training["steps"] in (20, 30)  # whole, whenever the kill came
    run(out)
    assert_same_weights(whole, out)


def test_a_time_budget_pauses(tmp_path: Path) -> None:
    steps = run(tmp_path, max_minutes=0.0)
    assert steps == [1]
    assert (tmp_path / "state.pt").exists()


def test_a_state_of_another_recipe_is_refused(tmp_path: Path) -> None:
    run(tmp_path, max_minutes=0.0)
    other = Recipe(META, RECIPE.network, steps=41, batches=2, batch_size=4, warmup=5)
    with pytest.raises(ValueError, match="belong to this recipe; it was made by another one"):
        next(iter_train(other, tmp_path, n_held_out=1))
    assert next(iter_train(other, tmp_path, resume=False, n_held_out=1, record_every=1)).step == 1


def test_a_finished_network_is_left_as_it_is(whole: Path, tmp_path: Path) -> None:
    finished = load_checkpoint(whole)
    save_checkpoint(tmp_path, finished)
    assert run(tmp_path) == []
    assert load_checkpoint(tmp_path).sha256 == finished.sha256
    other = Recipe(META, RECIPE.network, steps=40, batches=2, batch_size=4, warmup=5, seed=1)
    with pytest.raises(ValueError, match="belong to this recipe"):
        next(iter_train(other, tmp_path, n_held_out=1))
    half = Checkpoint("half", finished.network, META, {**finished.training, "finished": False})
    save_checkpoint(tmp_path, half)
    with pytest.raises(ValueError, match="expected the state to go on from"):
        run(tmp_path)


def test_training_beats_the_closed_form_that_it_starts_from(tmp_path: Path) -> None:
    recipe = Recipe(
        MetaDistribution((Component("additive-noise"),), (100, 100), (1, 1)),
        NetworkConfig(16, 8, 2, 1),
        steps=150,
        batches=1,
        batch_size=32,
        learning_rate=5e-3,
        warmup=10,
    )
    records = list(iter_train(recipe, tmp_path, save_every=150, record_every=1, n_held_out=8))
    assert records[-1].metrics["held_out_loss"] < 0.4 * records[0].metrics["loss"]


def test_a_damaged_checkpoint_is_an_error(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"there is no config\.json"):
        load_checkpoint(tmp_path)
    save_checkpoint(tmp_path, load_checkpoint(whole))
    config = json.loads((tmp_path / "config.json").read_text())
    file = tmp_path / config["weights"]
    content = file.read_bytes()
    file.write_bytes(content[:-4] + b"\0\0\1\0")
    with pytest.raises(CheckpointError, match="it was changed"):
        load_checkpoint(tmp_path)
    file.write_bytes(content)
    changes: list[tuple[dict[str, object], str]] = [
        ({"network": {**config["network"], "width": 32}}, "that fit its configuration"),
        ({"network": {**config["network"], "depth": 3}}, "got 'depth'"),
        ({"format": 2}, "expected checkpoint format 1; got 2"),
    ]
    for change, message in changes:
        (tmp_path / "config.json").write_text(json.dumps({**config, **change}))
        with pytest.raises(ValueError, match=message):
            load_checkpoint(tmp_path)
    file.unlink()
    with pytest.raises(CheckpointError, match=f"there is no {file.name}"):
        load_checkpoint(tmp_path)


def test_a_failed_save_leaves_the_previous_checkpoint_whole(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_checkpoint(whole)
    save_checkpoint(tmp_path, before)
    after = Checkpoint("other", before.network, before.meta)
    for parameter in after.network.parameters():
        parameter.data += 1

    def full_disk(self: Path, target: Path) -> Path:
        if target.name == "config.json":
            raise OSError("no space left on device")
        return rename(self, target)

    rename = Path.replace
    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="no space left"):
        save_checkpoint(tmp_path, after)
    assert load_checkpoint(tmp_path).sha256 == before.sha256
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "expected a positive steps; got 0"),
        ({"learning_rate": -1}, "expected a positive learning_rate; got -1"),
        ({"lr": 1}, "expected keys of Recipe among .*; got 'lr'"),
        ({"network": {"width": 10, "heads": 3}}, "expected a width that 3 heads divide; got 10"),
        ({"network": {"levels": [0.1, 0.9]}}, "expected levels that hold 0.5"),
    ],
)
def test_a_wrong_recipe_is_an_error(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Recipe.from_json(json.dumps(change))
    assert Recipe.from_json(RECIPE.to_json()) == RECIPE


@pytest.mark.parametrize("recipe", [RECIPE, ENSEMBLE], ids=["drawn afresh", "cached"])
def test_two_processes_train_the_network_of_one(recipe: Recipe, tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(recipe.to_json())
    for _ in iter_train(recipe, tmp_path / "one"):
        pass
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"),
        *("--no-python", str(Path(sys.executable).with_name("mist-explore"))),
        *("train", "--recipe", str(path), "--out", str(tmp_path / "two")),
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("is trained") == 1
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    assert all(torch.allclose(one[k], two[k], atol=1e-4) for k in one)
    trained = load_checkpoint(tmp_path / "two").training
    assert trained["datasets"] == load_checkpoint(tmp_path / "one").training["datasets"]
    assert trained["steps"] == recipe.steps


def test_batches_that_cannot_be_shared_out_are_an_error() -> None:
    with pytest.raises(ValueError, match="divides the 2 batches of a step; got 3"):
        share(RECIPE, 3)
