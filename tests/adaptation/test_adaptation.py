"""Adapted meta-distributions and networks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import mist_explore as mx
from benchmarks.adapt import FILE, PAGE, table
from benchmarks.adaptation_tasks import counts
from mist_explore.adaptation import (
    KINDS,
    Adaptation,
    AdaptationSettings,
    AdaptedMeta,
    FlowSettings,
    OpenMeta,
    adapt,
    fit_flow,
    iter_adapt,
    read_adaptation,
)
from mist_explore.adaptation.channel import (
    SCORES,
    Pool,
    channel_information,
    coupled_rows,
    coupling,
    labels,
)
from mist_explore.adaptation.flow_file import FlowFile, write_flow
from mist_explore.adaptation.latent import LATENT, latent_distribution
from mist_explore.cli import main
from mist_explore.evaluation import with_section
from mist_explore.progress import Cancellation, Progress, finished

TINY = AdaptationSettings(
    datasets=40,
    held_out=20,
    replayed=20,
    steps=20,
    remembered=2,
    flow=FlowSettings(layers=1, hidden=8, steps=20),
)


def data() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    random = np.random.default_rng(0)
    x = random.normal(size=(64, 2))
    return x, x[:, :1] ** 2 + 0.5 * random.normal(size=(64, 1))


@pytest.fixture(scope="module")
def adapted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Adaptation, list[Progress]]:
    records: list[Progress] = []
    job = iter_adapt(*data(), tmp_path_factory.mktemp("models") / "mine", settings=TINY)
    adaptation = finished(job, records.append)
    assert adaptation is not None
    return adaptation, records


@pytest.mark.parametrize("kind", LATENT)
def test_latent_variables_are_standard_normal_and_their_information_known(kind: str) -> None:
    joint = latent_distribution(kind, 3, 2, 0.6, seed=1)
    x, y = joint.draw(20_000, torch.Generator().manual_seed(0))
    for side in (x, y):
        torch.testing.assert_close(
            side.T.cov(), torch.eye(side.shape[1]).double(), atol=0.04, rtol=0
        )
    pointwise = joint.pointwise_mutual_information(x, y).mean()
    assert float(pointwise) == pytest.approx(float(joint.mutual_information), abs=0.03)


@pytest.mark.parametrize("ordered", [True, False])
def test_a_channel_keeps_its_margins(ordered: bool) -> None:
    random = np.random.default_rng(0)
    p, q = np.array([0.2, 0.3, 0.5]), np.array([0.4, 0.6])
    table = coupling(p, q, random, ordered, strength=0.7)
    np.testing.assert_allclose(table.sum(1), p, atol=1e-3)
    np.testing.assert_allclose(table.sum(0), q, atol=1e-3)
    assert channel_information(np.outer(p, q)) == pytest.approx(0, abs=1e-12)


def test_rows_of_a_channel_have_the_information_of_its_table() -> None:
    """Plug-in information of the labels of drawn rows, and of the binary symmetric channel."""
    random = np.random.default_rng(0)
    codes = random.integers(2, size=20_000)
    table = np.array([[0.45, 0.05], [0.05, 0.45]])
    x, y = coupled_rows(codes, codes, table, 10_000, random)
    drawn = np.histogram2d(codes[x], codes[y], bins=2)[0] / 10_000
    exact = np.log(2) + 0.1 * np.log(0.1) + 0.9 * np.log(0.9)
    assert channel_information(table) == pytest.approx(exact)
    assert channel_information(drawn) == pytest.approx(exact, abs=0.02)
    assert len(set(x.tolist())) == 10_000


@pytest.mark.parametrize("score", SCORES)
def test_labels_are_functions_of_the_rows(score: str) -> None:
    random = np.random.default_rng(0)
    rows = random.integers(0, 3, size=(300, 2)).astype(float)
    found = labels(Pool(rows, rows), score, 4, random)
    assert 1 <= found.max() < 12
    for row in np.unique(rows, axis=0):
        assert len(set(found[(rows == row).all(1)])) == 1


def opened(tmp_path: Path, *sides: NDArray[np.float64]) -> OpenMeta:
    fits = [fit_flow(side, settings=TINY.flow).flow for side in sides]
    files = [write_flow(tmp_path, name, flow) for name, flow in zip("xy", fits, strict=True)]
    meta = AdaptedMeta(files[0], files[1], (40, 60))
    assert AdaptedMeta.from_json(meta.to_json()) == meta
    return meta.open(tmp_path)


def test_sides_of_adapted_datasets_look_like_the_data(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    counts, numbers = random.poisson(2, (200, 1)).astype(float), random.gamma(2, size=(200, 1))
    meta = opened(tmp_path, counts, numbers)
    assert not set(meta.kinds) & set(LATENT)
    batches = [meta.batch(4, seed) for seed in range(12)]
    x = torch.cat([b.x.flatten() for b in batches])
    y = torch.cat([b.y.flatten() for b in batches])
    assert set(x.tolist()) <= set(counts[:, 0])
    assert float(x.mean()) == pytest.approx(counts.mean(), abs=0.2)
    assert float(y.median()) == pytest.approx(float(np.median(numbers)), abs=0.3)
    again = meta.batch(4, 3)
    assert torch.equal(again.x, batches[3].x)
    assert torch.equal(again.mutual_information, batches[3].mutual_information)
    assert {KINDS[k] for b in batches for k in b.kinds.tolist()} <= set(meta.kinds)


def test_a_meta_distribution_names_what_is_wrong(tmp_path: Path) -> None:
    file = FlowFile("flow-x.safetensors", "")
    with pytest.raises(ValueError, match="expected kinds among gaussian"):
        AdaptedMeta(file, file, (40, 60), kinds={"round": 1.0})
    with pytest.raises(ValueError, match=r"expected the fitted flow flow-x\.safetensors"):
        AdaptedMeta(file, file, (40, 60)).open(tmp_path)
    with pytest.raises(ValueError, match="expected a positive steps"):
        replace(TINY, steps=0)


def test_an_adapted_network_is_an_estimator_with_a_card(
    adapted: tuple[Adaptation, list[Progress]],
) -> None:
    adaptation, records = adapted
    steps = [record.step for record in records]
    assert steps == sorted(steps)
    assert steps[-1] == 1_000
    assert any("error" in record.metrics for record in records)
    estimate = mx.load(adaptation.directory).estimate(*data())
    card = adaptation.card
    assert (*estimate.interval(0.9), estimate.median) == (
        card.own_after[0],
        card.own_after[2],
        card.own_after[1],
    )
    before = mx.load("mist-qr").estimate(*data())
    assert before.median == card.own_before[1] != estimate.median
    assert read_adaptation(adaptation.directory).card == card
    assert len(card.after.coverage) == 4
    assert set(card.others) == {"ksg", "gaussian-copula"}
    text = (adaptation.directory / "README.md").read_text()
    assert "| adapted, held out (20) | after |" in text
    assert not (adaptation.directory / "adaptation").exists()
    assert mx.load("mist-qr").estimate(*data()).median == before.median


def test_the_same_command_returns_what_is_there_and_no_other_is_replaced(
    adapted: tuple[Adaptation, list[Progress]],
) -> None:
    directory = adapted[0].directory
    again = adapt(*data(), directory, settings=TINY)
    assert again is not None
    assert again.card == adapted[0].card
    with pytest.raises(ValueError, match="holds another one: choose another name"):
        adapt(*data(), directory, settings=replace(TINY, seed=1))
    with pytest.raises(ValueError, match="expected a name of your own"):
        adapt(*data(), "mist-qr", settings=TINY)


CHILD = """
import sys
from pathlib import Path
from tests.adaptation.test_adaptation import TINY, data
from mist_explore.adaptation import adapt
adapt(*data(), Path(sys.argv[1]), settings=TINY)
"""


def test_a_killed_adaptation_goes_on_to_the_same_network(
    adapted: tuple[Adaptation, list[Progress]], tmp_path: Path
) -> None:
    directory = tmp_path / "mine"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(directory)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    while not list(directory.glob("adaptation/training/*")):
        assert child.poll() is None
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not (directory / "config.json").exists()
    with pytest.raises(ValueError, match="to other data or with other settings"):
        adapt(*data(), directory, settings=replace(TINY, steps=21))
    cancellation = Cancellation()
    cancellation.set()
    assert adapt(*data(), directory, settings=TINY, cancellation=cancellation) is None
    resumed = adapt(*data(), directory, settings=TINY)
    assert resumed is not None
    assert resumed.estimator.checkpoint.sha256 == adapted[0].estimator.checkpoint.sha256


def test_the_command_prints_errors_before_and_after(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    adapted: tuple[Adaptation, list[Progress]],
) -> None:
    def job(*_: object, **__: object) -> Generator[Progress, None, Adaptation]:
        yield Progress(1_000, 1_000, 1.0)
        return adapted[0]

    monkeypatch.setattr("mist_explore.adaptation.iter_adapt", job)
    arguments = ["adapt", "penguins", "--x", "bill*", "--y", "flipper*", "--out", str(tmp_path)]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert f"{adapted[0].card.before.error:.3f} nats before" in out
    assert main([*arguments, "--budget", "0"]) == 2
    assert "expected a positive --budget" in capsys.readouterr().err


def test_the_table_of_the_guide_is_that_of_the_results() -> None:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    guide = PAGE.read_text(encoding="utf-8")
    assert with_section(guide, "adaptation", table(content)) == guide


def test_counts_of_the_benchmark_have_the_information_of_their_table() -> None:
    x, y, truth = counts(200_000, 0.6, seed=0)
    joint = np.histogram2d(x[:, 0], y[:, 0], bins=np.arange(30))[0]
    bias = (joint > 0).sum() - (joint.sum(1) > 0).sum() - (joint.sum(0) > 0).sum() + 1
    assert channel_information(joint / joint.sum()) - bias / 400_000 == pytest.approx(
        truth, abs=0.01
    )
