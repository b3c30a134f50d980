"""The measurements of `make bench`, on a few datasets."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from benchmarks import goals as goals_module
from benchmarks import out_of_distribution, speed
from benchmarks.card import training_section
from benchmarks.coverage import coverage_of, coverage_table
from benchmarks.figures import EDGES, figures
from benchmarks.goals import DOCUMENT, ROOT, goals, goals_table
from benchmarks.independence import estimates_under_independence
from benchmarks.time_to_beat import TO_BEAT, minutes_to_beat
from mist_explore.estimators import LearnedEstimator, load
from mist_explore.evaluation import MTest
from mist_explore.evaluation.shipped import read_results
from mist_explore.meta import Component, MetaDistribution
from mist_explore.network import NetworkConfig
from mist_explore.plots import plot_scaling
from mist_explore.resources import models_directory, results_directory
from mist_explore.training import Recipe

FEW = MTest(sample_sizes=(30, 310), datasets=2)


@pytest.fixture(scope="module")
def model() -> LearnedEstimator:
    model = load()
    assert isinstance(model, LearnedEstimator)
    return model


def test_coverage_of_all_distributions_is_that_of_both_sides(model: LearnedEstimator) -> None:
    found = {s.group: s for s in coverage_of(model, FEW)}
    assert next(iter(found)) == "n in [10, 100)"
    whole, *sides = (
        found[g] for g in ("n in [10, 100)", "IMD, n in [10, 100)", "OoMD, n in [10, 100)")
    )
    assert whole.n_datasets == sum(side.n_datasets for side in sides) == 2 * 13
    for level, share in whole.coverage.items():
        hits = sum(side.coverage[level].value * side.n_datasets for side in sides)
        assert share.value == pytest.approx(hits / whole.n_datasets)
    shares = [share.value for share in whole.coverage.values()]
    assert all(narrow <= wide for narrow, wide in pairwise(shares))
    assert coverage_table(list(found.values())).count("\n| ") == len(found) + 1


def test_independence_is_measured_by_the_lower_end(model: LearnedEstimator) -> None:
    estimates = estimates_under_independence(model, dim=2, n_samples=500, draws=5)
    shares = estimates["lower end above"]
    assert isinstance(shares, Mapping)
    assert 0 <= shares["0.01"]["mean"] <= shares["0"]["mean"] <= 1
    assert estimates["median"] <= estimates["95 % of the medians are below"]  # type: ignore[operator]


def test_the_goals_in_the_documentation_are_those_of_the_results() -> None:
    found = list(goals())
    assert goals_table(found) in DOCUMENT.read_text(encoding="utf-8")
    for goal in found:
        assert goal.is_reached == (goal.cells[-1] == "yes")
        assert goal.low <= goal.high


def test_one_command_measures_what_the_goals_and_figures_are_made_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed = subprocess.check_output(["make", "-n", "bench"], cwd=ROOT, text=True)
    commands = [line for line in printed.splitlines() if line.startswith("OMP_NUM_THREADS=1")]
    read, content = set[str](), goals_module._read

    def recorded(name: str) -> dict[str, Any]:
        read.add(name)
        return content(name)

    monkeypatch.setattr(goals_module, "_read", recorded)
    assert list(goals())
    written = set(re.findall(r"--out benchmarks/results/(\S+)\.json", printed))
    # The folds are trained networks, and `ui` is of pages in a browser.
    assert read - written == {"leave-one-out", "ui", "independence", "speed"}
    modules = [command.split("-m ")[-1] for command in commands if " -m " in command]
    assert {f"benchmarks.{name}" for name in ("independence", "speed", "consistency")} < {*modules}
    assert modules[-2:] == ["benchmarks.goals", "benchmarks.figures"]


def test_time_to_beat_pauses_to_measure_and_ends(tmp_path: Path) -> None:
    recipe = Recipe(
        MetaDistribution((Component("normal-dense"),), (10, 20), (2, 3)),
        NetworkConfig(8, 4, 1, 1),
        steps=3,
        batches=1,
        batch_size=2,
        warmup=1,
    )
    lines = minutes_to_beat(recipe, tmp_path, replace(FEW, sample_sizes=(30, 150, 310)), piece=0)
    assert [line["steps"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1]["beaten"] or lines[-1]["steps"] == recipe.steps
    assert all(line["errors"].keys() == TO_BEAT.keys() for line in lines)  # type: ignore[attr-defined]


def test_time_and_memory_are_measured_from_few_rows_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "ROWS", (50, 100))
    monkeypatch.setattr(speed, "MOST_SECONDS", 0.0)
    (line,) = speed.measured(models_directory() / "mist-qr")
    assert line["n_samples"] == 50
    assert line["seconds"] > 0


def test_networks_are_timed_in_turn_on_the_same_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "IN_TURN", ((50, 2), (60, 3)))
    monkeypatch.setattr(speed, "REPEATS", 3)
    few, many = speed.in_turn([models_directory() / name for name in ("mist-qr", "mist-smooth")])
    assert (few["n_samples"], few["dim"], many["n_samples"], many["dim"]) == (50, 2, 60, 3)
    assert few["seconds"]["mist-qr"] > few["seconds"]["mist-smooth"] > 0


def test_every_figure_has_a_name_and_shows_something() -> None:
    speeds = json.loads(speed.FILE.read_text())["speed"]
    likeness = json.loads(out_of_distribution.FILE.read_text())
    found = list(figures(read_results(results_directory()), speeds, likeness))
    names = [figure.layout.meta for figure in found]
    assert len(set(names)) == len(names) >= len(EDGES) + 2
    assert all(any(len(trace.x) for trace in figure.data) for figure in found)


def test_flagged_and_other_samples_are_distinguished() -> None:
    wrong, right = (0.99, 0.4, False), (0.2, 0.1, True)
    lines = out_of_distribution.table({"ring": [wrong, right], "known": [right]}).splitlines()
    assert lines[2] == "| ring | 50% | 0.400 | 0.100 | 0% | 100% |"
    assert lines[3] == "| known | 0% | – | 0.100 | – | 100% |"
    assert lines[4] == "| all | 33% | 0.400 | 0.100 | 0% | 100% |"


def test_the_line_beside_the_cost_is_linear_in_rows() -> None:
    line = plot_scaling({"ksg": [(100, 1.0, 10.0), (1000, 20.0, 50.0)]}).data[0]
    assert list(line.y) == [2.0, 20.0]


@pytest.mark.parametrize("name", sorted(p.parent.name for p in models_directory().glob("*/*.csv")))
def test_the_card_describes_the_training(name: str) -> None:
    section = training_section(models_directory() / name)
    assert "| parameters |" in section
    assert ("share of the published training" in section) == (name == "mist-paper")
