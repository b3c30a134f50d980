"""Properties of many pairs: gaps, artefacts, screening, tests, and the files of all pairs."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from mist_explore.estimate import Estimate
from mist_explore.estimators import GaussianCopula, PlugIn
from mist_explore.evaluation import (
    PAIR_FIELDS,
    Pairwise,
    iter_pairwise_information,
    pair_rows,
    pairs_as_csv,
    pairs_as_parquet,
    pairwise_information,
    permutation_test,
)
from mist_explore.evaluation.artefacts import artefact
from mist_explore.evaluation.columns import PairColumns
from mist_explore.evaluation.discovery import needed_permutations, pair_p_values
from mist_explore.evaluation.screening import binned_information, smaller_entropy
from mist_explore.progress import Cancellation

Columns = dict[str, np.ndarray]
seeds = st.integers(0, 2**20)


def independent(seed: int, n: int = 120, columns: int = 5) -> Columns:
    values = np.random.default_rng(seed).normal(size=(columns, n))
    return {f"c{number}": column for number, column in enumerate(values)}


def p_values_of(
    table: Columns, permutations: int, circular_shift: bool | None
) -> dict[tuple[str, str], float]:
    columns = PairColumns.of(table)
    pairs = list(combinations(table, 2))
    return {
        pair: p
        for group, _ in pair_p_values(columns, pairs, permutations, circular_shift=circular_shift)
        for pair, p in group.items()
    }


# Rows and gaps


@given(seeds)
def test_each_pair_has_the_rows_in_which_both_columns_have_a_value(seed: int) -> None:
    table = independent(seed)
    generator = np.random.default_rng(seed)
    for values in table.values():
        values[generator.random(120) < 0.3] = np.nan
    found = pairwise_information(table, estimator=GaussianCopula())
    for (one, other), estimate in found.estimates.items():
        both = int((np.isfinite(table[one]) & np.isfinite(table[other])).sum())
        assert found.n_samples[one, other] == estimate.n_samples == both


def test_an_estimator_that_cannot_take_a_pair_leaves_the_reason() -> None:
    table = independent(0) | {"labels": np.arange(120.0) % 3, "signs": np.arange(120.0) % 2}
    found = pairwise_information(table, estimator=PlugIn())
    assert set(found.estimates) == {("labels", "signs")}
    assert "expected discrete sides" in found.failures["c0", "c1"]


@pytest.mark.parametrize("fdr", [None, 0.05])
def test_rows_that_are_declared_independent_are_not_thinned(fdr: float | None) -> None:
    walks = np.cumsum(np.random.default_rng(0).normal(size=(200, 2)), 0)
    table = {"a": walks[:, 0], "b": walks[:, 1]}
    thinned, whole = (
        pairwise_information(table, estimator=GaussianCopula(), fdr=fdr, rows_independent=declared)
        for declared in (False, True)
    )
    pair = ("a", "b")
    assert thinned.estimates[pair].warnings
    assert whole.estimates[pair] == GaussianCopula().estimate(
        table["a"], table["b"], rows_independent=True
    )
    assert whole.estimates[pair] != thinned.estimates[pair]
    assert "shifts" not in whole.test


# Artefacts


@given(seeds, st.floats(0.01, 100), st.floats(-50, 50), st.booleans())
def test_a_copy_up_to_unit_origin_and_sign_is_an_artefact(
    seed: int, unit: float, origin: float, negative: bool
) -> None:
    table = independent(seed, columns=2)
    table["copy"] = np.round(origin + (-unit if negative else unit) * table["c0"], 5)
    columns = PairColumns.of(table)
    assert (
        artefact(columns, ("c0", "copy")) == "copy is a copy of c0, up to unit, sign and rounding"
    )
    assert artefact(columns, ("c0", "c1")) == artefact(columns, ("c1", "copy")) == ""


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_columns_of_tiny_and_huge_numbers_are_copies_like_others(unit: float) -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 60))
    columns = PairColumns.of({"a": one, "b": unit * one, "c": unit * other})
    assert "is a copy" in artefact(columns, ("a", "b"))
    assert artefact(columns, ("a", "c")) == artefact(columns, ("b", "c")) == ""


def test_counters_identifiers_and_renamed_categories_are_artefacts() -> None:
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 4, 120)
    renamed = (np.array([2, 0, 3, 1])[codes][:, None] == np.arange(4)).astype(float)
    table = independent(0) | {
        "row": np.arange(1.0, 121),
        "person id": generator.permutation(5000)[:120].astype(float),
        "code": codes.astype(float),
        "name": renamed,
    }
    columns = PairColumns.of(table)
    assert artefact(columns, ("row", "c0")).startswith("row changes by 1 with each row")
    assert artefact(columns, ("c1", "person id")) == "person id is an identifier"
    assert "the same categories under two names" in artefact(columns, ("code", "name"))
    assert artefact(columns, ("code", "c0")) == ""


def test_artefacts_and_warnings_are_never_on_top() -> None:
    x = np.random.default_rng(0).normal(size=(3, 200))
    table = {"a": x[0], "b": x[0] + x[1], "c": x[2], "inch": x[0] / 2.54, "row": np.arange(200.0)}
    found = pairwise_information(table, estimator=GaussianCopula())
    assert found.ranked[0] == ("a", "b")
    assert max(found.estimates, key=lambda p: found.estimates[p].median) == ("a", "inch")
    ends = [pair in found.doubtful for pair in found.ranked]
    assert ends == sorted(ends)
    estimates = {("a", name): Estimate((0.5,), (v,)) for name, v in (("b", 0.3), ("c", 0.2))}
    estimates["b", "c"] = Estimate((0.5,), (9.0,), warnings=("unlike the training data",))
    assert Pairwise(("a", "b", "c"), estimates, {}).ranked[0] == ("a", "b")


def test_a_warning_of_most_pairs_singles_out_none() -> None:
    warned = Estimate((0.5,), (0.9,), warnings=("rows resemble their neighbours",))
    estimates = {("a", "b"): warned, ("a", "c"): warned, ("b", "c"): Estimate((0.5,), (0.1,))}
    found = Pairwise(("a", "b", "c"), estimates, {})
    assert found.doubtful == frozenset()
    assert found.ranked[-1] == ("b", "c")


# Shares of the entropy


def test_the_share_of_the_smaller_entropy_is_bounded_and_for_discrete_columns_alone() -> None:
    codes = np.random.default_rng(0).integers(0, 3, 300)
    table = {"a": codes * 1.0, "b": (codes > 0) * 1.0, "smooth": np.sin(np.arange(300.0) ** 2)}
    columns = PairColumns.of(table)
    counts = np.bincount(codes > 0) / 300
    entropy = -(counts * np.log(counts)).sum()
    assert smaller_entropy(columns, ("a", "b")) == pytest.approx(entropy)
    assert smaller_entropy(columns, ("a", "smooth")) is None
    found = pairwise_information(table, estimator=GaussianCopula())
    shares = found.matrix(normalised=True)
    assert np.isfinite(shares).sum() == 2
    assert 0 <= shares[0, 1] <= 1
    assert found.normalised(("a", "smooth")) is None
    functions = pairwise_information({"a": table["a"], "b": table["b"]}, estimator=PlugIn("none"))
    assert functions.normalised(("a", "b")) == pytest.approx(1)


# Screening


@given(seeds)
def test_the_bins_of_independent_columns_hold_about_nothing(seed: int) -> None:
    columns = PairColumns.of(independent(seed, n=500, columns=4))
    values = [binned_information(columns, pair) for pair in combinations(columns.columns, 2)]
    assert np.mean(values) < 0.03


@given(seeds)
def test_bins_see_no_monotone_map_and_the_plug_in_value_of_discrete_columns(seed: int) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=300)
    y = x**2 + generator.normal(size=300)
    one = binned_information(PairColumns.of({"x": x, "y": y}), ("x", "y"))
    other = binned_information(PairColumns.of({"x": np.exp(x), "y": -(y**3)}), ("x", "y"))
    assert one == pytest.approx(other, abs=0.02)
    codes = {"a": generator.integers(0, 3, 300), "b": generator.integers(0, 4, 300)}
    plain = PlugIn("none").estimate(codes["a"], codes["b"]).median
    binned = binned_information(PairColumns.of(codes), ("a", "b"))
    assert binned == pytest.approx(max(0, plain - 6 / 600), abs=1e-9)


def test_the_highest_screened_pairs_are_estimated_and_artefacts_come_last() -> None:
    table = independent(0, n=200, columns=8)
    table["sum"] = table["c0"] + 0.5 * table["c1"]
    table["copy"] = 2 * table["c0"]
    found = pairwise_information(table, estimator=GaussianCopula(), top=3)
    assert len(found.estimates) == 3
    assert ("c0", "sum") in found.estimates
    assert ("c0", "copy") not in found.estimates
    assert len(found.screening) == 45
    assert len(found.only_screened) == 42
    assert "45 pairs were screened by their mutual information between bins" in found.notes[0]
    everything = pairwise_information(table, estimator=GaussianCopula(), top=45)
    assert not everything.screening
    assert not everything.notes


def test_steps_of_screening_estimates_and_tests_add_up_and_stop_when_cancelled() -> None:
    table = independent(0, columns=7)
    steps = list(iter_pairwise_information(table, GaussianCopula(), top=5, fdr=0.2))
    assert steps[-1][0].step == steps[-1][0].total == 21 + 5 + 21
    counts = [progress.step for progress, _ in steps]
    assert counts == sorted(counts)
    cancellation = Cancellation()
    job = iter_pairwise_information(table, GaussianCopula(), None, cancellation, fdr=0.2)
    for _, found in job:
        if found.p_values:
            cancellation.set()
    with pytest.raises(StopIteration):
        next(job)


# Tests


@given(seeds)
def test_tests_of_many_pairs_agree_with_the_test_of_one(seed: int) -> None:
    table = independent(seed, n=60, columns=3)
    table["c1"] = table["c1"] + table["c0"] * (seed % 3) / 4
    many = p_values_of(table, 999, circular_shift=False)
    for (one, other), p in many.items():
        alone = permutation_test(table[one], table[other], permutations=999, seed=seed).p_value
        spread = alone * np.sqrt((1 - alone) / 20) + np.sqrt(alone * (1 - alone) / 999) + 0.003
        assert abs(p - alone) < 5 * spread


def test_p_values_of_independent_columns_are_uniform() -> None:
    values = np.concatenate(
        [
            list(
                p_values_of(independent(seed, n=50, columns=9), 499, circular_shift=False).values()
            )
            for seed in range(8)
        ]
    )
    for level in (0.05, 0.1, 0.3, 0.5):
        share = np.mean(values <= level)
        assert abs(share - level) < 4 * np.sqrt(level * (1 - level) / len(values)) + 0.01


def test_series_are_shifted_and_rejected_about_as_often_as_they_should_be() -> None:
    generator = np.random.default_rng(0)
    p_values = {}
    for order in (None, False):
        noise = generator.normal(size=(24, 700))
        series = np.zeros_like(noise)
        for t in range(1, 700):
            series[:, t] = 0.9 * series[:, t - 1] + noise[:, t]
        table = {f"s{i}": row[200:] for i, row in enumerate(series)}
        p_values[order] = np.array(list(p_values_of(table, 199, order).values()))
    assert np.mean(p_values[False] <= 0.05) > 0.3
    assert np.mean(p_values[None] <= 0.05) < 0.1


def test_adjusted_values_are_those_of_scipy_and_one_pair_can_fall_below_the_level() -> None:
    table = independent(1, n=200, columns=12)
    table["c1"] = table["c0"] ** 2
    found = pairwise_information(table, estimator=GaussianCopula(), fdr=0.05)
    assert len(found.p_values) == 66
    expected = false_discovery_control(np.array(list(found.p_values.values())))
    assert list(found.adjusted.values()) == pytest.approx(list(expected))
    assert found.adjusted["c0", "c1"] <= 0.05
    assert "1,320 permutations" in found.notes[0]


@given(st.integers(1, 900), st.floats(0.01, 0.5))
def test_there_are_enough_permutations_for_one_pair_alone(n_tests: int, level: float) -> None:
    permutations = needed_permutations(n_tests, level)
    if permutations < 19_999:
        assert n_tests / (1 + permutations) <= level


def test_a_rate_that_is_none_is_reported() -> None:
    with pytest.raises(ValueError, match=r"a false discovery rate in \(0, 1\), as 0.05; got 5"):
        pairwise_information(independent(0), estimator=GaussianCopula(), fdr=5)


# Files


def test_files_hold_every_pair_with_its_warnings_rows_and_tests() -> None:
    table = independent(0, columns=4) | {"flat": np.ones(120), "row": np.arange(120.0)}
    found = pairwise_information(table, estimator=GaussianCopula(), top=4, fdr=0.1)
    rows = pair_rows(found, units="bits")
    assert len(rows) == 15
    csv = pd.read_csv(io.StringIO(pairs_as_csv(rows)))
    parquet = pd.read_parquet(io.BytesIO(pairs_as_parquet(rows)))
    assert tuple(csv.columns) == tuple(parquet.columns) == PAIR_FIELDS
    assert len(csv) == len(parquet) == 15
    best = rows[0]
    assert csv["median"][0] == parquet["median"][0] == best["median"]
    assert csv["median"][0] == found.estimates[found.ranked[0]].to("bits").median
    assert csv["p_adjusted"].notna().sum() == 10
    assert (csv["rows"] == 120).all()
    assert csv["error"].dropna().tolist() == ["flat is constant"] * 4 + ["flat is constant"]
    (reason,) = csv["artefact"].dropna().unique()
    assert reason.startswith("row changes by 1")
