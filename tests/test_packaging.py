"""What a user installs: one list of dependencies in three places, a whole wheel, the verbs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mist_explore import resources

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = PROJECT["project"]["dependencies"]
TEST = PROJECT["project"]["optional-dependencies"]["test"]


def by_name(requirements: list[str]) -> dict[str, Requirement]:
    parsed = [Requirement(line) for line in requirements]
    return {canonicalize_name(requirement.name): requirement for requirement in parsed}


def locked() -> dict[str, str]:
    """The exact version of each package in requirements.lock."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line.split("==") for line in lines if line and line[0] not in " #"]
    return {canonicalize_name(name): version for name, version in pins}


def test_environment_file_agrees_with_the_project() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, _, through_pip = environment["dependencies"]
    assert python == f"python{PROJECT['project']['requires-python']}"
    *packages, itself = through_pip["pip"]
    assert itself == "--editable ."
    assert by_name(packages) == by_name(RUNTIME)


@pytest.mark.parametrize("requirement", RUNTIME + TEST)
def test_lock_keeps_the_bounds(requirement: str) -> None:
    wanted = Requirement(requirement)
    assert wanted.specifier.contains(locked()[canonicalize_name(wanted.name)])


def test_lock_brings_no_gpu_libraries() -> None:
    assert not [name for name in locked() if re.match("nvidia|cuda|triton", name)]


def test_verbs_of_the_makefile() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    verbs = {line.split()[1] for line in listed.stdout.splitlines() if line.startswith("  make")}
    assert {"install", "app", "test", "lint", "train", "bench", "screenshots", "lock"} <= verbs


def test_test_states_how_to_get_a_missing_browser() -> None:
    answer = subprocess.run(
        ["make", "chromium", "CHROMIUM=/no/such/browser"], cwd=ROOT, capture_output=True, text=True
    )
    assert answer.returncode != 0
    assert "apt-get install chromium" in answer.stdout


def test_wheel_carries_models_notebooks_and_results_but_no_training_state(tmp_path: Path) -> None:
    built = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*built, "--wheel-dir", str(tmp_path), str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    target = tmp_path / "site-packages"
    with ZipFile(wheel) as archive:
        archive.extractall(target)
    package = target / "mist_explore"

    shipped = {
        path.relative_to(package / "models").as_posix() for path in _files(package / "models")
    }
    assert "mist-qr/config.json" in shipped
    assert shipped == {path for config in _configs() for path in _released(config)}

    notebooks = {path.name for path in _files(package / "notebooks")}
    assert notebooks == {path.name for path in resources.notebooks_directory().glob("*.ipynb")}

    results = {path.name for path in _files(package / "results")}
    assert results == {path.name for path in resources.results_directory().glob("*.json")}

    texts = {path.relative_to(package).as_posix() for path in _files(package / "explorer/assets")}
    shown = _files(ROOT / "mist_explore/explorer/assets")
    assert texts == {path.relative_to(ROOT / "mist_explore").as_posix() for path in shown}
    assert "explorer/assets/fonts/LICENSE.txt" in texts

    sources = {path.relative_to(package) for path in _files(package) if path.suffix == ".py"}
    assert sources == {p.relative_to(ROOT / "mist_explore") for p in _sources()}
    assert (package / "py.typed").is_file()


def test_installed_package_finds_what_it_carries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "mist_explore"
    (package / "models").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.models_directory() == package / "models"
    with pytest.raises(FileNotFoundError, match="expected the notebooks of mist_explore in"):
        resources.notebooks_directory()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _configs() -> list[Path]:
    return list((ROOT / "models").rglob("config.json"))


def _released(config: Path) -> set[str]:
    """What a model is made of, by its configuration, which names the file of the weights."""
    names = ("README.md", "config.json", "training.csv", json.loads(config.read_text())["weights"])
    return {(config.parent / name).relative_to(ROOT / "models").as_posix() for name in names}


def _sources() -> list[Path]:
    return list((ROOT / "mist_explore").rglob("*.py"))
