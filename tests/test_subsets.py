"""Rows that are worth fewer: series, groups and weights, in estimates and in the test."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy.signal import lfilter
from sklearn.datasets import load_iris

import mist_explore as mx
from mist_explore.cli import main
from mist_explore.estimators import Bootstrap, GaussianCopula, PlugIn
from mist_explore.estimators.clusters import group_dependence
from mist_explore.estimators.observations import observe
from mist_explore.estimators.row_order import row_order
from mist_explore.estimators.subsets import systematic, weighted_size
from mist_explore.evaluation import compare, permutation_test
from mist_explore.preparation import sorting_column
from mist_explore.sample import Sample

Rows = np.ndarray

SERIES = "rows resemble the rows next to them"
GROUPED = "rows of one group resemble each other"


def autoregressions(seed: int, n: int, coefficient: float, series: int = 2) -> Rows:
    """Independent stationary autoregressions of unit variance, `(series, n)`."""
    noise = np.random.default_rng(seed).normal(size=(series, n + 1_000))
    values = lfilter([1], [1, -coefficient], noise, axis=1)[:, 1_000:]
    return np.asarray(values * math.sqrt(1 - coefficient**2))


# Series


@pytest.mark.parametrize(
    ("n", "coefficient", "correlation", "draws"),
    [
        (400, 0.9, 0.0, 25),
        (2_000, 0.9, 0.0, 12),
        (400, 0.99, 0.0, 15),
        (400, 0.9, 0.6, 25),
    ],
)
def test_intervals_of_series_cover(
    n: int, coefficient: float, correlation: float, draws: int
) -> None:
    truth = -0.5 * math.log(1 - correlation**2)
    covered = []
    for seed in range(draws):
        u, v = autoregressions(seed, n, coefficient)
        estimate = mx.load().estimate(u, correlation * u + math.sqrt(1 - correlation**2) * v)
        low, high = estimate.interval(0.9)
        covered.append(low <= truth <= high)
        assert estimate.warnings[0].startswith(SERIES)
        assert estimate.n_samples == n
    assert np.mean(covered) >= 0.85


def test_every_tenth_row_of_a_series_is_estimated_from_and_independent_rows_are_all_used() -> None:
    u, v = autoregressions(0, 400, 0.9)
    model = GaussianCopula()
    found = model.estimate(u, v)
    subsets = observe(u, v).subsets.rows
    assert len(subsets) == 8
    assert sorted({len(rows) for rows in subsets}) == [40]
    assert all((np.diff(rows) == 10).all() for rows in subsets)
    assert "every 10th row" in found.warnings[0]
    medians = [model.estimate_sample(Sample(u[rows], v[rows])).median for rows in subsets]
    assert found.median == pytest.approx(np.median(medians))
    declared = model.estimate(u, v, rows_independent=True)
    assert declared == model.estimate_sample(Sample(u, v))
    order = np.random.default_rng(0).permutation(400)
    assert model.estimate(u[order], v[order]) == model.estimate_sample(Sample(u[order], v[order]))


def test_many_samples_at_once_are_as_each_alone() -> None:
    series = Sample(*autoregressions(0, 200, 0.95))
    rows = Sample(*np.random.default_rng(0).normal(size=(2, 200)))
    model = mx.load()
    assert isinstance(model, mx.estimators.LearnedEstimator)
    for one, alone in zip(model.estimate_many([series, rows]), (series, rows), strict=True):
        expected = model.estimate(alone.x, alone.y)
        np.testing.assert_allclose(one.quantiles, expected.quantiles, atol=1e-4)
        assert one.warnings == expected.warnings


def test_a_series_on_one_side_and_mixed_rows_are_no_series() -> None:
    x, y = autoregressions(3, 400, 0.99)
    order = np.random.default_rng(0).permutation(400)
    assert not row_order(Sample(x, y[order])).is_series
    assert row_order(Sample(x, y)).is_series


def test_a_sorted_table_is_no_series() -> None:
    x, y = autoregressions(0, 400, 0.9)
    found = GaussianCopula().estimate(pd.DataFrame({"a": np.sort(x), "b": x}), y)
    assert found.notes == ("rows are sorted by a: their order is not used",)
    assert not found.warnings
    iris = load_iris(as_frame=True).frame
    found = GaussianCopula().estimate(iris.iloc[:, :2], iris.iloc[:, 2])
    assert any("rows stand in 3 blocks" in note for note in found.notes)
    assert not any(SERIES in warning for warning in found.warnings)
    assert sorting_column(iris) == "target"
    assert sorting_column(mx.load_dataset("penguins")) == "species"
    assert sorting_column(iris.sample(frac=1, random_state=0)) == ""


@pytest.mark.parametrize(("n", "coefficient"), [(100, 0.9), (400, 0.9), (400, 0.99)])
def test_autoregressions_are_not_taken_for_sorted_tables(n: int, coefficient: float) -> None:
    series = [row_order(Sample(*autoregressions(seed, n, coefficient))) for seed in range(30)]
    assert np.mean([order.is_series for order in series]) >= 0.95


def test_the_test_shifts_series_and_keeps_its_level() -> None:
    def rejected(**options: Any) -> float:
        tests = [
            permutation_test(*autoregressions(seed, 200, 0.9), permutations=39, **options)
            for seed in range(60)
        ]
        assert all(test.shifted != options.get("rows_independent", False) for test in tests)
        return float(np.mean([test.p_value <= 0.05 for test in tests]))

    assert rejected() <= 0.15
    assert rejected(rows_independent=True) >= 0.4
    u, v = autoregressions(0, 200, 0.9)
    assert permutation_test(u, u + v, permutations=39).p_value == 1 / 40
    assert "Y is shifted in a circle" in permutation_test(u, v, permutations=9).notes[0]
    assert not permutation_test(u, v, permutations=9, shifted=False).shifted
    iid = np.random.default_rng(0).normal(size=(2, 200))
    assert not permutation_test(*iid, permutations=9).shifted


# Groups


def in_groups(seed: int, groups: int, rows: int, share: float) -> tuple[Rows, Rows, Rows]:
    """Independent sides whose rows share a part of their variance within a group, mixed."""
    generator = np.random.default_rng(seed)
    code = generator.permutation(np.repeat(np.arange(groups), rows))
    levels = generator.normal(size=(2, groups))[:, code]
    noise = generator.normal(size=(2, len(code)))
    x, y = math.sqrt(share) * levels + math.sqrt(1 - share) * noise
    return x, y, code


def test_intraclass_correlation_and_effective_rows_are_those_of_the_groups() -> None:
    x, y, code = in_groups(0, 400, 10, 0.5)
    found = group_dependence(Sample(x, y), code)
    assert found.correlation_x == pytest.approx(0.5, abs=0.05)
    assert found.effective_rows == pytest.approx(4_000 / (1 + 9 * 0.25), rel=0.1)
    x, y, code = in_groups(0, 40, 10, 1.0)
    assert group_dependence(Sample(x, y), code).effective_rows == pytest.approx(40)


def test_groups_widen_the_interval_to_what_their_number_is_worth() -> None:
    covered, before = [], []
    for seed in range(20):
        x, y, code = in_groups(seed, 30, 10, 0.95)
        found = mx.load().estimate(
            x, y, groups=np.array(list("abcdefghijklmnopqrstuvwxyzABCD"))[code]
        )
        assert found.warnings[0].startswith(GROUPED)
        assert "300 rows in 30 groups are worth about" in found.warnings[0]
        covered.append(found.interval(0.9)[0] <= 0)
        before.append(mx.load().estimate(x, y).interval(0.9)[0] <= 0)
    assert np.mean(covered) >= 0.85 > np.mean(before)


def test_groups_without_dependence_are_noted_and_change_nothing() -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 300))
    found = GaussianCopula().estimate(x, y, groups=np.arange(300) // 10)
    assert found.median == GaussianCopula().estimate(x, y).median
    assert found.notes == ("300 rows in 30 groups are worth about 300 independent rows",)


def test_subsets_of_groups_spread_over_them() -> None:
    x, y, code = in_groups(0, 30, 10, 0.99)
    for rows in observe(x, y, groups=code).subsets.rows:
        assert np.bincount(code[rows], minlength=30).max() <= 2


def test_whole_groups_change_places_in_the_test() -> None:
    def rejected(with_groups: bool) -> float:
        tests = []
        for seed in range(60):
            x, y, code = in_groups(seed, 20, 10, 0.8)
            options: dict[str, Any] = {"groups": code} if with_groups else {}
            tests.append(permutation_test(x, y, permutations=39, **options))
        return float(np.mean([test.p_value <= 0.05 for test in tests]))

    assert rejected(with_groups=True) <= 0.15
    assert rejected(with_groups=False) >= 0.3
    x, y, code = in_groups(0, 20, 10, 0.8)
    test = permutation_test(x, x + y, permutations=39, groups=code)
    assert test.p_value == 1 / 40
    assert test.notes == ("20 groups of rows change places as wholes",)
    uneven = permutation_test(x, y, permutations=9, groups=np.minimum(code, 15))
    assert "p is approximate" in uneven.notes[0]
    with pytest.raises(ValueError, match="expected shifted=True or groups; got both"):
        permutation_test(x, y, permutations=9, groups=code, shifted=True)


def test_resamples_hold_whole_groups() -> None:
    seen: list[Rows] = []

    class Watched:
        name = "watched"

        def estimate(self, x: ArrayLike, y: ArrayLike) -> mx.Estimate:
            seen.append(np.unique(x, return_counts=True)[1])
            return mx.Estimate((0.5,), (0.1,))

    code = np.repeat(np.arange(12), 5)
    y = np.random.default_rng(0).normal(size=60)
    estimate = Bootstrap(Watched(), 19).estimate_groups(Sample(code, y), code)
    assert not estimate.is_point
    assert all((counts == 5).all() for counts in seen)
    assert {len(counts) for counts in seen[1:]} == {6}
    with pytest.raises(ValueError, match="expected at least 8 groups to resample; got 3"):
        Bootstrap(Watched(), 19).estimate_groups(Sample(code, y), code // 4)


# Weights


@given(seed=st.integers(0, 10_000), spread=st.floats(0, 2))
def test_draws_by_weight_hold_each_row_once_and_rows_by_their_weight(
    seed: int, spread: float
) -> None:
    generator = np.random.default_rng(seed)
    weights = np.exp(spread * generator.normal(size=300))
    size = weighted_size(weights)
    effective = weights.sum() ** 2 / np.square(weights).sum()
    assert 1 <= size <= effective + 1e-6
    draws = systematic(generator.permutation(300), weights, size)
    assert all((np.diff(rows) > 0).all() for rows in draws)
    assert all(abs(len(rows) - size) <= 1 for rows in draws)


def test_the_share_of_a_row_is_its_weight() -> None:
    generator = np.random.default_rng(0)
    weights = np.repeat([1.0, 2.0, 4.0], 100)
    count = np.zeros(300)
    for _ in range(200):
        rows = systematic(generator.permutation(300), weights, weighted_size(weights))
        count += np.bincount(np.concatenate(rows), minlength=300)
    shares = count.reshape(3, 100).sum(1)
    np.testing.assert_allclose(shares / shares[0], [1, 2, 4], rtol=0.1)


@given(weight=st.floats(0.1, 100))
def test_equal_weights_change_nothing(weight: float) -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 50))
    assert GaussianCopula().estimate(x, y, weights=np.full(50, weight)) == (
        GaussianCopula().estimate(x, y)
    )


def test_rows_of_weight_0_are_left_out() -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 50))
    kept = np.arange(50) % 3 > 0
    found = GaussianCopula().estimate(x, y, weights=kept)
    assert found.quantiles == GaussianCopula().estimate(x[kept], y[kept]).quantiles
    assert found.notes == ("17 of 50 rows have weight 0",)


def test_a_weighted_estimate_is_that_of_the_weighted_distribution() -> None:
    generator = np.random.default_rng(0)
    x = generator.integers(0, 2, 6_000)
    same = generator.random(6_000) < 0.5
    y = np.where(same, x, 1 - x)  # independent, but not once pairs that agree weigh more
    weights = np.where(same, 3.0, 1.0)
    truth = math.log(2) + 0.75 * math.log(0.75) + 0.25 * math.log(0.25)
    found = PlugIn().estimate(x, y, weights=weights)
    assert found.median == pytest.approx(truth, abs=0.02)
    assert found.notes[0].startswith("weighted: 6,000 rows are worth 4793 of equal weight")
    assert found == PlugIn().estimate(x, y, weights=weights)
    assert permutation_test(x, y, permutations=39, weights=weights).p_value == 1 / 40
    (answer,) = compare(x, y, ["plug-in"], weights=weights).answers
    assert answer.estimate == found


# The command line


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main([*map(str, arguments), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert isinstance(content, dict)
    return content


def test_the_command_line_has_weights_groups_and_independent_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    u, v = autoregressions(0, 400, 0.9)
    _, _, code = in_groups(0, 40, 10, 1)
    weights = np.random.default_rng(0).uniform(0.5, 2, 400)
    path = tmp_path / "rows.csv"
    frame = pd.DataFrame({"u": u, "v": v, "person": code, "w": weights, "mode": code % 4})
    frame.to_csv(path, index=False)
    columns = ("estimate", path, "--x", "u", "--y", "v", "--estimator", "gaussian-copula")
    model = GaussianCopula()
    for arguments, options in (
        ((), {}),
        (("--rows-independent",), {"rows_independent": True}),
        (("--groups", "person"), {"groups": code}),
        (("--weights", "w"), {"weights": weights}),
    ):
        content = told(capsys, *columns, *arguments, "--permutations", 19)
        expected = model.estimate(u, v, **options)
        assert content["median"] == pytest.approx(expected.median)
        assert content["warnings"] == list(expected.warnings)
        assert set(expected.notes) <= set(content.get("notes", []))
        tested = permutation_test(u, v, permutations=19, **options)
        assert content["p_value"] == tested.p_value
    compared = told(
        capsys, "compare", path, "--x", "u", "--y", "v", "--estimators", "gaussian-copula",
        "--groups", "person",
    )  # fmt: skip
    assert compared["answers"][0]["median"] == pytest.approx(
        model.estimate(u, v, groups=code).median
    )
    assert main([*map(str, columns), "--weights", "nothing"]) == 2
    line = capsys.readouterr().err
    assert "rows.csv for --weights; got 'nothing': it has u, v, person, w, mode" in line


def test_notes_on_codes_do_not_contradict_the_estimator(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generator = np.random.default_rng(0)
    mode = generator.integers(1, 5, 200)
    path = tmp_path / "codes.csv"
    pd.DataFrame({"mode": mode, "y": mode + generator.normal(size=200)}).to_csv(path, index=False)
    notes = told(capsys, "estimate", path, "--x", "mode", "--y", "y")["notes"]
    assert "x is one categorical variable with 4 states" in notes
    assert any("perhaps categories" in note for note in notes)
    assert not any("taken as numbers" in note for note in notes)
