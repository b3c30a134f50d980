"""Rows that are worth fewer: groups and weights, in estimates and in the test."""

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

import mist_explore as mx
from mist_explore.cli import main
from mist_explore.estimators import Bootstrap, GaussianCopula, PlugIn
from mist_explore.estimators.clusters import group_dependence
from mist_explore.estimators.observations import observe
from mist_explore.estimators.subsets import systematic, weighted_size
from mist_explore.evaluation import compare, permutation_test
from mist_explore.sample import Sample
from tests.estimators.test_series import autoregressions

Rows = np.ndarray

GROUPED = "rows of one group resemble each other"


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
    with pytest.raises(ValueError, match="expected circular_shift=True or groups; got both"):
        permutation_test(x, y, permutations=9, groups=code, circular_shift=True)


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
    (answer,) = compare(x, y, ["plug-in"], weights=weights).outcomes
    assert answer.estimate == found


# The command line


def printed_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
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
        content = printed_json(capsys, *columns, *arguments, "--permutations", 19)
        expected = model.estimate(u, v, **options)
        assert content["median"] == pytest.approx(expected.median)
        assert content["warnings"] == list(expected.warnings)
        assert set(expected.notes) <= set(content.get("notes", []))
        tested = permutation_test(u, v, permutations=19, **options)
        assert content["p_value"] == tested.p_value
    compared = printed_json(
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
    notes = printed_json(capsys, "estimate", path, "--x", "mode", "--y", "y")["notes"]
    assert "x is one categorical variable with 4 states" in notes
    assert any("perhaps categories" in note for note in notes)
    assert not any("taken as numbers" in note for note in notes)
