"""Random numbers, seeds and file names outlive every rename: they equal those of `golden.json`.

The file also holds meta-distributions and recipes as they were written then. The command
`python tests/test_golden.py` writes it anew, where numbers change on purpose.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from mist_explore.distributions import FAMILIES, Gaussian, dense_correlation
from mist_explore.estimators import ESTIMATORS, Bootstrap, GaussianCopula, LearnedEstimator
from mist_explore.evaluation.case import Case
from mist_explore.evaluation.grid import Grid
from mist_explore.evaluation.result_cache import ResultCache
from mist_explore.interfaces import JointDistribution
from mist_explore.meta import MetaDistribution, broad, published, training, universal
from mist_explore.resources import models_directory
from mist_explore.seeding import as_generator, derive_seed
from mist_explore.training import Recipe
from mist_explore.training.feature_cache import folder_name
from mist_explore.transforms import TRANSFORMS, transformed

FILE = Path(__file__).with_name("golden.json")
GOLDEN: dict[str, Any] = json.loads(FILE.read_text())
METAS = {"published": published, "training": training, "broad": broad, "universal": universal}
DIMS = ((3, 3), (1, 1), (1, 3))


def numbers(distribution: JointDistribution) -> list[float]:
    """The mutual information and a few rows, of a distribution or of each one in a batch."""
    x, y = distribution.draw(4, as_generator(7))
    values = torch.cat([distribution.mutual_information.reshape(-1), x.reshape(-1), y.reshape(-1)])
    return [float(f"{value:.8g}") for value in values.tolist()]


def family_numbers(name: str) -> dict[str, list[float]]:
    batch = FAMILIES[name].random(2, 3, 2, as_generator(5))
    return {"one": numbers(FAMILIES[name].distribution(2, 2)), "batch": numbers(batch)}


def transform_numbers(name: str) -> list[float]:
    dim_x, dim_y = next(dims for dims in DIMS if TRANSFORMS[name].fits(*dims))
    distribution = Gaussian(dense_correlation(0.5, dim_x, dim_y), dim_x)
    return numbers(transformed(distribution, name, seed=3))


def flow_numbers() -> list[float]:
    return numbers(
        transformed(Gaussian(dense_correlation(0.5, 2, 3), 2), "flow", seed=4, strength=0.6)
    )


def batch_numbers(mapping: dict[str, Any]) -> list[list[Any]]:
    meta, rows = MetaDistribution.from_mapping(mapping), []
    for seed in range(12):
        batch = meta.batch(3, derive_seed(0, "golden", seed), max_cells=2_000)
        kinds = [f"{c.family} {c.transform}" for c in (batch.component, batch.beside) if c]
        values = [batch.mutual_information, batch.x[0, 0, :3], batch.y[-1, -1, :3]]
        rows.append([*kinds, *batch.x.shape, *(float(f"{v:.6g}") for v in torch.cat(values))])
    return rows


def seeds_and_files() -> dict[str, Any]:
    case = Case("student-dense", n_samples=100, dim=2, information=1.0, df=2)
    built = [build() for build in ESTIMATORS.values()]
    classical = [e for e in built if not isinstance(e, LearnedEstimator)]
    return {
        "derived": derive_seed(1, "a", 2, 0.5, None, (3, "b")),
        "sweep": Grid(estimators=("ksg",)).seed_of(case, 1),
        "cached results": [
            ResultCache(Path()).path(estimator).name
            for estimator in (*classical, Bootstrap(GaussianCopula()))
        ],
    }


def everything() -> dict[str, Any]:
    configs = (json.loads(p.read_text()) for p in sorted(models_directory().glob("*/config.json")))
    recipes = {
        config["name"]: {"meta": config["meta"], "network": config["network"]}
        | config["training"]["recipe"]
        for config in configs
    }
    metas = {name: build().to_mapping() for name, build in METAS.items()}
    return {
        "families": {name: family_numbers(name) for name in FAMILIES},
        "transforms": {name: transform_numbers(name) for name in TRANSFORMS},
        "flow": flow_numbers(),
        "metas": metas,
        "batches": {name: batch_numbers(mapping) for name, mapping in metas.items()},
        "recipes": recipes,
        "folders": {n: folder_name(Recipe.from_mapping(recipe)) for n, recipe in recipes.items()},
        "seeds and files": seeds_and_files(),
    }


@pytest.mark.parametrize("name", GOLDEN["families"])
def test_a_family_draws_the_same_rows(name: str) -> None:
    for kind, values in family_numbers(name).items():
        assert values == pytest.approx(GOLDEN["families"][name][kind], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", GOLDEN["transforms"])
def test_a_transform_gives_the_same_rows(name: str) -> None:
    assert transform_numbers(name) == pytest.approx(GOLDEN["transforms"][name], rel=1e-6, abs=1e-9)


def test_a_flow_of_some_strength_gives_the_same_rows() -> None:
    assert flow_numbers() == pytest.approx(GOLDEN["flow"], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", GOLDEN["metas"])
def test_an_old_meta_distribution_draws_the_same_batches(name: str) -> None:
    for found, expected in zip(
        batch_numbers(GOLDEN["metas"][name]), GOLDEN["batches"][name], strict=True
    ):
        kinds = [value for value in expected if not isinstance(value, float)]
        assert [value for value in found if not isinstance(value, float)] == kinds
        values = [value for value in expected if isinstance(value, float)]
        assert [v for v in found if isinstance(v, float)] == pytest.approx(values, rel=1e-4)


@pytest.mark.parametrize("name", GOLDEN["recipes"])
def test_an_old_recipe_opens_and_names_the_same_features(name: str) -> None:
    recipe = Recipe.from_mapping(GOLDEN["recipes"][name])
    assert folder_name(recipe) == GOLDEN["folders"][name]
    written = recipe.to_mapping()
    assert {key: written[key] for key in ("steps", "seed", "max_cells")} == {
        key: GOLDEN["recipes"][name][key] for key in ("steps", "seed", "max_cells")
    }


def test_seeds_and_names_of_files_are_the_same() -> None:
    assert seeds_and_files() == GOLDEN["seeds and files"]


if __name__ == "__main__":
    entries = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in everything().items())
    FILE.write_text("{\n" + ",\n".join(entries) + "\n}\n")
