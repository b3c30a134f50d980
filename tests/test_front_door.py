"""The first ten minutes of a new user: names, calls, what they take and what they show."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import torch
from sklearn.base import clone
from sklearn.feature_selection import SelectKBest
from sklearn.utils.estimator_checks import check_estimator

import mist_explore as mx
from mist_explore.distributions import FAMILIES
from mist_explore.estimators import (
    DEFAULT,
    ESTIMATORS,
    KSG,
    SMOOTH,
    Bootstrap,
    GaussianCopula,
    LearnedEstimator,
    differentiable,
    save_model,
)
from mist_explore.estimators.learned import load_learned
from mist_explore.evaluation import (
    Grid,
    MTest,
    Search,
    consistency,
    evaluate,
    iter_sweep,
    sweep,
    worst_case,
)
from mist_explore.network import Network, NetworkConfig, StackedEnsemble
from mist_explore.resources import models_directory
from mist_explore.training import Recipe, train
from mist_explore.transforms import TRANSFORMS, HalfCube, Identity

ROWS = mx.distribution("normal-dense", 2, 3).sample(80, seed=0)
COPULA = GaussianCopula()


def learned(name: str = DEFAULT) -> LearnedEstimator:
    model = mx.load(name)
    assert isinstance(model, LearnedEstimator)
    return model


# Names


def test_every_public_name_is_listed_and_documented() -> None:
    assert set(dir(mx)) == {*mx.__all__, "__version__"}
    for name in mx.__all__:
        value = getattr(mx, name)
        if callable(value):
            first = (value.__doc__ or "").strip().splitlines()[0]
            assert len(first) > 20, name
            assert not first.startswith(("The ", "What ", "How ")), f"{name}: {first}"


def test_every_doc_of_a_verb_is_imperative() -> None:
    verbs = {"Estimate", "Return", "Test", "Maximise", "Prepare", "Encode", "Fit", "Adapt"}
    functions = [name for name in mx.__all__ if name.islower()]
    openings = {name: str(getattr(mx, name).__doc__).split()[0] for name in functions}
    assert {name: word for name, word in openings.items() if word not in verbs} == {}


# Estimates


def test_mutual_information_estimates_with_the_default_network() -> None:
    estimate = mx.mutual_information(ROWS.x, ROWS.y)
    assert isinstance(estimate, mx.Estimate)
    assert estimate == mx.load().estimate(ROWS.x, ROWS.y)
    assert mx.mutual_information(ROWS.x, ROWS.y, "ksg").estimator == "ksg"
    assert mx.mutual_information(ROWS.x, ROWS.y, COPULA).estimator == COPULA.name


KINDS: dict[str, Callable[[Any], Any]] = {
    "lists": lambda side: side.tolist(),
    "pandas": lambda side: pd.DataFrame(side, columns=list("abc")[: side.shape[1]]),
    "arrow": lambda side: pa.table({f"c{i}": column for i, column in enumerate(side.T)}),
    "tensors": lambda side: torch.tensor(side, requires_grad=True),
    "half tensors": lambda side: torch.tensor(side).float(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_call_takes_frames_and_tensors(kind: str) -> None:
    x, y = KINDS[kind](ROWS.x), KINDS[kind](ROWS.y)
    expected = COPULA.estimate(ROWS.x, ROWS.y).median
    calls = (
        mx.mutual_information(x, y, COPULA).median,
        mx.compare(x, y, [COPULA]).outcomes[0].median,
        COPULA.estimate(x, y).median,
        mx.stability(x, y, COPULA).estimates[-1].median,
    )
    assert calls == pytest.approx([expected] * len(calls), abs=1e-6)
    assert mx.permutation_test(x, y, permutations=9).p_value == 0.1
    assert mx.serial_dependence(x, y).n_samples == 80
    assert mx.Sample(x, y).dim_y == 3


@pytest.mark.parametrize("kind", ["pandas", "arrow", "tensors"])
def test_tables_are_frames_arrays_and_tensors(kind: str) -> None:
    table = KINDS[kind](ROWS.y)
    columns = mx.usable_columns(table)
    assert len(columns) == 3
    first, *others = columns
    assert mx.prepare(table, [first], others).sample.dim_y == 2
    scores = mx.information_scores(KINDS[kind](ROWS.x), ROWS.y[:, 0], COPULA)
    pairs = mx.pairwise_information(KINDS[kind](ROWS.x), ROWS.y[:, 0], COPULA)
    assert scores == pytest.approx([pairs.estimates[pair].median for pair in pairs.estimates])
    assert len(mx.pairwise_information(table, estimator=COPULA).estimates) == 3


def test_estimators_are_given_by_name() -> None:
    x, y = ROWS.x, ROWS.y
    assert mx.compare(x, y, ["gaussian"]).outcomes[0].name == "gaussian"
    assert mx.permutation_test(x, y, "gaussian", permutations=9).statistic == "gaussian"
    assert mx.stability(x, y, "gaussian").estimates[-1].estimator == "gaussian"
    pairs = mx.pairwise_information(x, y, "gaussian")
    assert {estimate.estimator for estimate in pairs.estimates.values()} == {"gaussian"}
    assert mx.information_scores(x, y[:, 1], "gaussian")[0] == pairs.estimates["x1", "y2"].median
    with pytest.raises(ValueError, match=r"expected an estimator among .* got 'gausian'"):
        mx.stability(x, y, "gausian")
    with pytest.raises(TypeError, match=r"expected an estimator, its name or .* got int"):
        mx.mutual_information(x, y, 3)  # type: ignore[arg-type]


def test_the_order_of_arguments_is_x_y() -> None:
    score = mx.information_scores(ROWS.x, ROWS.y[:, 1], COPULA)[0]
    pairs = mx.pairwise_information(ROWS.x, ROWS.y, COPULA)
    assert pairs.estimates["x1", "y2"].median == pytest.approx(score)
    assert len(pairs.estimates) == 6
    assert mx.compare(ROWS.x, ROWS.y, [COPULA]).dim_y == 3


# What is shown


def results() -> dict[str, object]:
    """One object of each kind that a public function returns."""
    table = mx.load_dataset("penguins")
    grid = Grid(n_samples=(20,), estimators=("gaussian",), replicates=2)
    return {
        "estimate": mx.mutual_information(ROWS.x, ROWS.y),
        "comparison": mx.compare(ROWS.x, ROWS.y, [COPULA, "histogram"]),
        "test": mx.permutation_test(ROWS.x, ROWS.y, permutations=99),
        "pairs": mx.pairwise_information(ROWS.x, estimator=COPULA),
        "stability": mx.stability(ROWS.x, ROWS.y, COPULA),
        "series": mx.serial_dependence(ROWS.x, ROWS.y),
        "distribution": mx.distribution("student-dense", 20, 20),
        "transformed": mx.distribution("normal-dense", 20, 20, transform="spiral"),
        "sample": ROWS,
        "table": table,
        "prepared": mx.prepare(table, ["body_mass_g"], ["sex"]),
        "model": mx.load(),
        "checkpoint": learned().checkpoint,
        "differentiable": differentiable(),
        "evaluation": evaluate(COPULA, MTest(sample_sizes=(50,))),
        "sweep": sweep(grid),
        "worst case": worst_case(Search("gaussian", budget=1, replicates=2, fresh=2)),
    }


def test_every_result_is_one_line_or_a_few() -> None:
    for name, value in results().items():
        assert len(repr(value)) <= 300, name
        assert repr(value).count("\n") <= 3, name
        assert repr(value)[:1].isprintable(), name


def test_a_permutation_test_shows_its_p_value() -> None:
    test = mx.permutation_test(ROWS.x, ROWS.y, permutations=99)
    assert repr(test).startswith(f"p = {test.p_value:.3g}, cross-moments")
    assert repr(test).endswith("99 permutations")


def test_an_estimate_is_a_fan_in_a_notebook() -> None:
    estimate = replace(mx.mutual_information(ROWS.x, ROWS.y), warnings=("a < b",))
    html = estimate._repr_html_()
    root = ElementTree.fromstring(html)
    svg = root.find("svg")
    assert svg is not None
    bars = [box for box in svg.iter("rect") if box.get("fill-opacity")]
    assert len(bars) == 3
    assert svg.get("fill") == "currentColor"  # the colour of the text, light or dark
    widths = [float(bar.get("width", 0)) for bar in bars]
    low, high = estimate.interval(0.5)
    outer = estimate.interval(0.9)
    assert widths[2] / widths[0] == pytest.approx((high - low) / (outer[1] - outer[0]), abs=0.02)
    assert "a &lt; b" in html
    point = COPULA.estimate(ROWS.x, ROWS.y)._repr_html_()
    assert "fill-opacity" not in point
    assert "Gaussian" in point or "gaussian" in point


def test_a_comparison_is_a_table_in_a_notebook() -> None:
    comparison = mx.compare(ROWS.x, ROWS.y, [COPULA, "histogram"])
    root = ElementTree.fromstring(comparison._repr_html_())
    assert len(root.findall("./tbody/tr")) == 2
    assert [cell.text for cell in root.findall("./thead/tr/th")][:2] == ["estimator", "nats"]


# Differentiable


def test_the_differentiable_one_has_a_gradient_at_any_scale() -> None:
    x, y = torch.tensor(ROWS.x), torch.tensor(ROWS.y)
    plain = mx.differentiable_mutual_information(x, y)
    for scale in (1e154, 1e-200, 1.0):
        scaled = (x * scale).requires_grad_()
        value = mx.differentiable_mutual_information(scaled, y)
        value.backward()
        assert scaled.grad is not None
        assert scaled.grad.isfinite().all()
        assert float(value.detach()) == pytest.approx(float(plain), abs=1e-5)


@pytest.mark.parametrize(
    ("value", "message"),
    [(torch.nan, "1 that are NaN"), (torch.inf, "1 that are NaN or infinite")],
    ids=["nan", "inf"],
)
def test_tensors_that_are_not_finite_are_refused(value: float, message: str) -> None:
    x = torch.tensor(ROWS.x)
    x[3, 1] = value
    with pytest.raises(ValueError, match=f"expected finite numbers in x; got {message}"):
        mx.differentiable_mutual_information(x, torch.tensor(ROWS.y))


def test_constant_columns_and_arrays_are_refused() -> None:
    y = torch.tensor(ROWS.y)
    y[:, 2] = 4.0
    with pytest.raises(ValueError, match="column 3 of y is constant"):
        mx.differentiable_mutual_information(torch.tensor(ROWS.x), y)
    with pytest.raises(TypeError, match="expected a tensor of real numbers for x; got ndarray"):
        mx.differentiable_mutual_information(ROWS.x, y)  # type: ignore[arg-type]


# A verb runs


def test_a_verb_returns_its_result_and_shows_a_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grid = Grid(n_samples=(20,), estimators=("gaussian",), replicates=2)
    assert sweep(grid, progress=True).is_complete
    assert "2/2" in capsys.readouterr().err
    search = Search("gaussian", budget=1, replicates=2, fresh=2)
    assert len(worst_case(search, progress=True).cases) == 1
    assert "4/4" in capsys.readouterr().err
    assert evaluate("gaussian", MTest(sample_sizes=(50,)), progress=True).rows
    assert "13/13" in capsys.readouterr().err
    assert len(consistency("gaussian", replicates=2, progress=True)) == 11
    assert "11/11" in capsys.readouterr().err
    meta = learned(SMOOTH).checkpoint.meta
    recipe = Recipe(meta, NetworkConfig(width=16), steps=2, batches=1, warmup=1, max_cells=2_000)
    checkpoint = train(recipe, tmp_path, n_held_out=1, progress=True)
    assert "2/2" in capsys.readouterr().err
    assert checkpoint.training["finished"]
    saved = mx.load(tmp_path)
    assert isinstance(saved, LearnedEstimator)
    assert checkpoint.sha256 == train(recipe, tmp_path).sha256 == saved.checkpoint.sha256


def test_without_progress_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    grid = Grid(n_samples=(20,), estimators=("gaussian",), replicates=1)
    assert [record.step for record in iter_sweep(grid)] == [1]
    sweep(grid)
    assert capsys.readouterr() == ("", "")


# scikit-learn


@pytest.mark.parametrize("name", ["gaussian", "ksg", "mist-qr", "bootstrap-ksg", "mine"])
def test_estimators_are_cloned_and_pickled(name: str) -> None:
    estimator: Any = mx.load(name)
    copied = clone(estimator)
    assert copied is not estimator
    assert copied.get_params(deep=False) == estimator.get_params(deep=False)
    again = pickle.loads(pickle.dumps(estimator))
    expected = estimator.estimate(ROWS.x[:, :1], ROWS.y[:, :1])
    assert again.estimate(ROWS.x[:, :1], ROWS.y[:, :1]).quantiles == expected.quantiles
    assert copied.estimate(ROWS.x[:, :1], ROWS.y[:, :1]).quantiles == expected.quantiles


def test_parameters_of_an_inner_estimator_are_listed() -> None:
    parameters = Bootstrap(mx.load("ksg"), 99).get_params()
    assert parameters["n_resamples"] == 99
    assert parameters["estimator__variant"] == 1


def test_parameters_are_set_on_a_clone_or_not_at_all() -> None:
    ksg = mx.load("ksg")
    before: Any = Bootstrap(ksg, 99)
    copied = clone(before)
    assert copied.set_params(n_resamples=19, estimator__n_neighbors=5) is copied
    assert copied == Bootstrap(KSG(n_neighbors=5), 19)
    assert before == Bootstrap(KSG(), 99)
    assert clone(before).set_params(**copied.get_params()) == copied
    for bad, message in (
        ({"rows": 1}, "parameters among estimator, n_resamples, .* got 'rows'"),
        ({"seed": 1, "n_resamples": 2}, "resamples"),
        ({"seed": 1, "estimator__variant": 3}, "expected variant 1 or 2; got 3"),
    ):
        with pytest.raises(ValueError, match=message):
            before.set_params(**bad)
    assert before == Bootstrap(KSG(), 99)


def test_a_clone_shares_the_network() -> None:
    assert clone(learned()).checkpoint is learned().checkpoint


def test_the_selector_passes_the_checks_of_scikit_learn() -> None:
    selector = SelectKBest(partial(mx.information_scores, estimator=COPULA), k=1)
    found = check_estimator(selector, on_fail=None, on_skip=None)
    failed = {
        check["check_name"]: check["exception"] for check in found if check["status"] == "failed"
    }
    assert failed == {}
    assert sum(one["status"] == "passed" for one in found) > 30


# Networks in memory


def test_a_network_is_in_memory_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    smooth = learned(SMOOTH).checkpoint.network
    assert mx.load() is mx.load(models_directory() / DEFAULT) is mx.load(DEFAULT)
    assert mx.load(str(models_directory() / DEFAULT)) is mx.load()
    ensemble = learned().checkpoint.network
    assert isinstance(ensemble, StackedEnsemble)
    assert ensemble.networks[1] is smooth
    assert differentiable().checkpoint.network is smooth
    monkeypatch.setenv("MIST_EXPLORE_MODELS", str(tmp_path))
    save_model(learned().checkpoint, "mine-1")
    saved = learned("mine-1").checkpoint.network
    assert isinstance(saved, StackedEnsemble)
    assert saved.networks[1] is smooth


def test_a_folder_that_changes_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIST_EXPLORE_MODELS", str(tmp_path))
    folder = save_model(learned(SMOOTH).checkpoint, "changes")
    before = mx.load("changes")
    assert mx.load(folder) is before
    save_model(
        replace(learned(SMOOTH).checkpoint, training={"steps": 1}), "changes", replacing=True
    )
    after = load_learned(folder)
    assert after is not before
    assert after.checkpoint.training == {"steps": 1}
    assert isinstance(after.checkpoint.network, Network)


# Distributions


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_made_by_one_function(family: str) -> None:
    made, plain = mx.distribution(family, 2, 2), FAMILIES[family].distribution(2, 2)
    assert float(made.mutual_information) == float(plain.mutual_information)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_every_transform_keeps_the_mutual_information(transform: str) -> None:
    dims = next(d for d in ((3, 3), (1, 1), (1, 3)) if TRANSFORMS[transform].fits(*d))
    plain = mx.distribution("normal-dense", *dims, correlation=0.4)
    once = mx.distribution("normal-dense", *dims, correlation=0.4, transform=transform)
    again = mx.distribution(plain, transform=transform)
    assert float(once.mutual_information) == float(plain.mutual_information)
    np.testing.assert_array_equal(once.sample(10, seed=1).x, again.sample(10, seed=1).x)


def test_maps_and_flows_of_some_strength() -> None:
    plain = mx.distribution("normal-dense", 2, 2)
    mapped = mx.distribution(plain, transform=(HalfCube(), Identity()))
    rows, moved = plain.sample(10, seed=0), mapped.sample(10, seed=0)
    np.testing.assert_allclose(moved.x, rows.x * np.sqrt(np.abs(rows.x)))
    still = mx.distribution(plain, transform="flow", transform_strength=0)
    np.testing.assert_allclose(still.sample(10, seed=0).x, rows.x, atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"family": "norm"}, "expected a family among normal-"),
        ({"family": "normal-dense", "transform": "wiggle"}, "expected a transform among base"),
        ({"family": "normal-dense", "strength": 2}, "expected parameters of normal-dense among"),
        (
            {"family": "normal-dense", "transform": "asinh", "transform_strength": 0.5},
            "strength",
        ),
        ({"family": mx.distribution("normal-dense"), "df": 3}, "got df"),
    ],
    ids=["family", "transform", "parameter", "strength", "parameters of a distribution"],
)
def test_what_is_not_possible_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mx.distribution(**arguments)


def test_estimators_that_stand_in_the_registry_show_one_line() -> None:
    for name in ESTIMATORS:
        assert len(repr(mx.load(name))) < 200
